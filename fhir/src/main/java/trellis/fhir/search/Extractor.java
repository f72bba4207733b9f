package trellis.fhir.search;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import trellis.fhir.Resource;
import trellis.fhir.path.Scope;

/// Finds the values that resources can be searched by. The expressions of a resource type are
/// compiled when the first resource of the type comes by, once. Can be used by many threads at once.
public final class Extractor {

    /// How many values most resources have at most.
    private static final int EXPECTED = 24;

    private final SearchParameters parameters;
    private final Map<String, List<Rule>> rulesByType = new ConcurrentHashMap<>();

    private Extractor(SearchParameters parameters) {
        this.parameters = parameters;
    }

    /// For the base parameters of R4 ([SearchParameters#r4]).
    public static Extractor r4() {
        return R4.EXTRACTOR;
    }

    /// For other parameters, such as those of R4 with some more.
    public static Extractor of(SearchParameters parameters) {
        return new Extractor(parameters);
    }

    /// The values of all parameters of the resource's type, in order of parameter; within one
    /// parameter none stands twice. Never throws: what cannot be read is left out, and a resource of
    /// no known type has no values.
    public List<SearchValue> extract(Resource resource) {
        var scope = Scope.of(resource);
        if (scope.isEmpty()) {
            return List.of();
        }
        var type = scope.get().resource().type().name();
        var rules = rulesByType.get(type);
        if (rules == null) {
            rules = rulesByType.computeIfAbsent(type, this::compile);
        }
        var found = new Found(EXPECTED);
        for (var i = 0; i < rules.size(); i++) {
            found.nextParameter();
            rules.get(i).apply(scope.get(), found);
        }
        return found.values();
    }

    private List<Rule> compile(String type) {
        return parameters.of(type).stream().map(p -> Rule.of(p, parameters)).toList();
    }

    /// Holder, so that the table is read on first use.
    private static final class R4 {
        static final Extractor EXTRACTOR = new Extractor(SearchParameters.r4());
    }
}
