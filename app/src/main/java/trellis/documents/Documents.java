package trellis.documents;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.documents.DocumentsSql.Side;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.people.NhsNumber;
import trellis.store.Keys;
import trellis.store.Store;

/// The door of documents: making, changing and finding pointers to them.
@Component
public final class Documents {
    private static final Set<String> CONSUMER_PARAMETERS = Set.of("custodian:identifier", "type");
    private static final Set<String> PRODUCER_PARAMETERS = Set.of("type");
    private static final String TYPE = "DocumentReference";

    private final Access access;
    private final Store store;
    private final PatientNumbers numbers;
    private final AuditLog log;
    private final DocumentsSql sql;
    private final Clock clock;
    private final Validator validator = Validator.r4();

    Documents(
            Access access,
            Store store,
            PatientNumbers numbers,
            AuditLog log,
            DataSource database,
            Clock clock) {
        this.access = access;
        this.store = store;
        this.numbers = numbers;
        this.log = log;
        this.sql = new DocumentsSql(database, log.table());
        this.clock = clock;
    }

    // --- who asks --------------------------------------------------------------------------------

    /// Somebody who asks.
    ///
    /// @param organisation ODS code of the organisation they ask for
    record Asker(Caller caller, AuditEntry.Source source, String organisation) {}

    /// Whoever makes the request of this thread.
    ///
    /// @param organisation ODS code that the request names; empty for none
    Asker asker(AuditEntry.Source source, String organisation) {
        var caller = access.current();
        var own = caller.odsCode();
        if (caller.role() == Role.PATIENT) {
            throw NrlError.ACCESS_DENIED.refusal("The record locator is for organisations.");
        }
        if (caller.app().filter(app -> app.purpose().beyondCare()).isPresent()) {
            throw NrlError.ACCESS_DENIED.refusal("The record locator is for direct care.");
        }
        if (own.isEmpty() && organisation.isEmpty()) {
            throw NrlError.MISSING_OR_INVALID_HEADER.refusal(
                    "The NHSD-End-User-Organisation-ODS header is missing or invalid");
        }
        if (own.isEmpty() && !machine(caller)) {
            throw NrlError.ACCESS_DENIED.refusal(
                    "The token is of no organisation, so it speaks for none. Use a token of somebody of '"
                            + organisation
                            + "'");
        }
        if (!own.isEmpty() && !organisation.isEmpty() && !own.equals(organisation)) {
            throw NrlError.ACCESS_DENIED.refusal(
                    "The token is of the organisation '"
                            + own
                            + "', not of '"
                            + organisation
                            + "'");
        }
        return new Asker(caller, source, own.isEmpty() ? organisation : own);
    }

    /// Who speaks for whichever organisation they name: the machine, and a laptop in open mode.
    private static boolean machine(Caller caller) {
        return caller.runsServer();
    }

    private void may(Asker asker, Right right) {
        try {
            access.require(asker.caller(), right, TYPE);
        } catch (Refused e) {
            throw e.problem() instanceof Problem.Forbidden(var why)
                    ? NrlError.ACCESS_DENIED.refusal(why)
                    : e;
        }
    }

    private Set<Long> patients(String number) {
        return numbers.patients(List.of(number)).getOrDefault(number, Set.of()).stream()
                .map(id -> Keys.resource("Patient", id))
                .collect(Collectors.toSet());
    }

    private boolean treats(Asker asker, Set<Long> patients) {
        return access.treats(asker.caller(), patients, store);
    }

    private AuditEntry line(
            Asker asker,
            AuditEntry.Action action,
            String what,
            String query,
            Set<Long> patients,
            int status) {
        return new AuditEntry(
                clock.instant(),
                asker.caller(),
                action,
                what,
                AuditEntry.Target.search(TYPE, query),
                List.copyOf(patients),
                status,
                asker.source());
    }

    // --- finding ---------------------------------------------------------------------------------

    /// Pointers about a person.
    List<Pointer> search(Asker asker, Map<String, List<String>> sent) {
        may(asker, Right.SEARCH);
        var ask = PointerRules.ask(sent, CONSUMER_PARAMETERS);
        var patients = patients(ask.number().digits());
        mayKnow(asker, patients);
        var found = found(asker, ask);
        looked(asker, "pointers searched", ask, patients);
        return found;
    }

    /// Pointers about a person, of the types that the organisation of whoever asks may find.
    private List<Pointer> found(Asker asker, PointerRules.Ask ask) {
        var types = sql.allowed(asker.organisation(), Side.CONSUME);
        if (ask.type().isPresent()
                && types.filter(all -> !all.contains(ask.type().get())).isPresent()) {
            throw NrlError.INVALID_CODE_VALUE.refusal(
                    "Invalid query parameter (The provided type does not match the allowed types for"
                            + " this organisation)",
                    "type");
        }
        return sql.pointers(ask).stream()
                .filter(one -> types.map(all -> all.contains(one.type())).orElse(true))
                .toList();
    }

    /// Pointers about a person, the latest first, for somebody of whom it is known already that they treat them; with its line
    /// in the audit.
    ///
    /// @throws Refused when their role may not
    public List<Pointer> about(
            Caller caller, AuditEntry.Source source, NhsNumber number, String what) {
        access.require(caller, Right.SEARCH, TYPE);
        var asker = new Asker(caller, source, caller.odsCode());
        var ask = new PointerRules.Ask(number, Optional.empty(), Optional.empty());
        var found = found(asker, ask);
        looked(asker, what, ask, patients(number.digits()));
        return found;
    }

    /// How many pointers about a person there are.
    int count(Asker asker, Map<String, List<String>> sent) {
        may(asker, Right.SEARCH);
        var ask = PointerRules.ask(sent, Set.of());
        var patients = patients(ask.number().digits());
        mayKnow(asker, patients);
        var count = found(asker, ask).size();
        looked(asker, "pointers counted", ask, patients);
        return count;
    }

    private void mayKnow(Asker asker, Set<Long> patients) {
        if (!treats(asker, patients)) {
            throw NrlError.ACCESS_DENIED.refusal(
                    "Your organisation has nothing to do with this person. If you treat them, open"
                            + " their record with a reason first.");
        }
    }

    private void looked(Asker asker, String what, PointerRules.Ask ask, Set<Long> patients) {
        log.record(
                line(
                        asker,
                        AuditEntry.Action.EXECUTE,
                        what,
                        "subject=" + ask.number().digits(),
                        patients,
                        200));
    }

    /// One pointer, for a consumer.
    Pointer read(Asker asker, String id) {
        may(asker, Right.READ);
        var pointer =
                sql.pointer(id)
                        .filter(found -> treats(asker, patients(found.number())))
                        .orElseThrow(Documents::none);
        if (sql.allowed(asker.organisation(), Side.CONSUME)
                .filter(all -> !all.contains(pointer.type()))
                .isPresent()) {
            throw NrlError.ACCESS_DENIED.refusal(
                    "The requested DocumentReference is not of a type that this organisation is allowed"
                            + " to access");
        }
        read(asker, pointer);
        return pointer;
    }

    private void read(Asker asker, Pointer pointer) {
        log.record(
                line(
                        asker,
                        AuditEntry.Action.READ,
                        "pointer read",
                        "pointer=" + pointer.id(),
                        patients(pointer.number()),
                        200));
    }

    private static NrlError.Refusal none() {
        return NrlError.NO_RECORD_FOUND.refusal(
                "The requested DocumentReference could not be found");
    }

    // --- for those who keep documents ------------------------------------------------------------

    /// One pointer, for who made it.
    Pointer own(Asker asker, String id) {
        may(asker, Right.READ);
        mayTouch(asker, id, "read");
        var pointer = sql.pointer(id).orElseThrow(Documents::none);
        read(asker, pointer);
        return pointer;
    }

    private static void mayTouch(Asker asker, String id, String what) {
        if (PointerRules.owner(id).filter(asker.organisation()::equals).isEmpty()) {
            throw NrlError.AUTHOR_CREDENTIALS_ERROR.refusal(
                    "The requested DocumentReference cannot be "
                            + what
                            + " because it belongs to another organisation");
        }
    }

    /// Pointers about a person that the asker's organisation made.
    List<Pointer> searchOwn(Asker asker, Map<String, List<String>> sent) {
        may(asker, Right.SEARCH);
        var ask = PointerRules.ask(sent, PRODUCER_PARAMETERS);
        var own = new PointerRules.Ask(ask.number(), Optional.of(asker.organisation()), ask.type());
        var found = sql.pointers(own);
        looked(asker, "own pointers searched", own, patients(own.number().digits()));
        return found;
    }

    /// What came of making a pointer.
    ///
    /// @param superseded whether others went in its favour
    record Made(String id, boolean superseded) {}

    /// Makes a pointer with an id of the server's.
    Made create(Asker asker, ObjectNode sent) {
        sent.put("id", asker.organisation() + "-" + UUID.randomUUID());
        return make(asker, sent);
    }

    /// Makes a pointer with the id that it brings.
    Made upsert(Asker asker, ObjectNode sent) {
        var id = sent.path("id").asString("");
        if (!id.isEmpty()
                && PointerRules.owner(id).filter(asker.organisation()::equals).isEmpty()) {
            throw NrlError.BAD_REQUEST.refusal(
                    "The id of the provided DocumentReference does not include the expected ODS code"
                            + " for this organisation",
                    "id");
        }
        return make(asker, sent);
    }

    private Made make(Asker asker, ObjectNode sent) {
        may(asker, Right.WRITE);
        valid(sent);
        PointerRules.check(sent);
        if (!PointerRules.custodian(sent).equals(asker.organisation())) {
            throw NrlError.BAD_REQUEST.refusal(
                    "The custodian of the provided DocumentReference does not match the expected ODS"
                            + " code for this organisation",
                    "custodian.identifier.value");
        }
        var type = mayProduce(asker, PointerRules.typeOf(sent));
        var superseded = superseded(asker, sent, type);
        var now = clock.instant();
        stamp(sent, now);
        sent.put("date", instant(now));
        var pointer =
                new Pointer(
                        sent.path("id").asString(""),
                        number(sent, superseded),
                        asker.organisation(),
                        type,
                        sent,
                        now);
        var line =
                line(
                        asker,
                        AuditEntry.Action.CREATE,
                        "pointer made",
                        "pointer=" + pointer.id(),
                        patients(pointer.number()),
                        201);
        if (!sql.create(pointer, superseded.stream().map(Pointer::id).toList(), line)) {
            throw NrlError.DUPLICATE_REJECTED.refusal(
                    "There is a pointer with this id already, or one that it supersedes has gone"
                            + " meanwhile",
                    "id");
        }
        return new Made(pointer.id(), !superseded.isEmpty());
    }

    private PointerType mayProduce(Asker asker, Optional<PointerType> type) {
        var types = sql.allowed(asker.organisation(), Side.PRODUCE);
        return type.filter(one -> types.map(all -> all.contains(one)).orElse(true))
                .orElseThrow(() ->
                        NrlError.AUTHOR_CREDENTIALS_ERROR.refusal(
                                "The type of the provided DocumentReference is not in the list of"
                                        + " allowed types for this organisation",
                                "type.coding[0].code"));
    }

    private void valid(ObjectNode sent) {
        if (!sent.path("resourceType").asString("").equals(TYPE)) {
            throw NrlError.MESSAGE_NOT_WELL_FORMED.refusal(
                    "Request body could not be parsed (resourceType: it is DocumentReference)",
                    "resourceType");
        }
        validator.validate(Resource.of(sent)).stream()
                .filter(issue -> issue.severity() == Issue.Severity.ERROR)
                .filter(issue -> !missing(issue))
                .findFirst()
                .ifPresent(issue -> {
                    var field = issue.expression().replaceFirst("^DocumentReference\\.?", "");
                    throw NrlError.MESSAGE_NOT_WELL_FORMED.refusal(
                            "Request body could not be parsed ("
                                    + field
                                    + ": "
                                    + issue.diagnostics()
                                    + ")",
                            field);
                });
    }

    /// What the locator's own rules say in their own words.
    private static boolean missing(Issue issue) {
        return issue.code().equals("required")
                && issue.expression().equals("DocumentReference.status");
    }

    private List<Pointer> superseded(Asker asker, ObjectNode sent, PointerType type) {
        var replaced = new ArrayList<Pointer>();
        for (var at = 0; at < sent.path("relatesTo").size(); at++) {
            var relation = sent.path("relatesTo").path(at);
            var id = PointerRules.target(relation);
            var place = "relatesTo[" + at + "].target.identifier.value";
            if (id.isEmpty()) {
                throw NrlError.BAD_REQUEST.refusal(
                        "No identifier value provided for relatesTo target", place);
            }
            if (PointerRules.owner(id).filter(asker.organisation()::equals).isEmpty()) {
                throw NrlError.BAD_REQUEST.refusal(
                        "The relatesTo target identifier value does not include the expected ODS code"
                                + " for this organisation",
                        place);
            }
            var existing =
                    sql.pointer(id)
                            .orElseThrow(() ->
                                    NrlError.BAD_REQUEST.refusal(
                                            "The relatesTo target document does not exist", place));
            if (!existing.about(PointerRules.number(sent))) {
                throw NrlError.BAD_REQUEST.refusal(
                        "The relatesTo target document NHS number does not match the NHS number in the"
                                + " request",
                        place);
            }
            if (existing.type() != type) {
                throw NrlError.BAD_REQUEST.refusal(
                        "The relatesTo target document type does not match the type in the request",
                        place);
            }
            if (relation.path("code").asString("").equals("replaces")
                    && replaced.stream().noneMatch(one -> one.id().equals(id))) {
                replaced.add(existing);
            }
        }
        return replaced;
    }

    /// Whom a new pointer is about. Its custodian may not have heard that another number has taken the place of theirs: then it
    /// stands where the one stood that it supersedes.
    private static String number(ObjectNode sent, List<Pointer> superseded) {
        var number = PointerRules.number(sent);
        return superseded.stream()
                .map(Pointer::number)
                .filter(other -> !other.equals(number))
                .findFirst()
                .orElse(number);
    }

    private static void stamp(ObjectNode pointer, Instant now) {
        pointer.withObject("/meta").put("lastUpdated", instant(now));
    }

    private static String instant(Instant now) {
        return now.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /// Changes a pointer: what it is about and whose it is stays.
    void update(Asker asker, String id, ObjectNode sent) {
        may(asker, Right.WRITE);
        if (!sent.path("id").asString("").equals(id)) {
            throw NrlError.BAD_REQUEST.refusal(
                    "The document id in the path does not match the document id in the body", "id");
        }
        valid(sent);
        PointerRules.check(sent);
        if (PointerRules.owner(id).filter(asker.organisation()::equals).isEmpty()) {
            throw NrlError.AUTHOR_CREDENTIALS_ERROR.refusal(
                    "The id of the provided DocumentReference does not include the expected ODS code"
                            + " for this organisation",
                    "id");
        }
        var before = sql.pointer(id).orElseThrow(Documents::none);
        PointerRules.unchanged(before, sent);
        var _ = mayProduce(asker, Optional.of(before.type()));
        var now = clock.instant();
        sent.put("date", before.json().path("date").asString(""));
        stamp(sent, now);
        var after =
                new Pointer(
                        id,
                        before.number(),
                        before.custodian(),
                        before.type(),
                        sent,
                        before.made());
        var line =
                line(
                        asker,
                        AuditEntry.Action.UPDATE,
                        "pointer changed",
                        "pointer=" + id,
                        patients(before.number()),
                        200);
        if (!sql.update(before, after, line)) {
            throw NrlError.DUPLICATE_REJECTED.refusal(
                    "Somebody else changed the pointer at the same moment: read it again", "id");
        }
    }

    /// Takes a pointer away.
    void delete(Asker asker, String id) {
        may(asker, Right.WRITE);
        mayTouch(asker, id, "deleted");
        var pointer = sql.pointer(id).orElseThrow(Documents::none);
        var line =
                line(
                        asker,
                        AuditEntry.Action.DELETE,
                        "pointer deleted",
                        "pointer=" + id,
                        patients(pointer.number()),
                        200);
        if (!sql.delete(id, line)) {
            throw none();
        }
    }
}
