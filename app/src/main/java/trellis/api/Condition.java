package trellis.api;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Criterion;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Stored;

/// A search that stands for one resource, or for none: the criteria of a conditional create, or a
/// conditional reference.
///
/// @param place where it stands, for an outcome: the criteria themselves may hold patient data
/// @param type the resource type searched
/// @param parameters the criteria
record Condition(String place, String type, List<Parameter> parameters) {

    /// @throws Refused with [Problem.BadRequest] when there are no criteria, which would match all
    Condition {
        parameters =
                parameters.stream()
                        .sorted(
                                Comparator.comparing(Parameter::name)
                                        .thenComparing(Parameter::value))
                        .toList();
        if (parameters.isEmpty()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "required",
                            "The condition names no criteria; give at least one, such as"
                                    + " identifier=system|value.",
                            place));
        }
    }

    /// The same text for the same condition, whatever the order of its criteria.
    String text() {
        return type + "?" + Parameter.query(parameters);
    }

    /// The resource that matches. Nothing unknown in the criteria is overlooked.
    ///
    /// @throws Refused with [Problem.Ambiguous] when more than one does
    Optional<Stored> match(SearchParser parser, Function<SearchQuery, SearchPage> search) {
        return matches(parser, search, 1).stream().findFirst();
    }

    /// The resources that match.
    ///
    /// @throws Refused with [Problem.Ambiguous] when more do than may
    List<Stored> matches(SearchParser parser, Function<SearchQuery, SearchPage> search, int most) {
        var matches = search.apply(query(parser, most + 1)).matches();
        if (matches.size() > most) {
            throw new Refused(new Problem.Ambiguous(place, matches.size()));
        }
        return matches;
    }

    private SearchQuery query(SearchParser parser, int enoughToTell) {
        try {
            var criteria = parser.parse(type, parameters, "", false).query().criteria();
            if (criteria.isEmpty()) {
                throw new Refused(
                        new Problem.BadRequest(
                                "required", "The condition has no criteria.", place));
            }
            return SearchQuery.of(type, enoughToTell, criteria.toArray(Criterion[]::new));
        } catch (Refused e) {
            throw new Refused(Problems.under(place, e.problem()));
        }
    }
}
