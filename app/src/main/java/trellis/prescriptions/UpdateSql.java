package trellis.prescriptions;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import trellis.audit.AuditEntry;
import trellis.audit.AuditedSql;
import trellis.people.NhsNumber;
import trellis.store.Write;

/// The table of what pharmacies say to people of how far their medicines are.
final class UpdateSql {
    private final AuditedSql audited;

    UpdateSql(DataSource database, Write.Table<AuditEntry> audit) {
        this.audited = new AuditedSql(database, audit);
    }

    /// An update that is kept.
    record Kept(UpdateRules.Update update, String app, Instant taken) {}

    /// Somebody, by any of their numbers.
    ///
    /// @param number that is asked for
    /// @param patients ids of the patients whom it leads to
    record Whose(String number, Set<String> patients) {}

    /// Whether a Task of a prescription has been taken before.
    boolean known(UpdateRules.Update update) {
        return audited.db()
                .sql("select 1 from prescription_tracking where prescription = ? and task = ?")
                .params(update.prescription().text(), update.task())
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /// Keeps updates with their line in the audit, all or none.
    ///
    /// @param with done in the same transaction
    /// @return whether none of them had been taken meanwhile
    boolean keep(
            List<UpdateRules.Update> all, String app, Instant now, AuditEntry line, Runnable with) {
        return audited.allOrNothing(
                () -> {
                    var kept = all.stream().allMatch(update -> keep(update, app, now) == 1);
                    if (kept) {
                        with.run();
                    }
                    return kept;
                },
                line);
    }

    private int keep(UpdateRules.Update update, String app, Instant now) {
        return audited.db()
                .sql(
                        """
                        insert into prescription_tracking
                               (prescription, task, item, issue, nhs_number, ods, status, terminal, at, taken,
                                app)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                        """)
                .params(
                        update.prescription().text(),
                        update.task(),
                        update.item(),
                        update.issue(),
                        update.number().digits(),
                        update.ods(),
                        update.status(),
                        update.terminal(),
                        Timestamp.from(update.at()),
                        Timestamp.from(now),
                        app)
                .update();
    }

    /// What is known, by prescription and Task.
    ///
    /// @param app of whose updates; empty for any
    /// @param whose of whom; empty for anybody
    /// @param afterPrescription prescription of the last one before; empty to begin
    /// @param afterTask Task of the last one before; empty to begin
    List<Kept> list(
            String app,
            Optional<String> ods,
            Optional<Whose> whose,
            Optional<String> prescription,
            String afterPrescription,
            String afterTask,
            int most) {
        return audited.db()
                .sql(
                        """
                        select * from prescription_tracking
                         where (:app = '' or app = :app) and (:ods = '' or ods = :ods)
                           and (:number = '' or nhs_number = :number or prescription in (
                                select id from prescription where patient = any (:patients)))
                           and (:prescription = '' or prescription = :prescription)
                           and (prescription, task) > (:afterPrescription, :afterTask)
                         order by prescription, task limit :most
                        """)
                .param("app", app)
                .param("ods", ods.orElse(""))
                .param("number", whose.map(Whose::number).orElse(""))
                .param(
                        "patients",
                        whose.map(Whose::patients).orElse(Set.of()).toArray(String[]::new))
                .param("prescription", prescription.orElse(""))
                .param("afterPrescription", afterPrescription)
                .param("afterTask", afterTask)
                .param("most", most)
                .query((row, _) ->
                        new Kept(
                                update(row),
                                row.getString("app"),
                                row.getTimestamp("taken").toInstant()))
                .list();
    }

    /// What a dispenser has said of an issue since it was last downloaded: of each item the latest that holds by then.
    List<UpdateRules.Update> latest(
            PrescriptionId prescription, int issue, String ods, Instant until) {
        return audited.db()
                .sql(
                        """
                        select distinct on (t.item) t.* from prescription_tracking t
                          join prescription_item i
                            on i.prescription = t.prescription and i.issue = t.issue and i.id = t.item
                         where t.prescription = :prescription and t.issue = :issue and t.ods = :ods
                           and t.at <= :until
                           and t.taken >= (select max(e.at) from prescription_event e
                                            where e.prescription = t.prescription and e.issue = t.issue
                                              and e.what = 'release')
                         order by t.item, t.at desc, t.taken desc
                        """)
                .param("prescription", prescription.text())
                .param("issue", issue)
                .param("ods", ods)
                .param("until", Timestamp.from(until))
                .query((row, _) -> update(row))
                .list();
    }

    private static UpdateRules.Update update(ResultSet row) throws SQLException {
        return new UpdateRules.Update(
                new PrescriptionId(row.getString("prescription")),
                row.getString("task"),
                row.getString("item"),
                row.getInt("issue"),
                NhsNumber.of(row.getString("nhs_number")).orElseThrow(),
                row.getString("ods"),
                row.getString("status"),
                row.getBoolean("terminal"),
                row.getTimestamp("at").toInstant());
    }
}
