package trellis.api;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import trellis.access.ScopeFilter;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Criterion;

/// Reads the queries of scopes as searches are read. A query that leaves the resource itself, by a
/// chain or `_has`, is none that a scope may have.
@Component
final class ScopeFilters implements ScopeFilter {
    private static final int MOST_REMEMBERED = 1_000;

    /// What these find changes with value sets and releases, and a scope is read once for all who have it.
    private static final Set<String> CHANGING = Set.of("in", "not-in", "above", "below");

    private final SearchParser parser;
    private final Map<String, Criterion> known = new ConcurrentHashMap<>();

    ScopeFilters(SearchParser parser) {
        this.parser = parser;
    }

    @Override
    public Criterion criterion(String type, String query) {
        if (known.size() >= MOST_REMEMBERED) {
            known.clear();
        }
        return known.computeIfAbsent(type + "?" + query, _ -> read(type, query));
    }

    private Criterion read(String type, String query) {
        var parameters = Parameter.parse(query);
        for (var parameter : parameters) {
            var name = parameter.name();
            if (name.startsWith("_")
                    || name.contains(".")
                    || parameters.size() > 5
                    || CHANGING.contains(name.substring(name.indexOf(':') + 1))) {
                throw new Refused(
                        new Problem.BadRequest(
                                "not-supported",
                                "A scope is narrowed by parameters of the resource itself, such as"
                                        + " category, at most five, without :in, :not-in, :above and"
                                        + " :below.",
                                name));
            }
        }
        return new Criterion.AllOf(parser.parse(type, parameters, "", false).query().criteria());
    }
}
