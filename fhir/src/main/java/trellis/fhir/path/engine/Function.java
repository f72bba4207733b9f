package trellis.fhir.path.engine;

import trellis.fhir.path.Expression;

/// A function of the language.
///
/// @param least how many arguments it takes at least
/// @param most and at most
/// @param maker compiles a call
record Function(int least, int most, Maker maker) {

    /// Compiles a call of a function, whose arguments have been counted.
    @FunctionalInterface
    interface Maker {
        Typed call(Builder builder, Typed focus, Expression.Call call);
    }
}
