package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.fhir.Issue.Severity;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.messages.Messages;
import trellis.people.NhsNumber;
import trellis.settings.Settings;
import trellis.store.Change;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Preparation;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;

/// The door of prescriptions: what prescribers and dispensers do with them, where they are, and what happens by itself.
@Component
public final class Prescriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Prescriptions.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    /// Workflow by which prescribers hear what became of a cancellation.
    private static final String CANCEL_RESPONSE = "EPS_CANCEL_RESPONSE";

    private static final int ATTEMPTS = 20;
    private static final int BATCH = 100;
    private static final int MOST_FACTS = 500;

    /// How many prescriptions a dispenser downloads at once.
    private static final int MOST_RELEASED = 25;

    private final Store store;
    private final Access access;
    private final PatientNumbers numbers;
    private final AuditLog log;
    private final Messages messages;
    private final PrescriptionSql sql;
    private final UpdateSql updates;
    private final PrescriptionSettings settings;
    private final Clock clock;
    private final Preparation preparation = new Preparation();
    private final Validator validator = Validator.r4();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closing;

    Prescriptions(
            Store store,
            Access access,
            PatientNumbers numbers,
            AuditLog log,
            Messages messages,
            DataSource database,
            Settings settings,
            Clock clock) {
        this.store = store;
        this.access = access;
        this.numbers = numbers;
        this.log = log;
        this.messages = messages;
        this.sql = new PrescriptionSql(database);
        this.updates = new UpdateSql(database, log.table());
        this.settings = PrescriptionSettings.from(settings);
        this.clock = clock;
    }

    // --- who asks --------------------------------------------------------------------------------

    /// Somebody who asks.
    ///
    /// @param request the request's own number; empty for a page
    record Asker(Caller caller, AuditEntry.Source source, String request) {
        /// Whether they may speak for an organisation: the machine for any.
        boolean of(String odsCode) {
            var machine = caller.role() == Role.SYSTEM || caller.came() == Caller.Came.OPEN;
            return caller.odsCode().isEmpty() ? machine : caller.odsCode().equals(odsCode);
        }
    }

    /// Whoever makes the request of this thread.
    Asker asker(AuditEntry.Source source, String request) {
        return new Asker(access.current(), source, request);
    }

    Instant now() {
        return clock.instant();
    }

    /// @throws EpsError.Refusal when somebody may not prescribe, or nobody does at present
    void mayPrescribe(Asker asker) {
        if (settings.closed(PrescriptionSettings.Part.PRESCRIBING)) {
            throw EpsError.DISABLED.refusal("Prescribing functionality is disabled.");
        }
        may(
                asker,
                "MedicationRequest",
                "Your app does not have permission to access prescribing" + " functionality.");
    }

    /// @throws EpsError.Refusal when somebody may not dispense, or nobody does at present
    void mayDispense(Asker asker) {
        if (settings.closed(PrescriptionSettings.Part.DISPENSING)) {
            throw EpsError.DISABLED.refusal("Dispensing functionality is disabled.");
        }
        may(
                asker,
                "MedicationDispense",
                "Your app does not have permission to access dispensing" + " functionality.");
    }

    private void may(Asker asker, String type, String why) {
        var caller = asker.caller();
        if (caller.role() == Role.PATIENT || !access.mayWrite(caller, type)) {
            throw EpsError.FORBIDDEN.refusal(why);
        }
        access.requireScope(caller, 'c', type);
    }

    private static void own(Asker asker, String odsCode) {
        if (!asker.of(odsCode)) {
            throw EpsError.FORBIDDEN.refusal(
                    "You act for " + asker.caller().odsCode() + ", the message for " + odsCode);
        }
    }

    // --- prescribing -----------------------------------------------------------------------------

    /// What a prescriber has to sign.
    ///
    /// @param digest in Base64
    /// @param timestamp to be sent as Provenance.signature.when
    record ToSign(String digest, String timestamp) {}

    ToSign prepare(Asker asker, MessageRules.Message message) {
        mayPrescribe(asker);
        var order = OrderRules.order(message, clock.instant());
        own(asker, order.by().odsCode());
        var timestamp = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return new ToSign(SignatureRules.digestToSign(message, timestamp), timestamp);
    }

    /// Takes a signed prescription in.
    void order(Asker asker, MessageRules.Message message) {
        mayPrescribe(asker);
        var now = clock.instant();
        var order = OrderRules.order(message, now);
        own(asker, order.by().odsCode());
        SignatureRules.check(message, settings.authorities(), now);
        var patient = patient(asker, order);
        var text = message.bundle().toString();
        var known = sql.find(order.id());
        if (known.isPresent()) {
            if (sql.message(order.id()).equals(text)) {
                // The same once more, because the answer was lost.
                return;
            }
            throw EpsError.DUPLICATE_PRESCRIPTION_ID.refusal(
                    "There is a prescription " + order.id().text() + " already");
        }
        if (sql.known(order.itemIds())) {
            throw EpsError.DUPLICATE_MEDICATIONREQUEST_ID.refusal(
                    "An item belongs to another prescription");
        }
        var prescription =
                new Prescription(
                        order.id(),
                        order.number(),
                        patient,
                        order.by(),
                        order.treatment(),
                        order.nominated(),
                        order.days(),
                        now,
                        1,
                        PrescriptionRules.fresh(
                                order.itemIds(),
                                order.issues(),
                                order.starts(),
                                order.ends(),
                                order.over(),
                                now));
        var facts = new ArrayList<ObjectNode>();
        order.items().forEach(item -> facts.add(FactRules.request(order, item, message, patient)));
        FactRules.task(prescription, prescription.issues().getFirst(), now).ifPresent(facts::add);
        var change =
                new PrescriptionSql.Change(
                        Optional.empty(),
                        prescription,
                        text,
                        List.of(
                                happened(
                                        asker, prescription.issues().getFirst(), "order", "", now)),
                        List.of());
        try {
            store.write(
                    new Write(
                            facts.stream().map(fact -> put(fact, true)).toList(),
                            Write.References.UNCHECKED,
                            alongside(
                                    change,
                                    line(
                                            asker,
                                            AuditEntry.Action.CREATE,
                                            "prescription sent",
                                            prescription,
                                            200))));
        } catch (Refused e) {
            throw e.problem() instanceof Problem.Conflict
                    ? EpsError.DUPLICATE_MEDICATIONREQUEST_ID.refusal(
                            "An item has a number that is taken")
                    : e;
        } catch (PrescriptionSql.Overtaken e) {
            throw EpsError.DUPLICATE_PRESCRIPTION_ID.refusal(
                    "There is a prescription " + order.id().text() + " already");
        }
    }

    /// The patient a prescription is for, whom the prescriber's organisation treats.
    private String patient(Asker asker, OrderRules.Order order) {
        var found = numbers.patient(order.number().digits());
        var resource = found.flatMap(id -> store.read("Patient", id)).filter(one -> !one.deleted());
        if (resource.isEmpty()) {
            throw EpsError.FAILURE_TO_PROCESS_MESSAGE.refusal("Nobody has this NHS number here");
        }
        var json = resource.get().json();
        if (json.path("deceasedBoolean").asBoolean(false) || json.has("deceasedDateTime")) {
            throw EpsError.PATIENT_DECEASED.refusal("The patient has died");
        }
        var born = json.path("birthDate").asString("");
        var sent = order.patient().path("birthDate").asString("");
        if (!born.isEmpty() && !born.equals(sent)) {
            throw EpsError.FAILURE_TO_PROCESS_MESSAGE.refusal(
                    "The NHS number belongs to somebody with another date of birth");
        }
        if (!access.treats(asker.caller(), Set.of(resource.get().patient()), store)) {
            throw EpsError.FORBIDDEN.refusal(
                    "Your organisation has nothing to do with this patient");
        }
        return found.get();
    }

    /// What became of a cancellation.
    record Cancelled(Prescription prescription, CancelResponse response) {}

    /// Cancels an item.
    ///
    /// @throws CancelRules.Refusal when there is nothing that could be
    Cancelled cancel(Asker asker, CancelRules.Cancellation sent) {
        mayPrescribe(asker);
        if (settings.closed(PrescriptionSettings.Part.CANCELLING)) {
            throw new CancelRules.Refusal(CancelResponse.DISABLED);
        }
        own(asker, sent.odsCode());
        return again(() -> {
            var before =
                    sql.find(sent.prescription())
                            .orElseThrow(() -> new CancelRules.Refusal(CancelResponse.NOT_FOUND));
            if (!before.number().equals(sent.number())) {
                throw new CancelRules.Refusal(CancelResponse.UNABLE);
            }
            if (!access.treats(asker.caller(), Set.of(key(before)), store)
                    && !before.by().odsCode().equals(asker.caller().odsCode())) {
                throw EpsError.FORBIDDEN.refusal(
                        "Your organisation has nothing to do with this patient");
            }
            var now = clock.instant();
            var answer =
                    PrescriptionRules.cancelled(
                            before,
                            new Event.Cancel(
                                    sent.item(),
                                    new Line.Cancellation(sent.by(), sent.reason(), now)));
            if (answer.response() == CancelResponse.NOT_FOUND) {
                throw new CancelRules.Refusal(CancelResponse.NOT_FOUND);
            }
            var happened =
                    new PrescriptionSql.Happened(
                            before.current().number(),
                            now,
                            "cancel " + answer.response().code(),
                            answer.prescription().current().state().code(),
                            sent.odsCode(),
                            asker.caller().name(),
                            asker.request(),
                            "");
            write(asker, before, answer.prescription(), happened, List.of(), now);
            return new Cancelled(answer.prescription(), answer.response());
        });
    }

    // --- dispensing ------------------------------------------------------------------------------

    /// A prescription that a dispenser has downloaded.
    ///
    /// @param message as it was signed
    record Released(Prescription prescription, int issue, ObjectNode message) {}

    /// Hands prescriptions to a dispenser, and to no other: one by its number, or those of patients who have chosen them.
    List<Released> release(Asker asker, DispenseRules.Release sent) {
        mayDispense(asker);
        var ods = sent.by().odsCode();
        own(asker, ods);
        var before = sql.done(asker.request(), ods, "release");
        if (!before.isEmpty()) {
            return before.stream().map(this::released).toList();
        }
        if (sent.prescription().isPresent()) {
            return List.of(release(asker, sent.by(), sent.prescription().get()));
        }
        var released = new ArrayList<Released>();
        for (var place : sql.nominated(ods, MOST_RELEASED)) {
            try {
                released.add(release(asker, sent.by(), place.prescription()));
            } catch (EpsError.Refusal e) {
                LOG.debug("a prescription was gone before it could be downloaded: {}", e.error());
            }
        }
        return released;
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
        mayDispense(asker);
        var told = DispenseRules.task(sent);
        own(asker, told.by().odsCode());
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
    void undo(Asker asker, Seen seen, DispenseRules.Dispenser by, Event event, String what) {
        mayDispense(asker);
        own(asker, by.odsCode());
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
        mayDispense(asker);
        var told = DispenseRules.notification(message);
        own(asker, told.by().odsCode());
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
                        FactRules.dispense(dispense, told.id(), before, now).ifPresent(facts::add);
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
        mayDispense(asker);
        var told = DispenseRules.claim(sent);
        own(asker, told.by().odsCode());
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
        var done =
                sql.done(told.id(), told.by().odsCode(), what).stream()
                        .filter(place -> place.prescription().equals(told.prescription()))
                        .findFirst();
        if (done.isPresent()) {
            return new Happened(sql.find(told.prescription()).orElseThrow(), done.get().issue());
        }
        return again(() -> {
            var before = sql.find(told.prescription()).orElseThrow(() -> absent(told));
            told.number()
                    .filter(number -> !number.equals(before.number()))
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
            write(asker, before, after, happened, facts.apply(before), now);
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

    // --- what is written -------------------------------------------------------------------------

    private PrescriptionSql.Happened happened(
            Asker asker, Issue issue, String what, String body, Instant now) {
        return new PrescriptionSql.Happened(
                issue.number(),
                now,
                what,
                issue.state().code(),
                asker.caller().odsCode(),
                asker.caller().name(),
                asker.request(),
                body);
    }

    private void write(
            Asker asker,
            Prescription before,
            Prescription after,
            PrescriptionSql.Happened happened,
            List<ObjectNode> facts,
            Instant now) {
        var puts = new ArrayList<Change>();
        facts.forEach(fact -> puts.add(put(fact, false)));
        var answers = new ArrayList<String>();
        for (var issue : after.issues()) {
            var was = before.issue(issue.number()).orElseThrow();
            if (!was.equals(issue)) {
                FactRules.task(after, issue, now).ifPresent(task -> puts.add(put(task, false)));
                IssueRules.settled(was, issue)
                        .forEach((line, response) ->
                                answers.add(
                                        EpsView.cancelResponse(
                                                        after,
                                                        FactRules.message(sql.message(after.id())),
                                                        line.id(),
                                                        response,
                                                        now)
                                                .toString()));
            }
        }
        requests(after).forEach(puts::add);
        store.write(
                new Write(
                        puts,
                        Write.References.UNCHECKED,
                        alongside(
                                new PrescriptionSql.Change(
                                        Optional.of(before), after, "", List.of(happened), answers),
                                line(
                                        asker,
                                        AuditEntry.Action.UPDATE,
                                        "prescription: " + happened.what(),
                                        after,
                                        200))));
    }

    /// The medicines asked for, where that they stand otherwise now.
    private List<Change> requests(Prescription after) {
        var puts = new ArrayList<Change>();
        for (var line : after.issues().getFirst().lines()) {
            store.read("MedicationRequest", line.id())
                    .filter(one -> !one.deleted())
                    .flatMap(one -> FactRules.request(one.json(), after, line.id()))
                    .ifPresent(one -> puts.add(put(one, false)));
        }
        return puts;
    }

    private Change put(ObjectNode json, boolean mustBeNew) {
        var resource = Resource.of(json);
        validator.validate(resource).stream()
                .filter(issue -> issue.severity() == Severity.ERROR)
                .findFirst()
                .ifPresent(issue -> {
                    throw EpsError.STRUCTURE.refusal(
                            issue.expression() + ": " + issue.diagnostics());
                });
        return new Change.Put(preparation.prepare(resource), OptionalLong.empty(), mustBeNew);
    }

    private List<Write.Alongside<?>> alongside(PrescriptionSql.Change change, AuditEntry line) {
        return List.of(
                new Write.Alongside<>(sql, _ -> List.of(change)),
                new Write.Alongside<>(log.table(), _ -> List.of(line)));
    }

    private AuditEntry line(
            Asker asker,
            AuditEntry.Action action,
            String what,
            Prescription prescription,
            int status) {
        return new AuditEntry(
                clock.instant(),
                asker.caller(),
                action,
                what,
                AuditEntry.Target.search(
                        "MedicationRequest", "prescription=" + prescription.id().text()),
                List.of(key(prescription)),
                status,
                asker.source());
    }

    private static long key(Prescription prescription) {
        return Keys.resource("Patient", prescription.patient());
    }

    /// Does something until nobody else has been quicker.
    private static <T> T again(Supplier<T> work) {
        for (var attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (PrescriptionSql.Overtaken e) {
                if (attempt == ATTEMPTS) {
                    throw EpsError.AWAY.refusal("Too many change this prescription at once");
                }
            }
        }
    }

    // --- status updates --------------------------------------------------------------------------

    /// Keeps what pharmacies say of how far medicines are.
    ///
    /// @return whether none of it had been said before under the same number
    boolean update(Asker asker, List<UpdateRules.Update> all) {
        mayDispense(asker);
        all.forEach(update -> own(asker, update.ods()));
        if (all.stream().anyMatch(updates::known)) {
            return false;
        }
        var found =
                numbers.patients(
                        all.stream().map(one -> one.number().digits()).distinct().toList());
        var patients = new HashSet<Long>();
        found.values().forEach(ids -> patients.addAll(keys(ids)));
        return updates.keep(
                all,
                app(asker),
                clock.instant(),
                new AuditEntry(
                        clock.instant(),
                        asker.caller(),
                        AuditEntry.Action.CREATE,
                        "prescription status updated",
                        AuditEntry.Target.search("Task", ""),
                        List.copyOf(patients),
                        201,
                        asker.source()));
    }

    private static String app(Asker asker) {
        return asker.caller().app().map(Caller.App::name).orElse(asker.caller().name());
    }

    /// What an asker has said before.
    List<UpdateSql.Kept> updates(
            Asker asker,
            Optional<String> ods,
            Optional<String> number,
            Optional<String> prescription,
            String afterPrescription,
            String afterTask,
            int most) {
        mayDispense(asker);
        var own =
                Optional.of(asker.caller().odsCode()).filter(code -> !code.isEmpty()).or(() -> ods);
        own.ifPresent(code -> own(asker, code));
        ods.ifPresent(code -> own(asker, code));
        var found =
                updates.list(
                        app(asker), own, number, prescription, afterPrescription, afterTask, most);
        var digits = found.stream().map(one -> one.update().number().digits()).distinct().toList();
        var patients = new HashSet<Long>();
        numbers.patients(digits).values().forEach(ids -> patients.addAll(keys(ids)));
        looked(asker, "status updates read", patients, 200);
        return found;
    }

    /// What pharmacies have said of a person's own prescription: of each item the latest.
    List<UpdateRules.Update> said(Prescription prescription) {
        var latest = new LinkedHashMap<String, UpdateRules.Update>();
        updates
                .list(
                        "",
                        Optional.empty(),
                        Optional.of(prescription.number().digits()),
                        Optional.of(prescription.id().text()),
                        "",
                        "",
                        BATCH)
                .stream()
                .map(UpdateSql.Kept::update)
                .filter(one -> !one.at().isAfter(clock.instant()))
                .sorted(Comparator.comparing(UpdateRules.Update::at))
                .forEach(one -> latest.put(one.item(), one));
        return List.copyOf(latest.values());
    }

    // --- looking ---------------------------------------------------------------------------------

    private void mayTrack(Asker asker) {
        if (asker.caller().role() == Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden(
                            "This is for those who prescribe and dispense. Your own prescriptions are"
                                    + " on your own pages."));
        }
        access.require(asker.caller(), Right.READ, "MedicationRequest");
    }

    /// The prescriptions of a person that an asker may know of, newest first.
    List<Prescription> of(Asker asker, NhsNumber number) {
        mayTrack(asker);
        var patients =
                numbers.patients(List.of(number.digits())).getOrDefault(number.digits(), Set.of());
        var treats = access.treats(asker.caller(), keys(patients), store);
        var found =
                sql.ofPatients(List.copyOf(patients), BATCH).stream()
                        .filter(one -> treats || concerns(asker, one))
                        .toList();
        looked(
                asker,
                "prescriptions of a person read",
                keys(patients),
                found.isEmpty() ? 404 : 200);
        return found;
    }

    /// One prescription, if the asker may know of it.
    Optional<Prescription> one(Asker asker, PrescriptionId id) {
        mayTrack(asker);
        var found =
                sql.find(id)
                        .filter(one ->
                                concerns(asker, one)
                                        || access.treats(asker.caller(), Set.of(key(one)), store));
        looked(
                asker,
                "prescription read",
                found.map(one -> Set.of(key(one))).orElse(Set.of()),
                found.isEmpty() ? 404 : 200);
        return found;
    }

    /// Whether an asker's organisation has prescribed it, or has or had it.
    private static boolean concerns(Asker asker, Prescription one) {
        var ods = asker.caller().odsCode();
        return !ods.isEmpty()
                && (one.by().odsCode().equals(ods)
                        || one.issues().stream()
                                .anyMatch(issue ->
                                        issue.state().holder().filter(ods::equals).isPresent()));
    }

    /// An issue that a page is about, if the asker may know of it.
    ///
    /// @param task id of its Task
    Optional<Seen> seen(Asker asker, String task) {
        return sql.place(task)
                .flatMap(place ->
                        one(asker, place.prescription())
                                .flatMap(found ->
                                        found.issue(place.issue())
                                                .map(issue -> new Seen(found, issue))));
    }

    /// An issue of a prescription.
    record Seen(Prescription prescription, Issue issue) {
        /// What pages know it by.
        String task() {
            return FactRules.taskId(prescription.id(), issue.number());
        }
    }

    /// What an asker's organisation has prescribed, newest first.
    List<Seen> prescribed(Asker asker, int from, int most) {
        mayPrescribe(asker);
        var found = sql.prescribedBy(asker.caller().odsCode(), from, most);
        return listed(
                asker,
                "page: prescriptions of an organisation",
                found.stream().map(one -> new Seen(one, one.current())).toList());
    }

    /// How many prescriptions wait to be downloaded by an asker's organisation.
    int waiting(Asker asker) {
        mayDispense(asker);
        return sql.countNominated(asker.caller().odsCode());
    }

    /// What an asker's organisation has, or had.
    ///
    /// @param states codes of the states that are meant
    List<Seen> held(Asker asker, List<String> states, int from, int most) {
        mayDispense(asker);
        return listed(
                asker,
                "page: prescriptions of a pharmacy",
                sql.heldBy(asker.caller().odsCode(), states, from, most).stream()
                        .flatMap(place ->
                                sql.find(place.prescription()).stream()
                                        .flatMap(one ->
                                                one.issue(place.issue()).stream()
                                                        .map(issue -> new Seen(one, issue))))
                        .toList());
    }

    private List<Seen> listed(Asker asker, String what, List<Seen> found) {
        looked(
                asker,
                what,
                found.stream().map(one -> key(one.prescription())).collect(Collectors.toSet()),
                200);
        return found;
    }

    /// The prescriptions of a person whose medicines a caller may see as that person, or for them; newest first.
    List<Prescription> own(Caller caller, String patient) {
        var sight = access.sight(caller);
        return sql.ofPatients(List.of(patient), BATCH).stream()
                .filter(one ->
                        one.issues().getFirst().lines().stream()
                                .allMatch(line ->
                                        store.read("MedicationRequest", line.id(), sight)
                                                .isPresent()))
                .toList();
    }

    /// What a pharmacist looks at before something is handed over: what the record says of a patient.
    List<ObjectNode> facts(Asker asker, String patient, String type) {
        return store
                .search(
                        SearchQuery.of(type, MOST_FACTS, new Criterion.OfPatients(Set.of(patient)))
                                .seenBy(access.sight(asker.caller())))
                .matches()
                .stream()
                .map(Stored::json)
                .toList();
    }

    /// A prescription, whoever asks.
    Optional<Prescription> find(PrescriptionId id) {
        return sql.find(id);
    }

    /// As it was signed.
    ObjectNode message(Prescription prescription) {
        return FactRules.message(sql.message(prescription.id()));
    }

    /// What has happened to it, oldest first.
    List<PrescriptionSql.Happened> history(Prescription prescription) {
        return sql.events(prescription.id());
    }

    private static Set<Long> keys(Set<String> patients) {
        return patients.stream()
                .map(id -> Keys.resource("Patient", id))
                .collect(Collectors.toSet());
    }

    private void looked(Asker asker, String what, Set<Long> patients, int status) {
        log.record(
                new AuditEntry(
                        clock.instant(),
                        asker.caller(),
                        AuditEntry.Action.READ,
                        what,
                        AuditEntry.Target.search("MedicationRequest", ""),
                        List.copyOf(patients),
                        status,
                        asker.source()));
    }

    // --- what happens by itself ------------------------------------------------------------------

    @PostConstruct
    void begin() {
        Thread.ofVirtual().name("prescriptions").start(this::run);
    }

    @PreDestroy
    void end() {
        closing = true;
        wake.release();
    }

    private void run() {
        try {
            while (!closing) {
                if (wake.tryAcquire(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
                if (!closing) {
                    tickOrSay();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tickOrSay() {
        try {
            tick(clock.instant());
        } catch (DataAccessException | Refused e) {
            LOG.warn("prescriptions wait; they will be seen to when the database is back");
        } catch (RuntimeException e) {
            LOG.error("prescriptions could not be seen to: {}", e.getClass().getName());
        }
    }

    /// Lets time do what it does: what is due may be dispensed, what is over expires, what was not claimed for is not any more.
    /// Several servers may do it at once.
    void tick(Instant now) {
        all(() -> sql.due(now, BATCH), new Event.Due(), "due", now);
        all(() -> sql.ended(now, BATCH), new Event.Expire(), "expire", now);
        all(() -> sql.unclaimed(now, IssueRules.CLAIMABLE, BATCH), new Event.Lapse(), "lapse", now);
        tell();
    }

    private void all(
            Supplier<List<PrescriptionSql.Place>> places, Event event, String what, Instant now) {
        var done = true;
        while (done && !closing) {
            done = false;
            for (var place : places.get()) {
                done |= itself(place, event, what, now);
            }
        }
    }

    private boolean itself(PrescriptionSql.Place place, Event event, String what, Instant now) {
        var asker = new Asker(Caller.system("prescriptions"), AuditEntry.Source.HERE, "");
        try {
            return again(() -> {
                var before = sql.find(place.prescription()).orElseThrow();
                var after = PrescriptionRules.next(before, place.issue(), event, now);
                var state = after.issue(place.issue()).orElseThrow().state();
                var happened =
                        new PrescriptionSql.Happened(
                                place.issue(), now, what, state.code(), "", "", "", "");
                write(asker, before, after, happened, List.of(), now);
                return true;
            });
        } catch (EpsError.Refusal e) {
            // Another server, or somebody, was quicker.
            return false;
        }
    }

    /// Answers to cancellations that no mailbox has taken yet.
    List<String> waitingAnswers() {
        return sql.answers(BATCH).stream().map(PrescriptionSql.Answer::body).toList();
    }

    /// Tells prescribers what became of cancellations that had waited.
    private void tell() {
        for (var answer : sql.answers(BATCH)) {
            if (messages.deliver(answer.ods(), CANCEL_RESPONSE, answer.body().getBytes(UTF_8))) {
                sql.answered(answer.seq());
            }
        }
    }
}
