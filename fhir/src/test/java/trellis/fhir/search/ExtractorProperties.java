package trellis.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;

class ExtractorProperties {

    private final Extractor extractor = Extractor.r4();

    @Property(tries = 1_000)
    void whatever_a_resource_holds_extraction_ends_well(@ForAll long seed) {
        var resource = Resource.of(new RandomResource(seed, 0.15).resource());
        var values = extractor.extract(resource);
        assertThat(values).isEqualTo(extractor.extract(resource));
        assertThat(new HashSet<>(values)).hasSameSizeAs(values);
        values.forEach(ExtractorProperties::check);
    }

    private static void check(SearchValue value) {
        switch (value) {
            case SearchValue.Token(_, var system, var code, _) ->
                    assertThat(system + code).isNotEmpty();
            case SearchValue.Label(_, var text) -> assertThat(text).isNotBlank();
            case SearchValue.Typed(_, _, _, var identifier) -> assertThat(identifier).isNotEmpty();
            case SearchValue.Text(_, var text) -> assertThat(text).isNotBlank();
            case SearchValue.Span(_, var low, var high) -> assertThat(low).isLessThan(high);
            case SearchValue.Reference(_, var type, var id) -> {
                assertThat(type).matches("[A-Z][A-Za-z]+");
                assertThat(id).matches("[A-Za-z0-9.-]{1,64}");
            }
            case SearchValue.Elsewhere(_, var url) -> assertThat(url).isNotEmpty();
            case SearchValue.Logical(_, _, var identifier) -> assertThat(identifier).isNotEmpty();
            case SearchValue.Uri(_, var uri) -> assertThat(uri).isNotEmpty();
            case SearchValue.Composite(var parameter, _, var parts) -> {
                assertThat(parts).hasSameSizeAs(parameter.components());
                assertThat(parts).noneMatch(List::isEmpty);
                parts.forEach(part -> part.forEach(ExtractorProperties::check));
            }
            case SearchValue.Numeric _, SearchValue.Quantity _, SearchValue.Position _ -> {}
        }
    }

    /// A second way to the references: by walking the names of the parameters whose expression is
    /// nothing but names.
    @Property(tries = 1_000)
    void every_reference_that_a_parameter_names_is_found(@ForAll long seed) {
        var resource = Resource.of(new RandomResource(seed, 0).resource());
        var values = extractor.extract(resource);
        for (var parameter : SearchParameters.r4().of(resource.type())) {
            if (parameter.type() == ParameterType.REFERENCE
                    && parameter.expression().matches("[A-Za-z]+(\\.[a-z][A-Za-z]*)+")) {
                assertThat(
                                values.stream()
                                        .filter(v -> v.parameter().equals(parameter))
                                        .filter(SearchValue.Reference.class::isInstance)
                                        .map(SearchValue.Reference.class::cast)
                                        .map(r -> r.type() + "/" + r.id()))
                        .containsExactlyInAnyOrderElementsOf(walked(resource, parameter));
            }
        }
    }

    private static List<String> walked(Resource resource, SearchParameter parameter) {
        var names = List.of(parameter.expression().split("\\."));
        var found = List.<JsonNode>of(resource.json());
        for (var name : names.subList(1, names.size())) {
            var next = new ArrayList<JsonNode>();
            for (var json : found) {
                for (var key : List.of(name, name + "Reference")) {
                    var child = json.path(key);
                    (child.isArray() ? child : List.of(child)).forEach(next::add);
                }
            }
            found = next;
        }
        return found.stream()
                .map(json -> json.path("reference").asString(""))
                .filter(text -> !text.isEmpty())
                .distinct()
                .collect(Collectors.toList());
    }

    @Property(tries = 300)
    void a_resource_that_was_written_and_read_is_found_by_the_same(@ForAll long seed) {
        ObjectNode json = new RandomResource(seed, 0).resource();
        assertThat(extractor.extract(Resource.of(Json.parse(Json.write(json)))))
                .hasSameSizeAs(extractor.extract(Resource.of(json)));
    }
}
