package trellis.fhir.path;

/// A word or sign of an expression.
///
/// @param kind what it is
/// @param text its content: a string without its quotes, a date without its `@`
/// @param at where it begins, in characters from 0
record Token(Kind kind, String text, int at) {

    enum Kind {
        /// A name without quotes, keywords among them.
        NAME,
        /// A name in backticks.
        QUOTED_NAME,
        STRING,
        NUMBER,
        /// A date, time or both.
        MOMENT,
        /// Anything else, `$this` and its like among them.
        SIGN,
        END
    }

    boolean is(String wanted) {
        return (kind == Kind.SIGN || kind == Kind.NAME) && text.equals(wanted);
    }
}
