package trellis.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import trellis.access.Caller;
import trellis.audit.AuditEntry.Action;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.TestDatabase;

class AuditLogIT {
    @RegisterExtension static final TestDatabase database = TestDatabase.fresh();

    private static final AtomicLong PATIENT = new AtomicLong(1000);

    private final DataSource source = database.dataSource();
    private final JdbcClient db = JdbcClient.create(source);
    private final AuditLog log = new AuditLog(source);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void a_line_is_there_when_record_returns() {
        var patient = PATIENT.incrementAndGet();
        log.record(entry("read", List.of(patient)));
        assertThat(lines(patient)).isEqualTo(1);
    }

    @Test
    void a_line_without_patient_is_kept_too() {
        log.record(entry("capabilities of nobody", List.of()));
        assertThat(count("select count(*) from audit where what = 'capabilities of nobody'"))
                .isEqualTo(1);
    }

    @Test
    void two_hundred_readers_at_once_each_find_their_line_and_share_commits() throws Exception {
        var counting = new Counting(source);
        var patient = PATIENT.incrementAndGet();
        try (var many = new AuditLog(counting);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 200; i++) {
                var own = 1_000_000L + i;
                tasks.add(() -> {
                    many.record(entry("read", List.of(patient, own)));
                    return lines(own) == 1;
                });
            }
            for (var done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        }
        assertThat(lines(patient)).isEqualTo(200);
        assertThat(counting.opened.get()).isLessThan(100);
    }

    @Test
    void text_a_database_cannot_hold_stops_only_its_own_line() {
        var caller = Caller.command("test");
        var source = new Source("127.0.0.1", "agent\0with a hole", "");
        var patient = PATIENT.incrementAndGet();
        log.record(
                new AuditEntry(
                        Instant.EPOCH,
                        caller,
                        Action.READ,
                        "read",
                        Target.search("Patient", "name=\0" + "x".repeat(10_000)),
                        List.of(patient),
                        200,
                        source));
        assertThat(lines(patient)).isEqualTo(1);
        assertThat(count("select max(length(query)) from audit")).isEqualTo(4000);
    }

    @Test
    void without_database_a_reader_is_refused_with_503_and_reads_again_when_it_is_back() {
        var breakable = new Breakable(source);
        try (var away = new AuditLog(breakable)) {
            away.record(entry("read", List.of()));
            breakable.broken = true;
            assertThatThrownBy(() -> away.record(entry("read", List.of())))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused ->
                                    assertThat(refused.problem())
                                            .isInstanceOf(Problem.Unavailable.class));
            breakable.broken = false;
            var patient = PATIENT.incrementAndGet();
            away.record(entry("read", List.of(patient)));
            assertThat(lines(patient)).isEqualTo(1);
        }
    }

    @Test
    void after_closing_nothing_can_be_recorded() {
        var closed = new AuditLog(source);
        closed.close();
        assertThatThrownBy(() -> closed.record(entry("read", List.of())))
                .isInstanceOf(Refused.class);
    }

    @Test
    void a_line_inside_a_transaction_shares_its_fate() throws SQLException {
        var patient = PATIENT.incrementAndGet();
        var newcomer =
                new Caller(77, "Newcomer", trellis.access.Role.GP, "", "", Caller.Came.TOKEN);
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            log.table().insert(connection, List.of(entry(newcomer, "update", List.of(patient))));
            connection.rollback();
            assertThat(lines(patient)).isZero();
            log.table().insert(connection, List.of(entry(newcomer, "update", List.of(patient))));
            connection.commit();
            connection.setAutoCommit(true);
        }
        assertThat(lines(patient)).isEqualTo(1);
        assertThat(count("select count(*) from audit_caller where account = 77")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit", "audit_patient", "audit_caller", "audit_agent"})
    void nothing_in_the_log_can_be_changed_or_taken_away(String table) {
        log.record(entry("read", List.of(PATIENT.incrementAndGet())));
        var before = count("select count(*) from " + table);
        for (var attempt :
                List.of(
                        "delete from " + table,
                        "truncate " + table + " cascade",
                        "update "
                                + table
                                + " set "
                                + ("audit".equals(table) ? "what" : column(table)))) {
            var sql = attempt.startsWith("update") ? attempt + " = default" : attempt;
            assertThatThrownBy(() -> db.sql(sql).update())
                    .as(sql)
                    .rootCause()
                    .hasMessageMatching("(?s).*(append-only|permission denied).*");
        }
        assertThat(count("select count(*) from " + table)).isEqualTo(before);
    }

    private static String column(String table) {
        return switch (table) {
            case "audit_patient" -> "patient";
            case "audit_caller" -> "name";
            case "audit_agent" -> "agent";
            default -> throw new IllegalArgumentException(table);
        };
    }

    private static AuditEntry entry(String what, List<Long> patients) {
        return entry(Caller.command("test"), what, patients);
    }

    private static AuditEntry entry(Caller caller, String what, List<Long> patients) {
        return new AuditEntry(
                Instant.parse("2026-11-01T10:00:00.123456Z"),
                caller,
                Action.READ,
                what,
                Target.resource("Observation", "abc", 1),
                patients,
                200,
                new Source("127.0.0.1", "test", "r1"));
    }

    private long lines(long patient) {
        return count(
                "select count(*) from audit a join audit_patient p using (seq) where p.patient = "
                        + patient);
    }

    private long count(String sql) {
        return db.sql(sql).query(Long.class).single();
    }

    /// Counts transactions: the log opens one connection for each.
    private static final class Counting extends DelegatingDataSource {
        private final AtomicLong opened = new AtomicLong();

        Counting(DataSource target) {
            super(target);
        }

        @Override
        public java.sql.Connection getConnection() throws SQLException {
            opened.incrementAndGet();
            return super.getConnection();
        }
    }

    /// A database that can be away.
    private static final class Breakable extends DelegatingDataSource {
        private volatile boolean broken;

        Breakable(DataSource target) {
            super(target);
        }

        @Override
        public java.sql.Connection getConnection() throws SQLException {
            if (broken) {
                throw new SQLException("gone", "08006");
            }
            return super.getConnection();
        }
    }
}
