package trellis.@name@;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class @Name@RulesTest {

    @Test
    void a_title_is_shown_without_space_around_it() {
        assertThat(@Name@Rules.title("  Sent ")).isEqualTo("Sent");
    }
}
