package trellis.prescriptions;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    /// @return whether none of them had been taken meanwhile
    boolean keep(List<UpdateRules.Update> all, String app, Instant now, AuditEntry line) {
        return audited.allOrNothing(
                () -> all.stream().allMatch(update -> keep(update, app, now) == 1), line);
    }

    private int keep(UpdateRules.Update update, String app, Instant now) {
        return audited.db()
                .sql(
                        """
                        insert into prescription_tracking
                               (prescription, task, item, nhs_number, ods, status, terminal, at, taken, app)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                        """)
                .params(
                        update.prescription().text(),
                        update.task(),
                        update.item(),
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
    /// @param afterPrescription prescription of the last one before; empty to begin
    /// @param afterTask Task of the last one before; empty to begin
    List<Kept> list(
            String app,
            Optional<String> ods,
            Optional<String> number,
            Optional<String> prescription,
            String afterPrescription,
            String afterTask,
            int most) {
        return audited.db()
                .sql(
                        """
                        select * from prescription_tracking
                         where (:app = '' or app = :app) and (:ods = '' or ods = :ods)
                           and (:number = '' or nhs_number = :number)
                           and (:prescription = '' or prescription = :prescription)
                           and (prescription, task) > (:afterPrescription, :afterTask)
                         order by prescription, task limit :most
                        """)
                .param("app", app)
                .param("ods", ods.orElse(""))
                .param("number", number.orElse(""))
                .param("prescription", prescription.orElse(""))
                .param("afterPrescription", afterPrescription)
                .param("afterTask", afterTask)
                .param("most", most)
                .query((row, _) ->
                        new Kept(
                                new UpdateRules.Update(
                                        new PrescriptionId(row.getString("prescription")),
                                        row.getString("task"),
                                        row.getString("item"),
                                        NhsNumber.of(row.getString("nhs_number")).orElseThrow(),
                                        row.getString("ods"),
                                        row.getString("status"),
                                        row.getBoolean("terminal"),
                                        row.getTimestamp("at").toInstant()),
                                row.getString("app"),
                                row.getTimestamp("taken").toInstant()))
                .list();
    }
}
