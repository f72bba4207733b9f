package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.fhir.validation.Judged.issues;

import org.junit.jupiter.api.Test;

class BindingTest {

    @Test
    void a_code_outside_of_a_required_binding_is_refused_with_a_suggestion() {
        assertThat(issues("{'resourceType':'Patient','gender':'femal'}"))
                .singleElement()
                .satisfies(i -> {
                    assertThat(i.code()).isEqualTo("code-invalid");
                    assertThat(i.expression()).isEqualTo("Patient.gender");
                    assertThat(i.diagnostics())
                            .isEqualTo(
                                    "\"gender\" must be a code of"
                                            + " http://hl7.org/fhir/ValueSet/administrative-gender"
                                            + "; did you mean \"female\"?");
                });
        assertThat(issues("{'resourceType':'Patient','gender':'x'}").getFirst().diagnostics())
                .endsWith(": female, male, other, unknown.");
    }

    @Test
    void a_concept_needs_one_coding_of_a_required_value_set() {
        var condition =
                """
                {'resourceType':'Condition','subject':{'display':'x'},'clinicalStatus':%s}\
                """;
        var system = "'system':'http://terminology.hl7.org/CodeSystem/condition-clinical'";
        assertThat(issues(condition.formatted("{'coding':[{" + system + ",'code':'active'}]}")))
                .isEmpty();
        assertThat(
                        issues(
                                condition.formatted(
                                        "{'coding':[{'system':'http://x','code':'y'},{"
                                                + system
                                                + ",'code':'active'}]}")))
                .isEmpty();
        assertThat(issues(condition.formatted("{'coding':[{" + system + ",'code':'no'}]}")))
                .hasSize(1);
        assertThat(issues(condition.formatted("{'text':'active'}"))).hasSize(1);
    }

    @Test
    void codes_that_follow_a_grammar_are_checked_as_codes_only() {
        assertThat(
                        issues(
                                """
                                {'resourceType':'Binary','contentType':'application/x-anything'}\
                                """))
                .isEmpty();
    }
}
