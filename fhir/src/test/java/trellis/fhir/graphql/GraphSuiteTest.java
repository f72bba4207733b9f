package trellis.fhir.graphql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Refused;
import trellis.fhir.search.Examples;
import trellis.fhir.xml.FhirXml;

/// HL7's tests of GraphQL over R4 (fhir-test-cases, `r4/graphql/manifest.xml`), all of them.
class GraphSuiteTest {
    private static final Path R4 = Path.of("../../shared/data/conformance/fhir-test-cases/r4");
    private static final Path SUITE = R4.resolve("graphql");

    /// One test of the manifest.
    private record Case(String name, String source, String output, String context, String file) {
        static Case of(Element test) {
            return new Case(
                    test.getAttribute("name"),
                    test.getAttribute("source"),
                    test.getAttribute("output"),
                    test.getAttribute("context"),
                    test.getAttribute("resource"));
        }
    }

    @TestFactory
    Stream<DynamicTest> every_case_of_the_suite() throws Exception {
        assumeTrue(Files.isDirectory(SUITE), Examples.MISSING);
        var manifest =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(SUITE.resolve("manifest.xml").toFile());
        var tests = manifest.getElementsByTagName("test");
        var cases = new ArrayList<Case>();
        for (var i = 0; i < tests.getLength(); i++) {
            cases.add(Case.of((Element) tests.item(i)));
        }
        assertThat(cases).hasSize(29);
        return cases.stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
    }

    /// Queries that only have to be read. Mutations are not done here, and GraphQL itself (2021, section 2.6) has no empty
    /// parentheses.
    @TestFactory
    Stream<DynamicTest> every_query_to_be_parsed() throws IOException {
        assumeTrue(Files.isDirectory(SUITE), Examples.MISSING);
        var refused = Set.of("Mutation", "EmptyParamList");
        return Arrays.stream(
                        Files.readString(SUITE.resolve("parser-tests.gql")).split("(?m)^#### "))
                .filter(section -> !section.isBlank())
                .map(section -> section.split("\\R", 2))
                .map(parts ->
                        DynamicTest.dynamicTest(
                                parts[0].strip(),
                                () -> parsed(parts[1], !refused.contains(parts[0].strip()))));
    }

    private static void parsed(String text, boolean taken) {
        var nothing = JsonNodeFactory.instance.objectNode();
        if (taken) {
            GraphQuery.of(text, Optional.empty(), nothing);
        } else {
            assertThatThrownBy(() -> GraphQuery.of(text, Optional.empty(), nothing))
                    .isInstanceOf(Refused.class);
        }
    }

    private static void check(Case one) throws IOException {
        var text = Files.readString(SUITE.resolve(one.source()));
        if (one.output().equals("$error")) {
            assertThatThrownBy(() -> answer(one, text)).isInstanceOf(Refused.class);
            return;
        }
        var wanted = Json.parse(Files.readAllBytes(SUITE.resolve(one.output())));
        assertThat(answer(one, text)).isEqualTo(wanted);
    }

    private static ObjectNode answer(Case one, String text) {
        var variables = JsonNodeFactory.instance.objectNode().put("var", true);
        var query = GraphQuery.of(text, Optional.empty(), variables);
        if (one.context().isEmpty()) {
            return query.overall(new Published());
        }
        var parts = one.context().split("/");
        var file = one.file().isEmpty() ? parts[0] + "-" + parts[1] : one.file();
        return query.about(file(file.toLowerCase(Locale.ROOT)).orElseThrow(), new Published());
    }

    private static Optional<ObjectNode> file(String name) {
        try {
            for (var folder : List.of(R4.resolve("examples"), R4)) {
                var xml = folder.resolve(name + ".xml");
                var json = folder.resolve(name + ".json");
                if (Files.exists(xml)) {
                    return Optional.of(FhirXml.parse(Files.readAllBytes(xml)));
                }
                if (Files.exists(json)) {
                    return Optional.of(Json.parse(Files.readAllBytes(json)));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The published examples, and the answers to searches that the suite takes for granted.
    private static final class Published implements GraphSource {

        @Override
        public Optional<ObjectNode> read(String type, String id) {
            return file(type.toLowerCase(Locale.ROOT) + "-" + id);
        }

        @Override
        public Optional<ObjectNode> resolve(String reference) {
            return Optional.empty();
        }

        @Override
        public Page search(String type, List<Parameter> parameters, boolean counted) {
            if (type.equals("Condition")) {
                assertThat(parameters).containsExactly(new Parameter("patient", "Patient/example"));
                return page(
                        List.of(match("condition-example", Optional.empty(), Optional.empty())));
            }
            assertThat(parameters).containsExactly(new Parameter("active", "true"));
            var score = Json.parse("{\"s\":0.5}".getBytes(UTF_8)).path("s");
            return page(
                    List.of(
                            match("patient-example", Optional.empty(), Optional.empty()),
                            match(
                                    "patient-example-xds",
                                    Optional.of("match"),
                                    Optional.of(score))));
        }

        private static Match match(String file, Optional<String> mode, Optional<JsonNode> score) {
            return new Match(file(file).orElseThrow(), mode, score);
        }

        private static Page page(List<Match> matches) {
            var next = "77c97e03-8a6c-415f-a63d-11c80cf73f:50";
            return new Page(
                    matches,
                    Optional.of(50),
                    Optional.of(0),
                    Optional.of(50),
                    List.of(new Link("next", next)));
        }

        @Override
        public boolean holds(String expression, JsonNode element, String type) {
            assertThat(expression).isEqualTo("family.exists()");
            return element.has("family");
        }

        @Override
        public Optional<String> text(String expression, JsonNode element, String type) {
            return Optional.of(element.path(expression).asString());
        }
    }
}
