package trellis.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.CallerRules;
import trellis.bulk.Job.Kind;
import trellis.bulk.Job.State;
import trellis.fhir.Json;

/// The table of jobs: who asked what, and which node works it until when.
final class BulkSql {
    private final JdbcClient db;
    private final TransactionTemplate transactions;

    BulkSql(DataSource database) {
        this.db = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    /// Adds one that waits.
    ///
    /// @param most how many its owner may have
    /// @return false when they have as many already; then it was not added
    boolean add(Job job, int most) {
        return requireNonNull(
                transactions.execute(_ -> {
                    var owner = CallerRules.owner(job.caller());
                    // Two at once of one owner would each count without the other.
                    db.sql("select pg_advisory_xact_lock(7415003, hashtext(?))")
                            .param(owner)
                            .query((_, _) -> true)
                            .single();
                    var there =
                            db.sql(
                                            "select count(*) from bulk_job where owner = ? and state <> 'gone'")
                                    .param(owner)
                                    .query(Integer.class)
                                    .single();
                    if (there >= most) {
                        return false;
                    }
                    insert(job, owner);
                    return true;
                }));
    }

    private void insert(Job job, String owner) {
        db.sql(
                        """
                        insert into bulk_job (id, kind, owner, caller, shown, asked, state, made, expires)
                        values (:id, :kind, :owner, :caller, :shown, :asked, :state, :made, :expires)
                        """)
                .param("id", job.id())
                .param("kind", word(job.kind()))
                .param("owner", owner)
                .param("caller", text(CallerRules.json(job.caller())))
                .param("shown", job.shown())
                .param("asked", text(job.asked()))
                .param("state", word(job.state()))
                .param("made", Timestamp.from(job.made()))
                .param("expires", Timestamp.from(job.expires()))
                .update();
    }

    /// Lets a job that was still being put together be worked.
    void ready(String id) {
        db.sql(
                        "update bulk_job set state = 'waiting' where id = ? and state = 'running' and worker = ''")
                .param(id)
                .update();
    }

    Optional<Job> one(String id) {
        return db.sql("select * from bulk_job where id = ? and state <> 'gone'")
                .param(id)
                .query((row, _) -> job(row))
                .optional();
    }

    /// Takes the one that has waited longest, and those that a node has let go of by stopping; no other node works it
    /// meanwhile.
    ///
    /// @param worker this node, this time
    /// @param until when others may take it
    Optional<Job> claim(Collection<Kind> kinds, String worker, Instant now, Instant until) {
        return db.sql(
                        """
                        update bulk_job
                           set state = 'running', held = :until, worker = :worker, tries = tries + 1,
                               progress = ''
                         where id = (select id from bulk_job
                                      where kind in (:kinds) and expires > :now
                                        and (state = 'waiting' or (state = 'running' and held <= :now))
                                      order by made limit 1 for update skip locked)
                        returning *
                        """)
                .param("until", Timestamp.from(until))
                .param("worker", worker)
                .param("kinds", kinds.stream().map(BulkSql::word).toList())
                .param("now", Timestamp.from(now))
                .query((row, _) -> job(row))
                .optional();
    }

    /// Holds it longer, and says how far it is.
    ///
    /// @return false when it is this worker's no more: cancelled, or taken by another node
    boolean hold(String id, String worker, String progress, Instant until) {
        return db.sql(
                                """
                                update bulk_job set held = :until, progress = :progress
                                 where id = :id and worker = :worker and state = 'running'
                                """)
                        .param("until", Timestamp.from(until))
                        .param("progress", progress)
                        .param("id", id)
                        .param("worker", worker)
                        .update()
                > 0;
    }

    /// Lets go of it, for this node or another to begin again.
    void release(String id, String worker) {
        db.sql(
                        """
                        update bulk_job set state = 'waiting', held = null, worker = ''
                         where id = :id and worker = :worker and state = 'running'
                        """)
                .param("id", id)
                .param("worker", worker)
                .update();
    }

    /// It is over.
    ///
    /// @param state done or failed
    /// @return false when it was this worker's no more
    boolean end(
            Job job, String worker, State state, ObjectNode detail, Instant now, Instant expires) {
        return db.sql(
                                """
                                update bulk_job
                                   set state = :state, detail = :detail, ended = :now, expires = :expires,
                                       held = null
                                 where id = :id and worker = :worker and state = 'running'
                                """)
                        .param("state", word(state))
                        .param("detail", text(detail))
                        .param("now", Timestamp.from(now))
                        .param("expires", Timestamp.from(expires))
                        .param("id", job.id())
                        .param("worker", worker)
                        .update()
                > 0;
    }

    /// Notes whose records it shows.
    ///
    /// @param known those of them whom whoever asked has to do with
    void note(String id, Set<Long> patients, Set<Long> known) {
        db.sql(
                        """
                        insert into bulk_patient (job, patient, known)
                        select :id, patient, patient = any (:known) from unnest(:patients) as u (patient)
                        on conflict (job, patient) do update set known = excluded.known
                        """)
                .param("id", id)
                .param("patients", patients.toArray(Long[]::new))
                .param("known", known.toArray(Long[]::new))
                .update();
    }

    /// Whose records it shows, and whether whoever asked had to do with them.
    Map<Long, Boolean> noted(String id) {
        var noted = new HashMap<Long, Boolean>();
        db.sql("select patient, known from bulk_patient where job = ?")
                .param(id)
                .query(
                        (RowCallbackHandler)
                                row -> noted.put(row.getLong("patient"), row.getBoolean("known")));
        return noted;
    }

    /// Its owner wants nothing of it any more.
    void giveUp(String id) {
        db.sql("update bulk_job set state = 'gone', held = null where id = ?").param(id).update();
    }

    /// What can be thrown away.
    List<String> over(Instant now) {
        return db.sql(
                        """
                        select id from bulk_job where state = 'gone' or expires <= :now limit 100
                        """)
                .param("now", Timestamp.from(now))
                .query(String.class)
                .list();
    }

    void remove(String id) {
        db.sql("delete from bulk_job where id = ?").param(id).update();
    }

    private static Job job(ResultSet row) throws SQLException {
        var detail = row.getString("detail");
        return new Job(
                row.getString("id"),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                CallerRules.caller(json(row.getString("caller"))),
                row.getString("shown"),
                json(row.getString("asked")),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("progress"),
                json(detail.isEmpty() ? "{}" : detail),
                row.getTimestamp("made").toInstant(),
                row.getTimestamp("expires").toInstant(),
                row.getInt("tries"));
    }

    private static ObjectNode json(String text) {
        return Json.parse(text.getBytes(UTF_8));
    }

    private static String text(ObjectNode json) {
        return new String(Json.write(json), UTF_8);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
