package trellis.fhir.patch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.XmlInput;

/// HL7's own tests of patches for R4, all of them.
class PublishedPatchesTest {
    private static final Path SUITE =
            Path.of("../../shared/data/conformance/fhir-test-cases/r4/patch");
    private static final Path FHIRPATH = SUITE.resolve("fhir-patch-tests.xml");
    private static final Path JSON = SUITE.resolve("json-patch-tests.json");

    @TestFactory
    Stream<DynamicTest> every_fhirpath_patch_does_what_is_published() {
        assumeTrue(
                Files.exists(FHIRPATH),
                "the shared test data is not beside the repository: test skipped");
        var cases = XmlInput.children(XmlInput.root(FHIRPATH), "case");
        assertThat(cases).hasSize(33);
        return cases.stream()
                .map(each -> DynamicTest.dynamicTest(each.getAttribute("name"), () -> check(each)));
    }

    private static void check(Element test) {
        var input = content(test, "input");
        var patch = FhirPathPatch.of(content(test, "diff"), Clock.systemUTC());
        if (XmlInput.children(test, "output").isEmpty()) {
            fails(patch, input);
        } else {
            assertThat(patch.applied(input)).isEqualTo(content(test, "output"));
        }
    }

    private static ObjectNode content(Element test, String name) {
        var holder = XmlInput.children(test, name).getFirst();
        return XmlInput.resource(XmlInput.children(holder).findFirst().orElseThrow()).json();
    }

    private static void fails(Patch patch, ObjectNode input) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> patch.applied(input))
                .satisfies(e -> assertThat(e.problem()).isInstanceOf(Problem.Invalid.class));
    }

    @TestFactory
    Stream<DynamicTest> every_json_patch_does_what_is_published() throws IOException {
        assumeTrue(
                Files.exists(JSON),
                "the shared test data is not beside the repository: test skipped");
        var text = "{\"cases\":" + Files.readString(JSON) + "}";
        var cases = Json.parse(text.getBytes(UTF_8)).path("cases");
        assertThat(cases).hasSize(16);
        return IntStream.range(0, cases.size())
                .mapToObj(cases::get)
                .map(each ->
                        DynamicTest.dynamicTest(
                                each.path("comment").stringValue(), () -> check(each)));
    }

    private static void check(JsonNode test) {
        var document = (ObjectNode) test.path("doc");
        var patch = JsonPatch.of((ArrayNode) test.path("patch"));
        if (test.has("error")) {
            fails(patch, document);
        } else {
            assertThat(patch.applied(document)).isEqualTo(test.path("expected"));
        }
    }
}
