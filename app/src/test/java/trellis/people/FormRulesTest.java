package trellis.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FormRulesTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    @Test
    void a_birth_date_may_be_typed_as_people_write_it() {
        for (var typed :
                new String[] {
                    "14-Jul-1945",
                    "14/07/1945",
                    "14.7.1945",
                    "14 July 1945",
                    "14th july 1945",
                    "1945-07-14",
                    "14071945",
                    "14-07-1945",
                    " 14/7/1945 "
                }) {
            assertThat(FormRules.born(typed)).as(typed).contains("1945-07-14");
        }
        assertThat(FormRules.born("Jul 1945")).contains("1945-07");
        assertThat(FormRules.born("07/1945")).contains("1945-07");
        assertThat(FormRules.born("1945")).contains("1945");
        assertThat(FormRules.born("31/02/1945")).isEmpty();
        assertThat(FormRules.born("yesterday")).isEmpty();
    }

    @Test
    void each_field_says_what_to_do() {
        assertThat(errors("", "", "", "")).containsOnlyKeys("name");
        assertThat(errors("", "14/7/45", "", ""))
                .containsEntry("born", "Enter the year of birth with 4 digits, such as 1945");
        assertThat(errors("", "2027", "", ""))
                .containsEntry("born", "The date of birth must be in the past");
        assertThat(errors("", "", "999 000 018", "").get("nhsNumber")).contains("this has 9");
        assertThat(errors("", "", "9990000183", "").get("nhsNumber")).contains("a digit is wrong");
        assertThat(errors("", "", "", "12345")).containsKey("postcode");
        assertThat(errors("--", "", "", "")).containsKey("name");
        assertThat(errors("smith", "1945", "999-000-0182", "yb5 7wp")).isEmpty();
    }

    @Test
    void words_of_a_name_lose_what_people_leave_out() {
        assertThat(FormRules.words("O\u2019Shaughnessy-Müller, Aoife"))
                .containsExactly("oshaughnessy", "muller", "aoife");
    }

    @Test
    void an_nhs_number_may_have_spaces_and_dashes() {
        assertThat(NhsNumber.of("999 000-0182")).contains(new NhsNumber("9990000182"));
        assertThat(new NhsNumber("9990000182").spaced()).isEqualTo("999\u00a0000\u00a00182");
        assertThat(new NhsNumber("9990000182")).asString().doesNotContain("999");
        assertThat(NhsNumber.of("9990000183")).isEmpty();
        assertThat(NhsNumber.of("")).isEmpty();
    }

    @Property(tries = 200)
    void one_wrong_digit_never_makes_another_valid_number(
            @ForAll @IntRange(min = 0, max = 9) int place,
            @ForAll @IntRange(min = 1, max = 9) int by) {
        var digits = new StringBuilder("9990000182");
        digits.setCharAt(place, (char) ('0' + (digits.charAt(place) - '0' + by) % 10));
        assertThat(NhsNumber.of(digits.toString())).isEmpty();
    }

    private static java.util.Map<String, String> errors(
            String name, String born, String number, String postcode) {
        return FormRules.understand(new FindView.Form(name, born, number, postcode), TODAY)
                .errors();
    }
}
