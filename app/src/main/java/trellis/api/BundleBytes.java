package trellis.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Puts a Bundle together from bytes: resources go into it as they lie in the store, and no tree is
/// built of them.
final class BundleBytes implements BundlePieces {
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

    @Override
    public void add(String fullUrl, byte[] resource, ObjectNode rest) {
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
        if (rest.isEmpty()) {
            write(separator.equals("{") ? "{}" : "}");
            return;
        }
        write(separator);
        var more = Json.write(rest);
        out.write(more, 1, more.length - 1);
    }

    @Override
    public byte[] taken() {
        var bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    @Override
    public byte[] toBytes() {
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
