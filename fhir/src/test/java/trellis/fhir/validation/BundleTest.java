package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.fhir.validation.Judged.issues;
import static trellis.fhir.validation.Judged.places;

import org.junit.jupiter.api.Test;

class BundleTest {
    private static final String PUT = "'request':{'method':'PUT','url':'Patient/1'}";

    @Test
    void an_entry_is_checked_and_its_place_told() {
        assertThat(
                        places(
                                "{'resourceType':'Bundle','type':'batch','entry':[{"
                                        + PUT
                                        + "},{"
                                        + PUT
                                        + ",'resource':{'resourceType':'Patient',"
                                        + "'name':[{'family':7}]}}]}"))
                .containsExactly("value at Bundle.entry[1].resource.name[0].family");
    }

    @Test
    void a_reference_inside_the_bundle_leads_to_the_type_of_its_entry() {
        var entry =
                "{'resourceType':'Bundle','type':'transaction','entry':[{'fullUrl':"
                        + "'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',"
                        + PUT
                        + ",'resource':{'resourceType':'%s'}},{"
                        + PUT
                        + ",'resource':{'resourceType':'Condition','subject':{'reference':"
                        + "'urn:uuid:c757873d-ec9a-4326-a141-556f43239520'}}}]}";
        assertThat(issues(entry.formatted("Patient"))).isEmpty();
        assertThat(places(entry.formatted("Device")))
                .containsExactly("structure at Bundle.entry[1].resource.subject");
    }

    @Test
    void a_local_reference_does_not_reach_another_entry() {
        assertThat(
                        places(
                                """
                                {'resourceType':'Bundle','type':'collection','entry':[
                                 {'resource':{'resourceType':'Condition','subject':{'reference':'#p'},
                                  'contained':[{'resourceType':'Patient','id':'p'}]}},
                                 {'resource':{'resourceType':'Condition','subject':{'reference':'#p'}}}]}\
                                """))
                .containsExactly("invariant at Bundle.entry[1].resource.subject.reference");
    }

    @Test
    void a_resource_in_parameters_is_checked() {
        assertThat(
                        places(
                                """
                                {'resourceType':'Parameters','parameter':[{'name':'x',
                                 'resource':{'resourceType':'Patient','active':1}}]}\
                                """))
                .containsExactly("value at Parameters.parameter[0].resource.active");
    }

    @Test
    void an_entry_without_a_known_type_is_refused() {
        assertThat(
                        places(
                                "{'resourceType':'Bundle','type':'collection',"
                                        + "'entry':[{'resource':{'id':'1'}}]}"))
                .containsExactly("structure at Bundle.entry[0].resource");
    }
}
