package trellis.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StaffFormatTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 3, 9);

    @Test
    void a_day_is_zero_padded_with_the_month_as_three_letters() {
        assertThat(StaffFormat.date(LocalDate.of(2026, 3, 9))).isEqualTo("09-Mar-2026");
        assertThat(StaffFormat.date(LocalDate.of(1945, 9, 30))).isEqualTo("30-Sep-1945");
    }

    @Test
    void the_language_of_the_machine_changes_nothing() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(StaffFormat.date(LocalDate.of(2026, 6, 1))).isEqualTo("01-Jun-2026");
            assertThat(name("Ilic", "Ivan", "")).isEqualTo("ILIC, Ivan");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void a_moment_is_shown_in_london_summer_and_winter() {
        assertThat(StaffFormat.dateTime(Instant.parse("2026-07-01T23:30:00Z")))
                .isEqualTo("02-Jul-2026 00:30");
        assertThat(StaffFormat.dateTime(Instant.parse("2026-01-01T09:05:00Z")))
                .isEqualTo("01-Jan-2026 09:05");
        assertThat(StaffFormat.time(Instant.parse("2026-03-09T14:05:59Z"))).isEqualTo("14:05");
    }

    @Test
    void a_partial_date_is_shown_as_partial() {
        assertThat(shown("2019")).isEqualTo("2019");
        assertThat(shown("2019-05")).isEqualTo("May-2019");
        assertThat(shown("2019-05-07")).isEqualTo("07-May-2019");
        assertThat(shown("2019-05-07T23:15:00Z")).isEqualTo("08-May-2019 00:15");
        assertThat(shown("2019-05-07T10:00:00+05:30")).isEqualTo("07-May-2019 05:30");
    }

    @Test
    void what_is_not_a_date_is_none() {
        assertThat(When.of("")).isEmpty();
        assertThat(When.of("soon")).isEmpty();
        assertThat(When.of("2019-13")).isEmpty();
        assertThat(When.of("2019-02-30")).isEmpty();
    }

    @Test
    void age_is_in_the_units_of_the_banner_guidance() {
        assertThat(age(TODAY)).isEqualTo("0d");
        assertThat(age(TODAY.minusDays(3))).isEqualTo("3d");
        assertThat(age(TODAY.minusDays(27))).isEqualTo("27d");
        assertThat(age(TODAY.minusDays(28))).isEqualTo("4w");
        assertThat(age(TODAY.minusDays(29))).isEqualTo("4w 1d");
        assertThat(age(TODAY.minusYears(1))).isEqualTo("12m");
        assertThat(age(TODAY.minusYears(1).minusMonths(3).minusDays(4))).isEqualTo("15m 4d");
        assertThat(age(LocalDate.of(2020, 12, 31))).isEqualTo("5y 2m");
        assertThat(age(LocalDate.of(2008, 3, 10))).isEqualTo("17y 11m");
        assertThat(age(LocalDate.of(2008, 3, 9))).isEqualTo("18y");
        assertThat(age(LocalDate.of(1945, 3, 10))).isEqualTo("80y");
        assertThat(age(LocalDate.of(1945, 3, 9))).isEqualTo("81y");
    }

    @Test
    void a_birthday_on_a_leap_day_comes_on_the_first_of_march_in_other_years() {
        var born = LocalDate.of(2008, 2, 29);
        assertThat(plain(StaffFormat.age(born, LocalDate.of(2026, 2, 28)))).isEqualTo("17y 11m");
        assertThat(StaffFormat.age(born, LocalDate.of(2026, 3, 1))).isEqualTo("18y");
    }

    @Test
    void an_age_from_a_partial_birth_date_is_about() {
        assertThat(StaffFormat.age(When.of("1945").orElseThrow(), TODAY)).isEqualTo("about 81y");
        assertThat(StaffFormat.age(When.of("1945-01").orElseThrow(), TODAY)).isEqualTo("81y");
    }

    @Test
    void a_birth_date_in_the_future_is_not_given_an_age() {
        assertThat(age(TODAY.plusDays(1))).isEqualTo("not yet born");
    }

    @Test
    void a_name_is_surname_first_in_capitals_with_the_title_in_brackets() {
        assertThat(name("O'Neill-Smith", "Siân", "Dr.")).isEqualTo("O'NEILL-SMITH, Siân (Dr)");
        assertThat(name("Müller", "Jo", "")).isEqualTo("MÜLLER, Jo");
        assertThat(name("", "Jo", "")).isEqualTo("SURNAME NOT KNOWN, Jo");
        assertThat(name("Smith", "", "")).isEqualTo("SMITH, first name not known");
        assertThat(name("", "", "Mr")).isEqualTo("Name not known");
    }

    @Test
    void a_dose_has_no_bare_point_no_trailing_nought_and_a_comma_in_thousands() {
        assertThat(dose(".50", "mg")).isEqualTo("0.5 mg");
        assertThat(dose("20.0", "mg.")).isEqualTo("20 mg");
        assertThat(dose("1000", "units")).isEqualTo("1,000 units");
        assertThat(dose("1E+3", "mL")).isEqualTo("1,000 mL");
        assertThat(dose("0.0", "mg")).isEqualTo("0 mg");
    }

    @Test
    void dangerous_abbreviations_of_dose_units_are_written_in_full() {
        assertThat(dose("500", "ug")).isEqualTo("500 micrograms");
        assertThat(dose("1", "mcg")).isEqualTo("1 microgram");
        assertThat(dose("40", "ng")).isEqualTo("40 nanograms");
        assertThat(dose("10", "IU")).isEqualTo("10 international units");
        assertThat(dose("4", "U")).isEqualTo("4 units");
        assertThat(dose("2", "{tablet}")).isEqualTo("2 tablet");
    }

    @Test
    void number_and_unit_are_never_parted() {
        assertThat(StaffFormat.dose(new BigDecimal("20"), "mg")).isEqualTo("20\u00a0mg");
        assertThat(StaffFormat.result(new BigDecimal("5.60"), "mmol/L"))
                .isEqualTo("5.60\u00a0mmol/L");
    }

    @Test
    void a_result_keeps_the_precision_it_was_reported_with() {
        assertThat(result("7.0", "mmol/L")).isEqualTo("7.0 mmol/L");
        assertThat(result("1234.5", "ug/L")).isEqualTo("1,234.5 microgram/L");
        assertThat(result("-2.853", "{T-score}")).isEqualTo("-2.853 T-score");
    }

    @Test
    void units_of_results_are_readable() {
        assertThat(result("84", "mm[Hg]")).isEqualTo("84 mmHg");
        assertThat(result("4.5", "10*9/L")).isEqualTo("4.5 ×10⁹/L");
        assertThat(result("88", "umol/L")).isEqualTo("88 micromol/L");
        assertThat(result("90", "mL/min/{1.73_m2}")).isEqualTo("90 mL/min/1.73 m²");
        assertThat(result("24.1", "kg/m2")).isEqualTo("24.1 kg/m²");
        assertThat(result("37.1", "Cel")).isEqualTo("37.1 °C");
        assertThat(result("3", "1")).isEqualTo("3");
    }

    @Test
    void a_list_says_how_many_it_shows() {
        assertThat(StaffFormat.shown(10, 1230)).isEqualTo("10 of 1,230 shown");
        assertThat(StaffFormat.shown(7, 7)).isEqualTo("All 7 shown");
        assertThat(StaffFormat.shown(1, 1)).isEqualTo("1 shown");
    }

    @Test
    void words_are_joined_as_in_a_sentence() {
        assertThat(StaffFormat.list(List.of("a"))).isEqualTo("a");
        assertThat(StaffFormat.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
    }

    private static String age(LocalDate born) {
        return plain(StaffFormat.age(born, TODAY));
    }

    private static String shown(String fhir) {
        return StaffFormat.dateTime(When.of(fhir).orElseThrow());
    }

    private static String name(String family, String given, String title) {
        return StaffFormat.name(given(family), given(given), given(title));
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(some -> !some.isEmpty());
    }

    private static String dose(String value, String unit) {
        return plain(StaffFormat.dose(new BigDecimal(value), unit));
    }

    private static String result(String value, String unit) {
        return plain(StaffFormat.result(new BigDecimal(value), unit));
    }

    private static String plain(String text) {
        return text.replace('\u00a0', ' ');
    }
}
