package trellis.fhir;

import java.util.Objects;

/// One thing wrong with what was sent, as it appears in an OperationOutcome.
///
/// @param severity how bad it is
/// @param code a code of the FHIR `issue-type` value set, such as `structure` or `required`
/// @param diagnostics one plain sentence that says what is wrong and what to do; never patient data
/// @param expression FHIRPath of the place, such as `Patient.name[0].family`; empty when there is
// none
public record Issue(Severity severity, String code, String diagnostics, String expression) {

    /// The severities of OperationOutcome that Trellis uses.
    public enum Severity {
        ERROR,
        WARNING,
        INFORMATION;

        /// The code on the wire.
        public String code() {
            return switch (this) {
                case ERROR -> "error";
                case WARNING -> "warning";
                case INFORMATION -> "information";
            };
        }
    }

    public Issue {
        Objects.requireNonNull(severity);
        Objects.requireNonNull(code);
        Objects.requireNonNull(diagnostics);
        Objects.requireNonNull(expression);
    }

    /// An error at a place.
    public static Issue error(String code, String diagnostics, String expression) {
        return new Issue(Severity.ERROR, code, diagnostics, expression);
    }

    /// The same issue found inside another resource, such as a Bundle's entry.
    ///
    /// @param prefix FHIRPath of the containing place, such as `Bundle.entry[3].resource`
    public Issue under(String prefix) {
        var dot = expression.indexOf('.');
        var rest = dot < 0 ? "" : expression.substring(dot);
        return new Issue(severity, code, diagnostics, prefix + rest);
    }
}
