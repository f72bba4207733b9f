package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.fhir.validation.Judged.issues;
import static trellis.fhir.validation.Judged.places;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.fhir.Issue;

class StructureTest {

    @Test
    void a_sound_resource_has_no_issue() {
        assertThat(
                        issues(
                                """
                                {'resourceType':'Patient','id':'p1','active':true,'birthDate':'1970-01-31',
                                 'name':[{'use':'official','family':'Ash','given':['Ann','B']}],
                                 'gender':'female','deceasedBoolean':false,'multipleBirthInteger':2,
                                 'contact':[{'name':{'text':'Ben'}}]}\
                                """))
                .isEmpty();
    }

    @Test
    void an_unknown_element_is_named_with_the_nearest_known_one() {
        assertThat(issues("{'resourceType':'Patient','brithDate':'1970-01-01'}"))
                .containsExactly(
                        Issue.error(
                                "structure",
                                "Patient has no element \"brithDate\"; did you mean \"birthDate\"?",
                                "Patient.brithDate"));
        assertThat(issues("{'resourceType':'Patient','shoeSize':9}"))
                .containsExactly(
                        Issue.error(
                                "structure",
                                "Patient has no element \"shoeSize\": leave it out.",
                                "Patient.shoeSize"));
    }

    @Test
    void a_resource_must_say_a_known_type() {
        assertThat(issues("{'id':'x'}").getFirst().diagnostics())
                .isEqualTo("A resource must say its type in \"resourceType\".");
        assertThat(issues("{'resourceType':'patient'}").getFirst().diagnostics())
                .isEqualTo("\"resourceType\" names no R4 resource type; did you mean \"Patient\"?");
        assertThat(issues("{'resourceType':'DomainResource'}")).hasSize(1);
        assertThat(issues("{'resourceType':7}")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'resourceType':'Patient','name':{'family':'A'}}           | structure at Patient.name
                    {'resourceType':'Patient','birthDate':['1970-01-01']}      | value at Patient.birthDate
                    {'resourceType':'Patient','name':[]}                       | structure at Patient.name
                    {'resourceType':'Patient','name':[{'given':[]}]}           | structure at Patient.name[0].given
                    {'resourceType':'Patient','name':[{}]}                     | structure at Patient.name[0]
                    {'resourceType':'Patient','maritalStatus':{}}              | structure at Patient.maritalStatus
                    {'resourceType':'Patient','maritalStatus':'M'}             | structure at Patient.maritalStatus
                    {'resourceType':'Patient','maritalStatus':[{'text':'M'}]}  | structure at Patient.maritalStatus
                    {'resourceType':'Patient','birthDate':null}                | structure at Patient.birthDate
                    {'resourceType':'Patient','name':[null]}                   | structure at Patient.name[0]
                    {'resourceType':'Patient','name':[{'given':[null]}]}       | structure at Patient.name[0].given[0]
                    {'resourceType':'Patient','name':[{'id':'a'}]}             | invariant at Patient.name[0]
                    {'resourceType':'Patient','active':'true'}                 | value at Patient.active
                    {'resourceType':'Patient','gender':1}                      | value at Patient.gender
                    {'resourceType':'Patient','text':{'status':'empty'}}       | required at Patient.text.div
                    {'resourceType':'Observation','code':{'text':'x'}}         | required at Observation.status
                    """)
    void every_breach_of_structure_is_found_at_its_place(String json, String place) {
        assertThat(places(json)).containsExactly(place);
    }

    @Test
    void all_that_is_missing_is_named() {
        assertThat(places("{'resourceType':'Encounter'}"))
                .containsExactly("required at Encounter.class", "required at Encounter.status");
    }

    @Test
    void a_choice_is_made_once() {
        assertThat(
                        places(
                                """
                                {'resourceType':'Patient','deceasedBoolean':false,
                                 'deceasedDateTime':'2020-01-01'}\
                                """))
                .containsExactly("structure at Patient.deceased");
        assertThat(
                        places(
                                """
                                {'resourceType':'Patient','deceasedBoolean':false,
                                 '_deceasedBoolean':{'id':'a'}}\
                                """))
                .isEmpty();
        assertThat(places("{'resourceType':'Patient','deceasedString':'no'}"))
                .containsExactly("structure at Patient.deceasedString");
    }

    @Test
    void a_required_choice_may_have_any_of_its_types() {
        var start = "{'resourceType':'MedicationRequest','status':'active','intent':'order',";
        var end = "'subject':{'reference':'Patient/p'}}";
        assertThat(places(start + end)).containsExactly("required at MedicationRequest.medication");
        assertThat(places(start + "'medicationCodeableConcept':{'text':'x'}," + end)).isEmpty();
        assertThat(places(start + "'medicationReference':{'display':'x'}," + end)).isEmpty();
    }

    @Test
    void content_that_repeats_another_elements_is_checked_to_any_depth() {
        assertThat(
                        places(
                                """
                                {'resourceType':'Questionnaire','status':'draft','item':[
                                 {'linkId':'1','type':'group','item':[
                                  {'linkId':'2','type':'group','item':[{'type':'string'}]}]}]}\
                                """))
                .containsExactly("required at Questionnaire.item[0].item[0].item[0].linkId");
    }

    @Test
    void a_hundred_problems_are_enough() {
        var names = "{'familyy':'x'},".repeat(5_000) + "{'family':'x'}";
        assertThat(issues("{'resourceType':'Patient','name':[" + names + "]}")).hasSize(100);
    }

    @Test
    void nothing_that_was_sent_as_a_value_is_repeated() {
        assertThat(issues("{'resourceType':'Patient','birthDate':'Secretname','gender':'Hidden'}"))
                .hasSize(2)
                .noneMatch(i -> i.diagnostics().contains("Secret"))
                .noneMatch(i -> i.diagnostics().contains("Hidden"));
    }
}
