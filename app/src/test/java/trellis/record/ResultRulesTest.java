package trellis.record;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.record.Facts.fact;
import static trellis.record.Facts.facts;

import org.junit.jupiter.api.Test;

class ResultRulesTest {

    private static final String LOW_TO_HIGH =
            ",'referenceRange':[{'low':{'value':3.5,'unit':'mmol/L'},'high':{'value':5.3,'unit':'mmol/L'}}]";

    @Test
    void the_latest_of_each_kind_leads_and_mistakes_do_not_count() {
        var kinds =
                ResultRules.kinds(
                        facts(
                                potassium("old", "final", "2024-01-01", "4.1", ""),
                                potassium("new", "final", "2026-01-01", "6.1", ""),
                                potassium("wrong", "entered-in-error", "2026-05-01", "61", ""),
                                potassium("not done", "cancelled", "2026-06-01", "1", "")));
        assertThat(kinds)
                .singleElement()
                .satisfies(kind -> {
                    assertThat(kind.latest().key()).isEqualTo("new");
                    assertThat(kind.facts()).hasSize(2);
                });
        assertThat(ResultRules.row(kinds.getFirst(), Sources.NONE).previous())
                .containsExactly("4.1\u00a0mmol/L (01-Jan-2024)");
    }

    @Test
    void the_laboratorys_own_flag_is_shown_in_words() {
        var flag = ",'interpretation':[{'coding':[{'code':'HH'}]}]";
        assertThat(
                        ValueRules.flags(
                                fact(potassium(
                                                "a",
                                                "final",
                                                "2026-01-01",
                                                "6.1",
                                                flag + LOW_TO_HIGH))
                                        .json()))
                .containsExactly("Critically high");
    }

    @Test
    void without_a_flag_one_plain_range_is_compared_and_said_as_such() {
        assertThat(flags("6.1", LOW_TO_HIGH)).containsExactly("Above range");
        assertThat(flags("3.4", LOW_TO_HIGH)).containsExactly("Below range");
        assertThat(flags("5.3", LOW_TO_HIGH)).isEmpty();
        assertThat(flags("6.1", LOW_TO_HIGH.replace("mmol/L", "mg/dL"))).isEmpty();
        assertThat(flags("6.1", LOW_TO_HIGH.replace("}]", ",'appliesTo':[{'text':'children'}]}]")))
                .isEmpty();
    }

    @Test
    void a_blood_pressure_is_one_value() {
        assertThat(ValueRules.value(pressure("2026-01-01", 135, 84).json()))
                .isEqualTo("135/84\u00a0mmHg");
        var trend =
                Trend.of(
                                java.util.List.of(
                                        pressure("2026-01-01", 135, 84),
                                        pressure("2025-01-01", 128, 80)),
                                8,
                                120,
                                32)
                        .orElseThrow();
        assertThat(trend.lines()).hasSize(2);
        assertThat(trend.words())
                .isEqualTo(
                        "Last 2 values, oldest first: 128/80 on 01-Jan-2025, 135/84 on 01-Jan-2026");
    }

    @Test
    void a_trend_runs_from_left_to_right_and_up() {
        var trend =
                Trend.of(
                                facts(
                                        potassium("c", "final", "2026-01-01", "6.0", ""),
                                        potassium("b", "final", "2025-01-01", "5.0", ""),
                                        potassium("a", "final", "2024-01-01", "4.0", "")),
                                8,
                                120,
                                32)
                        .orElseThrow();
        assertThat(trend.lines()).containsExactly("4.0,28.0 60.1,16.0 116.0,4.0");
        assertThat(trend.last()).containsExactly(new Trend.Point("116.0", "4.0"));
    }

    @Test
    void numbers_of_another_unit_are_never_drawn_together() {
        var other = potassium("b", "final", "2025-01-01", "41", "").replace("mmol/L", "mg/dL");
        assertThat(
                        Trend.of(
                                facts(potassium("a", "final", "2026-01-01", "4.1", ""), other),
                                8,
                                120,
                                32))
                .isEmpty();
        var kind =
                new ResultRules.Kind(
                        facts(potassium("a", "final", "2026-01-01", "4.1", ""), other));
        assertThat(ResultRules.oneUnit(kind)).isFalse();
    }

    @Test
    void every_kind_of_value_has_words() {
        assertThat(value("'valueString':'greater than 2.2'")).isEqualTo("greater than 2.2");
        assertThat(value("'valueBoolean':true")).isEqualTo("Yes");
        assertThat(value("'valueInteger':0")).isEqualTo("0");
        assertThat(value("'valueCodeableConcept':{'text':'Negative (qualifier value)'}"))
                .isEqualTo("Negative");
        assertThat(value("'valueQuantity':{'comparator':'<','value':0.01,'unit':'ng/L'}"))
                .isEqualTo("less than 0.01 ng/L");
        assertThat(value("'dataAbsentReason':{'text':'Specimen haemolysed'}"))
                .isEqualTo("No value: Specimen haemolysed");
        assertThat(value("'status':'final'")).isEqualTo("No value recorded");
        assertThat(
                        value(
                                "'component':[{'code':{'text':'Pain'},'valueInteger':3},{'code':{'text':'Sleep'}}]"))
                .isEqualTo("Pain 3; Sleep no value recorded");
    }

    private static String value(String json) {
        return ValueRules.value(fact("{" + json + "}").json()).replace('\u00a0', ' ');
    }

    private static java.util.List<String> flags(String value, String more) {
        return ValueRules.flags(fact(potassium("a", "final", "2026-01-01", value, more)).json());
    }

    private static String potassium(
            String id, String status, String date, String value, String more) {
        return "{'id':'"
                + id
                + "','status':'"
                + status
                + "','code':{'coding':[{'system':'http://loinc.org','code':"
                + "'2823-3'}]},'effectiveDateTime':'"
                + date
                + "','valueQuantity':{'value':"
                + value
                + ",'unit':'mmol/L'}"
                + more
                + "}";
    }

    private static Fact pressure(String date, int systolic, int diastolic) {
        return fact(
                "{'status':'final','effectiveDateTime':'"
                        + date
                        + "','component':["
                        + part("8462-4", diastolic)
                        + ","
                        + part("8480-6", systolic)
                        + "]}");
    }

    private static String part(String loinc, int value) {
        return "{'code':{'coding':[{'system':'http://loinc.org','code':'"
                + loinc
                + "'}]},'valueQuantity':{'value':"
                + value
                + ",'unit':'mmHg'}}";
    }
}
