package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.fhir.validation.Judged.issues;
import static trellis.fhir.validation.Judged.places;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {

    private static String condition(String subject, String more) {
        return "{'resourceType':'Condition','subject':" + subject + more + "}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'reference':'Patient/1'}",
                "{'reference':'Patient/1/_history/2'}",
                "{'reference':'Patient?identifier=x'}",
                "{'reference':'https://example.org/fhir/Group/1'}",
                "{'reference':'urn:uuid:c757873d-ec9a-4326-a141-556f43239520'}",
                "{'reference':'Patient/1','type':'Patient'}",
                "{'type':'Patient','identifier':{'value':'1'}}",
                "{'display':'somebody'}",
                "{'reference':'something/else'}"
            })
    void what_may_be_pointed_to_is_taken(String subject) {
        assertThat(issues(condition(subject, ""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'reference':'Device/1'}",
                "{'reference':'Device/1/_history/2'}",
                "{'reference':'Device?identifier=x'}",
                "{'reference':'https://example.org/fhir/Device/1'}",
                "{'type':'Device','identifier':{'value':'1'}}"
            })
    void what_may_not_is_refused_with_what_may(String subject) {
        assertThat(issues(condition(subject, "")))
                .singleElement()
                .satisfies(i -> {
                    assertThat(i.expression()).isEqualTo("Condition.subject");
                    assertThat(i.diagnostics())
                            .isEqualTo("\"subject\" may refer to Group, Patient only.");
                });
    }

    @Test
    void a_stated_type_must_be_that_of_the_address() {
        assertThat(places(condition("{'reference':'Patient/1','type':'Group'}", "")))
                .containsExactly("structure at Condition.subject.type");
    }

    @Test
    void spaces_are_refused() {
        assertThat(places(condition("{'reference':'Patient/1 2'}", "")))
                .containsExactly("value at Condition.subject.reference");
    }

    @Test
    void a_local_reference_finds_what_is_contained() {
        var patient = ",'contained':[{'resourceType':'Patient','id':'p'}]";
        var device = ",'contained':[{'resourceType':'Device','id':'p'}]";
        assertThat(issues(condition("{'reference':'#p'}", patient))).isEmpty();
        assertThat(places(condition("{'reference':'#p'}", device)))
                .containsExactly("structure at Condition.subject");
        assertThat(places(condition("{'reference':'#q'}", "")))
                .containsExactly("invariant at Condition.subject.reference");
    }

    @Test
    void what_is_contained_must_be_pointed_to_or_point_out() {
        var alone = ",'contained':[{'resourceType':'Basic','id':'b','code':{'text':'x'}}]";
        assertThat(places(condition("{'reference':'Patient/1'}", alone)))
                .containsExactly("invariant at Condition.contained[0]");
        var pointingOut =
                ",'contained':[{'resourceType':'Basic','id':'b','code':{'text':'x'},"
                        + "'subject':{'reference':'#'}}]";
        assertThat(issues(condition("{'reference':'Patient/1'}", pointingOut))).isEmpty();
    }

    @Test
    void what_is_contained_has_no_version_no_label_and_contains_nothing() {
        var contained =
                ",'contained':[{'resourceType':'Patient','id':'p','meta':{'versionId':'1',"
                        + "'security':[{'system':'http://x','code':'R'}]}}]";
        assertThat(places(condition("{'reference':'#p'}", contained)))
                .containsExactly(
                        "invariant at Condition.contained[0]",
                        "invariant at Condition.contained[0]");
        var nested =
                ",'contained':[{'resourceType':'Patient','id':'p',"
                        + "'contained':[{'resourceType':'Patient','id':'q'}]}]";
        assertThat(places(condition("{'reference':'#p'}", nested)))
                .containsExactly("invariant at Condition.contained[0].contained[0]");
    }
}
