package trellis.prescriptions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import trellis.store.Write;

/// Writes prescriptions and how they stand, in the transaction of the resources that go with it.
final class ChangeSql implements Write.Table<ChangeSql.Change> {
    /// A change of one prescription.
    ///
    /// @param before empty for a new one
    /// @param message as it was signed, of a new one; empty otherwise
    /// @param events what happened
    /// @param answers to cancellations that had waited, for the prescriber
    record Change(
            Optional<Prescription> before,
            Prescription after,
            String message,
            List<PrescriptionSql.Happened> events,
            List<String> answers) {}

    /// Somebody else has changed it since it was read, or has taken its number, or the patient has another record now.
    static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Overtaken() {
            super("overtaken", null, false, false);
        }
    }

    @Override
    public void insert(Connection connection, List<Change> changes) throws SQLException {
        for (var change : changes) {
            var after = change.after();
            var free =
                    change.before().isEmpty()
                            ? fresh(connection, after, change.message())
                            : run(
                                    connection,
                                    """
                                    update prescription set version = version + 1
                                     where id = ? and version = ? and patient = ?
                                    """,
                                    after.id().text(),
                                    after.version(),
                                    // A merge gives it to another record without counting a change.
                                    after.patient());
            if (free == 0) {
                throw new Overtaken();
            }
            var now = change.events().getLast().at();
            for (var issue : after.issues()) {
                var before = change.before().flatMap(was -> was.issue(issue.number()));
                if (before.filter(issue::equals).isEmpty()) {
                    write(connection, after, issue, now);
                }
            }
            for (var event : change.events()) {
                write(connection, after.id(), event);
            }
            for (var answer : change.answers()) {
                run(
                        connection,
                        "insert into prescription_answer (ods, body, next_try) values (?, ?, ?)",
                        after.by().odsCode(),
                        answer,
                        Timestamp.from(now));
            }
        }
    }

    private static int fresh(Connection connection, Prescription one, String message)
            throws SQLException {
        return run(
                connection,
                """
                insert into prescription
                       (id, nhs_number, patient, prescriber, prescriber_name, prescriber_ods,
                        signer, treatment, nominated, days, sent, version, message)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing
                """,
                one.id().text(),
                one.number().digits(),
                one.patient(),
                one.by().user(),
                one.by().name(),
                one.by().odsCode(),
                one.by().signer(),
                one.treatment().type(),
                one.nominated().orElse(""),
                one.days(),
                Timestamp.from(one.sent()),
                one.version(),
                message);
    }

    private static void write(Connection connection, Prescription of, Issue issue, Instant now)
            throws SQLException {
        var id = of.id().text();
        run(
                connection,
                """
                insert into prescription_issue
                       (prescription, number, task, status, nominated, dispenser, claim, due,
                        expires, completed, changed)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    on conflict (prescription, number) do update
                   set status = excluded.status, dispenser = excluded.dispenser,
                       claim = excluded.claim, due = excluded.due, expires = excluded.expires,
                       completed = excluded.completed, changed = excluded.changed
                """,
                id,
                issue.number(),
                FactRules.taskId(of.id(), issue.number()),
                issue.state().code(),
                of.nominated().orElse(""),
                issue.state().holder().orElse(""),
                issue.state() instanceof State.Claimed(_, var claim) ? claim : "",
                issue.due().map(Timestamp::from),
                Timestamp.from(issue.expires()),
                issue.completed().map(Timestamp::from),
                Timestamp.from(now));
        for (var place = 0; place < issue.lines().size(); place++) {
            var line = issue.lines().get(place);
            run(
                    connection,
                    """
                    insert into prescription_item
                           (prescription, issue, place, id, status, cancel_by, cancel_reason, cancel_at)
                    values (?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict (prescription, issue, place) do update
                       set status = excluded.status, cancel_by = excluded.cancel_by,
                           cancel_reason = excluded.cancel_reason, cancel_at = excluded.cancel_at
                    """,
                    id,
                    issue.number(),
                    place,
                    line.id(),
                    line.status().code(),
                    line.cancellation().map(Line.Cancellation::by).orElse(""),
                    line.cancellation().map(Line.Cancellation::reason).orElse(""),
                    line.cancellation().map(one -> Timestamp.from(one.at())));
        }
        told(connection, id, issue);
    }

    private static void told(Connection connection, String id, Issue issue) throws SQLException {
        run(
                connection,
                "delete from prescription_notification where prescription = ? and issue = ?",
                id,
                issue.number());
        for (var place = 0; place < issue.notifications().size(); place++) {
            var one = issue.notifications().get(place);
            run(
                    connection,
                    """
                    insert into prescription_notification
                           (prescription, issue, place, id, before, dispenser, items)
                    values (?, ?, ?, ?, ?, ?, ?)
                    """,
                    id,
                    issue.number(),
                    place,
                    one.id(),
                    one.before().code(),
                    one.before().holder().orElse(""),
                    one.lines().stream().map(LineStatus::code).collect(Collectors.joining(",")));
        }
    }

    private static void write(
            Connection connection, PrescriptionId id, PrescriptionSql.Happened event)
            throws SQLException {
        run(
                connection,
                """
                insert into prescription_event
                       (prescription, issue, at, what, status, ods, name, request, body)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                id.text(),
                event.issue(),
                Timestamp.from(event.at()),
                event.what(),
                event.status(),
                event.ods(),
                event.name(),
                event.request(),
                event.body());
    }

    private static int run(Connection connection, String sql, Object... values)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < values.length; i++) {
                set(statement, i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, int place, Object value)
            throws SQLException {
        switch (value) {
            case Optional<?> moment when moment.isEmpty() ->
                    statement.setNull(place, Types.TIMESTAMP_WITH_TIMEZONE);
            case Optional<?> moment -> statement.setTimestamp(place, (Timestamp) moment.get());
            case Timestamp moment -> statement.setTimestamp(place, moment);
            case Integer number -> statement.setInt(place, number);
            default -> statement.setString(place, value.toString());
        }
    }
}
