package trellis.fhir.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.search.Examples;
import trellis.fhir.validation.Validator;

class FhirXmlTest {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    private static String json(String xml) {
        return new String(Json.write(FhirXml.parse(xml.getBytes(UTF_8))), UTF_8);
    }

    private static String xml(String json) {
        return new String(FhirXml.write(Json.parse(json.getBytes(UTF_8)), false), UTF_8);
    }

    private static String patient(String content) {
        return "<Patient xmlns=\"http://hl7.org/fhir\">" + content + "</Patient>";
    }

    /// One way and back.
    private static void bothWays(String json, String xml) {
        assertThat(xml(json)).isEqualTo(HEAD + xml);
        assertThat(json(xml)).isEqualTo(json);
    }

    @Test
    void values_keep_their_types_and_what_repeats_is_an_array() {
        bothWays(
                """
                {"resourceType":"Patient","id":"1","active":true,"name":[{"family":"Odd","given":["A","B"]}],\
                "birthDate":"1970-01","multipleBirthInteger":2}\
                """,
                patient(
                        "<id value=\"1\"/><active value=\"true\"/><name><family value=\"Odd\"/>"
                                + "<given value=\"A\"/><given value=\"B\"/></name>"
                                + "<birthDate value=\"1970-01\"/><multipleBirthInteger value=\"2\"/>"));
    }

    @Test
    void numbers_keep_their_digits() {
        bothWays(
                "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":1.50,\"unit\":\"kg\"}}",
                "<Observation xmlns=\"http://hl7.org/fhir\"><valueQuantity><value value=\"1.50\"/>"
                        + "<unit value=\"kg\"/></valueQuantity></Observation>");
    }

    @Test
    void what_is_said_about_a_value_stays_beside_it() {
        bothWays(
                """
                {"resourceType":"Patient","name":[{"id":"n","given":["A",null],"_given":[null,{"id":"g",\
                "extension":[{"url":"http://e.org/x","valueCode":"y"}]}]}],"_birthDate":{"extension":\
                [{"url":"http://e.org/unknown","valueBoolean":false}]}}\
                """,
                patient(
                        "<name id=\"n\"><given value=\"A\"/><given id=\"g\">"
                                + "<extension url=\"http://e.org/x\"><valueCode value=\"y\"/></extension>"
                                + "</given></name><birthDate><extension"
                                + " url=\"http://e.org/unknown\"><valueBoolean value=\"false\"/>"
                                + "</extension></birthDate>"));
    }

    @Test
    void resources_lie_within_resources() {
        bothWays(
                """
                {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":\
                {"resourceType":"Patient","contained":[{"resourceType":"Basic","id":"b"}]}}]}\
                """,
                "<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"collection\"/><entry>"
                        + "<fullUrl value=\"urn:uuid:1\"/><resource><Patient><contained><Basic>"
                        + "<id value=\"b\"/></Basic></contained></Patient></resource></entry></Bundle>");
    }

    @Test
    void narratives_stay_what_they_were() {
        bothWays(
                """
                {"resourceType":"Patient","text":{"status":"generated","div":"<div \
                xmlns=\\"http://www.w3.org/1999/xhtml\\"><p class=\\"a\\">1 &lt; 2<br/><!-- x --></p></div>"}}\
                """,
                patient(
                        "<text><status value=\"generated\"/><div"
                                + " xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"a\">1 &lt;"
                                + " 2<br/><!-- x --></p></div></text>"));
    }

    @Test
    void a_narratives_prefix_is_taken_off() {
        assertThat(
                        json(
                                "<f:Patient xmlns:f=\"http://hl7.org/fhir\""
                                        + " xmlns:h=\"http://www.w3.org/1999/xhtml\"><f:text>"
                                        + "<h:div><h:b>x</h:b></h:div></f:text></f:Patient>"))
                .isEqualTo(
                        "{\"resourceType\":\"Patient\",\"text\":{\"div\":\"<div"
                                + " xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><b>x</b></div>\"}}");
    }

    @Test
    void names_that_xhtml_has_for_characters_become_the_characters() {
        assertThat(
                        xml(
                                "{\"resourceType\":\"Patient\",\"text\":{\"div\":\"<div"
                                        + " xmlns=\\\"http://www.w3.org/1999/xhtml\\\">a&nbsp;&eacute;&amp;</div>\"}}"))
                .contains(">a\u00a0\u00e9&amp;</div>");
    }

    @Test
    void a_narrative_that_is_no_xml_is_shown_as_text() {
        assertThat(xml("{\"resourceType\":\"Patient\",\"text\":{\"div\":\"<div>a<b></div>\"}}"))
                .contains("<div xmlns=\"http://www.w3.org/1999/xhtml\">&lt;div&gt;a&lt;b&gt;");
    }

    @Test
    void signs_of_xml_and_ends_of_lines_come_back() {
        var json =
                "{\"resourceType\":\"Patient\",\"implicitRules\":\"a<b>&\\\"'\\n\\t\\r\u20ac\ud83d\ude00\"}";
        assertThat(json(xml(json))).isEqualTo(json);
    }

    @Test
    void elements_stand_in_the_order_of_the_definitions() {
        assertThat(
                        xml(
                                "{\"birthDate\":\"1970\",\"active\":true,\"id\":\"1\",\"resourceType\":\"Patient\"}"))
                .isEqualTo(
                        HEAD
                                + patient(
                                        "<id value=\"1\"/><active value=\"true\"/>"
                                                + "<birthDate value=\"1970\"/>"));
    }

    @Test
    void a_name_of_json_that_is_no_elements_becomes_no_tag() {
        assertThat(
                        xml(
                                "{\"resourceType\":\"Patient\",\"a><b\":\"x\",\"active \":true,\"active\":true}"))
                .isEqualTo(HEAD + patient("<active value=\"true\"/>"));
        assertThatThrownBy(() -> xml("{\"resourceType\":\"a><b\"}")).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> xml("{}")).isInstanceOf(Refused.class);
    }

    @Test
    void it_can_be_indented() {
        assertThat(
                        new String(
                                FhirXml.write(
                                        Json.parse(
                                                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Odd\"}]}"
                                                        .getBytes(UTF_8)),
                                        true),
                                UTF_8))
                .isEqualTo(
                        """
                        <?xml version="1.0" encoding="UTF-8"?>
                        <Patient xmlns="http://hl7.org/fhir">
                          <name>
                            <family value="Odd"/>
                          </name>
                        </Patient>
                        """);
    }

    @Test
    void a_bundle_can_be_written_in_pieces() {
        var whole =
                Json.parse(
                        """
                        {"resourceType":"Bundle","type":"searchset","total":1,"entry":[{"fullUrl":"urn:x",\
                        "resource":{"resourceType":"Patient","active":true},"search":{"mode":"match"}}]}\
                        """
                                .getBytes(UTF_8));
        var heading = whole.deepCopy();
        heading.remove("entry");

        var pieces =
                new String(FhirXml.opening(heading), UTF_8)
                        + new String(
                                FhirXml.element(
                                        "entry",
                                        (ObjectNode) whole.path("entry").get(0),
                                        "Bundle.entry"),
                                UTF_8)
                        + new String(FhirXml.closing("Bundle"), UTF_8);

        assertThat(pieces).isEqualTo(new String(FhirXml.write(whole, false), UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    <active value="perhaps"/>                | Patient.active
                    <multipleBirthInteger value="1.5"/>      | Patient.multipleBirth
                    <birthDate value="1970"/><birthDate value="1971"/> | Patient.birthDate
                    <gander value="male"/>                   | Patient.gander
                    <name/>                                  | Patient.name[0]
                    <birthDate/>                             | Patient.birthDate
                    """)
    void what_has_no_place_is_left_for_the_validator_to_name(String content, String place) {
        var resource = FhirXml.parse(patient(content).getBytes(UTF_8));

        assertThat(Validator.r4().validate(Resource.of(resource)))
                .anySatisfy(issue -> assertThat(issue.expression()).isEqualTo(place));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    <Patient xmlns="http://hl7.org/fhir"><active>                      | Not well-formed
                    <Patient><active value="true"/></Patient>                          | namespace
                    <Patient xmlns="http://hl7.org/fhir">true</Patient>                | text between elements
                    <Patient xmlns="http://hl7.org/fhir" id="1"/>                      | attribute id
                    <Patient xmlns="http://hl7.org/fhir"><active vaule="true"/></Patient> | attribute vaule
                    <!DOCTYPE x><Patient xmlns="http://hl7.org/fhir"/>                 | DOCTYPE
                    <!DOCTYPE x [<!ENTITY a "b">]><Patient xmlns="http://hl7.org/fhir"><id value="&a;"/></Patient> | DOCTYPE
                    <Patient xmlns="http://hl7.org/fhir"><id value="&nbsp;"/></Patient> | entities
                    <Patient xmlns="http://hl7.org/fhir"/><Patient/>                   | Not well-formed
                    <Patient xmlns="http://hl7.org/fhir"><contained><Basic/><Basic/></contained></Patient> | second resource
                    """)
    void what_cannot_be_read_is_refused_with_its_place(String xml, String why) {
        assertThatThrownBy(() -> json(xml))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.problem())
                                        .isInstanceOfSatisfying(
                                                Problem.BadRequest.class,
                                                problem -> {
                                                    assertThat(problem.code())
                                                            .isEqualTo("structure");
                                                    assertThat(problem.toString())
                                                            .contains(why)
                                                            .contains("line 1, column");
                                                }));
    }

    @Test
    void nothing_is_read_from_elsewhere() {
        var xml =
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                        + patient(
                                "<id value=\"1\"/><text><div xmlns=\"http://www.w3.org/1999/xhtml\">&e;</div></text>");
        assertThatThrownBy(() -> json(xml)).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource({"<extension>,</extension>", "<contained><Basic>,</Basic></contained>"})
    void endless_nesting_is_refused(String open, String close) {
        var xml = patient(open.repeat(100_000) + close.repeat(100_000));
        assertThatThrownBy(() -> json(xml))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().toString()).contains("too-costly"));
    }

    @Test
    void an_endless_narrative_is_refused() {
        var xml =
                patient(
                        "<text><div xmlns=\"http://www.w3.org/1999/xhtml\">"
                                + "<b>".repeat(100_000)
                                + "</b>".repeat(100_000)
                                + "</div></text>");
        assertThatThrownBy(() -> json(xml))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().toString()).contains("too-costly"));
    }

    @Test
    void every_example_comes_back_but_for_the_ways_to_write_a_sign_in_a_narrative()
            throws IOException {
        assumeTrue(Examples.arePresent(), Examples.MISSING);
        for (var example : Examples.all().entrySet()) {
            var json = example.getValue().json();
            var once = FhirXml.parse(FhirXml.write(json, false));
            assertThat(FhirXml.parse(FhirXml.write(once, true))).isEqualTo(once);
            assertThat(withoutNarratives(once))
                    .as(example.getKey())
                    .isEqualTo(withoutNarratives(json));
        }
    }

    private static ObjectNode withoutNarratives(ObjectNode json) {
        var copy = json.deepCopy();
        copy.findParents("div").forEach(text -> ((ObjectNode) text).remove("div"));
        return copy;
    }
}
