package trellis.fhir.path.engine;

import java.util.List;

/// A compiled part of an expression. Keeps no state.
@FunctionalInterface
interface Step {

    /// What it gives; nobody changes the list.
    ///
    /// @throws trellis.fhir.Refused with a BadRequest that names the part of the expression
    List<Value> in(Frame frame);
}
