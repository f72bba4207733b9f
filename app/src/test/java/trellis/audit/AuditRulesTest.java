package trellis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.audit.AuditQuery.Place;
import trellis.store.Keys;

class AuditRulesTest {

    @Test
    void an_empty_form_asks_for_everything() {
        var asked = asked(Map.of());
        assertThat(asked.errors()).isEmpty();
        assertThat(asked.query().patient()).isZero();
        assertThat(asked.query().account()).isZero();
        assertThat(asked.query().from()).isEqualTo("1969-12-31T23:00:00Z");
    }

    @Test
    void a_patient_is_named_by_id_or_by_the_key_the_log_has() {
        var key = Keys.resource("Patient", "abc-1");
        assertThat(asked(Map.of("patient", " abc-1 ")).query().patient()).isEqualTo(key);
        assertThat(asked(Map.of("patient", AuditRules.record(key))).query().patient())
                .isEqualTo(key);
        assertThat(AuditRules.record(-1)).isEqualTo("record:ffffffffffffffff");
        assertThat(asked(Map.of("patient", AuditRules.record(-1))).query().patient()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "patient, not an id!, patient",
        "account, stranger, account",
        "from, tomorrow, from",
        "until, 31-Feb-2026x, until"
    })
    void what_cannot_be_understood_is_said_at_its_field(String field, String text, String error) {
        assertThat(asked(Map.of(field, text)).errors()).containsOnlyKeys(error);
    }

    @Test
    void days_are_those_of_london_and_the_last_is_included() {
        var query = asked(Map.of("from", "01-Jul-2026", "until", "2026-07-02")).query();
        assertThat(query.from()).isEqualTo(Instant.parse("2026-06-30T23:00:00Z"));
        assertThat(query.until()).isEqualTo(Instant.parse("2026-07-02T23:00:00Z"));
    }

    @Test
    void a_period_that_ends_before_it_begins_is_refused() {
        assertThat(asked(Map.of("from", "2026-07-02", "until", "2026-07-01")).errors())
                .containsOnlyKeys("until");
    }

    @Test
    void nhs_numbers_are_recognised_however_they_are_spaced() {
        assertThat(AuditRules.nhsNumber("999 000 0182")).contains("9990000182");
        assertThat(AuditRules.nhsNumber("999-000-0182")).contains("9990000182");
        assertThat(AuditRules.nhsNumber("abc-1")).isEmpty();
    }

    @Test
    void a_place_survives_an_address_and_nonsense_is_none() {
        assertThat(Place.of(new Place(1_700_000_000_000_000L, 42).text()))
                .contains(new Place(1_700_000_000_000_000L, 42));
        assertThat(Place.of("1; drop table")).isEmpty();
        assertThat(Place.of("")).isEmpty();
    }

    @Test
    void a_spreadsheet_runs_nothing_that_a_client_wrote() {
        assertThat(AuditCsv.cell("=1+1")).isEqualTo("'=1+1");
        assertThat(AuditCsv.cell("@x, y")).isEqualTo("\"'@x, y\"");
        assertThat(AuditCsv.cell("he said \"no\"")).isEqualTo("\"he said \"\"no\"\"\"");
        assertThat(AuditCsv.cell("plain")).isEqualTo("plain");
    }

    private static AuditRules.Asked asked(Map<String, String> sent) {
        return AuditRules.asked(
                AuditForm.of(sent),
                name -> name.equals("osei") ? OptionalLong.of(7) : OptionalLong.empty());
    }
}
