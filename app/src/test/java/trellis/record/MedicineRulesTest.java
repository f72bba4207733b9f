package trellis.record;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.record.Facts.fact;
import static trellis.record.Facts.facts;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class MedicineRulesTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    @Test
    void suspended_and_unclear_medicines_stay_among_the_current_newest_start_first() {
        var all =
                facts(
                        medicine("a", "active", "2020-01-01", ""),
                        medicine("h", "on-hold", "2024-01-01", ""),
                        medicine("u", "unknown", "2022-01-01", ""),
                        medicine("s", "stopped", "2025-01-01", ""),
                        medicine("d", "draft", "2025-01-01", ""),
                        medicine("e", "entered-in-error", "2025-01-01", ""));
        assertThat(MedicineRules.current(all)).extracting(Fact::key).containsExactly("h", "u", "a");
        assertThat(MedicineRules.past(all)).extracting(Fact::key).containsExactly("s");
        assertThat(MedicineRules.others(all))
                .extracting(Fact::key)
                .containsExactlyInAnyOrder("d", "e");
        assertThat(row(medicine("h", "on-hold", "2024-01-01", "")))
                .satisfies(row -> assertThat(row.status()).isEqualTo("Suspended"))
                .satisfies(row -> assertThat(row.suspended()).isTrue());
    }

    @Test
    void a_plan_is_not_a_current_medicine() {
        var all = facts(medicine("p", "active", "2024-01-01", ",'intent':'plan'"));
        assertThat(MedicineRules.current(all)).isEmpty();
        assertThat(row(medicine("p", "active", "2024-01-01", ",'intent':'plan'")).status())
                .isEqualTo("Planned, not prescribed");
    }

    @Test
    void an_order_not_to_give_a_medicine_says_so_before_its_name() {
        var row =
                row(
                        "{\"status\":\"active\",\"doNotPerform\":true,\"medicationCodeableConcept\":{\"text\":\"Warfarin\"}}");
        assertThat(row.name()).isEqualTo("NOT TO BE GIVEN: Warfarin");
        assertThat(row.status()).isEqualTo("Not to be given");
    }

    @Test
    void stopped_lately_is_counted_only_where_the_record_says_when() {
        var ended = ",'dispenseRequest':{'validityPeriod':{'end':'2026-11-10'}}";
        assertThat(lately()).isEqualTo("No past medicines recorded");
        assertThat(lately(medicine("a", "stopped", "2020-01-01", ended)))
                .isEqualTo("1 stopped in the last 28 days");
        assertThat(lately(medicine("a", "stopped", "2020-01-01", "")))
                .isEqualTo("When past medicines were stopped is not recorded");
        assertThat(
                        lately(
                                medicine("a", "stopped", "2020-01-01", ended),
                                medicine("b", "stopped", "2020-01-01", "")))
                .isEqualTo("1 stopped in the last 28 days; for others the day is not recorded");
        assertThat(lately(medicine("a", "stopped", "2026-11-15", "")))
                .isEqualTo("1 stopped in the last 28 days");
    }

    @Test
    void the_uk_name_leads_and_the_senders_own_name_is_kept_whole() {
        var row =
                row(
                        "{'id':'m','status':'active','medicationCodeableConcept':{'coding':[{'system':"
                                + "'https://dmd.nhs.uk','code':'90332006','display':'Paracetamol'},{'system':'x',"
                                + "'code':'1','display':'Acetaminophen 325 MG Oral Tablet'}],"
                                + "'text':'Acetaminophen 325 MG Oral Tablet'}}");
        assertThat(row.name()).isEqualTo("Paracetamol");
        assertThat(row.recordedAs()).contains("Acetaminophen 325 MG Oral Tablet");
        assertThat(row.dosing()).isEmpty();
    }

    @Test
    void what_somebody_wrote_wins_over_the_code() {
        var row =
                row(
                        "{'id':'m','status':'active','medicationCodeableConcept':{'coding':[{'system':"
                                + "'https://dmd.nhs.uk','code':'1','display':'Metformin 500mg tablets'}],"
                                + "'text':'Metformin 500mg tablets (patient takes half)'}}");
        assertThat(row.name()).isEqualTo("Metformin 500mg tablets (patient takes half)");
    }

    @Test
    void a_dosage_is_read_as_it_stands() {
        assertThat(
                        dosing(
                                "'route':{'text':'oral'},'timing':{'repeat':{'frequency':2,'period':1.0,'periodUnit':'d'}},"
                                        + "'doseAndRate':[{'doseQuantity':{'value':20.0,'unit':'mg'}}]"))
                .isEqualTo("DOSE 20 mg - oral - 2 times a day");
        assertThat(dosing("'timing':{'repeat':{'frequency':1,'period':6.0,'periodUnit':'h'}}"))
                .isEqualTo("every 6 hours");
        assertThat(
                        dosing(
                                "'timing':{'repeat':{'frequency':1,'period':1,'periodUnit':'d'}},'asNeededBoolean':true"))
                .isEqualTo("once a day - when required");
        assertThat(
                        dosing(
                                "'timing':{'repeat':{'frequency':1,'frequencyMax':3,'period':1,'periodUnit':'d'}}"))
                .isEqualTo("1 to 3 times a day");
        assertThat(dosing("'text':'Take as needed.','asNeededBoolean':true"))
                .isEqualTo("Take as needed.");
    }

    @Test
    void a_dose_without_a_unit_says_so() {
        assertThat(dosing("'doseAndRate':[{'doseQuantity':{'value':1.0}}]"))
                .isEqualTo("DOSE 1 (unit not recorded)");
        assertThat(dosing("'doseAndRate':[{'doseQuantity':{'value':500,'unit':'ug'}}]"))
                .isEqualTo("DOSE 500 micrograms");
    }

    private static String dosing(String dosage) {
        var line = DosingRules.lines(fact("{'dosageInstruction':[{" + dosage + "}]}")).getFirst();
        var parts = new java.util.ArrayList<String>();
        line.dose().ifPresent(dose -> parts.add("DOSE " + dose.replace('\u00a0', ' ')));
        parts.addAll(line.rest());
        return String.join(" - ", parts);
    }

    private static MedicineRules.Row row(String json) {
        return MedicineRules.row(fact(json), Sources.NONE);
    }

    private static String lately(String... json) {
        return MedicineRules.stoppedLately(MedicineRules.past(List.copyOf(facts(json))), TODAY);
    }

    private static String medicine(String id, String status, String start, String more) {
        return "{'id':'"
                + id
                + "','status':'"
                + status
                + "','authoredOn':'"
                + start
                + "'"
                + more
                + "}";
    }
}
