package trellis.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameters;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Store;

/// The profiles, tags and security labels that resources of a type, or of all types, have. Only of what the caller may find; what is
/// hidden adds nothing.
final class MetaUnion {

    /// How many resources that have any of these are gone through, type by type, the newest of each first.
    static final int MOST = 10_000;

    private static final int PAGE = 1000;
    private static final List<String> KINDS = List.of("profile", "security", "tag");

    private final Store store;
    private final Narrowing narrowing;

    MetaUnion(Store store, Narrowing narrowing) {
        this.store = store;
        this.narrowing = narrowing;
    }

    /// What is answered at the address of a type or of the system.
    OperationAnswer answer(OperationRequest request) {
        var types = types(request);
        var found = new LinkedHashMap<String, Map<String, JsonNode>>();
        KINDS.forEach(kind -> found.put(kind, new LinkedHashMap<>()));
        var left = MOST;
        for (var type : types) {
            // One type at a time: a statement of all types fetches a page of each for every page.
            var query = narrowing.search(request.caller(), query(type));
            for (var after = Optional.of(query); after.isPresent(); ) {
                if (left <= 0) {
                    return OperationAnswer.of(told(found, true));
                }
                var page = store.search(after.get());
                page.matches().forEach(stored -> gather(stored.json().path("meta"), found));
                left -= page.matches().size();
                after = page.next().map(query::from);
            }
        }
        return OperationAnswer.of(told(found, false));
    }

    private List<String> types(OperationRequest request) {
        if (request.level() == Operation.Level.TYPE) {
            return List.of(request.type());
        }
        var types =
                Definitions.r4().resourceTypes().stream()
                        .filter(type -> Addresses.isType(type) && !type.equals("AuditEvent"))
                        .filter(type -> narrowing.maySee(request.caller(), type))
                        .toList();
        if (types.isEmpty()) {
            throw new Refused(
                    new Problem.Forbidden("Your role may not search resources of any type."));
        }
        return types;
    }

    private static SearchQuery query(String type) {
        return SearchQuery.of(type, PAGE, any(type));
    }

    private static Criterion any(String type) {
        return new Criterion.AnyOf(
                KINDS.stream()
                        .map(kind -> SearchParameters.r4().find(type, "_" + kind).orElseThrow())
                        .map(parameter -> (Criterion) new Criterion.Present(parameter))
                        .toList());
    }

    private static void gather(JsonNode meta, Map<String, Map<String, JsonNode>> found) {
        found.forEach(
                (kind, there) -> meta.path(kind).forEach(one -> there.putIfAbsent(name(one), one)));
    }

    /// A coding is the same by its system and code, whatever its words.
    private static String name(JsonNode one) {
        return one.isObject()
                ? one.path("system").asString("") + "|" + one.path("code").asString("")
                : one.asString("");
    }

    private static ObjectNode told(Map<String, Map<String, JsonNode>> found, boolean more) {
        var parameters = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        var meta =
                parameters
                        .putArray("parameter")
                        .addObject()
                        .put("name", "return")
                        .putObject("valueMeta");
        if (more) {
            meta.putArray("extension")
                    .addObject()
                    .put("url", "urn:trellis:incomplete")
                    .put("valueBoolean", true);
        }
        found.forEach((kind, there) -> {
            if (!there.isEmpty()) {
                var array = meta.putArray(kind);
                there.values().forEach(array::add);
            }
        });
        return parameters;
    }
}
