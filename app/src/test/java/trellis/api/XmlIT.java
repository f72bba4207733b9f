package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.xml.FhirXml;

/// Both formats at every interaction: docs/api/README.md, formats.
class XmlIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final String XML = "application/fhir+xml";
    private static final String PATIENT =
            """
            <Patient xmlns="http://hl7.org/fhir">
              <!-- the order of elements is the specification's -->
              <active value="true"/>
              <name><family value="Sz\u0151ke"/><given value="A"/></name>
              <birthDate><extension url="http://example.org/unknown"><valueCode value="x"/></extension></birthDate>
            </Patient>
            """;

    private static Wire wire() {
        return server.wire();
    }

    private static Wire.Reply send(String method, String path, String xml, String... headers) {
        var all = new String[headers.length + 4];
        System.arraycopy(headers, 0, all, 4, headers.length);
        all[0] = "Content-Type";
        all[1] = XML;
        all[2] = "Accept";
        all[3] = XML;
        return wire().send(method, path, BodyPublishers.ofString(xml), all);
    }

    private static ObjectNode of(Wire.Reply reply) {
        assertThat(reply.header("Content-Type")).isEqualTo(XML + ";charset=utf-8");
        return FhirXml.parse(reply.bytes());
    }

    private static String created() {
        return of(send("POST", "/Patient", PATIENT).is(201)).path("id").asString();
    }

    @Test
    void what_is_sent_as_xml_is_read_as_either() {
        var id = created();

        var json = wire().get("/Patient/" + id).is(200);
        var xml = wire().get("/Patient/" + id, "Accept", XML).is(200);

        assertThat(json.at("/name/0/family")).isEqualTo("Sz\u0151ke");
        assertThat(json.at("/_birthDate/extension/0/valueCode")).isEqualTo("x");
        assertThat(of(xml)).isEqualTo(json.json());
        assertThat(xml.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(xml.header("Vary")).contains("Accept");
    }

    @ParameterizedTest
    @CsvSource({
        "_format=xml,application/fhir+json,application/fhir+xml",
        "_format=application/fhir%2Bxml,*/*,application/fhir+xml",
        "_format=text/xml,*/*,text/xml",
        "_format=json,application/fhir+xml,application/fhir+json",
        "_pretty=false,application/xml,application/xml",
        "_pretty=false,application/xml+fhir,application/fhir+xml",
        "_pretty=false,'application/fhir+json;q=0.5, application/fhir+xml;q=0.9',application/fhir+xml",
        "_pretty=false,'application/fhir+xml;q=0, */*;q=0.1',application/fhir+json",
        "_pretty=false,'text/turtle, application/fhir+xml',application/fhir+xml"
    })
    void the_format_is_the_one_wanted(String query, String accept, String answered) {
        assertThat(
                        wire().get("/metadata?" + query, "Accept", accept)
                                .is(200)
                                .header("Content-Type"))
                .isEqualTo(answered + ";charset=utf-8");
    }

    @Test
    void every_interaction_answers_in_xml() {
        var id = created();

        var changed =
                send(
                        "PUT",
                        "/Patient/" + id,
                        PATIENT.replace("<active", "<id value=\"" + id + "\"/><active"),
                        "If-Match",
                        "W/\"1\"");
        assertThat(of(changed.is(200)).path("id").asString()).isEqualTo(id);
        assertThat(
                        of(wire().get("/Patient/" + id + "/_history?_format=xml").is(200))
                                .path("type")
                                .asString())
                .isEqualTo("history");
        var found = of(wire().get("/Patient?_id=" + id + "&_format=xml&_summary=true").is(200));
        assertThat(found.at("/entry/0/resource/id").asString()).isEqualTo(id);
        assertThat(of(wire().get("/metadata?_format=xml").is(200)).at("/format/2").asString())
                .isEqualTo("xml");
        assertThat(
                        of(wire().get("/Patient/nobody", "Accept", XML).is(404))
                                .at("/issue/0/code")
                                .asString())
                .isEqualTo("not-found");
        assertThat(
                        of(wire().get("/Patient?nonsense=1", "Accept", XML).is(400))
                                .path("resourceType")
                                .asString())
                .isEqualTo("OperationOutcome");
    }

    @Test
    void a_transaction_goes_in_and_out_as_xml() {
        var bundle =
                """
                <Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry>
                <fullUrl value="urn:uuid:0d2a7d0e-6c5b-4b2f-9f0a-1d7f6c0c9a01"/><resource>%s</resource>
                <request><method value="POST"/><url value="Patient"/></request></entry></Bundle>
                """
                        .formatted(PATIENT.replace(" xmlns=\"http://hl7.org/fhir\"", ""));

        var answer = of(send("POST", "", bundle, "Prefer", "return=representation").is(200));

        assertThat(answer.at("/entry/0/response/status").asString()).startsWith("201");
        assertThat(answer.at("/entry/0/resource/name/0/given/0").asString()).isEqualTo("A");
    }

    @Test
    void it_can_be_indented() {
        var id = created();
        assertThat(wire().get("/Patient/" + id + "?_format=xml&_pretty=true").text())
                .contains("\n  <active value=\"true\"/>\n");
    }

    @Test
    void what_is_no_xml_is_refused_with_its_place() {
        var refused =
                of(send("POST", "/Patient", "<Patient xmlns=\"http://hl7.org/fhir\">").is(400));

        assertThat(refused.at("/issue/0/code").asString()).isEqualTo("structure");
        assertThat(refused.at("/issue/0/expression/0").asString()).startsWith("line 1, column");
    }

    @Test
    void what_breaks_a_rule_is_named_as_in_json() {
        var xml = "<Patient xmlns=\"http://hl7.org/fhir\"><gender value=\"m\"/></Patient>";
        var json = "{\"resourceType\":\"Patient\",\"gender\":\"m\"}";

        assertThat(of(send("POST", "/Patient", xml).is(422)))
                .isEqualTo(wire().post("/Patient", json).is(422).json());
    }

    @Test
    void nothing_is_fetched_from_elsewhere() {
        var xml =
                "<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                        + "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&e;\"/></Patient>";

        send("POST", "/Patient", xml).is(400);
    }

    @Test
    void a_head_says_how_long_the_xml_is() {
        var id = created();
        var whole = wire().get("/Patient/" + id, "Accept", XML).is(200).bytes();

        var head = wire().head("/Patient/" + id, "Accept", XML).is(200);

        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(whole.length));
        assertThat(new String(whole, UTF_8)).startsWith("<?xml");
    }
}
