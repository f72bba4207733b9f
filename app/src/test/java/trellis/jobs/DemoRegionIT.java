package trellis.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import trellis.Trellis;
import trellis.settings.Settings;
import trellis.store.Snapshot;
import trellis.store.TestDatabase;

/// The demo region on an empty node, on one that has it, and on one that has other records.
class DemoRegionIT {
    private static final Path DEMO = Path.of("../demo");
    private static final int RESOURCES = 16_168;

    private final Terminal terminal = new Terminal();

    private boolean load(TestDatabase database) {
        try (var parts = Parts.open(Settings.read(database.environment(), Trellis.SETTINGS))) {
            return parts.get(DemoRegion.class).load(DEMO, terminal.console());
        }
    }

    private static long resources(TestDatabase database) {
        try (var snapshot = Snapshot.of(database.dataSource(), java.time.Clock.systemUTC())) {
            return snapshot.counts(Instant.EPOCH).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    @Test
    void it_is_loaded_whole_and_once() {
        try (var database = TestDatabase.fresh()) {
            assertThat(load(database)).isTrue();
            assertThat(resources(database)).isEqualTo(RESOURCES);
            assertThat(terminal.err()).contains("16,168 new, 0 changed");

            assertThat(load(database)).isFalse();
        }
    }

    @Test
    void it_is_not_mixed_with_records_that_are_there() {
        try (var database = TestDatabase.fresh()) {
            var settings = Settings.read(database.environment(), Trellis.SETTINGS);
            var one = "{\"resourceType\":\"Patient\",\"id\":\"somebody\"}";
            new Import(
                            terminal.console(),
                            settings,
                            new java.io.ByteArrayInputStream(
                                    one.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .run(List.of("-"));

            assertThat(load(database)).isFalse();

            assertThat(resources(database)).isEqualTo(1);
        }
    }
}
