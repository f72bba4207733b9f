package trellis.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Puts a Bundle together from bytes: resources go into it as they lie in the store, and no tree is
/// built of them.
final class BundleBytes implements BundlePieces {
    private static final int BEGINNING = 4096;
    private static final byte[] EMPTY = {'{', '}'};

    private final ByteArrayOutputStream out;
    private boolean first = true;

    private BundleBytes(ObjectNode heading, int room) {
        out = new ByteArrayOutputStream(room);
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
        return new BundleBytes(heading, BEGINNING);
    }

    /// @param entries how many bytes the entries will take, or about so many
    static BundleBytes under(ObjectNode heading, int entries) {
        return new BundleBytes(heading, BEGINNING + entries);
    }

    @Override
    public void add(String fullUrl, byte[] resource, ObjectNode rest) {
        add(fullUrl, resource, rest.isEmpty() ? EMPTY : Json.write(rest));
    }

    /// Adds an entry.
    ///
    /// @param rest the rest of the entry as JSON: an object, which many entries may have in common
    void add(String fullUrl, byte[] resource, byte[] rest) {
        write(first ? ",\"entry\":[" : ",");
        first = false;
        var separator = "{";
        if (!fullUrl.isEmpty()) {
            write("{\"fullUrl\":");
            address(fullUrl);
            separator = ",";
        }
        if (resource.length > 0) {
            write(separator + "\"resource\":");
            out.writeBytes(resource);
            separator = ",";
        }
        if (rest.length == EMPTY.length) {
            write(separator.equals("{") ? "{}" : "}");
            return;
        }
        write(separator);
        out.write(rest, 1, rest.length - 1);
    }

    /// An address is plain ASCII, but for one that somebody made up.
    private void address(String url) {
        for (var i = 0; i < url.length(); i++) {
            var c = url.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                out.writeBytes(Json.write(JsonNodeFactory.instance.stringNode(url)));
                return;
            }
        }
        out.write('"');
        write(url);
        out.write('"');
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
