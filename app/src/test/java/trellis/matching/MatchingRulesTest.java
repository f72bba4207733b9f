package trellis.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.fhir.Json;
import trellis.matching.GeneratedPeople.Trouble;

class MatchingRulesTest {
    private static final Weights WEIGHTS = Weights.builtIn();

    /// A record in short: `family|given given|born|gender|line, postcode|phone|NHS number`.
    private static Traits person(String text, String... more) {
        var parts = text.split("\\|", -1);
        var json =
                """
                {"resourceType":"Patient","name":[{"family":"%s","given":["%s"]}],"birthDate":"%s","gender":"%s",
                 "address":[{"line":["%s"],"postalCode":"%s"}],"telecom":[{"system":"phone","value":"%s"}],
                 "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}]%s}
                """
                        .formatted(
                                parts[0],
                                parts[1].replace(" ", "\",\""),
                                parts[2],
                                parts[3],
                                parts[4].split(",")[0],
                                parts[4].contains(",") ? parts[4].split(",")[1].strip() : "",
                                parts[5],
                                parts[6],
                                String.join("", more));
        return Traits.of(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Traits named(String family, String given) {
        return person(family + "|" + given + "|1980-02-29|female|1 Mill Lane, ZZ1 1AA||");
    }

    private static Set<Guard> held(Traits one, Traits other) {
        return WeightRules.judge(one, other, WEIGHTS) instanceof Verdict.Perhaps(_, var guards)
                ? guards
                : Set.of();
    }

    @ParameterizedTest
    @CsvSource({
        "O'Neill, Mary, ONEILL, Mary, FAMILY_SAME, GIVEN_SAME",
        "Wójcik, Łucja, Wojcik, Lucja, FAMILY_SAME, GIVEN_SAME",
        "Smith-Jones, Ann, Jones, Ann, FAMILY_PART, GIVEN_SAME",
        "Kowalski, Elizabeth, Kowalska, Beth, FAMILY_SIMILAR, GIVEN_KNOWN_AS",
        "Hussain, Mohammed, Hussain, Muhammad, FAMILY_SAME, GIVEN_KNOWN_AS",
        "Green, Ann Louise, Green, Louise, FAMILY_SAME, GIVEN_SECOND",
        "Green, A, Green, Alice, FAMILY_SAME, GIVEN_INITIAL",
        "Green, Catherin, Green, Catherina, FAMILY_SAME, GIVEN_SIMILAR",
        "Green, Alice, Brown, Doris, FAMILY_OTHER, GIVEN_OTHER"
    })
    void names_agree_as_far_as_people_would_say(
            String family,
            String given,
            String otherFamily,
            String otherGiven,
            Agreement of,
            Agreement first) {
        var found = CompareRules.compare(named(family, given), named(otherFamily, otherGiven));
        assertThat(found.levels())
                .containsEntry(Field.FAMILY, of)
                .containsEntry(Field.GIVEN, first);
    }

    @Test
    void names_that_are_exchanged_count_once_for_both() {
        var found = CompareRules.compare(named("Chan", "Mei"), named("Mei", "Chan"));
        assertThat(found.levels())
                .containsEntry(Field.FAMILY, Agreement.NAMES_EXCHANGED)
                .doesNotContainKey(Field.GIVEN);
    }

    @ParameterizedTest
    @CsvSource({
        "1980-03-04, 1980-03-04, BORN_SAME",
        "1980-03-04, 1980-04-03, BORN_SLIP",
        "1980-03-04, 1980-03-07, BORN_SLIP",
        "1980-03-14, 1980-03-41, BORN_SLIP",
        "1980-03-04, 1980-01-01, BORN_SLIP",
        "1980-03-04, 1980-03, BORN_PARTLY",
        "1980-03-04, 1981-07-19, BORN_OTHER"
    })
    void birth_dates_forgive_one_slip(String one, String other, Agreement of) {
        var found =
                CompareRules.compare(
                        person("A|B|" + one + "|||" + "|"), person("A|B|" + other + "||||"));
        assertThat(found.levels()).containsEntry(Field.BORN, of);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "12 High Street, ZZ1 1AA; 12 High St, zz11aa; ADDRESS_SAME",
                "12 High Street, ZZ1 1AA; 14 High Street, ZZ1 1AA; ADDRESS_POSTCODE",
                "12 High Street, ZZ1 1AA; 3 Low Road, ZZ1 2BB; ADDRESS_AREA",
                "12 High Street, ZZ1 1AA; 3 Low Road, ZZ9 2BB; ADDRESS_OTHER"
            })
    void addresses_agree_down_to_the_district(String one, String other, Agreement of) {
        var found =
                CompareRules.compare(
                        person("A|B|1980||" + one + "||"), person("A|B|1980||" + other + "||"));
        assertThat(found.levels()).containsEntry(Field.ADDRESS, of);
    }

    @Test
    void what_is_missing_is_no_evidence() {
        var found = CompareRules.compare(person("Green||1980||||"), person("|Ann||female|||"));
        assertThat(found.levels()).isEmpty();
    }

    @Test
    void a_rare_name_that_agrees_weighs_more_than_a_common_one() {
        var smith = CompareRules.compare(named("Smith", "Zoe"), named("Smith", "Zoe"));
        var rare = CompareRules.compare(named("Quillfeather", "Zoe"), named("Quillfeather", "Zoe"));
        assertThat(WeightRules.score(rare, WEIGHTS).weight())
                .isGreaterThan(WeightRules.score(smith, WEIGHTS).weight() + 5);
    }

    @Test
    void everything_the_same_is_one_person_and_is_explained_field_by_field() {
        var one =
                person(
                        "Thwaite|Nora|1961-05-06|female|1 Mill Lane, ZZ1 1AA|07700 900123|9990548609");
        var verdict = WeightRules.judge(one, one, WEIGHTS);
        assertThat(verdict).isInstanceOf(Verdict.Same.class);
        assertThat(verdict.score().evidence())
                .extracting(Verdict.Evidence::agreement)
                .containsExactly(
                        Agreement.FAMILY_SAME,
                        Agreement.GIVEN_SAME,
                        Agreement.BORN_SAME,
                        Agreement.GENDER_SAME,
                        Agreement.ADDRESS_SAME,
                        Agreement.PHONE_SAME,
                        Agreement.NUMBER_SAME);
        assertThat(verdict.score().evidence().stream().mapToDouble(Verdict.Evidence::weight).sum())
                .isCloseTo(verdict.score().weight(), org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void twins_wait_for_a_person_whatever_they_share() {
        var zara = person("Thwaite|Zara|2015-05-06|female|1 Mill Lane, ZZ1 1AA|07700 900123|");
        for (var name : List.of("Sara", "Oliver", "Z")) {
            var other =
                    person(
                            "Thwaite|"
                                    + name
                                    + "|2015-05-06|female|1 Mill Lane, ZZ1 1AA|07700 900123|");
            assertThat(held(zara, other)).as(name).isNotEmpty();
        }
        var first =
                person(
                        "Thwaite|Ann|2015-05-06|female|1 Mill Lane, ZZ1 1AA||",
                        ",\"multipleBirthInteger\":1");
        var second =
                person(
                        "Thwaite|Ann|2015-05-06|female|1 Mill Lane, ZZ1 1AA||",
                        ",\"multipleBirthInteger\":2");
        assertThat(held(first, second)).contains(Guard.TWINS);
    }

    @Test
    void a_parent_of_the_same_names_waits_for_a_person() {
        var son = person("Thwaite|John|1991-05-06|male|1 Mill Lane, ZZ1 1AA|01632 960123|");
        var father = person("Thwaite|John|1961-05-06|male|1 Mill Lane, ZZ1 1AA|01632 960123|");
        assertThat(held(son, father)).contains(Guard.PARENT_AND_CHILD);
    }

    @Test
    void two_numbers_wait_for_a_person() {
        var one =
                person(
                        "Thwaite|Nora|1961-05-06|female|1 Mill Lane, ZZ1 1AA|01632 960123|9990548609");
        var other =
                person(
                        "Thwaite|Nora|1961-05-06|female|1 Mill Lane, ZZ1 1AA|01632 960123|9693633709");
        assertThat(held(one, other)).containsExactly(Guard.NUMBERS);
    }

    @Test
    void who_had_died_before_the_other_moved_waits_for_a_person() {
        var dead =
                person(
                        "Thwaite|Nora|1961-05-06|female|1 Mill Lane, ZZ1 1AA|01632 960123|",
                        ",\"deceasedDateTime\":\"2010-02-03\"");
        var other =
                Traits.of(
                        Json.parse(
                                """
                                {"resourceType":"Patient","birthDate":"1961-05-06","gender":"female",
                                 "name":[{"family":"Thwaite","given":["Nora"],"period":{"start":"2015-01-01"}}],
                                 "telecom":[{"system":"phone","value":"01632 960123"}],
                                 "address":[{"line":["1 Mill Lane"],"postalCode":"ZZ1 1AA"}]}
                                """
                                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(held(dead, other)).containsExactly(Guard.DEATH);
    }

    @Test
    void the_likelihood_never_falls_and_the_estimate_comes_to_rest() {
        var people =
                GeneratedPeople.of(2_000, Trouble.HARD, 7).records().stream()
                        .map(Traits::of)
                        .toList();
        var patterns = new HashMap<Map<Field, Agreement>, Long>();
        BlockRules.pairs(
                people,
                BlockRules.Key.POSTCODE,
                100,
                (one, other) ->
                        patterns.merge(
                                CompareRules.compare(people.get(one), people.get(other)).levels(),
                                1L,
                                Long::sum));
        var u = new HashMap<Agreement, Double>();
        WEIGHTS.chances().forEach((agreement, chance) -> u.put(agreement, chance.u()));
        var found = EmRules.estimate(patterns, u, WEIGHTS);
        assertThat(found.likelihoods()).hasSizeBetween(3, 500).isSorted();
        for (var field : Field.values()) {
            assertThat(
                            Agreement.of(field).stream()
                                    .mapToDouble(one -> found.m().getOrDefault(one, 0.0))
                                    .sum())
                    .as(field.words())
                    .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
        }
    }

    @Test
    void weights_are_the_same_after_they_were_kept() {
        var learned =
                EmRules.learn(
                        GeneratedPeople.of(1_000, Trouble.EASY, 8).records().stream()
                                .map(Traits::of)
                                .toList(),
                        WEIGHTS,
                        1,
                        Instant.EPOCH.plusSeconds(5));
        assertThat(Weights.Text.of(Weights.Text.of(learned), learned.learned())).isEqualTo(learned);
        assertThat(learned.shares().family()).doesNotContainKey("").containsKey("smith");
    }

    @Test
    void every_birth_date_one_slip_away_is_looked_for() {
        assertThat(BlockRules.slips("1980-03-04"))
                .contains("1980-04-03", "1980-03-05", "1980-01-01", "1908-03-04", "1970-03-04")
                .doesNotContain("1980-03-04")
                .hasSizeLessThan(60);
    }
}
