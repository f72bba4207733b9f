package trellis.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.Trellis;
import trellis.access.Caller;
import trellis.audit.AuditLog;
import trellis.settings.Settings;
import trellis.store.Snapshot;

/// An import that is told to stop goes on where it was; one whose PostgreSQL is killed goes on by
/// itself. On an embedded PostgreSQL of its own.
class InterruptedImportIT {
    /// More than an import reads ahead (64 lots of 500 lines), so that it can be caught in between.
    private static final int LINES = 60_000;

    @TempDir Path folder;

    private final Terminal terminal = new Terminal();

    private Path file() throws IOException {
        var text = new StringBuilder();
        for (var i = 0; i < LINES; i++) {
            text.append("{\"resourceType\":\"Patient\",\"id\":\"p").append(i).append("\"}\n");
        }
        return Files.write(folder.resolve("Patient.ndjson"), text.toString().getBytes(UTF_8));
    }

    private Parts open() {
        var environment = Map.of("TRELLIS_HOME", folder.resolve("home").toString());
        return Parts.open(Settings.read(environment, Trellis.SETTINGS));
    }

    private ImportRun run(Parts parts, Rejects rejects, CountDownLatch stop) {
        var trail =
                new ImportTrail(
                        parts.get(AuditLog.class),
                        parts.get(Clock.class),
                        Caller.command("import"));
        return new ImportRun(
                terminal.console(), parts.get(LoadingParts.class), trail, rejects, stop);
    }

    private static CompletableFuture<Boolean> start(ImportRun run, Path file) {
        var options = ImportOptions.of(List.of(file.toString()));
        return CompletableFuture.supplyAsync(() ->
                run.all(
                        Sources.of(options.names()).sources(),
                        options,
                        InputStream.nullInputStream()));
    }

    private static void await(BooleanSupplier condition) {
        var until = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static long patients(Parts parts) {
        try (var snapshot =
                Snapshot.of(parts.get(javax.sql.DataSource.class), java.time.Clock.systemUTC())) {
            return snapshot.counts(Instant.EPOCH).getOrDefault("Patient", 0L);
        }
    }

    @Test
    void an_import_that_was_stopped_goes_on_where_it_was() throws Exception {
        var file = file();
        try (var parts = open();
                var rejects = Rejects.to(Optional.empty())) {
            var stop = new CountDownLatch(1);
            var first = run(parts, rejects, stop);
            var ended = start(first, file);
            await(() -> first.counts().created() > 0);
            stop.countDown();

            assertThat(ended.get(2, TimeUnit.MINUTES)).isFalse();
            var done = first.counts().created();
            assertThat(done).isLessThan(LINES);
            assertThat(patients(parts)).isEqualTo(done);

            var second = run(parts, rejects, new CountDownLatch(1));
            assertThat(start(second, file).get(2, TimeUnit.MINUTES)).isTrue();

            assertThat(terminal.err()).contains("Patient.ndjson: going on after line");
            assertThat(second.counts().created()).isEqualTo(LINES - done);
            assertThat(second.counts().same()).isZero();
            assertThat(patients(parts)).isEqualTo(LINES);
        }
    }

    @Test
    void an_import_waits_for_a_postgresql_that_was_killed_and_goes_on() throws Exception {
        var killed = new CountDownLatch(1);
        var halves = halves(Files.readAllBytes(file()), killed);
        try (var parts = open();
                var rejects = Rejects.to(Optional.empty())) {
            var run = run(parts, rejects, new CountDownLatch(1));
            var ended =
                    CompletableFuture.supplyAsync(() ->
                            run.all(
                                    List.of(Source.piped()),
                                    ImportOptions.of(List.of("-")),
                                    halves));
            await(() -> run.counts().created() > 0);
            kill();
            killed.countDown();
            // It is back in a moment, and whoever was between two statements may not notice.
            await(() -> terminal.err().contains("waiting") || killAgain());

            assertThat(ended.get(4, TimeUnit.MINUTES)).as(terminal.err()).isTrue();

            assertThat(rejects.report()).isEmpty();
            assertThat(terminal.err())
                    .containsPattern("The database [a-z ]+: waiting for up to")
                    .contains("The database is back after");
            assertThat(patients(parts)).isEqualTo(LINES);
        }
    }

    /// Half of a text, and the rest once something has happened, so that it cannot be read before.
    private static InputStream halves(byte[] text, CountDownLatch happened) {
        var half = text.length / 2;
        var first = new ByteArrayInputStream(text, 0, half);
        var rest =
                new ByteArrayInputStream(text, half, text.length - half) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        try {
                            happened.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            return -1;
                        }
                        return super.read(into, offset, length);
                    }
                };
        return new SequenceInputStream(first, rest);
    }

    /// Kills it if it is running.
    ///
    /// @return never true, for use in a wait
    private boolean killAgain() {
        try {
            kill();
        } catch (IOException | UncheckedIOException | NoSuchElementException e) {
            // Away already.
        }
        return false;
    }

    private void kill() throws IOException {
        try (var files = Files.walk(folder.resolve("home"))) {
            var mark =
                    files.filter(path -> path.endsWith("postmaster.pid")).findFirst().orElseThrow();
            var process = Long.parseLong(Files.readAllLines(mark).getFirst().strip());
            // With its children, which would go on serving those who are connected already.
            var postgres = ProcessHandle.of(process).orElseThrow();
            var children = postgres.children().toList();
            postgres.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
