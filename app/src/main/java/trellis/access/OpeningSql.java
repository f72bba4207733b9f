package trellis.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The table `opened_record`.
final class OpeningSql {
    private static final String COLUMNS =
            """
            select o.*, a.name, a.organisation, coalesce(r.name, '') as reviewer_name
              from opened_record o
              join account a on a.id = o.account
              left join account r on r.id = o.reviewer
            """;

    private final JdbcClient db;

    OpeningSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    void insert(
            long account,
            long patient,
            String patientId,
            Reason reason,
            String words,
            Instant opened,
            Instant until) {
        db.sql(
                        """
                        insert into opened_record
                               (account, patient, patient_id, reason, words, opened, until)
                        values (:account, :patient, :patientId, :reason, :words, :opened, :until)
                        """)
                .param("account", account)
                .param("patient", patient)
                .param("patientId", patientId)
                .param("reason", reason.code())
                .param("words", words)
                .param("opened", Timestamp.from(opened))
                .param("until", Timestamp.from(until))
                .update();
    }

    void close(long account, long patient, Instant when) {
        db.sql(
                        """
                        update opened_record set closed = :when
                         where account = :account and patient = :patient
                           and until > :when and closed is null
                        """)
                .param("when", Timestamp.from(when))
                .param("account", account)
                .param("patient", patient)
                .update();
    }

    Optional<Opening> current(long account, long patient, Instant now) {
        return db.sql(
                        COLUMNS
                                + """
                                 where o.account = :account and o.patient = :patient
                                   and o.until > :now and o.closed is null
                                 order by o.id desc limit 1
                                """)
                .param("account", account)
                .param("patient", patient)
                .param("now", Timestamp.from(now))
                .query((row, _) -> opening(row))
                .optional();
    }

    List<String> patients(long account, Instant now) {
        return db.sql(
                        """
                        select distinct patient_id from opened_record
                         where account = :account and until > :now and closed is null
                        """)
                .param("account", account)
                .param("now", Timestamp.from(now))
                .query(String.class)
                .list();
    }

    List<Opening> some(boolean reviewed, long before, int count) {
        return db.sql(
                        COLUMNS
                                + """
                                 where (o.reviewed is not null) = :reviewed and o.id < :before
                                 order by o.id desc limit :count
                                """)
                .param("reviewed", reviewed)
                .param("before", before)
                .param("count", count)
                .query((row, _) -> opening(row))
                .list();
    }

    List<Opening> about(long patient, int count) {
        return db.sql(COLUMNS + " where o.patient = :patient order by o.id desc limit :count")
                .param("patient", patient)
                .param("count", count)
                .query((row, _) -> opening(row))
                .list();
    }

    Optional<Opening> byId(long id) {
        return db.sql(COLUMNS + " where o.id = :id")
                .param("id", id)
                .query((row, _) -> opening(row))
                .optional();
    }

    int count(boolean reviewed) {
        return db.sql("select count(*) from opened_record where (reviewed is not null) = :reviewed")
                .param("reviewed", reviewed)
                .query(Integer.class)
                .single();
    }

    void review(long id, long reviewer, Instant when, Opening.Outcome outcome, String note) {
        db.sql(
                        """
                        update opened_record
                           set reviewer = :reviewer, reviewed = :when, outcome = :outcome, note = :note
                         where id = :id and reviewed is null
                        """)
                .param("reviewer", reviewer)
                .param("when", Timestamp.from(when))
                .param("outcome", outcome.code())
                .param("note", note)
                .param("id", id)
                .update();
    }

    private static Opening opening(ResultSet row) throws SQLException {
        return new Opening(
                row.getLong("id"),
                row.getLong("account"),
                row.getString("name"),
                row.getString("organisation"),
                row.getString("patient_id"),
                Reason.of(row.getString("reason")).orElse(Reason.OTHER),
                row.getString("words"),
                row.getTimestamp("opened").toInstant(),
                row.getTimestamp("until").toInstant(),
                Optional.ofNullable(row.getTimestamp("closed")).map(Timestamp::toInstant),
                review(row));
    }

    private static Optional<Opening.Review> review(ResultSet row) throws SQLException {
        var when = row.getTimestamp("reviewed");
        if (when == null) {
            return Optional.empty();
        }
        return Optional.of(
                new Opening.Review(
                        row.getString("reviewer_name"),
                        when.toInstant(),
                        Opening.Outcome.of(row.getString("outcome")).orElse(Opening.Outcome.ASK),
                        row.getString("note")));
    }
}
