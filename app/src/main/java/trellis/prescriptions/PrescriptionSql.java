package trellis.prescriptions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.people.NhsNumber;
import trellis.prescriptions.Prescription.Prescriber;
import trellis.prescriptions.Prescription.Treatment;
import trellis.store.PatientRows;
import trellis.store.Write;

/// The tables of prescriptions and of how they stand. Changes are written in the transaction of the resources that they go with.
final class PrescriptionSql implements Write.Table<PrescriptionSql.Change> {
    private final JdbcClient db;

    PrescriptionSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

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
            List<Happened> events,
            List<String> answers) {}

    /// Something that happened to an issue.
    ///
    /// @param what in a word
    /// @param status code of the issue's state after it
    /// @param ods organisation of who did it; empty for the service itself
    /// @param name of who did it
    /// @param request its own number; empty for the service itself
    /// @param body as it was sent; empty for nothing
    record Happened(
            int issue,
            Instant at,
            String what,
            String status,
            String ods,
            String name,
            String request,
            String body) {}

    // --- reading ---------------------------------------------------------------------------------

    Optional<Prescription> find(PrescriptionId id) {
        return db.sql("select * from prescription where id = ?")
                .param(id.text())
                .query((row, _) -> prescription(row))
                .optional();
    }

    /// As it was signed.
    String message(PrescriptionId id) {
        return db.sql("select message from prescription where id = ?")
                .param(id.text())
                .query(String.class)
                .single();
    }

    /// The prescriptions of a patient, newest first.
    List<Prescription> ofPatients(List<String> patients, int most) {
        return patients.isEmpty()
                ? List.of()
                : db.sql(
                                """
                                select * from prescription where patient in (:patients)
                                 order by sent desc, id limit :most
                                """)
                        .param("patients", patients)
                        .param("most", most)
                        .query((row, _) -> prescription(row))
                        .list();
    }

    /// What an organisation has prescribed, newest first.
    List<Prescription> prescribedBy(String ods, int from, int most) {
        return db.sql(
                        """
                        select * from prescription where prescriber_ods = ?
                         order by sent desc, id offset ? limit ?
                        """)
                .params(ods, from, most)
                .query((row, _) -> prescription(row))
                .list();
    }

    /// An issue of some prescription.
    record Place(PrescriptionId prescription, int issue) {}

    /// What waits for a dispenser whom patients have chosen, the longest first.
    List<Place> nominated(String ods, int most) {
        return places(
                """
                select prescription, number from prescription_issue
                 where nominated = ? and status = '0001' order by changed, prescription limit ?
                """,
                ods,
                most);
    }

    /// The issue that pages know by a Task.
    Optional<Place> place(String task) {
        return db.sql("select prescription, number from prescription_issue where task = ?")
                .param(task)
                .query((row, _) -> place(row))
                .optional();
    }

    int countNominated(String ods) {
        return db.sql(
                        """
                        select count(*) from prescription_issue where nominated = ? and status = '0001'
                        """)
                .param(ods)
                .query(Integer.class)
                .single();
    }

    /// What a dispenser has, or had, last touched first.
    ///
    /// @param states codes of the states that are meant
    List<Place> heldBy(String ods, List<String> states, int from, int most) {
        return db.sql(
                        """
                        select prescription, number from prescription_issue
                         where dispenser = :ods and dispenser <> '' and status in (:states)
                         order by changed desc, prescription, number offset :from limit :most
                        """)
                .param("ods", ods)
                .param("states", states)
                .param("from", from)
                .param("most", most)
                .query((row, _) -> place(row))
                .list();
    }

    /// Issues whose day has come.
    List<Place> due(Instant now, int most) {
        return places(
                """
                select prescription, number from prescription_issue
                 where status in ('0000', '9001') and due <= ? order by due limit ?
                """,
                Timestamp.from(now),
                most);
    }

    /// Issues whose last day is over.
    List<Place> ended(Instant now, int most) {
        return places(
                """
                select prescription, number from prescription_issue
                 where status in ('0000', '0001', '0002', '0003', '9000', '9001') and expires <= ?
                 order by expires limit ?
                """,
                Timestamp.from(now),
                most);
    }

    /// Issues that were not claimed for in time.
    List<Place> unclaimed(Instant now, Duration within, int most) {
        return places(
                """
                select prescription, number from prescription_issue
                 where status = '0006' and completed <= ? order by completed limit ?
                """,
                Timestamp.from(now.minus(within)),
                most);
    }

    private List<Place> places(String sql, Object of, int most) {
        return db.sql(sql).params(of, most).query((row, _) -> place(row)).list();
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(new PrescriptionId(row.getString(1)), row.getInt(2));
    }

    /// What has happened to a prescription, oldest first.
    List<Happened> events(PrescriptionId id) {
        return db.sql("select * from prescription_event where prescription = ? order by seq")
                .param(id.text())
                .query((row, _) ->
                        new Happened(
                                row.getInt("issue"),
                                row.getTimestamp("at").toInstant(),
                                row.getString("what"),
                                row.getString("status"),
                                row.getString("ods"),
                                row.getString("name"),
                                row.getString("request"),
                                row.getString("body")))
                .list();
    }

    /// What a request did when it came before.
    List<Place> done(String request, String ods, String what) {
        return db.sql(
                        """
                        select prescription, issue from prescription_event
                         where request = ? and ods = ? and what = ? order by seq
                        """)
                .params(request, ods, what)
                .query((row, _) -> place(row))
                .list();
    }

    /// Which of some items belong to a prescription already.
    boolean known(List<String> items) {
        return db.sql("select count(*) from prescription_item where id in (:items) and issue = 1")
                        .param("items", items)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private Prescription prescription(ResultSet row) throws SQLException {
        var id = new PrescriptionId(row.getString("id"));
        var days = row.getInt("days");
        return new Prescription(
                id,
                NhsNumber.of(row.getString("nhs_number")).orElseThrow(),
                row.getString("patient"),
                new Prescriber(
                        row.getString("prescriber"),
                        row.getString("prescriber_name"),
                        row.getString("prescriber_ods")),
                treatment(row.getString("treatment")),
                Optional.of(row.getString("nominated")).filter(code -> !code.isEmpty()),
                days,
                row.getTimestamp("sent").toInstant(),
                row.getInt("version"),
                issues(id));
    }

    private static Treatment treatment(String type) {
        return Arrays.stream(Treatment.values())
                .filter(one -> one.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private List<Issue> issues(PrescriptionId id) {
        var items = items(id);
        var told = notifications(id);
        return db.sql("select * from prescription_issue where prescription = ? order by number")
                .param(id.text())
                .query((row, _) ->
                        new Issue(
                                row.getInt("number"),
                                State.of(
                                        row.getString("status"),
                                        row.getString("dispenser"),
                                        row.getString("claim")),
                                items.getOrDefault(row.getInt("number"), List.of()),
                                told.getOrDefault(row.getInt("number"), List.of()),
                                instant(row, "due"),
                                row.getTimestamp("expires").toInstant(),
                                instant(row, "completed")))
                .list();
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private record Numbered<T>(int issue, T what) {}

    private Map<Integer, List<Line>> items(PrescriptionId id) {
        return grouped(
                db.sql(
                                "select * from prescription_item where prescription = ? order by issue, place")
                        .param(id.text())
                        .query((row, _) -> new Numbered<>(row.getInt("issue"), line(row)))
                        .list());
    }

    private static Line line(ResultSet row) throws SQLException {
        var at = instant(row, "cancel_at");
        var by = row.getString("cancel_by");
        var reason = row.getString("cancel_reason");
        return new Line(
                row.getString("id"),
                LineStatus.of(row.getString("status")).orElseThrow(),
                at.map(when -> new Line.Cancellation(by, reason, when)));
    }

    private Map<Integer, List<Issue.Notification>> notifications(PrescriptionId id) {
        return grouped(
                db.sql(
                                """
                                select * from prescription_notification where prescription = ?
                                 order by issue, place
                                """)
                        .param(id.text())
                        .query((row, _) ->
                                new Numbered<>(
                                        row.getInt("issue"),
                                        new Issue.Notification(
                                                row.getString("id"),
                                                State.of(
                                                        row.getString("before"),
                                                        row.getString("dispenser"),
                                                        ""),
                                                statuses(row.getString("items")))))
                        .list());
    }

    private static List<LineStatus> statuses(String codes) {
        return Arrays.stream(codes.split(","))
                .map(code -> LineStatus.of(code).orElseThrow())
                .toList();
    }

    private static <T> Map<Integer, List<T>> grouped(List<Numbered<T>> all) {
        return all.stream()
                .collect(
                        Collectors.groupingBy(
                                Numbered::issue,
                                Collectors.mapping(Numbered::what, Collectors.toList())));
    }

    // --- writing ---------------------------------------------------------------------------------

    /// Somebody else has changed it since it was read, or has taken its number.
    static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Overtaken() {
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
                                     where id = ? and version = ?
                                    """,
                                    after.id().text(),
                                    after.version());
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
                        "insert into prescription_answer (ods, body) values (?, ?)",
                        after.by().odsCode(),
                        answer);
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
                        treatment, nominated, days, sent, version, message)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing
                """,
                one.id().text(),
                one.number().digits(),
                one.patient(),
                one.by().user(),
                one.by().name(),
                one.by().odsCode(),
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

    private static void write(Connection connection, PrescriptionId id, Happened event)
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

    // --- answers to prescribers ------------------------------------------------------------------

    /// An answer that waits.
    record Answer(long seq, String ods, String body) {}

    List<Answer> answers(int most) {
        var all = new ArrayList<Answer>();
        db.sql("select * from prescription_answer order by seq limit ?")
                .param(most)
                .query(row -> {
                    all.add(
                            new Answer(
                                    row.getLong("seq"),
                                    row.getString("ods"),
                                    row.getString("body")));
                });
        return all;
    }

    void answered(long seq) {
        db.sql("delete from prescription_answer where seq = ?").param(seq).update();
    }

    /// What goes with somebody whose two records are made one.
    @Component
    static final class PrescriptionRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(
                    Column.of("prescription", "t.id", "patient", By.ID),
                    Column.of("prescription", "t.id", "nhs_number", By.NUMBER),
                    Column.of(
                            "prescription_tracking",
                            "t.prescription || ' ' || t.task",
                            "nhs_number",
                            By.NUMBER));
        }
    }
}
