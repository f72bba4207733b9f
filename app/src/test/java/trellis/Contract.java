package trellis;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// A published contract (OpenAPI 3.0), against which answers are held.
public final class Contract {
    private static final Path ALL = Path.of("../../shared/data/contracts");

    private final SchemaRegistry registry =
            SchemaRegistry.withDialect(
                    Dialects.getOpenApi30(),
                    builder ->
                            builder.schemaLoader(loader ->
                                    loader.fetchRemoteResources()
                                            .allow(iri -> iri.toString().startsWith("file:"))));
    private final Path folder;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private Contract(Path folder) {
        this.folder = folder;
    }

    /// @param folder below the published contracts
    public static Contract of(String folder) {
        return new Contract(ALL.resolve(folder).toAbsolutePath().normalize());
    }

    /// What a document lacks of a schema, one fault a line.
    ///
    /// @param place file and place in it, such as `components/schemas/Patient.yaml` or `api.yaml#/components/schemas/X`
    public List<String> faults(String place, JsonNode document) {
        var schema =
                schemas.computeIfAbsent(
                        place, at -> registry.getSchema(SchemaLocation.of(folder.toUri() + at)));
        return schema.validate(document).stream().map(Object::toString).toList();
    }

    /// A file of the contract, such as an example.
    public Path file(String name) {
        return folder.resolve(name);
    }
}
