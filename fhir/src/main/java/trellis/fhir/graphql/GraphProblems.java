package trellis.fhir.graphql;

import graphql.language.Node;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What is said of a query that is not answered: the line and column of the place, never a value of the record.
final class GraphProblems {

    private GraphProblems() {}

    static Refused invalid(String why, Node<?> place) {
        return new Refused(new Problem.BadRequest("invalid", why, where(place)));
    }

    static Refused notSupported(String why, Node<?> place) {
        return new Refused(new Problem.BadRequest("not-supported", why, where(place)));
    }

    static Refused tooCostly(String why) {
        return new Refused(new Problem.BadRequest("too-costly", why, "query"));
    }

    private static String where(Node<?> place) {
        var at = place.getSourceLocation();
        return at == null ? "query" : "query, line " + at.getLine() + ", column " + at.getColumn();
    }
}
