package trellis.fhir;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Writes one JSON object member by member, for callers who need to know where a member stands.
public final class ObjectWriter implements AutoCloseable {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
    private final JsonGenerator generator;

    /// Begins an object.
    public ObjectWriter() {
        generator = Json.generator(out, false);
        generator.writeStartObject();
    }

    /// How many bytes have been written: the place of the comma before the next member, or, for the
    /// first, the place after the opening brace.
    public int position() {
        generator.flush();
        return out.size();
    }

    /// Writes one member.
    public ObjectWriter member(String name, JsonNode value) {
        generator.writeName(name);
        Json.write(value, generator);
        return this;
    }

    /// Ends the object.
    ///
    /// @return compact UTF-8
    public byte[] finished() {
        generator.writeEndObject();
        generator.flush();
        return out.toByteArray();
    }

    /// Gives back what writing took.
    @Override
    public void close() {
        generator.close();
    }
}
