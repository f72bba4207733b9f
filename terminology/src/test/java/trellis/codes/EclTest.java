package trellis.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

class EclTest {
    private final SmallRelease small = SmallRelease.diseases();
    private Release release = new ReleaseBuilder().build(new Release.About("", "", "", true, true));

    @BeforeEach
    void read(@TempDir Path folder) throws IOException {
        release = small.read(folder);
    }

    /// What an expression selects; in it a word in quotes stands for its concept.
    private Set<String> select(String ecl) {
        var text = ecl;
        for (var word :
                List.of(
                        "viral pneumonia",
                        "bacterial pneumonia",
                        "old pneumonia",
                        "pneumonia",
                        "lung disease",
                        "disease",
                        "infection",
                        "lung",
                        "organism",
                        "organ",
                        "site",
                        "cause",
                        "virus",
                        "bacterium",
                        "watched",
                        "root")) {
            text = text.replace("'" + word + "'", small.id(word) + " |" + word + "|");
        }
        return EclAnswer.of(EclParser.parse(text), release).stream()
                .mapToObj(release::display)
                .collect(Collectors.toSet());
    }

    @Test
    void each_sign_goes_where_it_says() {
        assertThat(select("'pneumonia'")).containsOnly("pneumonia");
        assertThat(select("< 'pneumonia'")).containsOnly("viral pneumonia", "bacterial pneumonia");
        assertThat(select("<<'pneumonia'"))
                .containsOnly("pneumonia", "viral pneumonia", "bacterial pneumonia");
        assertThat(select("<! 'disease'")).containsOnly("infection", "lung disease");
        assertThat(select("<<! 'disease'")).containsOnly("disease", "infection", "lung disease");
        assertThat(select("> 'lung disease'")).containsOnly("disease", "root");
        assertThat(select(">> 'lung disease'")).containsOnly("lung disease", "disease", "root");
        assertThat(select(">! 'viral pneumonia'")).containsOnly("pneumonia", "infection");
        assertThat(select(">>! 'lung'")).containsOnly("lung", "organ");
        assertThat(select("*")).hasSize(16);
    }

    @Test
    void only_what_is_active_is_selected() {
        assertThat(select("'old pneumonia'")).isEmpty();
        assertThat(select("^ 'watched'")).containsOnly("viral pneumonia");
        assertThat(select("^ *")).containsOnly("viral pneumonia");
    }

    @Test
    void sets_are_joined_cut_and_taken_away() {
        assertThat(select("< 'infection' AND << 'viral pneumonia'"))
                .containsOnly("viral pneumonia");
        assertThat(select("<'infection',<<'viral pneumonia'")).containsOnly("viral pneumonia");
        assertThat(select("'lung' OR 'virus' or 'organ'")).containsOnly("lung", "virus", "organ");
        assertThat(select("< 'pneumonia' MINUS 'viral pneumonia'"))
                .containsOnly("bacterial pneumonia");
        assertThat(select("(< 'disease' MINUS < 'infection') AND < 'lung disease'"))
                .containsOnly("pneumonia");
    }

    @Test
    void a_refinement_is_of_attributes_their_number_and_their_groups() {
        assertThat(select("< 'disease' : 'cause' = << 'organism'"))
                .containsOnly("viral pneumonia", "bacterial pneumonia");
        assertThat(select("< 'disease' : 'cause' != 'virus'")).containsOnly("bacterial pneumonia");
        assertThat(select("< 'disease' : [0..0] 'cause' = *, 'site' = *"))
                .containsOnly("lung disease", "pneumonia");
        assertThat(select("* : 'cause' = 'virus' OR 'cause' = 'bacterium'"))
                .containsOnly("viral pneumonia", "bacterial pneumonia");
        assertThat(select("* : 'site' = 'lung', 'cause' = *"))
                .containsOnly("viral pneumonia", "bacterial pneumonia");
        assertThat(select("* : { 'site' = 'lung', 'cause' = * }")).containsOnly("viral pneumonia");
        assertThat(select("* : [2..*] { * = * }")).containsOnly("bacterial pneumonia");
        assertThat(select("* : ('cause' = 'virus' OR [0..0] 'cause' = *), 'site' = *"))
                .containsOnly("lung disease", "pneumonia", "viral pneumonia");
        assertThat(select("* : ('cause' OR 'site') = 'virus'")).containsOnly("viral pneumonia");
        assertThat(select("(< 'disease') . 'cause'")).containsOnly("virus", "bacterium");
    }

    @Test
    void mistakes_are_told_with_their_position() {
        assertRefused(
                "",
                "at position 1: a concept (6 to 18 digits), *, ^ or a bracket was expected, not the"
                        + " end.");
        assertRefused("< 73211009 AND", "at position 15: a concept");
        assertRefused(
                "(< 138875005", "at position 13: a closing bracket was expected, not the end.");
        assertRefused("138875005 |Root", "at position 12: a bar that ends the term");
        assertRefused("< 138875005 nonsense", "at position 13: the end, AND, OR, MINUS or a colon");
        assertRefused("* : 138875005", "at position 14: = or != was expected");
        assertRefused("* {{ term = \"heart\" }}", "filters in double braces are not done here");
        assertRefused("* : R 138875005 = *", "reverse attributes are not done here");
        assertRefused("* : 138875005 = #5", "concrete values are not done here");
        assertRefused("< 138875005 AND * OR *", "the end, AND, OR, MINUS or a colon was expected");
        assertRefused("* : 138875005 = *, 138875005 = * OR 138875005 = *", "brackets around");
        assertRefused("(".repeat(100) + "*", "more than 40 levels");
        assertRefused("*".repeat(20_000), "more than 10000 characters");
    }

    private static void assertRefused(String ecl, String why) {
        assertThatThrownBy(() -> EclParser.parse(ecl))
                .as(ecl)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(((Problem.BadRequest) refused.problem()).why())
                                        .contains(why));
    }

    @Test
    void a_concept_that_the_release_does_not_have_is_no_empty_answer() {
        assertThatThrownBy(() -> select("* MINUS << 404684003"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(((Problem.BadRequest) refused.problem()).why())
                                        .contains("at position 12"));
    }

    @Test
    void an_expression_that_takes_too_much_work_is_refused() {
        var many = new ReleaseBuilder();
        for (var i = 0; i < 300_000; i++) {
            many.concept(Long.toString(SctIds.of(1_000_000 + i)));
            if (i > 0) {
                many.parent(i, 0);
            }
        }
        var wide = many.build(new Release.About(ReleaseBuilder.SNOMED, "", "", true, true));
        var all = "<<" + SctIds.of(1_000_000);

        assertThat(EclAnswer.of(EclParser.parse(all), wide).cardinality()).isEqualTo(300_000);
        var often = EclParser.parse(String.join(" OR ", Collections.nCopies(300, all)));
        assertThatThrownBy(() -> EclAnswer.of(often, wide))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(((Problem.BadRequest) refused.problem()).code())
                                        .isEqualTo("too-costly"));
    }
}
