package trellis.notary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.store.TestDatabase;

/// Whoever has the database's superuser changes the log, and is found out.
class LogCheckIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final int ROUNDS = 6;
    private static final int LINES = 90;
    private static final int TAMPERINGS = 200;

    @TempDir static Path home;

    private static AuditLog log;
    private static Notary notary;
    private static final Random RANDOM = new Random(9162);

    @BeforeAll
    static void fill() throws Exception {
        log = new AuditLog(DATABASE.dataSource());
        notary = new Notary(DATABASE.dataSource(), home, Clock.systemUTC());
        for (var round = 0; round < ROUNDS; round++) {
            for (var i = 0; i < LINES; i++) {
                log.record(entry(i));
            }
            notary.seal();
        }
    }

    @AfterAll
    static void close() {
        notary.close();
        log.close();
    }

    private static AuditEntry entry(int number) {
        var patients = RANDOM.longs(RANDOM.nextInt(4), 1, 1_000_000).distinct().boxed().toList();
        return new AuditEntry(
                Instant.ofEpochSecond(1_790_000_000L + number),
                Caller.command("command " + number % 7),
                AuditEntry.Action.READ,
                "read",
                AuditEntry.Target.resource("Observation", "o" + number, 1),
                patients,
                200,
                new AuditEntry.Source("127.0.0.1", "agent " + number % 5, "r" + number));
    }

    @Test
    void an_untouched_log_is_as_it_was() throws Exception {
        try (var connection = superuser()) {
            var found = check(connection);

            assertThat(found.fault()).isEmpty();
            assertThat(found.lines()).isEqualTo((long) ROUNDS * LINES);
            assertThat(found.heads()).isEqualTo(ROUNDS);
        }
        assertThat(Files.readAllLines(home.resolve(Notary.FILE))).hasSize(ROUNDS);
        assertThat(Files.getPosixFilePermissions(home.resolve(SigningKey.FILE))).hasSize(2);
    }

    @Test
    void two_hundred_random_tamperings_are_found_and_the_first_bad_entry_is_named()
            throws Exception {
        var missed = new ArrayList<String>();
        try (var connection = superuser()) {
            for (var i = 0; i < TAMPERINGS; i++) {
                var tampering = tampering(i);
                run(connection, tampering.sql());
                var fault = check(connection).fault();
                connection.rollback();
                run(connection, "set session_replication_role = replica");
                if (fault.filter(said -> said.contains(tampering.named())).isEmpty()) {
                    missed.add(tampering + ": " + fault);
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void the_end_of_the_log_cannot_be_cut_off_with_its_heads() throws Exception {
        try (var connection = superuser()) {
            var from = (ROUNDS - 1) * LINES;
            run(connection, "delete from audit_head where size > " + from);
            run(connection, "delete from audit_leaf where idx >= " + from);
            run(connection, "delete from audit where seq > " + from);
            run(connection, "delete from audit_patient where seq > " + from);

            assertThat(check(connection).fault().orElse(""))
                    .contains("The signed head over 540 lines is gone");
            connection.rollback();
        }
    }

    @Test
    void a_head_signed_with_another_key_is_not_believed() throws Exception {
        var other = SigningKey.in(Files.createTempDirectory("other"));
        try (var connection = superuser()) {
            var found =
                    new LogCheck(
                                    new ConnectionSql(connection),
                                    List.of(),
                                    Optional.of(other.publicKey()),
                                    _ -> {})
                            .check();
            assertThat(found.fault().orElse("")).contains("signed with another key");
            connection.rollback();
        }
    }

    @Test
    void proofs_hold_against_the_signed_heads() throws Exception {
        try (var connection = superuser()) {
            var sql = new NotarySql(new ConnectionSql(connection));
            var heads = sql.heads();
            var last = heads.getLast();
            for (var seq : List.of(1L, 100L, 333L, 540L)) {
                var leaf = sql.leafOf(seq).orElseThrow();
                var path = Merkle.inclusion(leaf.index(), last.size(), sql);
                assertThat(
                                Merkle.included(
                                        leaf.hash(), leaf.index(), last.size(), path, last.root()))
                        .isTrue();
            }
            for (var head : heads) {
                var proof = Merkle.consistency(head.size(), last.size(), sql);
                assertThat(
                                Merkle.consistent(
                                        head.size(), last.size(), head.root(), last.root(), proof))
                        .isTrue();
            }
            connection.rollback();
        }
    }

    /// @param named what the check must say
    private record Tampering(String sql, String named) {}

    private static Tampering tampering(int kind) {
        var seq = 1 + RANDOM.nextInt(ROUNDS * LINES);
        var other = 1 + (seq + RANDOM.nextInt(ROUNDS * LINES - 1)) % (ROUNDS * LINES);
        var line = "(line " + seq + ")";
        return switch (kind % 12) {
            case 0 -> new Tampering("update audit set fid = fid || 'x' where seq = " + seq, line);
            case 1 -> new Tampering("update audit set at = at + 1 where seq = " + seq, line);
            case 2 -> new Tampering("update audit set status = 403 where seq = " + seq, line);
            case 3 ->
                    new Tampering(
                            "delete from audit_patient where seq = %1$d; delete from audit where seq = %1$d"
                                    .formatted(seq),
                            line + " was deleted");
            case 4 ->
                    new Tampering("update audit set caller = caller + 1 where seq = " + seq, line);
            case 5 ->
                    new Tampering(
                            "insert into audit_patient (patient, at, seq) select 5, at, seq from audit where seq = "
                                    + seq,
                            line);
            case 6 ->
                    new Tampering(
                            "update audit_caller set name = 'Somebody else' where key = (select caller from audit where seq = "
                                    + seq
                                    + ")",
                            "was changed");
            case 7 ->
                    new Tampering(
                            "delete from audit_agent where key = (select agent from audit where seq = "
                                    + seq
                                    + ")",
                            "was changed");
            case 8 ->
                    new Tampering(
                            """
                            update audit set seq = -1 where seq = %1$d;
                            update audit set seq = %1$d where seq = %2$d;
                            update audit set seq = %2$d where seq = -1
                            """
                                    .formatted(seq, other),
                            "was changed");
            case 9 ->
                    new Tampering(
                            "delete from audit_leaf where seq = %1$d; update audit_leaf set idx = idx - 1 where seq > %1$d"
                                    .formatted(seq),
                            "");
            case 10 ->
                    new Tampering(
                            """
                            update audit_leaf l set hash = o.hash, seq = -o.seq from audit_leaf o
                             where (l.seq = %1$d and o.seq = %2$d) or (l.seq = %2$d and o.seq = %1$d);
                            update audit_leaf set seq = -seq where seq < 0
                            """
                                    .formatted(seq, other),
                            "are not what");
            default ->
                    new Tampering(
                            "update audit_head set at = at + 1 where size = (select max(size) from audit_head)",
                            "does not bear its signature");
        };
    }

    private static LogCheck.Found check(Connection connection) throws Exception {
        var kept = Files.readAllLines(home.resolve(Notary.FILE)).stream().map(Head::read).toList();
        var key = Optional.of(SigningKey.in(home).publicKey());
        return new LogCheck(new ConnectionSql(connection), kept, key, _ -> {}).check();
    }

    /// No trigger fires and no right is asked for.
    private static Connection superuser() throws SQLException {
        var connection = DATABASE.dataSource().getConnection();
        connection.setAutoCommit(false);
        run(connection, "set session_replication_role = replica");
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
