package trellis.prescriptions;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.notices.Notices;
import trellis.prescriptions.Prescriptions.Asker;
import trellis.store.Keys;

/// What pharmacies say of how far medicines are: taken in of those who have them, told to whoever waits for them.
@Component
final class UpdateChanges {
    private final Prescriptions prescriptions;
    private final PatientNumbers numbers;
    private final Notices notices;
    private final AuditLog log;
    private final UpdateSql sql;
    private final Clock clock;

    UpdateChanges(
            Prescriptions prescriptions,
            PatientNumbers numbers,
            Notices notices,
            AuditLog log,
            DataSource database,
            Clock clock) {
        this.prescriptions = prescriptions;
        this.numbers = numbers;
        this.notices = notices;
        this.log = log;
        this.sql = new UpdateSql(database, log.table());
        this.clock = clock;
    }

    /// What is wrong with updates beyond their form: of a prescription that is not here, of somebody else, or of a pharmacy that
    /// does not have it.
    ///
    /// @return for each what is wrong, in a sentence; empty when nothing is
    List<Optional<String>> strangers(Asker asker, List<UpdateRules.Update> all) {
        prescriptions.mayDispense(asker);
        all.forEach(update -> Prescriptions.own(asker, update.ods()));
        return all.stream()
                .map(update ->
                        placed(update).isEmpty()
                                ? Optional.of(
                                        "No prescription with this ID and NHS number is with this"
                                                + " pharmacy.")
                                : Optional.<String>empty())
                .toList();
    }

    /// The update with the issue that it is of; empty when the pharmacy has no such issue of the person's prescription.
    private Optional<UpdateRules.Update> placed(UpdateRules.Update update) {
        return prescriptions
                .find(update.prescription())
                .filter(found -> prescriptions.isFor(found, update.number()))
                .flatMap(found ->
                        found.issues().stream()
                                .filter(issue ->
                                        update.issue() == 0 || update.issue() == issue.number())
                                .filter(issue ->
                                        issue.state()
                                                .holder()
                                                .filter(update.ods()::equals)
                                                .isPresent())
                                .reduce((_, last) -> last))
                .map(issue -> update.of(issue.number()));
    }

    /// Keeps what pharmacies say.
    ///
    /// @param all of which none is a stranger's
    /// @return whether none of it had been said before under the same number
    boolean keep(Asker asker, List<UpdateRules.Update> all) {
        if (all.stream().anyMatch(sql::known)) {
            return false;
        }
        var placed = new ArrayList<UpdateRules.Update>();
        all.forEach(update -> placed(update).ifPresent(placed::add));
        if (placed.size() < all.size()) {
            throw EpsError.AWAY.refusal("The prescription has just changed hands. Send it again.");
        }
        var now = clock.instant();
        return sql.keep(
                placed,
                app(asker),
                now,
                new AuditEntry(
                        now,
                        asker.caller(),
                        AuditEntry.Action.CREATE,
                        "prescription status updated",
                        AuditEntry.Target.search("Task", ""),
                        List.copyOf(patients(placed)),
                        201,
                        asker.source()),
                () -> tellReady(placed, now));
    }

    /// The person is told once of each issue that can be collected. What can be collected only later they see on their page.
    private void tellReady(List<UpdateRules.Update> all, Instant now) {
        for (var update : all) {
            if (update.readyToCollect() && !update.at().isAfter(now.plus(UpdateRules.FAST))) {
                prescriptions
                        .find(update.prescription())
                        .ifPresent(found ->
                                notices.tellPrescriptionReady(
                                        found.patient(),
                                        update.prescription().text() + " " + update.issue()));
            }
        }
    }

    private static String app(Asker asker) {
        return asker.caller().app().map(Caller.App::name).orElse(asker.caller().name());
    }

    /// What an asker has said before.
    List<UpdateSql.Kept> list(
            Asker asker,
            Optional<String> ods,
            Optional<String> number,
            Optional<String> prescription,
            String afterPrescription,
            String afterTask,
            int most) {
        prescriptions.mayDispense(asker);
        var own =
                Optional.of(asker.caller().odsCode()).filter(code -> !code.isEmpty()).or(() -> ods);
        own.ifPresent(code -> Prescriptions.own(asker, code));
        ods.ifPresent(code -> Prescriptions.own(asker, code));
        var found =
                sql.list(
                        app(asker),
                        own,
                        number.map(this::whose),
                        prescription,
                        afterPrescription,
                        afterTask,
                        most);
        log.record(
                new AuditEntry(
                        clock.instant(),
                        asker.caller(),
                        AuditEntry.Action.READ,
                        "status updates read",
                        AuditEntry.Target.search("MedicationRequest", ""),
                        List.copyOf(patients(found.stream().map(UpdateSql.Kept::update).toList())),
                        200,
                        asker.source()));
        return found;
    }

    private UpdateSql.Whose whose(String number) {
        return new UpdateSql.Whose(
                number, numbers.patients(List.of(number)).getOrDefault(number, Set.of()));
    }

    private Set<Long> patients(List<UpdateRules.Update> all) {
        var patients = new HashSet<Long>();
        numbers.patients(all.stream().map(one -> one.number().digits()).distinct().toList())
                .values()
                .forEach(ids -> ids.forEach(id -> patients.add(Keys.resource("Patient", id))));
        return patients;
    }

    /// What the pharmacy that has a person's own prescription has said of its current issue: of each item the latest.
    List<UpdateRules.Update> said(Prescription prescription) {
        var issue = prescription.current();
        return issue.state()
                .holder()
                .map(holder ->
                        sql.latest(
                                prescription.id(),
                                issue.number(),
                                holder,
                                clock.instant().plus(UpdateRules.FAST)))
                .orElse(List.of());
    }
}
