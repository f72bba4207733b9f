package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The life of the embedded database on a real folder, with real processes.
class EmbeddedPostgresIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private static Path shared;
    @TempDir private Path home;

    /// Unpacking takes a second or two, and is not what these tests are about.
    @BeforeEach
    void shareThePrograms() throws IOException {
        var programs = PostgresBinaries.in(shared).folder();
        Files.createSymbolicLink(home.resolve(programs.getFileName()), programs);
    }

    @Test
    void what_was_written_is_there_after_a_restart_at_the_same_address_and_only_we_may_look()
            throws Exception {
        int port;
        try (var postgres = open()) {
            port = port(postgres);
            sql(postgres, "create table kept as select 7 as n");
            assertThat(postgres.owned()).isTrue();
        }
        assertThat(permissions("database-password")).isEqualTo("rw-------");
        assertThat(permissions("database")).isEqualTo("rwx------");
        try (var postgres = open()) {
            assertThat(port(postgres)).isEqualTo(port);
            assertThat(number(postgres, "select n from kept")).isEqualTo(7);
            assertThat(setting(postgres, "fsync")).isEqualTo("on");
            assertThat(setting(postgres, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(postgres, "listen_addresses")).isEqualTo("127.0.0.1");
            var stranger = postgres.door();
            stranger.setPassword("guess");
            assertThatThrownBy(stranger::getConnection).hasMessageContaining("password");
        }
    }

    @Test
    void a_server_that_dies_is_started_again_and_work_goes_on() {
        try (var postgres = open()) {
            sql(postgres, "create table kept as select 1 as n");
            kill("-9", server());
            await("the server is back", () -> number(postgres, "select n from kept") == 1);
        }
    }

    @Test
    void killing_trellis_stops_its_server_and_the_next_start_finds_every_commit() throws Exception {
        var trellis = otherProcess();
        var server = server();
        try {
            kill("-9", trellis.pid());
            assertThat(trellis.waitFor(30, TimeUnit.SECONDS)).isTrue();
            await("the server follows", () -> !alive(server));
        } finally {
            trellis.destroyForcibly();
        }
        try (var postgres = open()) {
            assertThat(number(postgres, "select count(*) from kept")).isEqualTo(1);
        }
    }

    @Test
    void a_second_process_is_a_guest_and_takes_over_when_the_first_has_ended() throws Exception {
        var trellis = otherProcess();
        try (var guest = open()) {
            assertThat(guest.owned()).isFalse();
            assertThat(number(guest, "select count(*) from kept")).isEqualTo(1);
            kill("-TERM", trellis.pid());
            assertThat(trellis.waitFor(60, TimeUnit.SECONDS)).isTrue();
            await("the guest has taken over", guest::owned);
            await("it serves", () -> number(guest, "select count(*) from kept") == 1);
        } finally {
            trellis.destroyForcibly();
        }
    }

    @Test
    void a_server_without_its_trellis_is_stopped_before_a_new_one_starts() throws Exception {
        var cluster = made();
        var orphan = PostgresServer.start(cluster, PostgresTuning.ofThisMachine());
        await("the orphan says who it is", () -> cluster.recordedServer().isPresent());
        try (var postgres = open()) {
            assertThat(orphan.process().isAlive()).isFalse();
            assertThat(number(postgres, "select 1")).isEqualTo(1);
        }
    }

    @Test
    void a_stale_process_number_that_belongs_to_another_program_does_not_stop_the_start()
            throws Exception {
        var cluster = made();
        Files.writeString(
                cluster.data().resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");
        try (var postgres = open()) {
            assertThat(number(postgres, "select 1")).isEqualTo(1);
        }
    }

    @Test
    void data_of_another_major_version_is_left_alone() throws Exception {
        var cluster = made();
        Files.writeString(cluster.data().resolve("PG_VERSION"), "17\n");
        assertThatThrownBy(this::open)
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("was made by PostgreSQL 17")
                .hasMessageContaining("backup");
    }

    @Test
    void a_home_that_is_a_file_is_refused_in_one_sentence() throws Exception {
        var file = Files.writeString(home.resolve("file"), "");
        assertThatThrownBy(() -> EmbeddedPostgres.open(file, PostgresTuning.ofThisMachine()))
                .isInstanceOf(DatabaseRefused.class)
                .hasMessageContaining("TRELLIS_HOME")
                .hasMessageContaining(file.toString());
    }

    @Test
    void a_full_disk_is_told_apart() {
        var said = "could not write file \"pg_wal/xlogtemp.9\": No space left on device";
        assertThat(PostgresCluster.saysFull(said)).isTrue();
        assertThat(PostgresCluster.full(home)).hasMessageContaining("is full");
    }

    private EmbeddedPostgres open() {
        return EmbeddedPostgres.open(home, PostgresTuning.ofThisMachine());
    }

    private PostgresCluster made() throws IOException {
        open().close();
        return PostgresCluster.prepare(home);
    }

    /// A Trellis of its own that has written one row.
    private Process otherProcess() throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process =
                new ProcessBuilder(
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                OtherTrellis.class.getName(),
                                home.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("other.log").toFile())
                        .start();
        await(
                "the other process is ready",
                () -> {
                    assertThat(process.isAlive())
                            .as(Files.readString(home.resolve("other.log")))
                            .isTrue();
                    return Files.exists(home.resolve("other.ready"));
                });
        return process;
    }

    private long server() {
        try {
            var file = Files.readAllLines(home.resolve("database/postmaster.pid"));
            return Long.parseLong(file.getFirst().strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean alive(long process) {
        return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void kill(String signal, long process) {
        try {
            var command = List.of("sh", "-c", "kill " + signal + " " + process);
            assertThat(PostgresUser.run(command, Path.of("/dev/null"))).isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(String what, Callable<Boolean> condition) {
        var until = Instant.now().plus(PATIENCE);
        Optional<Exception> last = Optional.empty();
        while (Instant.now().isBefore(until)) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (DataAccessException e) {
                last = Optional.of(e);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError(what + ": waited in vain", last.orElse(null));
    }

    private static int port(EmbeddedPostgres postgres) {
        return postgres.door().getPortNumbers()[0];
    }

    private static void sql(EmbeddedPostgres postgres, String sql) {
        JdbcClient.create(postgres.door()).sql(sql).update();
    }

    private static long number(EmbeddedPostgres postgres, String sql) {
        return JdbcClient.create(postgres.door()).sql(sql).query(Long.class).single();
    }

    private static String setting(EmbeddedPostgres postgres, String name) {
        return JdbcClient.create(postgres.door())
                .sql("select current_setting(:name)")
                .param("name", name)
                .query(String.class)
                .single();
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name)));
    }

    /// Runs in a process of its own: opens the database, writes a row, and waits to be ended.
    static final class OtherTrellis {
        private OtherTrellis() {}

        public static void main(String[] args) throws IOException {
            var home = Path.of(args[0]);
            var postgres = EmbeddedPostgres.open(home, PostgresTuning.ofThisMachine());
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
            sql(postgres, "create table kept as select 1 as n");
            FileChannel.open(
                            home.resolve("other.ready"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)
                    .close();
            while (true) {
                LockSupport.park();
            }
        }
    }
}
