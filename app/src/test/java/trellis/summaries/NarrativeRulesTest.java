package trellis.summaries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Json;

class NarrativeRulesTest {
    private static final Path EXAMPLE =
            Path.of(
                    "../../shared/data/contracts/summary-care-record-api/specification/components/examples/GetScrBundle.json");

    @Test
    void the_tables_of_the_published_summary_are_read() throws IOException {
        var sections = NarrativeRules.sections(Json.parse(Files.readAllBytes(EXAMPLE)));

        assertThat(sections.getFirst().title()).isEqualTo("General Practice Summary");
        assertThat(sections.getFirst().rows().getFirst().getFirst())
                .startsWith("Sourced from the patient's General Practice record.");
        assertThat(sections)
                .anySatisfy(section -> {
                    assertThat(section.title()).isEqualTo("Allergies and Adverse Reactions");
                    assertThat(section.columns())
                            .containsExactly(
                                    "Date",
                                    "Description",
                                    "Certainty",
                                    "Severity",
                                    "Supporting Information");
                    assertThat(section.rows())
                            .isNotEmpty()
                            .allSatisfy(row -> assertThat(row).hasSize(5));
                });
    }

    @Test
    void text_beside_a_table_stays_and_entities_do_nothing() {
        var both =
                sections("<div><p>Before &amp; after</p><table><tr><td>x</td></tr></table></div>");
        assertThat(both)
                .extracting(Section::rows)
                .containsExactly(List.of(List.of("Before & after")), List.of(List.of("x")));

        assertThat(
                        sections(
                                        "<div>Take 1<br/>2 times daily<ul><li>A</li><li>B <b>C</b></li></ul></div>")
                                .getFirst()
                                .rows())
                .containsExactly(List.of("Take 1 \u00b7 2 times daily \u00b7 A \u00b7 B C"));
        var headed =
                sections(
                        "<div><table><tr><th>What</th><th>How</th></tr><tr><th>Penicillin</th><td>Severe</td></tr></table></div>");
        assertThat(headed.getFirst().columns()).containsExactly("What", "How");
        assertThat(headed.getFirst().rows()).containsExactly(List.of("Penicillin", "Severe"));

        var entity =
                sections("<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><div>&e;</div>");
        assertThat(entity.getFirst().rows().getFirst().getFirst()).contains("cannot be shown");
        assertThat(sections("<div><p>open").getFirst().rows().getFirst().getFirst())
                .contains("cannot be shown");
        var inner =
                NarrativeRules.sections(
                        Json.parse(
                                """
                                {"entry":[{"resource":{"section":[{"title":"Outer","section":[
                                 {"title":"Inner","text":{"div":"<div>Words</div>"}},
                                 {"title":"Bare","entry":[{"reference":"Condition/1"}]}]}]}}]}\
                                """
                                        .getBytes(UTF_8)));
        assertThat(inner).extracting(Section::title).containsExactly("Inner", "Bare");
        assertThat(inner.getLast().rows().getFirst().getFirst()).contains("cannot be shown");
        assertThat(sections("<div/>").getFirst().rows().getFirst().getFirst())
                .isEqualTo("Nothing recorded");
    }

    private static List<Section> sections(String div) {
        var json =
                Json.parse(
                        "{\"entry\":[{\"resource\":{\"section\":[{\"title\":\"Some\",\"text\":{}}]}}]}"
                                .getBytes(UTF_8));
        ((tools.jackson.databind.node.ObjectNode) json.at("/entry/0/resource/section/0/text"))
                .put("div", div);
        return NarrativeRules.sections((JsonNode) json);
    }
}
