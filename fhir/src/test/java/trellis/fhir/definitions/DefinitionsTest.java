package trellis.fhir.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionsTest {
    private static final Definitions R4 = Definitions.r4();

    @Test
    void there_are_146_resource_types_in_alphabetical_order() {
        assertThat(R4.resourceTypes()).hasSize(146).isSorted().doesNotContain("DomainResource");
        assertThat(R4.resourceTypes()).contains("Patient", "Binary", "Parameters", "Bundle");
    }

    @Test
    void numbers_of_types_are_the_ones_that_databases_hold() {
        assertThat(R4.typeCode("Account")).isEqualTo(1);
        assertThat(R4.typeCode("Observation")).isEqualTo(96);
        assertThat(R4.typeCode("Patient")).isEqualTo(103);
        assertThat(R4.typeCode("VisionPrescription")).isEqualTo(146);
        for (var type : R4.resourceTypes()) {
            assertThat(R4.typeName(R4.typeCode(type))).isEqualTo(type);
        }
    }

    @Test
    void what_is_no_resource_type_has_no_number() {
        assertThat(List.of("", "patient", "Resource", "HumanName", "Patient.contact", "Nothing"))
                .allMatch(name -> R4.typeCode(name) == 0 && !R4.isResourceType(name));
        assertThatIllegalArgumentException().isThrownBy(() -> R4.typeName(0));
        assertThatIllegalArgumentException().isThrownBy(() -> R4.typeName(147));
    }

    @Test
    void an_element_knows_its_cardinality_types_and_codes() {
        var gender = R4.at("Patient.gender").orElseThrow().element();
        assertThat(gender.min()).isZero();
        assertThat(gender.repeats()).isFalse();
        assertThat(gender.isSummary()).isTrue();
        assertThat(gender.requiredCodes().orElseThrow().codes())
                .containsExactlyInAnyOrder("male", "female", "other", "unknown");
        var status = R4.at("Observation.status").orElseThrow().element();
        assertThat(status.min()).isEqualTo(1);
        assertThat(status.isModifier()).isTrue();
        assertThat(R4.at("Patient.name").orElseThrow().element().max())
                .isEqualTo(ElementDefinition.MANY);
    }

    @Test
    void a_choice_element_is_found_by_each_typed_name() {
        var value = R4.at("Observation.valueQuantity").orElseThrow();
        assertThat(value.element().name()).isEqualTo("value");
        assertThat(value.element().choice()).isTrue();
        assertThat(value.type().name()).isEqualTo("Quantity");
        assertThat(R4.at("Observation.value")).isEmpty();
        assertThat(R4.at("Observation.valueMoney")).isEmpty();
    }

    @Test
    void a_reference_knows_what_it_may_point_to() {
        var subject = R4.at("Condition.subject").orElseThrow();
        assertThat(subject.type())
                .isEqualTo(new ElementType("Reference", List.of("Patient", "Group")));
    }

    @Test
    void a_repeated_content_is_followed() {
        assertThat(R4.at("Questionnaire.item.item.item.linkId")).isPresent();
        assertThat(R4.at("Bundle.entry.link.relation")).isPresent();
        assertThat(R4.at("Bundle.entry.link").orElseThrow().type().name()).isEqualTo("Bundle.link");
    }

    @Test
    void a_quantity_without_comparator_is_a_type_of_its_own() {
        var low = R4.at("Range.low").orElseThrow();
        assertThat(low.type().name()).isEqualTo("SimpleQuantity");
        assertThat(R4.type("SimpleQuantity").orElseThrow().element("comparator")).isEmpty();
        assertThat(R4.at("Dosage.doseAndRate.doseQuantity")).isPresent();
    }

    @Test
    void codes_that_follow_a_grammar_are_not_listed() {
        assertThat(R4.at("Attachment.contentType").orElseThrow().element().requiredCodes())
                .isEmpty();
    }

    @Test
    void every_type_that_an_element_names_is_defined() {
        for (var type : R4.types()) {
            for (var element : type.elements()) {
                assertThat(element.types())
                        .as(type + "." + element.name())
                        .isNotEmpty()
                        .allMatch(t -> R4.type(t.name()).isPresent());
            }
        }
    }
}
