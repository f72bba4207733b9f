package trellis.codes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SctIdsTest {
    @Test
    void published_identifiers_are_right_and_mistyped_ones_are_not() {
        for (var id : List.of(138875005L, 404684003L, 73211009L, 116680003L, 900000000000207008L)) {
            assertThat(SctIds.valid(id)).as("%s", id).isTrue();
            assertThat(SctIds.valid(id + 1)).as("%s", id + 1).isFalse();
        }
        assertThat(SctIds.valid(73210109L)).as("two digits turned round").isFalse();
        assertThat(SctIds.valid(12345L)).as("too short").isFalse();
    }

    @Property
    void what_is_made_is_right(@ForAll @LongRange(min = 10_000, max = 9_999_999_999L) long digits) {
        assertThat(SctIds.valid(SctIds.of(digits))).isTrue();
    }
}
