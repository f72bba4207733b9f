package trellis.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;

class SearchParametersTest {

    /// 1,375 parameters are published, three of them (`_text`, `_content`, `_query`) without an
    /// expression. The others are defined for 1,703 bases, of which 6 are for all 146 types.
    private static final int OF_ALL_TYPES = 1_697 + 6 * 146;

    private final SearchParameters parameters = SearchParameters.r4();

    @Test
    void every_published_parameter_compiles() {
        var failures = new ArrayList<String>();
        var count = 0;
        for (var type : Definitions.r4().resourceTypes()) {
            for (var parameter : parameters.of(type)) {
                try {
                    assertThat(Rule.of(parameter, parameters).parameter()).isEqualTo(parameter);
                    count++;
                } catch (Refused e) {
                    failures.add(parameter + " " + e.problem());
                }
            }
        }
        assertThat(failures).isEmpty();
        assertThat(count).isEqualTo(OF_ALL_TYPES);
    }

    @Test
    void parameters_of_all_resources_stand_under_each_type() {
        for (var type : Definitions.r4().resourceTypes()) {
            assertThat(parameters.of(type))
                    .extracting(SearchParameter::code)
                    .contains("_id", "_lastUpdated", "_profile", "_security", "_source", "_tag")
                    .doesNotContain("_text", "_content", "_query")
                    .isSorted();
        }
    }

    @Test
    void a_parameter_of_many_types_keeps_what_concerns_one() {
        assertThat(parameters.find("Observation", "patient"))
                .contains(
                        new SearchParameter(
                                "Observation",
                                "patient",
                                ParameterType.REFERENCE,
                                "http://hl7.org/fhir/SearchParameter/clinical-patient",
                                "Observation.subject.where(resolve() is Patient)",
                                List.of("Patient"),
                                List.of()));
        assertThat(
                        parameters
                                .find("Observation", "combo-value-quantity")
                                .orElseThrow()
                                .expression())
                .isEqualTo(
                        "Observation.value as Quantity | Observation.value as SampledData"
                                + " | Observation.component.value as Quantity"
                                + " | Observation.component.value as SampledData");
    }

    @Test
    void targets_are_those_that_the_type_itself_allows() {
        assertThat(parameters.find("Observation", "encounter").orElseThrow().targets())
                .containsExactly("Encounter");
        assertThat(parameters.find("Observation", "subject").orElseThrow().targets())
                .containsExactlyInAnyOrder("Patient", "Group", "Device", "Location");
        assertThat(parameters.find("Encounter", "practitioner").orElseThrow().targets())
                .containsExactly("Practitioner");
        assertThat(parameters.find("List", "item").orElseThrow().targets()).hasSize(145);
    }

    @Test
    void a_composite_names_its_parts() {
        assertThat(parameters.find("DocumentReference", "relationship").orElseThrow().components())
                .containsExactly(
                        new SearchParameter.Component(
                                "relatesto", ParameterType.REFERENCE, "target"),
                        new SearchParameter.Component("relation", ParameterType.TOKEN, "code"));
    }

    @Test
    void what_is_not_published_is_not_found() {
        assertThat(parameters.find("Observation", "nonsense")).isEmpty();
        assertThat(parameters.find("Nonsense", "_id")).isEmpty();
        assertThat(parameters.of("Nonsense")).isEmpty();
        assertThat(parameters.of("Resource")).isEmpty();
    }
}
