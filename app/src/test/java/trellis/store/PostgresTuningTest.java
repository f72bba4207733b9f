package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresTuningTest {
    private static final long GIGABYTE = 1L << 30;

    @Test
    void a_write_is_on_disk_before_it_is_acknowledged() {
        assertThat(PostgresTuning.ofThisMachine())
                .containsEntry("fsync", "on")
                .containsEntry("synchronous_commit", "on")
                .doesNotContainKey("full_page_writes");
    }

    @Test
    void memory_is_taken_with_the_machine_in_mind() {
        assertThat(PostgresTuning.of(2 * GIGABYTE)).containsEntry("shared_buffers", "256MB");
        assertThat(PostgresTuning.of(64 * GIGABYTE)).containsEntry("shared_buffers", "2048MB");
        assertThat(PostgresTuning.of(1024 * GIGABYTE)).containsEntry("shared_buffers", "8192MB");
    }

    @Test
    void only_this_machine_can_connect_and_no_statement_is_logged() {
        assertThat(PostgresTuning.ofThisMachine())
                .containsEntry("listen_addresses", "127.0.0.1")
                .containsEntry("log_min_error_statement", "panic")
                .containsEntry("log_error_verbosity", "terse");
    }
}
