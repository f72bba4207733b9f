package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.access.Tokens;
import trellis.fhir.Json;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;

/// The published examples through the API and back: what is read is what was sent.
class ExamplesIT {
    private static final Path EXAMPLES =
            Path.of("../../shared/data/conformance/fhir-test-cases/r4/examples");

    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_REFERENCES", "unchecked"));

    @TestFactory
    List<DynamicTest> an_example_comes_back_as_it_was_sent() throws IOException {
        assumeTrue(Files.isDirectory(EXAMPLES), "the shared examples are not on this machine");
        var token = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        var wire = new Wire(server.at("/fhir"), token);
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> comesBack(wire, file)))
                    .toList();
        }
    }

    private static void comesBack(Wire wire, Path file) throws IOException {
        var sent = read(file);
        assumeTrue(sent.isPresent(), "is no JSON");
        var resource = sent.get();
        var type = resource.path("resourceType").asString("");
        assumeTrue(!type.equals("Parameters"), "Parameters has no address");
        assumeTrue(!type.equals("AuditEvent"), "the log is only looked at");
        var valid = Validator.r4().validate(Resource.of(resource)).isEmpty();

        var created = wire.post("/" + type, resource);

        if (!valid) {
            assertThat(created.status()).isIn(400, 422);
            return;
        }
        if (type.equals("Subscription") && created.status() == 422) {
            // A request that cannot be carried out: the example's end is over.
            assertThat(created.at("/issue/0/expression/0")).isEqualTo("Subscription.end");
            return;
        }
        var back = wire.get("/" + type + "/" + created.is(201).id()).is(200).json();
        assertThat(withoutStamp(back)).isEqualTo(withoutStamp(resource));
    }

    private static Optional<ObjectNode> read(Path file) throws IOException {
        try {
            return Optional.of(Json.parse(Files.readAllBytes(file)));
        } catch (Refused _) {
            return Optional.empty();
        }
    }

    /// Without what the server gives: id, version and time.
    private static ObjectNode withoutStamp(ObjectNode resource) {
        var rest = resource.deepCopy();
        rest.remove("id");
        if (rest.get("meta") instanceof ObjectNode meta) {
            meta.remove("versionId");
            meta.remove("lastUpdated");
            if (meta.isEmpty()) {
                rest.remove("meta");
            }
        }
        return rest;
    }
}
