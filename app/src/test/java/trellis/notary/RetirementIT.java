package trellis.notary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Json;
import trellis.store.TestDatabase;

/// Old lines go to an archive and the log stays provable; removing them in any other way is found.
class RetirementIT {
    private static final Instant OLD = Instant.parse("2015-03-01T10:00:00Z");
    private static final Instant NEW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant BEFORE = Instant.parse("2018-01-01T00:00:00Z");

    @TempDir private Path home;

    private static AuditEntry entry(Instant when, int number) {
        return new AuditEntry(
                when.plusSeconds(number),
                Caller.command("command"),
                AuditEntry.Action.READ,
                "read",
                AuditEntry.Target.resource("Observation", "o" + number, 1),
                List.of(7L, 8L + number),
                200,
                AuditEntry.Source.HERE);
    }

    private void fill(TestDatabase database) {
        try (var log = new AuditLog(database.dataSource());
                var notary = new Notary(database.dataSource(), home, Clock.systemUTC())) {
            for (var number = 0; number < 300; number++) {
                log.record(entry(OLD, number));
            }
            notary.seal();
            for (var number = 0; number < 40; number++) {
                log.record(entry(NEW, number));
            }
            // One that came late stands behind newer ones, and so stays.
            log.record(entry(OLD, 999));
            notary.seal();
        }
    }

    private Retirement retirement(TestDatabase database) {
        return new Retirement(database.dataSource(), home, Clock.systemUTC());
    }

    private LogCheck.Found check(TestDatabase database) throws Exception {
        return new AuditCheck(database.dataSource(), home)
                .check(Optional.empty(), Optional.empty(), _ -> {});
    }

    private static void asSuperuser(TestDatabase database, String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local session_replication_role = replica");
            statement.execute(sql);
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static long count(TestDatabase database, String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void old_lines_go_to_an_archive_and_the_log_stays_whole() throws Exception {
        try (var database = TestDatabase.fresh()) {
            fill(database);
            var archive = home.resolve("2018.jsonl.gz");
            var done = retirement(database).retire(BEFORE, archive, _ -> {}).orElseThrow();

            assertThat(done.lines()).isEqualTo(300);
            assertThat(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive)))
                    .isEqualTo(done.archive());
            try (var text = new GZIPInputStream(Files.newInputStream(archive))) {
                var lines =
                        new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
                assertThat(lines).hasSize(300);
                var first = Json.parse(lines.getFirst().getBytes(StandardCharsets.UTF_8));
                assertThat(first.at("/line/fid").asString("")).isEqualTo("o0");
                assertThat(first.path("patients")).hasSize(2);
            }
            assertThat(count(database, "select count(*) from audit")).isEqualTo(41);
            assertThat(count(database, "select count(*) from audit_patient")).isEqualTo(82);
            var found = check(database);
            assertThat(found.fault()).isEmpty();
            assertThat(found.lines()).isEqualTo(341);
            assertThat(found.retired()).isEqualTo(300);

            assertThat(retirement(database).retire(BEFORE, home.resolve("again"), _ -> {}))
                    .as("nothing is left")
                    .isEmpty();
            assertThat(home.resolve("again")).doesNotExist();
            assertThatThrownBy(
                            () -> retirement(database).retire(NEW.plusSeconds(9), archive, _ -> {}))
                    .isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> count(database, "delete from audit returning seq"))
                    .as("nobody may remove lines but so")
                    .isInstanceOf(SQLException.class);
            try (var log = new AuditLog(database.dataSource());
                    var notary = new Notary(database.dataSource(), home, Clock.systemUTC())) {
                log.record(entry(NEW, 500));
                notary.seal();
            }
            assertThat(check(database).fault()).as("the log goes on").isEmpty();
        }
    }

    @Test
    void whoever_removes_lines_without_the_nodes_key_is_found() throws Exception {
        try (var database = TestDatabase.fresh()) {
            fill(database);
            retirement(database).retire(BEFORE, home.resolve("a.gz"), _ -> {});
            asSuperuser(database, "delete from audit where seq = (select max(seq) - 5 from audit)");
            assertThat(check(database).fault().orElse("")).contains("was deleted from the log");
            asSuperuser(database, "update audit_retired set leaves = 400");
            assertThat(check(database).fault().orElse("")).contains("not this node's");
            asSuperuser(database, "delete from audit_retired");
            assertThat(check(database).fault().orElse("")).contains("Entry 0");
            var thief = SigningKey.in(Files.createTempDirectory("thief"));
            try (var sql = ConnectionSql.writing(database.dataSource())) {
                new RetirementSql(sql).insert(Retired.of(thief, 400, 0, 0, new byte[32]));
                sql.commit();
            }
            assertThat(check(database).fault().orElse("")).contains("not this node's");
        }
    }

    @Test
    void a_line_that_was_changed_stops_it_before_anything_is_removed() throws Exception {
        try (var database = TestDatabase.fresh()) {
            fill(database);
            asSuperuser(database, "update audit set fid = 'other' where seq = 17");
            var archive = home.resolve("b.gz");
            assertThatThrownBy(() -> retirement(database).retire(BEFORE, archive, _ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Line 17");
            assertThat(archive).doesNotExist();
            assertThat(count(database, "select count(*) from audit")).isEqualTo(341);
        }
    }
}
