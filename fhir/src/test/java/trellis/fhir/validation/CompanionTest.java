package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.fhir.validation.Judged.places;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The `_name` beside a primitive `name` (FHIR R4 json, 2.6.2).
class CompanionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            textBlock =
                    """
                    '_birthDate':{'extension':[{'url':'http://e','valueString':'x'}]}     | none
                    '_birthDate':{'id':'a'},'birthDate':'1970'                            | none
                    '_birthDate':{'id':'a'}                                               | invariant at Patient.birthDate
                    '_birthDate':{}                                                       | structure at Patient.birthDate
                    '_birthDate':'x'                                                      | structure at Patient.birthDate
                    '_birthDate':{'value':'1970'}                                         | structure at Patient.birthDate.value
                    '_birthDate':{'extension':[{'valueString':'x'}]}                      | required at Patient.birthDate.extension[0].url
                    '_name':[{'id':'a'}]                                                  | structure at Patient._name
                    'name':[{'given':['A',null],'_given':[null,{'extension':[{'url':'http://e','valueString':'x'}]}]}] | none
                    'name':[{'given':['A',null],'_given':[null,null]}]                    | structure at Patient.name[0].given[1]
                    'name':[{'given':['A'],'_given':{'id':'a'}}]                          | structure at Patient.name[0].given
                    """)
    void carries_id_and_extensions_only(String part, String place) {
        var places = places("{'resourceType':'Patient'," + part + "}");
        if (place == null) {
            assertThat(places).isEmpty();
        } else {
            assertThat(places).first().isEqualTo(place);
        }
    }
}
