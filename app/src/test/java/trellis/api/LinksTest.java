package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

class LinksTest {

    private static ObjectNode json(String text) {
        return Json.parse(text.getBytes(UTF_8));
    }

    @Test
    void every_reference_is_seen_with_its_place() {
        var places = new ArrayList<String>();
        var resource =
                json(
                        """
                        {"resourceType":"Observation","subject":{"reference":"Patient/1"},
                         "contained":[{"resourceType":"Specimen","subject":{"reference":"Patient/2"}}],
                         "extension":[{"url":"x","valueReference":{"reference":"Patient/3"}}],
                         "performer":[{"display":"x"},{"reference":"#a"}],
                         "note":[{"text":"reference"}]}\
                        """);

        new Links(
                        (text, place) -> {
                            places.add(place + " " + text);
                            return text;
                        },
                        text -> text)
                .rewrite(resource);

        assertThat(places)
                .containsExactly(
                        "Observation.subject Patient/1",
                        "Observation.contained[0].subject Patient/2",
                        "Observation.extension[0].valueReference Patient/3",
                        "Observation.performer[1] #a");
    }

    @Test
    void addresses_are_changed_in_the_elements_that_hold_them_and_in_no_other() {
        var resource =
                json(
                        """
                        {"resourceType":"DocumentReference","status":"current",
                         "text":{"status":"generated","div":"<div><img src='urn:uuid:1'/><a href=\\"urn:uuid:1\\">urn:uuid:1</a></div>"},
                         "identifier":[{"system":"urn:other","value":"urn:uuid:1"}],
                         "content":[{"attachment":{"url":"urn:uuid:1","title":"urn:uuid:1"}}]}\
                        """);

        new Links((text, _) -> text, text -> text.equals("urn:uuid:1") ? "Binary/7" : text)
                .rewrite(resource);

        assertThat(resource.at("/content/0/attachment/url").asString()).isEqualTo("Binary/7");
        assertThat(resource.at("/content/0/attachment/title").asString()).isEqualTo("urn:uuid:1");
        assertThat(resource.at("/identifier/0/value").asString()).isEqualTo("urn:uuid:1");
        assertThat(resource.at("/identifier/0/system").asString()).isEqualTo("urn:other");
        assertThat(resource.at("/text/div").asString())
                .isEqualTo("<div><img src='Binary/7'/><a href=\"Binary/7\">urn:uuid:1</a></div>");
    }

    @Test
    void what_a_stored_bundle_holds_is_left_alone() {
        var resource =
                json(
                        """
                        {"resourceType":"Bundle","type":"collection","entry":[{"resource":
                         {"resourceType":"Basic","subject":{"reference":"urn:uuid:1"}}}]}\
                        """);

        new Links((_, _) -> "changed", _ -> "changed").rewrite(resource);

        assertThat(resource.at("/entry/0/resource/subject/reference").asString())
                .isEqualTo("urn:uuid:1");
    }
}
