package trellis.api;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;

/// Adds profiles, tags and security labels to a resource, or takes them away: `[type]/[id]/$meta-add`, `$meta-delete`
/// (https://hl7.org/fhir/R4/resource-operation-meta-add.html, https://hl7.org/fhir/R4/resource-operation-meta-delete.html). It is
/// an update like any other: every rule is asked, and it makes a version.
final class MetaChange implements Operation {
    private static final int ATTEMPTS = 5;

    private final Signature signature;
    private final boolean adds;
    private final Store store;
    private final Narrowing narrowing;
    private final Intake intake;
    private final Preparation preparation;
    private final ApiSettings settings;

    /// @param adds whether it adds or takes away
    MetaChange(
            boolean adds,
            Store store,
            Narrowing narrowing,
            Intake intake,
            Preparation preparation,
            ApiSettings settings) {
        var name = adds ? "meta-add" : "meta-delete";
        this.signature =
                Signature.changing(
                        name,
                        "http://hl7.org/fhir/OperationDefinition/Resource-" + name,
                        Set.of(),
                        Level.INSTANCE);
        this.adds = adds;
        this.store = store;
        this.narrowing = narrowing;
        this.intake = intake;
        this.preparation = preparation;
        this.settings = settings;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, Set.of("meta"));
        var sent =
                request.arguments()
                        .value("meta", "Meta")
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.BadRequest(
                                                "required",
                                                "Say what: a Parameters resource with the parameter meta,"
                                                        + " a Meta.",
                                                "meta")));
        narrowing.write(request.caller(), request.type());
        for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                var now = narrowing.current(request.caller(), request.type(), request.id());
                return changed(request, sent, now);
            } catch (Refused e) {
                if (!(e.problem() instanceof Problem.Stale)) {
                    throw e;
                }
            }
        }
        throw ConditionalWrite.busy();
    }

    private OperationAnswer changed(OperationRequest request, ObjectNode sent, Stored now) {
        var resource = now.json();
        var meta =
                resource.get("meta") instanceof ObjectNode there
                        ? there
                        : resource.putObject("meta");
        for (var name : List.of("profile", "tag", "security")) {
            change(meta, name, sent.path(name));
        }
        var content = intake.ready(request.caller(), resource);
        var changes =
                List.<Change>of(new Change.Put(content, OptionalLong.of(now.version()), false));
        narrowing.change(request.caller(), changes);
        var written =
                store.write(new Write(changes, settings.references(), request.trail().of(changes)))
                        .getFirst();
        return OperationAnswer.of(told(Json.parse(preparation.body(content, written))));
    }

    private void change(ObjectNode meta, String name, JsonNode sent) {
        var all = JsonNodeFactory.instance.arrayNode();
        if (meta.get(name) instanceof ArrayNode there) {
            there.forEach(one -> {
                if (adds || !holds(sent, one)) {
                    all.add(one);
                }
            });
        }
        if (adds) {
            sent.forEach(one -> {
                if (!holds(all, one)) {
                    all.add(one);
                }
            });
        }
        if (all.isEmpty()) {
            meta.remove(name);
        } else {
            meta.set(name, all);
        }
    }

    /// They are sets: a coding is the same by its system and code, whatever its words.
    private static boolean holds(JsonNode some, JsonNode one) {
        for (var other : some) {
            if (one.isObject()
                    ? same(one, other, "system") && same(one, other, "code")
                    : one.equals(other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(JsonNode one, JsonNode other, String name) {
        return one.path(name).asString("").equals(other.path(name).asString(""));
    }

    /// What is answered: the meta as it is now.
    static ObjectNode told(ObjectNode resource) {
        var parameters = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        var result = parameters.putArray("parameter").addObject().put("name", "return");
        result.set("valueMeta", resource.path("meta"));
        return parameters;
    }
}
