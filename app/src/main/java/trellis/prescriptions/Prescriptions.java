package trellis.prescriptions;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Accounts;
import trellis.access.Caller;
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
import trellis.store.Keys;
import trellis.store.PatientRows;
import trellis.store.Preparation;
import trellis.store.Rounds;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;

/// The door of prescriptions: what prescribers and dispensers do with them, where they are, and what happens by itself.
@Component
public final class Prescriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Prescriptions.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    private static final int ATTEMPTS = 20;
    private static final int BATCH = 100;

    private final Store store;
    private final Access access;
    private final PatientNumbers numbers;
    private final AuditLog log;
    private final Accounts accounts;
    private final PrescriptionSql sql;
    private final ChangeSql changes = new ChangeSql();
    private final AnswerChanges answers;
    private final PrescriptionSettings settings;
    private final PrescriptionSettings.Trust trust;
    private final Clock clock;
    private final Preparation preparation;
    private final Validator validator = Validator.r4();
    private final Rounds rounds;

    Prescriptions(
            Store store,
            Preparation preparation,
            Access access,
            PatientNumbers numbers,
            Accounts accounts,
            AuditLog log,
            Messages messages,
            DataSource database,
            Settings settings,
            Clock clock) {
        this.store = store;
        this.preparation = preparation;
        this.access = access;
        this.numbers = numbers;
        this.log = log;
        this.accounts = accounts;
        this.sql = new PrescriptionSql(database);
        this.answers = new AnswerChanges(database, messages);
        this.settings = PrescriptionSettings.from(settings);
        this.trust = trust(this.settings.trust(), access.open());
        this.clock = clock;
        this.rounds = Rounds.of("prescriptions", EVERY, () -> tick(clock.instant()));
    }

    /// Nobody is trusted unless somebody says so; on a laptop in open mode, anybody.
    private static PrescriptionSettings.Trust trust(PrescriptionSettings.Trust set, boolean open) {
        var anybody = set.anybody() || (open && set.authorities().isEmpty());
        if (anybody) {
            LOG.warn(
                    "Prescriptions are taken with any prescriber's certificate, whoever issued it: for"
                            + " trying out, not for care");
        }
        return anybody ? new PrescriptionSettings.Trust(Set.of(), true) : set;
    }

    // --- who asks --------------------------------------------------------------------------------

    /// Somebody who asks.
    ///
    /// @param request the request's own number; empty for a page
    record Asker(Caller caller, AuditEntry.Source source, String request) {
        /// Whether they may speak for an organisation: the machine for any.
        boolean of(String odsCode) {
            return caller.odsCode().isEmpty()
                    ? caller.runsServer()
                    : caller.odsCode().equals(odsCode);
        }
    }

    /// Whoever makes the request of this thread.
    Asker asker(AuditEntry.Source source, String request) {
        return new Asker(access.current(), source, request);
    }

    Instant now() {
        return clock.instant();
    }

    /// ODS code of the authority that pays pharmacies.
    String payer() {
        return settings.payer();
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

    static void own(Asker asker, String odsCode) {
        if (!asker.of(odsCode)) {
            throw EpsError.FORBIDDEN.refusal(
                    "You act for " + asker.caller().odsCode() + ", the message for " + odsCode);
        }
    }

    /// The SDS user id of whoever has signed in; empty for a machine, and for whom none is known.
    String user(Asker asker) {
        return accounts.numbered(asker.caller().account())
                .map(account -> account.person().self().profile().userId())
                .orElse("");
    }

    /// Whoever has signed in prescribes in their own name. A prescribing system that has signed in by itself answers for its
    /// users; the signature binds them.
    ///
    /// @param by SDS user id of the requester
    private void self(Asker asker, String by) {
        var caller = asker.caller();
        if (caller.account() == 0) {
            return;
        }
        var user = user(asker);
        if (user.isEmpty() && caller.app().isEmpty()) {
            throw EpsError.FORBIDDEN.refusal(
                    "Your account has no SDS user id, so it cannot be told that you are the requester."
                            + " Whoever runs this server gives it one with trellis account add --user-id.");
        }
        if (!user.isEmpty() && !user.equals(by)) {
            throw EpsError.FORBIDDEN.refusal(
                    "You have signed in as the SDS user " + user + ", the requester is " + by);
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
        self(asker, order.by().user());
        var timestamp = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return new ToSign(SignatureRules.digestToSign(message, timestamp), timestamp);
    }

    /// Takes a signed prescription in.
    void order(Asker asker, MessageRules.Message message) {
        mayPrescribe(asker);
        var now = clock.instant();
        var order = OrderRules.order(message, now);
        own(asker, order.by().odsCode());
        self(asker, order.by().user());
        again(() -> taken(asker, message, order, now));
    }

    /// @return what is here then: this one, or the same that came before
    private Prescription taken(
            Asker asker, MessageRules.Message message, OrderRules.Order order, Instant now) {
        var text = message.bundle().toString();
        var known = sql.find(order.id());
        if (known.isPresent() && same(order.id(), text)) {
            // The same once more, because the answer was lost.
            return known.get();
        }
        var by = order.by().signedAs(SignatureRules.check(message, order.by(), trust, now));
        var patient = patient(asker, order);
        if (known.isPresent()) {
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
                        by,
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
                new ChangeSql.Change(
                        Optional.empty(),
                        prescription,
                        text,
                        List.of(
                                happened(
                                        asker, prescription.issues().getFirst(), "order", "", now)),
                        List.of());
        try {
            var write =
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
                                            200)));
            store.write(
                    List.of(PatientRows.condition(patient)),
                    view -> {
                        // A merge may have taken the record out of use since it was looked at.
                        if (view.read("Patient", patient).filter(Prescriptions::inUse).isEmpty()) {
                            throw new ChangeSql.Overtaken();
                        }
                        return write;
                    });
            return prescription;
        } catch (Refused e) {
            if (same(order.id(), text)) {
                return prescription;
            }
            throw e.problem() instanceof Problem.Conflict
                    ? EpsError.DUPLICATE_MEDICATIONREQUEST_ID.refusal(
                            "An item has a number that is taken")
                    : e;
        }
    }

    /// Whether a prescription is here already, word for word.
    private boolean same(PrescriptionId id, String text) {
        return sql.find(id).isPresent() && sql.message(id).equals(text);
    }

    /// The patient a prescription is for, whom the prescriber's organisation treats.
    private String patient(Asker asker, OrderRules.Order order) {
        var resource = patient(order.number());
        var json = resource.json();
        if (json.path("deceasedBoolean").asBoolean(false) || json.has("deceasedDateTime")) {
            throw EpsError.PATIENT_DECEASED.refusal("The patient has died");
        }
        var born = json.path("birthDate").asString("");
        var sent = order.patient().path("birthDate").asString("");
        if (!born.isEmpty() && !born.equals(sent)) {
            throw EpsError.FAILURE_TO_PROCESS_MESSAGE.refusal(
                    "The NHS number belongs to somebody with another date of birth");
        }
        if (!access.treats(asker.caller(), Set.of(resource.patient()), store)) {
            throw EpsError.FORBIDDEN.refusal(
                    "Your organisation has nothing to do with this patient");
        }
        return resource.id();
    }

    /// The one record that an NHS number has now: not one that another has taken the place of.
    private Stored patient(NhsNumber number) {
        var found =
                numbers
                        .patients(List.of(number.digits()))
                        .getOrDefault(number.digits(), Set.of())
                        .stream()
                        .flatMap(id -> store.read("Patient", id).stream())
                        .filter(Prescriptions::inUse)
                        .toList();
        if (found.size() != 1) {
            throw EpsError.FAILURE_TO_PROCESS_MESSAGE.refusal(
                    found.isEmpty()
                            ? "Nobody has this NHS number here"
                            : "Several records here have this NHS number; ask those who keep records to"
                                    + " merge them");
        }
        return found.getFirst();
    }

    private static boolean inUse(Stored patient) {
        return !patient.deleted()
                && patient.json().path("active").asBoolean(true)
                && patient.json()
                        .path("link")
                        .valueStream()
                        .noneMatch(link -> link.path("type").asString("").equals("replaced-by"));
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
        self(asker, sent.by());
        return again(() -> {
            var before =
                    sql.find(sent.prescription())
                            .orElseThrow(() -> new CancelRules.Refusal(CancelResponse.NOT_FOUND));
            var earlier = sql.cancelled(sent.prescription(), asker.request(), sent.odsCode());
            if (earlier.isPresent()) {
                return new Cancelled(before, CancelRules.again(sent, earlier.get()));
            }
            if (!isFor(before, sent.number())) {
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
                            sent.item());
            write(asker, before, answer.prescription(), happened, List.of(), now);
            return new Cancelled(answer.prescription(), answer.response());
        });
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

    /// Writes what has happened with all that follows from it.
    void write(
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
                                new ChangeSql.Change(
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

    private List<Write.Alongside<?>> alongside(ChangeSql.Change change, AuditEntry line) {
        return List.of(
                new Write.Alongside<>(changes, _ -> List.of(change)),
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

    static long key(Prescription prescription) {
        return Keys.resource("Patient", prescription.patient());
    }

    /// Does something until nobody else has been quicker.
    static <T> T again(Supplier<T> work) {
        for (var attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (ChangeSql.Overtaken e) {
                if (attempt == ATTEMPTS) {
                    throw EpsError.AWAY.refusal("Too many change this prescription at once");
                }
            }
        }
    }

    /// Whether a number names the patient of a prescription: the one that was signed, or one that leads to the same patient since
    /// two records were made one.
    boolean isFor(Prescription prescription, NhsNumber number) {
        return prescription.number().equals(number)
                || numbers.patients(List.of(number.digits()))
                        .getOrDefault(number.digits(), Set.of())
                        .contains(prescription.patient());
    }

    /// A prescription, whoever asks.
    Optional<Prescription> find(PrescriptionId id) {
        return sql.find(id);
    }

    /// As it was signed.
    ObjectNode message(Prescription prescription) {
        return FactRules.message(sql.message(prescription.id()));
    }

    // --- what happens by itself ------------------------------------------------------------------

    @PostConstruct
    void begin() {
        rounds.begin();
    }

    @PreDestroy
    void end() {
        rounds.close();
    }

    /// Lets time do what it does: what is due may be dispensed, what is over expires, what was not claimed for is not any more.
    /// Several servers may do it at once.
    void tick(Instant now) {
        all(() -> sql.due(now, BATCH), new Event.Due(), "due", now);
        all(() -> sql.ended(now, BATCH), new Event.Expire(), "expire", now);
        all(() -> sql.unclaimed(now, IssueRules.CLAIMABLE, BATCH), new Event.Lapse(), "lapse", now);
        answers.tell(now);
    }

    private void all(
            Supplier<List<PrescriptionSql.Place>> places, Event event, String what, Instant now) {
        var done = true;
        while (done && !rounds.closing()) {
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
}
