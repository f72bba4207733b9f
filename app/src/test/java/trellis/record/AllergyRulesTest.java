package trellis.record;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.record.Facts.facts;

import org.junit.jupiter.api.Test;
import trellis.page.AllergyState;

class AllergyRulesTest {

    private static final String NO_KNOWN_ALLERGY =
            "{'id':'n','clinicalStatus':{'coding':[{'code':'active'}]},'code':{'coding':[{'system':"
                    + "'http://snomed.info/sct','code':'716186003','display':'No known allergy'}]},"
                    + "'recordedDate':'2025-05-07'}";

    @Test
    void a_record_without_entries_says_not_recorded_and_never_none() {
        assertThat(view().state()).isEqualTo(AllergyState.NOT_RECORDED);
        assertThat(AllergyState.NOT_RECORDED.words()).isEqualTo("Allergies not recorded");
    }

    @Test
    void only_a_statement_gives_no_known_allergies_and_it_says_when() {
        var view = view(NO_KNOWN_ALLERGY);
        assertThat(view.state()).isEqualTo(AllergyState.NONE);
        assertThat(view.rows()).isEmpty();
        assertThat(view.notes())
                .containsExactly("Recorded: No known allergy (07-May-2025). Source: Not recorded");
    }

    @Test
    void an_allergy_outweighs_the_statement_that_there_is_none() {
        var view = view(NO_KNOWN_ALLERGY, allergy("Penicillin", "active", "confirmed", ""));
        assertThat(view.state()).isEqualTo(AllergyState.KNOWN);
        assertThat(view.line().substances()).isEqualTo("Penicillin");
        assertThat(view.notes())
                .singleElement()
                .asString()
                .startsWith("Also recorded: No known allergy");
    }

    @Test
    void a_statement_about_medicines_only_is_not_one_about_everything() {
        var view =
                view(
                        "{'id':'d','code':{'coding':[{'system':'http://snomed.info/sct','code':'409137002',"
                                + "'display':'No known drug allergy'}]}}");
        assertThat(view.state()).isEqualTo(AllergyState.NOT_RECORDED);
        assertThat(view.notes())
                .singleElement()
                .asString()
                .startsWith("Also recorded: No known drug allergy");
    }

    @Test
    void what_was_entered_in_error_or_refuted_is_not_an_allergy() {
        var view =
                view(
                        allergy("Penicillin", "active", "entered-in-error", ""),
                        allergy("Latex", "active", "refuted", ""));
        assertThat(view.state()).isEqualTo(AllergyState.NOT_RECORDED);
        assertThat(view.notes()).containsExactly("Refuted: Latex");
    }

    @Test
    void a_mistaken_statement_does_not_say_that_there_is_none() {
        var view =
                view(
                        NO_KNOWN_ALLERGY.replace(
                                "'id':'n',",
                                "'id':'n','verificationStatus':{'coding':[{'code':'entered-in-error'}]},"));
        assertThat(view.state()).isEqualTo(AllergyState.NOT_RECORDED);
    }

    @Test
    void an_allergy_that_is_over_is_said_beside_the_state() {
        var view = view(allergy("Amoxicillin", "resolved", "confirmed", ""));
        assertThat(view.state()).isEqualTo(AllergyState.NOT_RECORDED);
        assertThat(view.notes()).containsExactly("Recorded as over: Amoxicillin");
    }

    @Test
    void an_allergy_without_a_clinical_status_counts() {
        var view = view("{'id':'x','code':{'text':'Bee venom'}}");
        assertThat(view.state()).isEqualTo(AllergyState.KNOWN);
        assertThat(view.rows())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.reactions()).isEqualTo("Not known");
                    assertThat(row.recorded()).isEqualTo("Not recorded");
                });
    }

    @Test
    void reactions_of_one_event_are_joined_by_plus_and_events_by_comma() {
        var view =
                view(
                        allergy(
                                "Penicillin",
                                "active",
                                "unconfirmed",
                                "{'manifestation':[{'text':'Rash'},{'text':'Nausea'}],'severity':'mild'},"
                                        + "{'manifestation':[{'text':'Anaphylaxis'}],'severity':'severe'}"));
        assertThat(view.rows().getFirst().reactions())
                .isEqualTo("Rash + Nausea (mild), Anaphylaxis (severe)");
        assertThat(view.rows().getFirst().status()).isEqualTo("Unconfirmed");
    }

    @Test
    void rows_are_alphabetical_whatever_the_case() {
        var view =
                view(
                        allergy("peanut", "active", "confirmed", ""),
                        allergy("Bee venom", "active", "confirmed", ""),
                        allergy("Latex", "active", "confirmed", ""));
        assertThat(view.rows())
                .extracting(AllergyRules.Row::substance)
                .containsExactly("Bee venom", "Latex", "peanut");
    }

    private static AllergyRules.View view(String... json) {
        return AllergyRules.view(facts(json), Sources.NONE);
    }

    private static String allergy(
            String substance, String clinical, String certainty, String reactions) {
        return "{'id':'"
                + substance
                + "','clinicalStatus':{'coding':[{'code':'"
                + clinical
                + "'}]},'verificationStatus':{'coding':[{'code':'"
                + certainty
                + "'}]},'code':{'text':'"
                + substance
                + "'},'reaction':["
                + reactions
                + "]}";
    }
}
