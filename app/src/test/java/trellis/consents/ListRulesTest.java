package trellis.consents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trellis.consents.ListRules.Read;

/// The list check's file, as organisations send it.
class ListRulesTest {
    @Test
    void a_list_comes_back_in_its_order_without_those_who_have_opted_out() {
        var read = ListRules.read("9000000009,\n9000000017,\n9000000025,\n");
        assertThat(read)
                .isEqualTo(new Read.Numbers(List.of("9000000009", "9000000017", "9000000025")));
        assertThat(
                        ListRules.answer(
                                List.of("9000000009", "9000000017", "9000000025"),
                                Set.of("9000000017")))
                .isEqualTo("9000000009,\n9000000025,\n");
    }

    @Test
    void the_last_line_may_lack_its_end() {
        assertThat(ListRules.read("9000000009,\n9000000017,"))
                .isEqualTo(new Read.Numbers(List.of("9000000009", "9000000017")));
    }

    @Test
    void one_number_that_is_none_makes_the_whole_answer_one_error() {
        for (var text :
                new String[] {
                    "9000000009,\n9000000000,\n",
                    "9000000009,\n1234567890,\n",
                    "9000000009\n",
                    "9000000009,\r\n",
                    "9000000009,\n\n9000000017,\n",
                    " 9000000009,\n",
                    "",
                    "٩000000009,\n"
                }) {
            assertThat(ListRules.read(text)).as(text).isInstanceOf(Read.Wrong.class);
        }
        var wrong = (Read.Wrong) ListRules.read("9000000009,\n9000000000,\n");
        assertThat(wrong.error()).startsWith("ERROR").contains("line 2").doesNotContain("900");
        assertThat(wrong.error().lines()).hasSize(1);
    }
}
