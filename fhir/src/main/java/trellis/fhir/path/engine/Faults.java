package trellis.fhir.path.engine;

import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.path.Expression;

/// Refusals that name the part of the expression where evaluation ended, and never what it was
/// looking at.
final class Faults {
    private static final int LONGEST = 160;

    private Faults() {}

    static Refused invalid(String why, Expression place) {
        return fault("invalid", why, place);
    }

    static Refused unsupported(String why, Expression place) {
        return fault("not-supported", why, place);
    }

    static Refused tooCostly(String why) {
        return new Refused(new Problem.BadRequest("too-costly", "FHIRPath: " + why, ""));
    }

    private static Refused fault(String code, String why, Expression place) {
        var text = place.text();
        var part = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return new Refused(new Problem.BadRequest(code, "FHIRPath: " + why + ", in: " + part, ""));
    }
}
