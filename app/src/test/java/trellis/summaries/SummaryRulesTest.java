package trellis.summaries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Json;
import trellis.people.NhsNumber;

class SummaryRulesTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 29);
    private static final NhsNumber NUMBER = new NhsNumber("9000000009");

    @ParameterizedTest
    @CsvSource({
        // status, course, authored, where it stands
        "active,,2015-01-01,RepeatMedsHeader",
        "unknown,,2015-01-01,RepeatMedsHeader",
        "'',,,RepeatMedsHeader",
        "on-hold,continuous,2015-01-01,RepeatMedsHeader",
        "completed,,2026-01-01,AcuteMedsHeader",
        "completed,acute,2026-01-01,AcuteMedsHeader",
        "active,acute,2026-11-01,AcuteMedsHeader",
        "completed,,,AcuteMedsHeader",
        "completed,,2025-11-28,",
        "stopped,,2026-06-01,DiscRepeatMedsHeader",
        "stopped,continuous,2026-05-28,",
        "completed,continuous,2026-10-01,DiscRepeatMedsHeader",
        "entered-in-error,,2026-11-01,",
        "draft,,2026-11-01,",
        "active,acute,2025-06-01,AcuteMedsHeader",
        "not-taken,,2026-11-01,"
    })
    void each_medicine_stands_in_one_section_or_none(
            String status, String course, String authored, String code) {
        var sections =
                SummaryRules.sections(
                        held(
                                "MedicationRequest",
                                """
                                {"status":"%s"%s%s,"intent":"order",
                                 "medicationCodeableConcept":{"text":"Something"}}\
                                """
                                        .formatted(
                                                status,
                                                course == null
                                                        ? ""
                                                        : ",\"courseOfTherapyType\":{\"coding\":[{\"code\":\""
                                                                + course
                                                                + "\"}]}",
                                                authored == null
                                                        ? ""
                                                        : ",\"authoredOn\":\"" + authored + "\"")),
                        false,
                        TODAY);
        assertThat(
                        sections.stream()
                                .filter(section -> !section.rows().isEmpty())
                                .map(Section::code))
                .isEqualTo(code == null ? List.of() : List.of(code));
    }

    @Test
    void one_stopped_here_lately_is_discontinued_however_old_it_is() {
        var sections =
                SummaryRules.sections(
                        held(
                                "MedicationRequest",
                                """
                                {"status":"stopped","authoredOn":"2020-01-01",
                                 "meta":{"versionId":"2","lastUpdated":"2026-11-20T09:00:00Z"},
                                 "medicationCodeableConcept":{"text":"Warfarin"}}\
                                """,
                                """
                                {"status":"stopped","authoredOn":"2020-01-01",
                                 "meta":{"versionId":"1","lastUpdated":"2026-11-20T09:00:00Z"},
                                 "medicationCodeableConcept":{"text":"Senna"}}\
                                """),
                        false,
                        TODAY);
        assertThat(sections.getLast().rows())
                .extracting(row -> row.get(2))
                .containsExactly("Warfarin");
    }

    @Test
    void what_is_refuted_over_or_mistaken_is_no_allergy() {
        var sections =
                SummaryRules.sections(
                        held(
                                "AllergyIntolerance",
                                "{\"code\":{\"text\":\"Latex\"}}",
                                "{\"code\":{\"text\":\"Dust\"},\"verificationStatus\":{\"coding\":[{\"code\":\"refuted\"}]}}",
                                "{\"code\":{\"text\":\"Milk\"},\"clinicalStatus\":{\"coding\":[{\"code\":\"resolved\"}]}}",
                                "{\"code\":{\"text\":\"Nuts\"},\"verificationStatus\":{\"coding\":[{\"code\":\"entered-in-error\"}]}}",
                                "{\"reaction\":[{\"manifestation\":[{\"text\":\"Rash\"}]}]}"),
                        false,
                        TODAY);
        assertThat(sections.getFirst().rows())
                .extracting(row -> row.get(1))
                .containsExactlyInAnyOrder("Latex", "Substance not recorded");
    }

    @Test
    void a_refuted_diagnosis_is_none_and_an_uncertain_one_says_so() {
        var held =
                new SummaryRules.Held(
                        Map.of(
                                "AllergyIntolerance",
                                held("AllergyIntolerance", "{\"code\":{\"text\":\"Latex\"}}")
                                        .of("AllergyIntolerance"),
                                "Condition",
                                held(
                                                "Condition",
                                                condition("Stroke", "refuted"),
                                                condition("Lupus", "provisional"),
                                                condition("Migraine", "differential"),
                                                condition("Asthma", "confirmed"),
                                                condition("Gout", "entered-in-error"))
                                        .of("Condition")),
                        Map.of());
        var rows =
                SummaryRules.sections(held, true, TODAY).stream()
                        .filter(section -> section.code().equals("DiagnosesHeader"))
                        .flatMap(section -> section.rows().stream())
                        .map(row -> row.get(1) + ": " + row.get(2))
                        .toList();
        assertThat(rows)
                .containsExactlyInAnyOrder(
                        "Lupus: active, provisional",
                        "Migraine: active, one of several possibilities",
                        "Asthma: active");
    }

    private static String condition(String name, String verification) {
        return """
        {"code":{"text":"%s"},"category":[{"coding":[{"code":"encounter-diagnosis"}]}],
         "clinicalStatus":{"coding":[{"code":"active"}]},
         "verificationStatus":{"coding":[{"code":"%s"}]}}\
        """
                .formatted(name, verification);
    }

    @Test
    void an_order_not_to_give_a_medicine_is_not_taken_for_one_to_give_it() {
        var rows =
                SummaryRules.sections(
                                held(
                                        "MedicationRequest",
                                        "{\"status\":\"active\",\"intent\":\"order\",\"doNotPerform\":true,\"medicationCodeableConcept\":{\"text\":\"Warfarin\"}}"),
                                false,
                                TODAY)
                        .stream()
                        .flatMap(section -> section.rows().stream())
                        .toList();
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().get(0)).isEqualTo("Not to be given");
        assertThat(rows.getFirst().get(2)).isEqualTo("NOT TO BE GIVEN: Warfarin");
    }

    @Test
    void without_anything_there_is_no_summary_and_problems_alone_are_none() {
        assertThat(
                        SummaryRules.sections(
                                held(
                                        "AllergyIntolerance",
                                        "{\"verificationStatus\":{\"coding\":[{\"code\":\"entered-in-error\"}]}}"),
                                false,
                                TODAY))
                .isEmpty();
        assertThat(
                        SummaryRules.sections(
                                held("Condition", "{\"code\":{\"text\":\"Asthma\"}}"), true, TODAY))
                .isEmpty();
    }

    @Test
    void its_number_follows_its_content_and_not_the_day() {
        var held =
                held(
                        "MedicationRequest",
                        "{\"status\":\"active\",\"medicationCodeableConcept\":{\"text\":\"A\"}}");
        var other =
                held(
                        "MedicationRequest",
                        "{\"status\":\"active\",\"medicationCodeableConcept\":{\"text\":\"B\"}}");
        var today = SummaryRules.uuid(NUMBER, SummaryRules.sections(held, false, TODAY));
        assertThat(SummaryRules.uuid(NUMBER, SummaryRules.sections(held, false, TODAY.plusDays(9))))
                .isEqualTo(today);
        assertThat(SummaryRules.uuid(NUMBER, SummaryRules.sections(other, false, TODAY)))
                .isNotEqualTo(today);
    }

    private static SummaryRules.Held held(String type, String... resources) {
        var all =
                Arrays.stream(resources)
                        .map(text -> (JsonNode) Json.parse(text.getBytes(UTF_8)))
                        .toList();
        return new SummaryRules.Held(Map.of(type, all), Map.of());
    }
}
