package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.store.Criterion;
import trellis.store.Store;
import trellis.store.Stored;

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
    private final Store store;

    Selections(SearchParser parser, Narrowing narrowing, Store store) {
        this.store = store;
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

    /// How a query asks by one of its parameters.
    ///
    /// @param parameter its code
    /// @param modifier without the colon; empty for none
    /// @param comparators of its values, such as `ge`; `eq` where none is written, and none of kinds that have no order
    public record Way(String parameter, String modifier, Set<String> comparators) {
        public Way {
            comparators = Set.copyOf(comparators);
        }
    }

    /// How a query asks, parameter by parameter.
    ///
    /// @throws Refused when it cannot be taken apart
    public List<Way> ways(String type, String query) {
        return Parameter.parse(query).stream().map(one -> way(type, one)).toList();
    }

    private Way way(String type, Parameter asked) {
        var name = asked.name().split(":", 2);
        var modifier = name.length > 1 ? name[1] : "";
        var comparators = new TreeSet<String>();
        if (modifier.isEmpty()) {
            parser.parameter(type, name[0])
                    .ifPresent(parameter -> {
                        for (var value : SearchText.split(asked.value(), ',')) {
                            comparators.addAll(comparators(parameter, value));
                        }
                    });
        }
        return new Way(name[0], modifier, comparators);
    }

    private static Set<String> comparators(SearchParameter parameter, String value) {
        var found = new TreeSet<String>();
        if (isOrdered(parameter.type())) {
            found.add(SearchPrefix.of(value, Criterion.Prefix.EQ).word());
        }
        var pieces = SearchText.split(value, '$');
        for (var i = 0; i < Math.min(pieces.size(), parameter.components().size()); i++) {
            if (isOrdered(parameter.components().get(i).type())) {
                found.add(SearchPrefix.of(pieces.get(i), Criterion.Prefix.EQ).word());
            }
        }
        return found;
    }

    private static boolean isOrdered(ParameterType type) {
        return type == ParameterType.DATE
                || type == ParameterType.NUMBER
                || type == ParameterType.QUANTITY;
    }

    /// What comes along with a resource, as `_include` and `_revinclude` bring it: as much as the caller may see.
    ///
    /// @param includes values of `_include`
    /// @param reverse values of `_revinclude`
    /// @throws Refused naming the parameter, or with [Problem.Forbidden]
    public List<Stored> including(
            Caller caller, String type, String id, List<String> includes, List<String> reverse) {
        var parameters = new ArrayList<Parameter>();
        parameters.add(new Parameter("_id", id));
        includes.forEach(one -> parameters.add(new Parameter("_include", one)));
        reverse.forEach(one -> parameters.add(new Parameter("_revinclude", one)));
        var query = parser.parse(type, parameters, "", false).query();
        return store.search(narrowing.search(caller, query)).included();
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
