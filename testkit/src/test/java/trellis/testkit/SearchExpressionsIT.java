package trellis.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.fhirpath.IFhirPathEvaluationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.path.Item;
import trellis.fhir.path.Path;
import trellis.fhir.path.Scope;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// HAPI's FHIRPath engine evaluates each search parameter's expression as it is published; ours, the
/// part of it that was compiled for the type. Both must give the same nodes.
class SearchExpressionsIT {
    private static final int OF_EACH_TYPE = 20;
    private static final String PUBLISHED = "/org/hl7/fhir/r4/model/sp/search-parameters.json";

    private static final FhirContext R4 = FhirContext.forR4Cached();

    private final IFhirPath hapi = R4.newFhirPath();
    private final TreeMap<String, String> published = new TreeMap<>();
    private final TreeMap<String, Integer> compared = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int nodes;

    SearchExpressionsIT() throws IOException {
        hapi.setEvaluationContext(new TypeOnly());
        try (var in = SearchExpressionsIT.class.getResourceAsStream(PUBLISHED)) {
            for (var entry : Json.parse(in.readAllBytes()).path("entry")) {
                var parameter = entry.path("resource");
                published.put(
                        parameter.path("url").asString(),
                        parameter.path("expression").asString(""));
            }
        }
    }

    @Test
    void hapi_finds_the_same_nodes_by_the_published_expressions() throws IOException {
        var cohort = Cohort.find();
        var examples = Cohort.findData("conformance");
        var ukCore = Cohort.findData("uk-core");
        assumeTrue(
                cohort.isPresent() && examples.isPresent() && ukCore.isPresent(), Cohort.MISSING);
        compareAll(examples.get().resolve("fhir-test-cases/r4/examples"));
        compareAll(ukCore.get().resolve("examples"));
        var random = new Random(20161);
        for (var type : cohort.get().types()) {
            try (var resources = cohort.get().resources(type)) {
                resources
                        .limit(400)
                        .filter(_ -> random.nextInt(400) < OF_EACH_TYPE)
                        .forEach(this::compare);
            }
        }
        assertThat(differences).isEmpty();
        assertThat(compared).hasSizeGreaterThan(60);
        assertThat(nodes).isGreaterThan(5_000);
    }

    private void compareAll(java.nio.file.Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : (Iterable<java.nio.file.Path>) files.sorted()::iterator) {
                if (file.toString().endsWith(".json")) {
                    compare(Json.parse(Files.readAllBytes(file)));
                } else if (file.toString().endsWith(".xml")) {
                    var resource = R4.newXmlParser().parseResource(Files.readString(file));
                    var text = R4.newJsonParser().encodeResourceToString(resource);
                    compare(Json.parse(text.getBytes(UTF_8)));
                }
            }
        }
    }

    private void compare(ObjectNode json) {
        var text = new String(Json.write(json), UTF_8);
        var resource = R4.newJsonParser().parseResource(text);
        var scope = Scope.of(Resource.of(json)).orElseThrow();
        var type = scope.resource().type().name();
        for (var parameter : SearchParameters.r4().of(type)) {
            compare(parameter, resource, scope);
        }
        compared.merge(type, 1, Integer::sum);
    }

    private void compare(SearchParameter parameter, IBaseResource resource, Scope scope) {
        var path = Path.compile(parameter.expression(), parameter.base());
        var ours = path.in(scope);
        var theirs = theirs(resource, published.getOrDefault(parameter.url(), ""));
        nodes += ours.size();
        var place = parameter.base() + " " + parameter.code();
        note(place, ours, theirs);
        for (var i = 0; ours.size() == theirs.size() && i < ours.size(); i++) {
            for (var part : parameter.components()) {
                if (!part.expression().contains("%resource")) {
                    note(
                            place + " " + part.expression(),
                            path.then(part.expression()).in(scope.of(ours.get(i))),
                            theirs(theirs.get(i), part.expression()));
                }
            }
        }
    }

    /// Each alternative by itself, because HAPI cannot compare quantities when it unites them; and
    /// without the empty id that it gives for Parameters.
    private List<IBase> theirs(IBase focus, String expression) {
        return Arrays.stream(expression.split("\\|"))
                .flatMap(part -> hapi.evaluate(focus, part.strip(), IBase.class).stream())
                .filter(node -> !node.isEmpty())
                .toList();
    }

    private void note(String place, List<Item> ours, List<IBase> theirs) {
        var one = ours.stream().map(SearchExpressionsIT::text).distinct().toList();
        var other = theirs.stream().map(SearchExpressionsIT::text).distinct().toList();
        if (!one.equals(other)) {
            differences.add(place + "\n  ours:   " + one + "\n  theirs: " + other);
        }
    }

    private static String text(Item item) {
        return switch (item) {
            case Item.Element(var type, var json, _) ->
                    type.kind() == TypeDefinition.Kind.PRIMITIVE
                            ? type.name() + " " + json.asString()
                            : canonical(json);
            case Item.Bool(var value) -> "boolean " + value;
            case Item.Text _, Item.Numeric _, Item.Moment _, Item.Target _ -> item.toString();
        };
    }

    private static String text(IBase node) {
        return node instanceof IPrimitiveType<?> primitive
                ? primitive.fhirType() + " " + Objects.toString(primitive.getValueAsString(), "")
                : canonical(Json.parse(R4.newJsonParser().encodeToString(node).getBytes(UTF_8)));
    }

    /// Text that does not depend on the order of names, nor on whether numbers have exponents.
    private static String canonical(JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            return json.isArray()
                    ? json.valueStream().map(SearchExpressionsIT::canonical).toList().toString()
                    : json.isNumber() ? json.decimalValue().toPlainString() : json.asString();
        }
        var sorted = new TreeMap<String, String>();
        object.forEachEntry((name, value) -> sorted.put(name, canonical(value)));
        return sorted.toString();
    }

    /// Resolves a reference to an empty resource of the type that its address names.
    private static final class TypeOnly implements IFhirPathEvaluationContext {
        @Override
        public @Nullable IBase resolveReference(IIdType id, IBase context) {
            return id.hasResourceType()
                    ? R4.getResourceDefinition(id.getResourceType()).newInstance()
                    : null;
        }
    }
}
