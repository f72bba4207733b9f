package trellis.people;

import static org.assertj.core.api.Assertions.assertThat;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import trellis.fhir.Json;
import trellis.page.AllergyState;
import trellis.page.PatientBanner;

class PeopleRulesTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final Patient AOIFE =
            patient(
                    "'name':[{'use':'official','family':'O\u2019Shaughnessy-Müller','given':['Aoife','Mary'],"
                            + "'prefix':['Ms']},{'use':'old','family':'Byrne','given':['Aoife']}],'birthDate':'1971-11-30'");

    @Test
    void a_name_is_found_however_it_is_typed() {
        assertThat(match("oshaughnessy muller")).contains(PeopleRules.Match.NAME);
        assertThat(match("O'Shaughnessy-Muller, Aoife")).contains(PeopleRules.Match.NAME);
        assertThat(match("aoife oshau")).contains(PeopleRules.Match.SURNAME_BEGINS);
        assertThat(match("aoi")).contains(PeopleRules.Match.BEGINNING);
        assertThat(match("byrne")).contains(PeopleRules.Match.NAME);
        assertThat(match("bryne aoife")).contains(PeopleRules.Match.SIMILAR);
        assertThat(match("smith")).isEmpty();
    }

    @Test
    void a_difference_is_said_and_not_hidden() {
        var ask =
                new FormRules.Ask(
                        List.of("aoife"),
                        Optional.of("1971-11-03"),
                        Optional.empty(),
                        Optional.empty());
        assertThat(PeopleRules.match(AOIFE, ask).orElseThrow().differs())
                .containsExactly("Date of birth differs");
    }

    @Test
    void the_same_number_with_another_name_is_a_warning() {
        var number = new NhsNumber("9990000182");
        var patient =
                patient(
                        "'identifier':[{'system':'"
                                + NhsNumber.SYSTEM
                                + "','value':'9990000182'}],"
                                + "'name':[{'family':'Fernandez'}]");
        var ask =
                new FormRules.Ask(
                        List.of("smith"), Optional.empty(), Optional.of(number), Optional.empty());
        var found = PeopleRules.match(patient, ask).orElseThrow();
        assertThat(found.match()).isEqualTo(PeopleRules.Match.NHS_NUMBER);
        assertThat(found.differs()).containsExactly("Name differs");
    }

    @Test
    void one_letter_off_is_near_and_two_are_not() {
        assertThat(NameRules.nearly("smith", "smyth")).isTrue();
        assertThat(NameRules.nearly("smith", "smiht")).isTrue();
        assertThat(NameRules.nearly("smith", "smit")).isTrue();
        assertThat(NameRules.nearly("smith", "smithe")).isTrue();
        assertThat(NameRules.nearly("smith", "smytt")).isFalse();
        assertThat(NameRules.nearly("smith", "sm")).isFalse();
    }

    @Test
    void what_is_not_known_is_said_in_the_banner() {
        var banner =
                PeopleRules.banner(
                        patient("'name':[{'family':'Ng','given':['Wei']}],'birthDate':'1948'"),
                        TODAY);
        assertThat(banner.born()).isEqualTo("1948");
        assertThat(banner.age()).contains("about 78y");
        assertThat(banner.gender()).isEqualTo("Not recorded");
        assertThat(banner.nhsNumber()).isEqualTo("Not known");
    }

    @Test
    void the_banner_of_the_living_is_as_reviewed() {
        var banner =
                PeopleRules.banner(AOIFE, TODAY)
                        .with(new PatientBanner.Allergies(AllergyState.KNOWN, "Penicillin"));
        assertThat(words(banner))
                .isEqualTo(
                        "O\u2019SHAUGHNESSY-MÜLLER, Aoife (Ms) Born 30-Nov-1971 (54y) Gender Not recorded NHS No."
                                + " Not known Known allergies Penicillin");
    }

    @Test
    void the_banner_of_the_dead_is_as_reviewed() {
        var banner =
                PeopleRules.banner(
                        patient(
                                "'name':[{'family':'Williams','given':['Patricia'],'prefix':['Mrs']}],'gender':'female',"
                                        + "'birthDate':'1923-01-06','deceasedDateTime':'2022-10-11T10:00:00Z',"
                                        + "'identifier':[{'system':'"
                                        + NhsNumber.SYSTEM
                                        + "','value':'9990001804'}]"),
                        TODAY);
        assertThat(words(banner))
                .isEqualTo(
                        "WILLIAMS, Patricia (Mrs) Born 06-Jan-1923 Died 11-Oct-2022 Age at Death 99y Gender Female"
                                + " NHS No. 999\u00a0000\u00a01804");
    }

    /// The banner's own template, without its marks.
    private static String words(PatientBanner banner) {
        var out = new StringOutput();
        TemplateEngine.createPrecompiled(
                        null, ContentType.Html, PatientBanner.class.getClassLoader(), "trellis")
                .render("page/banner.jte", Map.of("banner", banner), out);
        return out.toString()
                .replaceAll("<[^>]*>", " ")
                .replaceAll("[ \\n]+", " ")
                .replace("&#39;", "'")
                .strip();
    }

    private static Optional<PeopleRules.Match> match(String typed) {
        var ask =
                new FormRules.Ask(
                        FormRules.words(typed),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        return PeopleRules.match(AOIFE, ask).map(PeopleRules.Found::match);
    }

    private static Patient patient(String json) {
        var text = "{'resourceType':'Patient','id':'p'," + json + "}";
        return new Patient(Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
