package trellis.fhir.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import trellis.fhir.Json;
import trellis.fhir.Resource;

class ExtractorTest {

    @Test
    void a_code_stands_without_the_system_that_its_element_implies() {
        assertThat(Lines.of("{'resourceType':'Patient','gender':'female'}", "gender"))
                .containsExactly("gender token |female");
    }

    @Test
    void each_coding_of_a_concept_is_a_token_and_none_stands_twice() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Observation','code':{'text':'Weight','coding':[
                                  {'system':'http://loinc.org','code':'29463-7'},
                                  {'system':'http://loinc.org','code':'29463-7','display':'again'},
                                  {'code':'w'},{'system':'http://a.org'},{'display':'nothing'}]}}
                                """,
                                "code"))
                .containsExactly(
                        "code token http://loinc.org|29463-7",
                        "code label again",
                        "code token |w",
                        "code token http://a.org|",
                        "code label nothing",
                        "code label Weight");
    }

    @Test
    void an_identifier_stands_with_its_kind_too() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Patient','identifier':[{'value':'7','type':{'text':'Number',
                                  'coding':[{'system':'urn:k','code':'MR'}]}}]}
                                """,
                                "identifier"))
                .containsExactly(
                        "identifier identifier |7",
                        "identifier typed urn:k|MR|7",
                        "identifier label Number");
    }

    @Test
    void an_identifier_is_marked_as_one() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Patient','identifier':[
                                  {'system':'https://fhir.nhs.uk/Id/nhs-number','value':'9990000018'},
                                  {'value':'local'},{'system':'http://only.org'}]}
                                """,
                                "identifier"))
                .containsExactly(
                        "identifier identifier https://fhir.nhs.uk/Id/nhs-number|9990000018",
                        "identifier identifier |local");
    }

    @Test
    void a_contact_point_is_found_by_its_value_under_the_parameter_of_its_system() {
        var patient =
                """
                {'resourceType':'Patient','telecom':[
                  {'system':'phone','use':'home','value':'01632 960000'},
                  {'system':'email','value':'a@example.org'}]}
                """;
        assertThat(Lines.of(patient, "phone")).containsExactly("phone token |01632 960000");
        assertThat(Lines.of(patient, "email")).containsExactly("email token |a@example.org");
        assertThat(Lines.of(patient, "telecom")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    {'resourceType':'Patient'}; false
                    {'resourceType':'Patient','deceasedBoolean':false}; false
                    {'resourceType':'Patient','deceasedBoolean':true}; true
                    {'resourceType':'Patient','deceasedDateTime':'2020-01-01'}; true
                    """)
    void whether_a_patient_is_deceased_is_always_known(String patient, String deceased) {
        assertThat(Lines.of(patient, "deceased")).containsExactly("deceased token |" + deceased);
    }

    @Test
    void each_part_of_a_name_is_a_text() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Patient','name':[{'text':'Dr Ann B. Cox','family':'Cox',
                                  'given':['Ann','B.'],'prefix':['Dr'],'suffix':['MD']}]}
                                """,
                                "name"))
                .containsExactly(
                        "name text Dr Ann B. Cox",
                        "name text Cox",
                        "name text Ann",
                        "name text B.",
                        "name text Dr",
                        "name text MD");
    }

    @Test
    void each_part_of_an_address_is_a_text() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Patient','address':[{'use':'home','line':['1 Lane','Flat 2'],
                                  'city':'Leeds','district':'D','state':'S','postalCode':'LS1 1AA',
                                  'country':'GB','text':'whole'}]}
                                """,
                                "address"))
                .containsExactly(
                        "address text whole",
                        "address text 1 Lane",
                        "address text Flat 2",
                        "address text Leeds",
                        "address text D",
                        "address text S",
                        "address text LS1 1AA",
                        "address text GB");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    'effectiveDateTime':'2020-05'; 2020-05-01T00:00:00Z to 2020-06-01T00:00:00Z
                    'effectiveInstant':'2020-05-01T01:00:00.5+01:00'; 2020-05-01T00:00:00.500Z to 2020-05-01T00:00:00.600Z
                    'effectivePeriod':{'start':'2020','end':'2021-02'}; 2020-01-01T00:00:00Z to 2021-03-01T00:00:00Z
                    'effectivePeriod':{'start':'2020'}; 2020-01-01T00:00:00Z to open
                    'effectivePeriod':{'end':'2020'}; open to 2021-01-01T00:00:00Z
                    'effectiveTiming':{'event':['2020-05-03','2020-05-01'],'repeat':{'boundsPeriod':{'start':'2020-05-02','end':'2020-05-09'}}}; 2020-05-01T00:00:00Z to 2020-05-10T00:00:00Z
                    'effectiveTiming':{'event':['2020']}; 2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z
                    """)
    void times_are_spans(String effective, String span) {
        assertThat(Lines.of("{'resourceType':'Observation'," + effective + "}", "date"))
                .containsExactly("date span " + span);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'effectiveDateTime':'yesterday'",
                "'effectiveDateTime':2020",
                "'effectiveDateTime':['2020-13']",
                "'effectivePeriod':{}",
                "'effectivePeriod':'2020'",
                "'effectivePeriod':{'start':'2021','end':'2020'}",
                "'effectivePeriod':{'start':'soon','end':'2020'}",
                "'effectiveTiming':{'repeat':{'boundsDuration':{'value':3}}}",
                "'_effectiveDateTime':{'extension':[{'url':'http://a.org'}]}",
                "'effectiveAge':{'value':3}",
            })
    void a_time_that_cannot_be_read_is_left_out(String effective) {
        assertThat(Lines.of("{'resourceType':'Observation'," + effective + "}", "date")).isEmpty();
    }

    @Test
    void words_about_a_time_are_no_time() {
        assertThat(Lines.of("{'resourceType':'Procedure','performedString':'2019'}", "date"))
                .isEmpty();
    }

    @Test
    void a_quantity_keeps_its_digits_and_its_unit() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Observation','valueQuantity':{'value':1.50,'unit':'kg',
                                  'system':'http://unitsofmeasure.org','code':'kg'}}
                                """,
                                "value-quantity"))
                .containsExactly("value-quantity quantity 1.50|http://unitsofmeasure.org|kg (kg)");
    }

    @Test
    void a_range_is_found_by_both_ends() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Condition','onsetRange':{'low':{'value':1,'unit':'a'},
                                  'high':{'value':2,'unit':'a'}}}
                                """,
                                "onset-age"))
                .containsExactly("onset-age quantity 1|| (a)", "onset-age quantity 2|| (a)");
    }

    @Test
    void money_is_a_quantity_of_its_currency() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Invoice','totalGross':{'value':9.90,'currency':'GBP'}}
                                """,
                                "totalgross"))
                .containsExactly("totalgross quantity 9.90|urn:iso:std:iso:4217|GBP ()");
    }

    @Test
    void a_probability_is_a_number() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'RiskAssessment','prediction':[{'probabilityDecimal':0.10},
                                  {'probabilityRange':{'low':{'value':1},'high':{'value':2}}}]}
                                """,
                                "probability"))
                .containsExactly(
                        "probability number 0.10", "probability number 1", "probability number 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    'reference':'Patient/a.1-B'; subject reference Patient/a.1-B
                    'reference':'Group/g/_history/3'; subject reference Group/g
                    'reference':'https://other.org/fhir/Patient/1'; subject elsewhere https://other.org/fhir/Patient/1
                    'reference':'urn:uuid:6d2b1d5c'; subject elsewhere urn:uuid:6d2b1d5c
                    'identifier':{'system':'http://a.org','value':'7'}; subject logical http://a.org|7
                    """)
    void a_reference_is_local_or_elsewhere_or_logical(String reference, String line) {
        assertThat(
                        Lines.of(
                                "{'resourceType':'Observation','subject':{" + reference + "}}",
                                "subject"))
                .containsExactly(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'reference':'#p'",
                "'reference':'Patient?name=a'",
                "'reference':'Nonsense/1'",
                "'reference':'Patient/'",
                "'reference':'Patient/1/extra'",
                "'reference':'/Patient/1'",
                "'reference':'Patient/1 2'",
                "'reference':7",
                "'display':'somebody'",
                "'identifier':{'system':'http://a.org'}",
            })
    void a_reference_that_cannot_be_followed_is_left_out(String reference) {
        assertThat(
                        Lines.of(
                                "{'resourceType':'Observation','subject':{" + reference + "}}",
                                "subject"))
                .isEmpty();
    }

    @Test
    void a_reference_with_an_identifier_is_found_by_both() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Observation','subject':{'reference':'Patient/1',
                                  'identifier':{'value':'7'}}}
                                """,
                                "subject"))
                .containsExactly("subject reference Patient/1", "subject logical |7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    'reference':'Patient/1'; 1
                    'reference':'Device/1'; 0
                    'reference':'https://other.org/Patient/1/_history/2'; 1
                    'reference':'https://other.org/Group/1'; 0
                    'identifier':{'value':'7'},'type':'Patient'; 1
                    'identifier':{'value':'7'}; 0
                    'reference':'urn:uuid:7','type':'Patient'; 1
                    'reference':'Device/1','type':'Patient'; 0
                    """)
    void whether_a_subject_is_a_patient_is_read_from_the_reference(String reference, int count) {
        assertThat(
                        Lines.of(
                                "{'resourceType':'Observation','subject':{" + reference + "}}",
                                "patient"))
                .hasSize(count);
    }

    @Test
    void a_canonical_is_found_with_and_without_its_version() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'MeasureReport','measure':'http://a.org/m|1.0'}
                                """,
                                "measure"))
                .containsExactly(
                        "measure elsewhere http://a.org/m", "measure elsewhere http://a.org/m|1.0");
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Patient','meta':{'profile':['http://a.org/p|2']}}
                                """,
                                "_profile"))
                .containsExactly("_profile uri http://a.org/p", "_profile uri http://a.org/p|2");
    }

    @Test
    void a_place_has_a_position() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Location','position':{'longitude':-1.5491,'latitude':53.80}}
                                """,
                                "near"))
                .containsExactly("near position 53.80, -1.5491");
    }

    @Test
    void parts_of_a_composite_stand_in_the_same_element() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Observation','code':{'coding':[{'code':'bp'}]},'component':[
                                  {'code':{'coding':[{'code':'sys'},{'code':'s'}]},'valueQuantity':{'value':120}},
                                  {'code':{'coding':[{'code':'none'}]}},
                                  {'code':{'coding':[{'code':'dia'}]},'valueQuantity':{'value':80}}]}
                                """,
                                "combo-code-value-quantity"))
                .containsExactly(
                        "combo-code-value-quantity composite 1"
                                + " [combo-code token |sys, combo-code token |s]"
                                + " with [combo-value-quantity quantity 120|| ()]",
                        "combo-code-value-quantity composite 3"
                                + " [combo-code token |dia]"
                                + " with [combo-value-quantity quantity 80|| ()]");
    }

    @Test
    void a_part_of_a_composite_may_come_from_the_resource() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'MolecularSequence',
                                  'referenceSeq':{'chromosome':{'coding':[{'code':'7'}]}},
                                  'variant':[{'start':5,'end':9}]}
                                """,
                                "chromosome-variant-coordinate"))
                .containsExactly(
                        "chromosome-variant-coordinate composite 0 [chromosome token |7]"
                                + " with [variant-start number 5] with [variant-end number 9]");
    }

    @Test
    void the_first_resource_of_a_document_is_referred_to_by_its_id() {
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Bundle','entry':[
                                  {'resource':{'resourceType':'Composition','id':'c'}},
                                  {'resource':{'resourceType':'Composition','id':'d'}}]}
                                """,
                                "composition"))
                .containsExactly("composition reference Composition/c");
        assertThat(
                        Lines.of(
                                """
                                {'resourceType':'Bundle','entry':[
                                  {'resource':{'resourceType':'Patient','id':'p'}}]}
                                """,
                                "composition"))
                .isEmpty();
    }

    @Test
    void what_holds_for_all_resources_is_found_in_each() {
        var basic =
                """
                {'resourceType':'Binary','id':'b','meta':{'lastUpdated':'2020-01-01T00:00:00Z',
                  'source':'http://s.org','tag':[{'code':'t'}],'security':[{'code':'R'}]}}
                """;
        assertThat(Lines.all(Resource.of(Json.parse(basic.replace('\'', '"').getBytes(UTF_8)))))
                .containsExactly(
                        "_id token |b",
                        "_lastUpdated span 2020-01-01T00:00:00Z to 2020-01-01T00:00:01Z",
                        "_security token |R",
                        "_source uri http://s.org",
                        "_tag token |t");
    }

    @Test
    void thousands_of_members_are_found_once_each() {
        var members = new StringBuilder();
        for (var i = 0; i < 10_000; i++) {
            members.append(",{'entity':{'reference':'Patient/").append(i % 5_000).append("'}}");
        }
        assertThat(
                        Lines.of(
                                "{'resourceType':'Group','member':[" + members.substring(1) + "]}",
                                "member"))
                .hasSize(5_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'resourceType':'Nonsense'}", "{'resourceType':7}"})
    void what_is_no_resource_has_no_values(String json) {
        assertThat(Lines.all(Resource.of(Json.parse(json.replace('\'', '"').getBytes(UTF_8)))))
                .isEmpty();
    }
}
