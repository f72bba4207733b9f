package trellis.summaries;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Openings;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.consents.Consents;
import trellis.consents.Made;
import trellis.fhir.Issue;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.people.NhsNumber;
import trellis.people.People;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// The door of summaries: the one that counts, sending one, what the person allows, and alerts.
@Component
public final class Summaries {
    private static final ZoneId LONDON = ZoneId.of("Europe/London");
    private static final int MOST = 1_000;

    private final Access access;
    private final Openings openings;
    private final Consents consents;
    private final Store store;
    private final People people;
    private final PatientNumbers numbers;
    private final AuditLog log;
    private final SummariesSql sql;
    private final Clock clock;
    private final Validator validator = Validator.r4();

    Summaries(
            Access access,
            Openings openings,
            Consents consents,
            Store store,
            People people,
            PatientNumbers numbers,
            AuditLog log,
            DataSource database,
            Clock clock) {
        this.access = access;
        this.openings = openings;
        this.consents = consents;
        this.store = store;
        this.people = people;
        this.numbers = numbers;
        this.log = log;
        this.sql = new SummariesSql(database, log.table());
        this.clock = clock;
    }

    /// Somebody who asks.
    record Asker(Caller caller, AuditEntry.Source source) {}

    /// Whoever makes the request of this thread.
    ///
    /// @throws ScrError.Refusal for people themselves and for uses beyond care
    Asker asker(AuditEntry.Source source) {
        var caller = access.current();
        if (caller.role() == Role.PATIENT) {
            throw ScrError.FORBIDDEN.refusal("The summary service is for those who treat people");
        }
        if (caller.app().filter(app -> app.purpose().beyondCare()).isPresent()) {
            throw ScrError.FORBIDDEN.refusal("The summary service is for direct care");
        }
        return new Asker(caller, source);
    }

    Instant now() {
        return clock.instant();
    }

    private Set<String> patients(NhsNumber number) {
        return numbers.patients(List.of(number.digits())).getOrDefault(number.digits(), Set.of());
    }

    private static Set<Long> keys(Set<String> patients) {
        return patients.stream()
                .map(id -> Keys.resource("Patient", id))
                .collect(Collectors.toSet());
    }

    /// @throws trellis.fhir.Refused when the role may not see what a summary holds
    void mayRead(Asker asker) {
        SummaryRules.CORE.forEach(type -> access.require(asker.caller(), Right.READ, type));
    }

    private void treats(Asker asker, AuditEntry.Action action, String what, Set<String> patients) {
        if (!access.treats(asker.caller(), keys(patients), store)) {
            log.record(line(asker, action, what, patients, 420));
            throw ScrError.stranger();
        }
    }

    /// Whether whoever asks treats a patient.
    boolean related(Asker asker, String patient) {
        return access.treats(asker.caller(), keys(Set.of(patient)), store);
    }

    /// Writes down that the question before a summary was shown.
    void asked(Asker asker, String patient) {
        var what = "page: the question before a summary";
        log.record(line(asker, AuditEntry.Action.READ, what, Set.of(patient), 200));
    }

    /// Writes down that the person agrees, as whoever asks says.
    void agreed(Asker asker, String patient) {
        var what = "permission to view the summary was given";
        log.record(line(asker, AuditEntry.Action.EXECUTE, what, Set.of(patient), 200));
    }

    private AuditEntry line(
            Asker asker, AuditEntry.Action action, String what, Set<String> patients, int status) {
        return new AuditEntry(
                clock.instant(),
                asker.caller(),
                action,
                what,
                AuditEntry.Target.search("Composition", ""),
                List.copyOf(keys(patients)),
                status,
                asker.source());
    }

    private Made.Scr allowed(Set<String> patients) {
        var all = patients.stream().map(patient -> consents.of(patient).scr()).toList();
        if (all.contains(Made.Scr.NO)) {
            return Made.Scr.NO;
        }
        return all.contains(Made.Scr.CORE) ? Made.Scr.CORE : Made.Scr.FULL;
    }

    // --- seeing ----------------------------------------------------------------------------------

    /// The summary of a person that counts now; empty when there is none.
    Optional<Summary> latest(Asker asker, NhsNumber number) {
        var what = "the number of a summary asked for";
        return found(asker, number, AuditEntry.Action.EXECUTE, what);
    }

    /// A summary, if it is the one that counts.
    Optional<Summary> read(Asker asker, NhsNumber number, String uuid) {
        return found(asker, number, AuditEntry.Action.READ, "a summary read")
                .filter(summary -> summary.uuid().equals(uuid));
    }

    private Optional<Summary> found(
            Asker asker, NhsNumber number, AuditEntry.Action action, String what) {
        return found(asker, number, patients(number), action, what);
    }

    /// The summary of one patient that counts now, to be shown.
    Optional<Summary> shown(Asker asker, NhsNumber number, String patient) {
        var patients = new HashSet<>(patients(number));
        patients.add(patient);
        return found(asker, number, patients, AuditEntry.Action.READ, "a summary read");
    }

    private Optional<Summary> found(
            Asker asker,
            NhsNumber number,
            Set<String> patients,
            AuditEntry.Action action,
            String what) {
        mayRead(asker);
        treats(asker, action, what, patients);
        try {
            var found = summary(asker, number, patients);
            log.record(line(asker, action, what, patients, 200));
            return found;
        } catch (ScrError.Refusal e) {
            log.record(line(asker, action, what, patients, e.status()));
            throw e;
        }
    }

    private Optional<Summary> summary(Asker asker, NhsNumber number, Set<String> patients) {
        if (patients.isEmpty()) {
            return Optional.empty();
        }
        var allowed = allowed(patients);
        if (allowed == Made.Scr.NO) {
            throw ScrError.dissent();
        }
        var sent = sql.latest(number);
        if (sent.isPresent() && asker.caller().app().isPresent()) {
            // What a practice sent holds more than the types that an app may have been given.
            access.require(asker.caller(), Right.READ, "Composition");
        }
        var full = allowed == Made.Scr.FULL;
        var whole =
                full
                        && SummaryRules.SENT.stream()
                                .allMatch(type -> access.mayRead(asker.caller(), type));
        return sent.<Summary>map(one -> whole ? one : one.core())
                .or(() -> derived(asker, number, patients, full));
    }

    private Optional<Summary> derived(
            Asker asker, NhsNumber number, Set<String> patients, boolean additional) {
        var facts = new HashMap<String, List<JsonNode>>();
        var types = new ArrayList<>(SummaryRules.CORE);
        if (additional) {
            SummaryRules.ADDITIONAL.stream()
                    .filter(type -> access.mayRead(asker.caller(), type))
                    .forEach(types::add);
        }
        var made = Instant.EPOCH;
        for (var one : held(patients, types, access.sight(asker.caller()))) {
            facts.computeIfAbsent(one.type(), _ -> new ArrayList<>()).add(one.json());
            made = one.lastUpdated().isAfter(made) ? one.lastUpdated() : made;
        }
        var held = new SummaryRules.Held(facts, medicines(facts));
        var today = LocalDate.ofInstant(clock.instant(), LONDON);
        var sections = SummaryRules.sections(held, additional, today);
        return sections.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Summary.Derived(SummaryRules.uuid(number, sections), made, sections));
    }

    /// What the record holds of some types: at once, and of a long record page by page, so that nothing is left out.
    private List<Stored> held(Set<String> patients, List<String> types, Sight sight) {
        var all = store.record(patients, types, MOST + 1, sight);
        return all.size() <= MOST
                ? all
                : types.stream()
                        .flatMap(type ->
                                all(
                                        SearchQuery.of(
                                                        type,
                                                        MOST,
                                                        new Criterion.OfPatients(patients))
                                                .seenBy(sight))
                                        .stream())
                        .toList();
    }

    /// Every match of a search.
    private List<Stored> all(SearchQuery query) {
        var all = new ArrayList<Stored>();
        var page = store.search(query);
        all.addAll(page.matches());
        while (page.next().isPresent()) {
            page = store.search(query.from(page.next().get()));
            all.addAll(page.matches());
        }
        return all;
    }

    /// Medicines that are pointed to, by id.
    private Map<String, JsonNode> medicines(Map<String, List<JsonNode>> facts) {
        var ids = new HashSet<String>();
        for (var type : List.of("MedicationRequest", "MedicationStatement")) {
            for (var one : facts.getOrDefault(type, List.of())) {
                var reference = one.at("/medicationReference/reference").asString("");
                if (reference.startsWith("Medication/")) {
                    ids.add(reference.substring("Medication/".length()));
                }
            }
        }
        var all = new HashMap<String, JsonNode>();
        if (!ids.isEmpty()) {
            store.search(SearchQuery.of("Medication", ids.size(), new Criterion.Ids(ids)))
                    .matches()
                    .forEach(one -> all.put(one.id(), one.json()));
        }
        return all;
    }

    // --- sending, allowing, alerting -------------------------------------------------------------

    /// Keeps a summary that a practice sends, in the place of the one that counts.
    void upload(Asker asker, ObjectNode sent) {
        access.require(asker.caller(), Right.WRITE, "Composition");
        var upload = UploadRules.upload(sent);
        narrated(sent);
        var patients = known(upload.number());
        var full = allowed(patients) == Made.Scr.FULL;
        var what =
                full || !AdditionalRules.any(sent)
                        ? "a summary sent"
                        : "a summary sent, kept without additional information";
        treats(asker, AuditEntry.Action.CREATE, what, patients);
        var counts = summary(asker, upload.number(), patients);
        if (sql.taken(upload.uuid())) {
            throw duplicate(upload);
        }
        if (!upload.replaces().equals(counts.map(Summary::uuid).orElse(""))
                || upload.replaces().equals(upload.uuid())) {
            throw UploadRules.wrong(
                    "Composition.relatesTo has to replace the latest summary: ask for its number with"
                            + " GET DocumentReference, and send the summary again");
        }
        var whole =
                new Summary.Sent(
                        upload.uuid(), clock.instant(), asker.caller().odsCode(), sent, false);
        // What the person has not agreed to is not kept either.
        var summary = full ? whole : whole.core();
        // One made from the record is nobody's: the first that is sent replaces nothing that is
        // kept.
        var before = counts.filter(Summary.Sent.class::isInstance).map(Summary::uuid).orElse("");
        if (!sql.keep(
                upload.number(),
                before,
                summary,
                line(asker, AuditEntry.Action.CREATE, what, patients, 201))) {
            throw duplicate(upload);
        }
    }

    /// What a summary shows is FHIR's narrative, which runs nothing. The rest is taken as it comes: the published summary is
    /// no valid FHIR itself (no title, clinical statuses of its own).
    private void narrated(ObjectNode sent) {
        validator.validate(Resource.of(sent)).stream()
                .filter(issue -> issue.severity() == Issue.Severity.ERROR)
                .filter(issue -> issue.expression().contains(".text"))
                .findFirst()
                .ifPresent(issue -> {
                    throw UploadRules.wrong(issue.expression() + ": " + issue.diagnostics());
                });
    }

    private static ScrError.Refusal duplicate(UploadRules.Upload upload) {
        return UploadRules.wrong(
                "[PSIS-30134] - Duplicate event with eventId "
                        + upload.uuid()
                        + " and nhsNumber "
                        + upload.number().digits()
                        + ".");
    }

    private Set<String> known(NhsNumber number) {
        var patients = patients(number);
        if (patients.isEmpty()) {
            throw UploadRules.wrong("Patient not found");
        }
        return patients;
    }

    /// Writes down what the person has allowed, as their practice was told. Whoever had agreed to additional information still
    /// has.
    void permit(Asker asker, ObjectNode sent) {
        var caller = asker.caller();
        if (caller.account() == 0 || caller.role() != Role.GP) {
            throw ScrError.FORBIDDEN.refusal(
                    "The permission is set by somebody of the person's practice who has signed in, or by"
                            + " the person on their own pages");
        }
        mayRead(asker);
        access.requireScope(caller, 'u', "Consent");
        var permission = UploadRules.permission(sent);
        var patients = known(permission.number());
        var what = "permission for the summary set";
        treats(asker, AuditEntry.Action.UPDATE, what, patients);
        if (patients.stream().noneMatch(patient -> registered(caller, patient))) {
            log.record(line(asker, AuditEntry.Action.UPDATE, what, patients, 403));
            throw ScrError.FORBIDDEN.refusal(
                    "The permission is set by the practice that the person is registered with, which"
                            + " yours is not, or by the person on their own pages");
        }
        for (var patient : patients) {
            var before = consents.of(patient).scr();
            var after =
                    !permission.allowed()
                            ? Made.Scr.NO
                            : before == Made.Scr.NO ? Made.Scr.CORE : before;
            consents.told(asker.caller(), asker.source(), patient, new Made.Summary(after));
        }
    }

    private boolean registered(Caller caller, String patient) {
        return !caller.odsCode().isEmpty()
                && people.practices(people.patient(patient)).contains(caller.odsCode());
    }

    /// Takes an alert: the record is open to whoever sends it for a while, and their privacy officers look at why.
    void alert(Asker asker, ObjectNode sent) {
        mayRead(asker);
        var alert = AlertRules.alert(sent);
        var caller = asker.caller();
        if (caller.account() == 0) {
            throw ScrError.FORBIDDEN.refusal("An alert is sent by somebody who has signed in");
        }
        access.requireScope(caller, 'c', "AuditEvent");
        if (!alert.ods().equals(caller.odsCode())) {
            throw ScrError.FORBIDDEN.refusal(
                    "The alert is of the organisation '"
                            + alert.ods()
                            + "', the token of '"
                            + caller.odsCode()
                            + "'");
        }
        var patients = known(alert.number());
        if (caller.app()
                .flatMap(Caller.App::patient)
                .filter(one -> !patients.contains(one))
                .isPresent()) {
            throw ScrError.FORBIDDEN.refusal("The app is used for another person");
        }
        for (var patient : patients) {
            alert(asker, patient, alert.why(), alert.words());
        }
    }

    /// Raises an alert about one patient's record.
    ///
    /// @param words of whoever raises it; may be empty
    void alert(Asker asker, String patient, AlertRules.Why why, String words) {
        var said = why.words() + (words.isEmpty() ? "" : ": " + words);
        openings.open(asker.caller(), patient, why.reason(), said);
        var what = "alert about a summary: " + why.words();
        log.record(line(asker, AuditEntry.Action.CREATE, what, Set.of(patient), 201));
    }
}
