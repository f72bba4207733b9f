package trellis.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Puts a Bundle together from bytes: resources go into it as they lie in the store, and no tree is
/// built of them.
final class BundleBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    private boolean first = true;

    private BundleBytes(ObjectNode heading) {
        open(heading);
    }

    /// Begins a Bundle.
    ///
    /// @param type of Bundle, such as `searchset`
    static ObjectNode heading(String type) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("resourceType", "Bundle")
                .put("type", type);
    }

    /// @param heading everything but the entries
    static BundleBytes under(ObjectNode heading) {
        return new BundleBytes(heading);
    }

    /// Adds an entry.
    ///
    /// @param fullUrl empty for none
    /// @param resource JSON; empty for none
    /// @param rest the other elements of the entry
    void add(String fullUrl, byte[] resource, ObjectNode rest) {
        write(first ? ",\"entry\":[" : ",");
        first = false;
        var separator = "{";
        if (!fullUrl.isEmpty()) {
            write("{\"fullUrl\":");
            out.writeBytes(Json.write(JsonNodeFactory.instance.stringNode(fullUrl)));
            separator = ",";
        }
        if (resource.length > 0) {
            write(separator + "\"resource\":");
            out.writeBytes(resource);
            separator = ",";
        }
        write(separator);
        var more = Json.write(rest);
        out.write(more, 1, more.length - 1);
    }

    /// The whole Bundle.
    byte[] toBytes() {
        write(first ? "}" : "]}");
        return out.toByteArray();
    }

    private void open(ObjectNode heading) {
        var bytes = Json.write(heading);
        out.write(bytes, 0, bytes.length - 1);
    }

    private void write(String ascii) {
        out.writeBytes(ascii.getBytes(US_ASCII));
    }
}
