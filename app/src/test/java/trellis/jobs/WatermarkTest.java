package trellis.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WatermarkTest {

    @Test
    void the_height_rises_only_over_what_is_done_without_a_gap() {
        var mark = Watermark.zero();
        mark.done(3, 4);
        mark.done(6, 6);
        assertThat(mark.level()).isEqualTo(new Watermark.Level(0, List.of(3L, 4L, 6L, 6L)));

        mark.done(1, 2);

        assertThat(mark.level()).isEqualTo(new Watermark.Level(4, List.of(6L, 6L)));
    }

    @Test
    void a_kept_level_knows_the_same_lines() {
        var mark = new Watermark(4, List.of(6L, 9L));

        assertThat(List.of(1L, 4L, 6L, 8L, 9L)).allMatch(mark::isDone);
        assertThat(List.of(5L, 10L)).noneMatch(mark::isDone);
    }
}
