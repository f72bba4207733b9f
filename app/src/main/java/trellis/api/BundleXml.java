package trellis.api;

import java.io.ByteArrayOutputStream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.xml.FhirXml;

/// Puts a Bundle together as XML.
final class BundleXml implements BundlePieces {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);

    /// @param heading everything but the entries
    BundleXml(ObjectNode heading) {
        out.writeBytes(FhirXml.opening(heading));
    }

    @Override
    public void add(String fullUrl, byte[] resource, ObjectNode rest) {
        var entry = JsonNodeFactory.instance.objectNode();
        if (!fullUrl.isEmpty()) {
            entry.put("fullUrl", fullUrl);
        }
        if (resource.length > 0) {
            entry.set("resource", Json.parse(resource));
        }
        entry.setAll(rest);
        out.writeBytes(FhirXml.element("entry", entry, "Bundle.entry"));
    }

    @Override
    public byte[] taken() {
        var bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    @Override
    public byte[] toBytes() {
        out.writeBytes(FhirXml.closing("Bundle"));
        return out.toByteArray();
    }
}
