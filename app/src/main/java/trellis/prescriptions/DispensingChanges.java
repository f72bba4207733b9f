package trellis.prescriptions;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.prescriptions.Prescriptions.Asker;
import trellis.store.Store;

/// What dispensers do with prescriptions: download them, say what was handed over, give back, take back, claim.
@Component
final class DispensingChanges {
    private static final Logger LOG = LoggerFactory.getLogger(DispensingChanges.class);

    /// How many prescriptions a dispenser downloads at once.
    private static final int MOST_RELEASED = 25;

    private final Prescriptions prescriptions;
    private final Store store;
    private final AuditLog log;
    private final PrescriptionSql sql;
    private final Clock clock;

    DispensingChanges(
            Prescriptions prescriptions,
            Store store,
            AuditLog log,
            DataSource database,
            Clock clock) {
        this.prescriptions = prescriptions;
        this.store = store;
        this.log = log;
        this.sql = new PrescriptionSql(database);
        this.clock = clock;
    }

    /// A prescription that a dispenser has downloaded.
    ///
    /// @param message as it was signed
    record Released(Prescription prescription, int issue, ObjectNode message) {}

    /// Hands prescriptions to a dispenser, and to no other: one by its number, or those of patients who have chosen them.
    List<Released> release(Asker asker, DispenseRules.Release sent) {
        prescriptions.mayDispense(asker);
        var ods = sent.by().odsCode();
        Prescriptions.own(asker, ods);
        var before = sql.done(asker.request(), ods, "release");
        if (!before.isEmpty()) {
            return again(asker, sent, before);
        }
        if (sent.prescription().isPresent()) {
            return List.of(release(asker, sent.by(), sent.prescription().get()));
        }
        var released = new ArrayList<Released>();
        for (var place : sql.nominated(ods, clock.instant(), MOST_RELEASED)) {
            try {
                released.add(release(asker, sent.by(), place.prescription()));
            } catch (EpsError.Refusal e) {
                LOG.debug("a prescription was gone before it could be downloaded: {}", e.error());
            }
        }
        return released;
    }

    /// The answer to a request that came before: what it downloaded, as far as its dispenser has that still.
    private List<Released> again(
            Asker asker, DispenseRules.Release sent, List<PrescriptionSql.Place> before) {
        if (sent.prescription()
                .filter(wanted ->
                        before.size() != 1 || !before.getFirst().prescription().equals(wanted))
                .isPresent()) {
            throw EpsError.VALUE.refusal(
                    "This X-Request-ID was used for another download. Send a new one.");
        }
        var released =
                before.stream()
                        .map(this::released)
                        .filter(one ->
                                one.prescription()
                                        .issue(one.issue())
                                        .filter(issue -> has(issue, sent.by().odsCode()))
                                        .isPresent())
                        .toList();
        if (released.isEmpty()) {
            throw EpsError.PRESCRIPTION_INVALID_STATE_TRANSITION.refusal(
                    "What this X-Request-ID downloaded is not with this dispenser any more. Send a new"
                            + " request.");
        }
        var patients = new HashSet<Long>();
        released.forEach(one -> patients.add(Prescriptions.key(one.prescription())));
        log.record(
                new AuditEntry(
                        clock.instant(),
                        asker.caller(),
                        AuditEntry.Action.READ,
                        "prescription: downloaded again",
                        AuditEntry.Target.search("MedicationRequest", ""),
                        List.copyOf(patients),
                        200,
                        asker.source()));
        return released;
    }

    /// Whether a dispenser has an issue, and is not done with it.
    private static boolean has(Issue issue, String ods) {
        return (issue.state() instanceof State.WithDispenser
                        || issue.state() instanceof State.Active)
                && issue.state().holder().filter(ods::equals).isPresent();
    }

    private Released release(Asker asker, DispenseRules.Dispenser by, PrescriptionId id) {
        var told =
                new DispenseRules.Told(
                        id,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        by,
                        asker.request(),
                        new Event.Release(by.odsCode()));
        var after = happen(asker, told, "release", "", _ -> List.of());
        return released(new PrescriptionSql.Place(id, after.issue()));
    }

    private Released released(PrescriptionSql.Place place) {
        var prescription = sql.find(place.prescription()).orElseThrow();
        return new Released(
                prescription, place.issue(), FactRules.message(sql.message(place.prescription())));
    }

    /// Takes a prescription back, or what was said of it.
    void task(Asker asker, ObjectNode sent) {
        prescriptions.mayDispense(asker);
        var told = DispenseRules.task(sent);
        Prescriptions.own(asker, told.by().odsCode());
        var withdrawal = told.event() instanceof Event.Withdraw;
        happen(
                asker,
                told,
                withdrawal ? "withdraw" : "return",
                sent.toString(),
                before -> undone(before, told.event()));
    }

    /// Gives an issue back, or takes back what was said of it, as somebody does on a page.
    ///
    /// @param event a return or a withdrawal
    /// @param what the same in a word
    void undo(
            Asker asker,
            PrescriptionReads.Seen seen,
            DispenseRules.Dispenser by,
            Event event,
            String what) {
        prescriptions.mayDispense(asker);
        Prescriptions.own(asker, by.odsCode());
        var told =
                new DispenseRules.Told(
                        seen.prescription().id(),
                        Optional.empty(),
                        Optional.of(seen.issue().number()),
                        Optional.empty(),
                        by,
                        asker.request(),
                        event);
        happen(asker, told, what, "", before -> undone(before, event));
    }

    private List<ObjectNode> undone(Prescription before, Event event) {
        return event instanceof Event.Withdraw(_, var notification, _)
                ? undone(before, notification)
                : List.of();
    }

    /// Takes in what a dispenser has handed over.
    void notify(Asker asker, MessageRules.Message message) {
        prescriptions.mayDispense(asker);
        var told = DispenseRules.notification(message);
        Prescriptions.own(asker, told.by().odsCode());
        var now = clock.instant();
        happen(
                asker,
                told,
                "notify",
                message.bundle().toString(),
                before -> {
                    var facts = new ArrayList<ObjectNode>();
                    if (told.event() instanceof Event.Notify notify) {
                        notify.replaces().ifPresent(id -> facts.addAll(undone(before, id)));
                    }
                    for (var dispense : message.all("MedicationDispense")) {
                        FactRules.dispense(dispense, message, told, before, now)
                                .ifPresent(facts::add);
                    }
                    return facts;
                });
    }

    /// What a notification said was handed over was not.
    private List<ObjectNode> undone(Prescription before, String notification) {
        var facts = new ArrayList<ObjectNode>();
        before.current().lines().stream()
                .map(line -> FactRules.dispenseId(notification, line.id()))
                .flatMap(id -> store.read("MedicationDispense", id).stream())
                .filter(one -> !one.deleted())
                .forEach(one -> facts.add(one.json().deepCopy().put("status", "entered-in-error")));
        return facts;
    }

    /// Takes in what a dispenser wants to be paid for.
    void claim(Asker asker, ObjectNode sent) {
        prescriptions.mayDispense(asker);
        var told = DispenseRules.claim(sent);
        Prescriptions.own(asker, told.by().odsCode());
        var claimed = DispenseRules.claimed(sent);
        happen(
                asker,
                told,
                "claim",
                sent.toString(),
                before -> {
                    DispenseRules.agrees(issue(before, told), claimed);
                    return List.of();
                });
    }

    /// A prescription after something has happened to one of its issues.
    private record Happened(Prescription prescription, int issue) {}

    /// Lets something happen to one issue.
    ///
    /// @param facts what becomes part of the record, given the prescription before
    private Happened happen(
            Asker asker,
            DispenseRules.Told told,
            String what,
            String body,
            Function<Prescription, List<ObjectNode>> facts) {
        return Prescriptions.again(() -> {
            var before = sql.find(told.prescription()).orElseThrow(() -> absent(told));
            var done =
                    sql.done(told.id(), told.by().odsCode(), what).stream()
                            .filter(place -> place.prescription().equals(told.prescription()))
                            .findFirst();
            if (done.isPresent()) {
                return new Happened(before, done.get().issue());
            }
            told.number()
                    .filter(number -> !prescriptions.isFor(before, number))
                    .ifPresent(_ -> {
                        throw EpsError.FAILURE_TO_PROCESS_MESSAGE.refusal(
                                "The prescription is for another NHS number");
                    });
            told.allowed()
                    .filter(allowed -> allowed != before.issues().size())
                    .ifPresent(allowed -> {
                        throw EpsError.MISMATCH_AUTHORISED_REPEAT_COUNTS.refusal(
                                "The prescription has " + before.issues().size() + " issues");
                    });
            var now = clock.instant();
            var issue = issue(before, told);
            var after = PrescriptionRules.next(before, issue.number(), told.event(), now);
            var changed = after.issue(issue.number()).orElseThrow();
            var happened =
                    new PrescriptionSql.Happened(
                            issue.number(),
                            now,
                            what,
                            changed.state().code(),
                            told.by().odsCode(),
                            told.by().name(),
                            told.id(),
                            body);
            prescriptions.write(asker, before, after, happened, facts.apply(before), now);
            return new Happened(after, issue.number());
        });
    }

    private static EpsError.Refusal absent(DispenseRules.Told told) {
        return (told.event() instanceof Event.Release
                        ? EpsError.RESOURCE_NOT_FOUND
                        : EpsError.PRESCRIPTION_NOT_FOUND)
                .refusal("There is no prescription " + told.prescription().text());
    }

    /// The issue that a message concerns: the one it names, or the last that its event can concern.
    private static Issue issue(Prescription prescription, DispenseRules.Told told) {
        if (told.issue().isPresent()) {
            return prescription
                    .issue(told.issue().get())
                    .orElseThrow(() ->
                            EpsError.PRESCRIPTION_NOT_FOUND.refusal(
                                    "The prescription has no issue " + told.issue().get()));
        }
        if (told.event() instanceof Event.Release) {
            return prescription.current();
        }
        return prescription.issues().stream()
                .filter(issue ->
                        issue.state().holder().filter(told.by().odsCode()::equals).isPresent())
                .reduce((_, last) -> last)
                .orElseGet(prescription::current);
    }
}
