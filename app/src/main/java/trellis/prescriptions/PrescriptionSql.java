package trellis.prescriptions;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
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

/// The tables of prescriptions and of how they stand, read; [ChangeSql] writes them.
final class PrescriptionSql {
    private final JdbcClient db;

    PrescriptionSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

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

    /// Which prescriptions are meant, newest first.
    ///
    /// @param ods only those of this prescriber's organisation, or that this dispenser has or had; empty for all
    /// @param without ids of patients whose are left out
    record Wanted(List<String> patients, String ods, List<String> without) {}

    List<Prescription> ofPatients(Wanted wanted, int from, int most) {
        return wanted.patients().isEmpty()
                ? List.of()
                : wanted(
                                wanted,
                                "select p.* from prescription p where ",
                                " order by p.sent desc, p.id offset :from limit :most")
                        .param("from", from)
                        .param("most", most)
                        .query((row, _) -> prescription(row))
                        .list();
    }

    /// How many issues there are of them.
    int issuesOf(Wanted wanted) {
        return wanted.patients().isEmpty()
                ? 0
                : wanted(
                                wanted,
                                """
                                select count(*) from prescription p
                                  join prescription_issue n on n.prescription = p.id where\s
                                """,
                                "")
                        .query(Integer.class)
                        .single();
    }

    private JdbcClient.StatementSpec wanted(Wanted wanted, String before, String after) {
        return db.sql(
                        before
                                + """
                                p.patient in (:patients) and p.patient <> all (:without)
                                 and (:ods = '' or p.prescriber_ods = :ods or exists (
                                      select 1 from prescription_issue i
                                       where i.prescription = p.id and i.dispenser = :ods))
                                """
                                + after)
                .param("patients", wanted.patients())
                .param("without", wanted.without().toArray(String[]::new))
                .param("ods", wanted.ods());
    }

    /// A prescription with the identifiers of its items.
    record Named(PrescriptionId prescription, List<String> items) {}

    /// Every prescription of a patient, newest first.
    List<Named> namesOf(String patient) {
        return db.sql(
                        """
                        select p.id, string_agg(i.id, ',' order by i.place) from prescription p
                          join prescription_item i on i.prescription = p.id and i.issue = 1
                         where p.patient = ? group by p.id, p.sent order by p.sent desc, p.id
                        """)
                .param(patient)
                .query((row, _) ->
                        new Named(
                                new PrescriptionId(row.getString(1)),
                                List.of(row.getString(2).split(",", -1))))
                .list();
    }

    /// What an organisation has prescribed, newest first.
    ///
    /// @param without ids of patients whose are left out
    List<Prescription> prescribedBy(String ods, List<String> without, int from, int most) {
        return db.sql(
                        """
                        select * from prescription
                         where prescriber_ods = :ods and patient <> all (:without)
                         order by sent desc, id offset :from limit :most
                        """)
                .param("ods", ods)
                .param("without", without.toArray(String[]::new))
                .param("from", from)
                .param("most", most)
                .query((row, _) -> prescription(row))
                .list();
    }

    /// An issue of some prescription.
    record Place(PrescriptionId prescription, int issue) {}

    /// What waits for a dispenser whom patients have chosen, the longest first.
    List<Place> nominated(String ods, Instant now, int most) {
        return db.sql(
                        """
                        select prescription, number from prescription_issue
                         where nominated = ? and status = '0001' and expires > ?
                         order by changed, prescription limit ?
                        """)
                .params(ods, Timestamp.from(now), most)
                .query((row, _) -> place(row))
                .list();
    }

    /// The issue that pages know by a Task.
    Optional<Place> place(String task) {
        return db.sql("select prescription, number from prescription_issue where task = ?")
                .param(task)
                .query((row, _) -> place(row))
                .optional();
    }

    int countNominated(String ods, Instant now) {
        return db.sql(
                        """
                        select count(*) from prescription_issue
                         where nominated = ? and status = '0001' and expires > ?
                        """)
                .params(ods, Timestamp.from(now))
                .query(Integer.class)
                .single();
    }

    /// What a dispenser has, or had, last touched first.
    ///
    /// @param states codes of the states that are meant
    /// @param without ids of patients whose are left out
    List<Place> heldBy(String ods, List<String> states, List<String> without, int from, int most) {
        return db.sql(
                        """
                        select i.prescription, i.number from prescription_issue i
                          join prescription p on p.id = i.prescription
                         where i.dispenser = :ods and i.dispenser <> '' and i.status in (:states)
                           and p.patient <> all (:without)
                         order by i.changed desc, i.prescription, i.number offset :from limit :most
                        """)
                .param("ods", ods)
                .param("without", without.toArray(String[]::new))
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
                .query((row, _) -> happened(row))
                .list();
    }

    private static Happened happened(ResultSet row) throws SQLException {
        return new Happened(
                row.getInt("issue"),
                row.getTimestamp("at").toInstant(),
                row.getString("what"),
                row.getString("status"),
                row.getString("ods"),
                row.getString("name"),
                row.getString("request"),
                row.getString("body"));
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

    /// What a request to cancel came to when it came before.
    Optional<Happened> cancelled(PrescriptionId id, String request, String ods) {
        return db.sql(
                        """
                        select * from prescription_event
                         where prescription = ? and request = ? and ods = ? and what like 'cancel %'
                         order by seq limit 1
                        """)
                .params(id.text(), request, ods)
                .query((row, _) -> happened(row))
                .optional();
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
                        row.getString("prescriber_ods"),
                        row.getString("signer")),
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

    // --- what of the record is a prescription's
    // ----------------------------------------------------

    /// Whether a MedicationRequest is an item of a prescription.
    boolean isItem(String id) {
        return has("select 1 from prescription_item where id = ? and issue = 1", id);
    }

    /// Whether a Task is an issue of a prescription.
    boolean isTask(String id) {
        return has("select 1 from prescription_issue where task = ?", id);
    }

    private boolean has(String sql, String id) {
        return db.sql(sql).param(id).query(Integer.class).optional().isPresent();
    }

    /// Identifiers of all notifications ever sent of the prescription that an item belongs to.
    List<String> notificationsOf(String item) {
        return db.sql(
                        """
                        select e.request from prescription_event e
                          join prescription_item i on i.prescription = e.prescription and i.issue = 1
                         where i.id = ? and e.what = 'notify'
                        """)
                .param(item)
                .query(String.class)
                .list();
    }

    /// What goes with somebody whose two records are made one. The number on a prescription, and on what a pharmacy says of it, is
    /// the one that was signed and stays, or no message about it would fit any more; it leads to the patient either way.
    @Component
    static final class PrescriptionRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(Column.of("prescription", "t.id", "patient", By.ID));
        }
    }
}
