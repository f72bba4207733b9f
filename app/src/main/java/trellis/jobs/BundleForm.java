package trellis.jobs;

import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What an import makes of a Bundle, by its type (https://hl7.org/fhir/R4/valueset-bundle-type.html).
enum BundleForm {
    /// A transaction: all of it or nothing.
    TOGETHER,
    /// A batch: each entry by itself.
    EACH,
    /// Resources that were put together by somebody: all that can be stored, with the links between
    /// them.
    COLLECTED,
    /// A document or message, which is kept as it is.
    AS_IT_IS;

    private static final String UUID = "urn:uuid:";

    static BundleForm of(ObjectNode bundle) {
        var type = bundle.path("type").asString("");
        return switch (type) {
            case "transaction" -> TOGETHER;
            case "batch" -> EACH;
            case "collection", "searchset" -> COLLECTED;
            case "document", "message" -> AS_IT_IS;
            default ->
                    throw new Refused(
                            new Problem.BadRequest(
                                    "not-supported",
                                    "A Bundle of this type is not imported; its type must be"
                                            + " transaction, batch, collection, searchset, document"
                                            + " or message.",
                                    "Bundle.type"));
        };
    }

    /// How many entries a Bundle has.
    static int entries(ObjectNode bundle) {
        return bundle.path("entry").size();
    }

    static List<Integer> all(ObjectNode bundle) {
        return IntStream.range(0, entries(bundle)).boxed().toList();
    }

    /// A transaction of some of the entries.
    ///
    /// What is POSTed under a `urn:uuid:` keeps that UUID as its id, so that importing it twice makes
    /// nothing twice. A resource without a request is put under its own id.
    ///
    /// @param bundle is changed
    static ObjectNode transaction(ObjectNode bundle, List<Integer> entries) {
        bundle.put("type", "transaction");
        bundle.remove("total");
        bundle.remove("link");
        if (!bundle.has("entry")) {
            return bundle;
        }
        var from = bundle.withArray("entry");
        var to = bundle.arrayNode();
        for (var index : entries) {
            var entry = from.get(index);
            if (entry instanceof ObjectNode object) {
                object.remove("search");
                object.remove("response");
                settle(object);
            }
            to.add(entry);
        }
        bundle.set("entry", to);
        return bundle;
    }

    private static void settle(ObjectNode entry) {
        if (!(entry.get("resource") instanceof ObjectNode resource)) {
            return;
        }
        var type = resource.path("resourceType").asString("");
        var id = resource.path("id").asString("");
        var fullUrl = entry.path("fullUrl").asString("");
        if (!(entry.get("request") instanceof ObjectNode request)) {
            if (id.isEmpty() && fullUrl.startsWith(UUID)) {
                put(entry.putObject("request"), resource, type, fullUrl);
            } else if (!id.isEmpty()) {
                entry.putObject("request").put("method", "PUT").put("url", type + "/" + id);
            }
        } else if (request.path("method").asString("").equals("POST")
                && request.path("url").asString("").equals(type)
                && fullUrl.startsWith(UUID)
                && !request.has("ifNoneExist")) {
            put(request, resource, type, fullUrl);
        }
    }

    private static void put(ObjectNode request, ObjectNode resource, String type, String fullUrl) {
        var id = fullUrl.substring(UUID.length());
        resource.put("id", id);
        request.put("method", "PUT").put("url", type + "/" + id);
    }
}
