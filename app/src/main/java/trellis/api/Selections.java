package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Criterion;

/// What of a type somebody may take along in bulk, asked as a search is and narrowed as one.
@Component
public final class Selections {
    /// Parameters that say how a page looks, and have no meaning where there are none.
    private static final Set<String> OF_PAGES =
            Set.of(
                    "_sort",
                    "_count",
                    "_total",
                    "_include",
                    "_revinclude",
                    "_summary",
                    "_elements",
                    "_contained",
                    "_containedType",
                    "_format",
                    "_pretty",
                    SearchParser.CURSOR);

    private final SearchParser parser;
    private final Narrowing narrowing;

    Selections(SearchParser parser, Narrowing narrowing) {
        this.parser = parser;
        this.narrowing = narrowing;
    }

    /// Reads a query such as `status=active&date=ge2026`.
    ///
    /// @param caller who asks: each type that the query names is one that they may search
    /// @param base address of this server's API
    /// @param lenient whether parameters that there are not are left out
    /// @throws Refused naming the parameter, or with [Problem.Forbidden]
    public Criterion criterion(
            Caller caller, String type, String query, String base, boolean lenient) {
        var parameters = new ArrayList<Parameter>();
        for (var parameter : Parameter.parse(query)) {
            if (!OF_PAGES.contains(parameter.name().split(":", 2)[0])) {
                parameters.add(parameter);
            } else if (!lenient) {
                throw new Refused(
                        new Problem.BadRequest(
                                "not-supported",
                                "What is chosen by a query has no pages; leave "
                                        + parameter.name()
                                        + " out.",
                                parameter.name()));
            }
        }
        var search = parser.parse(type, parameters, base, lenient);
        return new Criterion.AllOf(narrowing.search(caller, search.query()).criteria());
    }

    /// A part of a resource, marked as one.
    ///
    /// @param body JSON of a whole resource
    /// @param elements names of top-level elements
    public static byte[] elements(byte[] body, Set<String> elements) {
        return new Subset.Elements(elements).of(body);
    }

    /// Types of which a caller may find and read resources.
    public List<String> types(Caller caller, List<String> of) {
        return of.stream().filter(type -> narrowing.maySee(caller, type)).toList();
    }
}
