package trellis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.Compartments;
import trellis.fhir.search.SearchParameters;

/// Our table of the compartments against that of HAPI FHIR, whose classes are made from the published CompartmentDefinitions. HAPI
/// notes membership at elements: where a parameter of a compartment leads to the same element as another one of its type, it
/// holds that both belong to it. It has Device in the compartment of a Patient besides, which R4 has not.
class CompartmentsTest {
    private static final FhirContext HAPI = FhirContext.forR4();

    @ParameterizedTest
    @ValueSource(strings = {"Patient", "Encounter", "Practitioner", "RelatedPerson", "Device"})
    void a_compartment_has_the_types_and_elements_that_were_published(String name) {
        for (var type : Definitions.r4().resourceTypes()) {
            if (name.equals("Patient") && type.equals("Device")) {
                continue;
            }
            var ours = Set.copyOf(Compartments.r4().parameters(name, type));
            var theirs =
                    HAPI
                            .getResourceDefinition(type)
                            .getSearchParamsForCompartmentName(name)
                            .stream()
                            .map(RuntimeSearchParam::getName)
                            .collect(Collectors.toSet());
            assertThat(theirs).as("%s in %s", type, name).containsAll(ours);
            var elements =
                    ours.stream()
                            .flatMap(code -> elements(type, code))
                            .collect(Collectors.toCollection(TreeSet::new));
            for (var code : theirs) {
                assertThat(elements(type, code))
                        .as("%s of %s in %s", code, type, name)
                        .anyMatch(elements::contains);
            }
        }
    }

    /// The elements that a parameter leads to.
    private static Stream<String> elements(String type, String code) {
        return SearchParameters.r4().find(type, code).stream()
                .flatMap(parameter -> Arrays.stream(parameter.expression().split("\\|")))
                .map(expression -> expression.strip().replaceFirst("\\.where\\(.*", ""));
    }
}
