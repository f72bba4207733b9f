package trellis.demographics;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Believed;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.store.Change;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Preparation;
import trellis.store.Prepared;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;
import trellis.store.Written;

/// The door of demographics: reading a person by number, finding them, a new one, and changes.
@Component
public final class Demographics {
    private static final ZoneId LONDON = ZoneId.of("Europe/London");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String NOT_FOR_PATIENTS =
            "Your access token has insufficient permissions. See documentation regarding Patient access"
                    + " restrictions https://digital.nhs.uk/developer/api-catalogue/personal-demographics-service-fhir";

    /// Candidates that are looked at: with more the search says too little.
    private static final int CANDIDATES = 2_000;

    /// How often a record may have been replaced by another.
    private static final int REPLACEMENTS = 10;

    private static final int MOST_RELATED = 100;
    private static final Duration REMEMBERED = Duration.ofDays(1);
    private static final int TIDIED_EVERY = 64;

    /// The numbers that are nobody's in the country: 999 and six more digits, before the check digit.
    private static final int RANGE = 1_000_000;

    private final Store store;
    private final Access access;
    private final Persons persons;
    private final AuditLog log;
    private final NumberSql sql;
    private final Clock clock;
    private final Preparation preparation = new Preparation();
    private final Validator validator = Validator.r4();
    private final Believed<String, Optional<String>> practices = new Believed<>();

    Demographics(
            Store store,
            Access access,
            Persons persons,
            AuditLog log,
            DataSource database,
            Clock clock) {
        this.store = store;
        this.access = access;
        this.persons = persons;
        this.log = log;
        this.sql = new NumberSql(database);
        this.clock = clock;
    }

    // --- who asks --------------------------------------------------------------------------------

    /// Somebody who asks.
    ///
    /// @param request the request's own id
    record Asker(Caller caller, AuditEntry.Source source, String request) {
        /// Whether an app asks that acts by itself (application-restricted access).
        boolean alone() {
            return caller.app().isPresent() && caller.account() == 0;
        }

        /// Whether somebody asks about themselves (patient access).
        boolean patient() {
            return caller.role() == Role.PATIENT;
        }

        private AuditEntry line(
                Instant now,
                AuditEntry.Action action,
                String what,
                AuditEntry.Target target,
                List<Long> patients,
                int status) {
            return new AuditEntry(now, caller, action, what, target, patients, status, source);
        }
    }

    /// Whoever makes the request of this thread.
    Asker asker(AuditEntry.Source source, String request) {
        return new Asker(access.current(), source, request);
    }

    private void may(Asker asker, Right right) {
        try {
            access.require(asker.caller(), right, "Patient");
        } catch (Refused e) {
            throw e.problem() instanceof Problem.Forbidden(var why)
                    ? PdsError.NOT_ALLOWED.refusal(why)
                    : e;
        }
    }

    private static PdsError.Refusal notForPatients() {
        return PdsError.NOT_THE_PATIENT.refusal(NOT_FOR_PATIENTS);
    }

    private LocalDate today() {
        return clock.instant().atZone(LONDON).toLocalDate();
    }

    // --- reading ---------------------------------------------------------------------------------

    /// A person as they were read.
    ///
    /// @param whole everything that the service knows of them
    record Person(Stored stored, ObjectNode whole) {
        ObjectNode shown() {
            return PdsView.read(whole);
        }
    }

    /// The person with a number, or who has taken their place.
    ///
    /// @throws PdsError.Refusal when there is none, or not for this asker
    Person read(Asker asker, NhsNumber number) {
        var person = person(asker, number);
        log.record(
                asker.line(
                        clock.instant(),
                        AuditEntry.Action.READ,
                        "demographics read",
                        target(person.stored()),
                        List.of(person.stored().patient()),
                        200));
        return person;
    }

    private static AuditEntry.Target target(Stored stored) {
        return AuditEntry.Target.resource("Patient", stored.id(), stored.version());
    }

    private Person person(Asker asker, NhsNumber number) {
        may(asker, Right.READ);
        var sight = access.sight(asker.caller());
        if (asker.patient()) {
            return own(asker, number, sight);
        }
        var found = numbered(number, sight);
        if (found.isEmpty()) {
            throw PdsError.RESOURCE_NOT_FOUND.refusal("");
        }
        return whole(
                current(found.get(), sight)
                        .orElseThrow(() -> PdsError.INVALIDATED_RESOURCE.refusal("")));
    }

    /// Somebody's own record; the answer for any other is the same, whether there is one or not.
    private Person own(Asker asker, NhsNumber number, Sight sight) {
        if (persons.level(asker.caller()) != Level.P9) {
            throw notForPatients();
        }
        return persons.self(asker.caller())
                .flatMap(id -> store.read("Patient", id, sight))
                .filter(stored -> !stored.deleted())
                .filter(stored ->
                        new Patient(stored.json()).nhsNumber().filter(number::equals).isPresent())
                .map(this::whole)
                .orElseThrow(Demographics::notForPatients);
    }

    /// The one record with a number: several that are in use are none, because nobody can tell which is meant.
    private Optional<Stored> numbered(NhsNumber number, Sight sight) {
        var all = store.search(QueryRules.byNumber(number).seenBy(sight)).matches();
        var inUse = all.stream().filter(one -> inUse(one.json())).toList();
        if (inUse.size() == 1) {
            return Optional.of(inUse.getFirst());
        }
        return inUse.isEmpty() ? all.stream().findFirst() : Optional.empty();
    }

    private static boolean inUse(ObjectNode patient) {
        return !redacted(patient) && replacement(patient).isEmpty();
    }

    private static boolean redacted(ObjectNode patient) {
        return new Patient(patient).inactive()
                || patient.path("meta")
                        .path("security")
                        .valueStream()
                        .anyMatch(label -> label.path("code").asString("").equals("REDACTED"));
    }

    private static Optional<String> replacement(ObjectNode patient) {
        return patient.path("link")
                .valueStream()
                .filter(link -> link.path("type").asString("").equals("replaced-by"))
                .map(link -> link.path("other").path("reference").asString(""))
                .filter(reference -> reference.startsWith("Patient/"))
                .map(reference -> reference.substring("Patient/".length()))
                .findFirst();
    }

    /// The record that has taken the place of one, or itself; empty when it is out of use and nothing has.
    private Optional<Stored> current(Stored stored, Sight sight) {
        var at = stored;
        for (var step = 0; step < REPLACEMENTS; step++) {
            var next = replacement(at.json());
            if (next.isEmpty()) {
                return Optional.of(at).filter(one -> !redacted(one.json()) && numbered(one));
            }
            var other = store.read("Patient", next.get(), sight).filter(one -> !one.deleted());
            if (other.isEmpty()) {
                return Optional.empty();
            }
            at = other.get();
        }
        return Optional.empty();
    }

    private static boolean numbered(Stored stored) {
        return new Patient(stored.json()).nhsNumber().isPresent();
    }

    private Person whole(Stored stored) {
        return new Person(stored, PdsView.whole(stored.json(), stored.version(), this::practice));
    }

    /// The ODS code of an organisation.
    private Optional<String> practice(String reference) {
        return practices
                .get(
                        reference,
                        clock.instant(),
                        () -> Optional.of(new Believed.Good<>(looked(reference), Instant.MAX)))
                .orElse(Optional.empty());
    }

    private Optional<String> looked(String reference) {
        return store.read("Organization", reference.substring("Organization/".length()))
                .filter(stored -> !stored.deleted())
                .flatMap(stored ->
                        stored.json()
                                .path("identifier")
                                .valueStream()
                                .filter(one ->
                                        one.path("system")
                                                .asString("")
                                                .equals(
                                                        "https://fhir.nhs.uk/Id/ods-organization-code"))
                                .map(one -> one.path("value").asString(""))
                                .findFirst());
    }

    // --- finding ---------------------------------------------------------------------------------

    /// Who fits a search, best first.
    ///
    /// @param sent the parameters
    /// @param query as it was sent, for the audit
    /// @throws PdsError.Refusal when too many do
    ObjectNode search(Asker asker, Map<String, List<String>> sent, String query) {
        if (asker.patient()) {
            throw notForPatients();
        }
        may(asker, Right.SEARCH);
        var ask = SearchRules.ask(sent, asker.alone());
        var sight = access.sight(asker.caller());
        var found = new ArrayList<Found>(fitting(ask, sight));
        if (found.size() > ask.most()) {
            throw PdsError.TOO_MANY_MATCHES.refusal("");
        }
        found.sort(
                Comparator.comparingDouble((Found one) -> -one.hit().score())
                        .thenComparing(one -> one.hit().number()));
        var now = clock.instant();
        log.record(
                asker.line(
                        now,
                        AuditEntry.Action.EXECUTE,
                        "demographics search",
                        AuditEntry.Target.search("Patient", query),
                        found.stream().map(Found::key).distinct().toList(),
                        200));
        return PdsView.bundle(found.stream().map(Found::hit).toList(), now);
    }

    /// @param key of the patient
    private record Found(PdsView.Hit hit, long key) {}

    private List<Found> fitting(Ask ask, Sight sight) {
        var candidates =
                store.search(QueryRules.candidates(ask, CANDIDATES).seenBy(sight)).matches();
        if (candidates.size() > CANDIDATES) {
            throw PdsError.TOO_MANY_MATCHES.refusal("");
        }
        var best = new HashMap<String, Found>();
        for (var candidate : candidates) {
            var fit = FitRules.fit(ask, located(candidate.json()), today());
            if (fit.isPresent()) {
                current(candidate, sight)
                        .map(this::whole)
                        .filter(person -> mayBeFound(ask, person.whole()))
                        .map(person ->
                                new Found(
                                        new PdsView.Hit(person.whole(), fit.getAsDouble()),
                                        person.stored().patient()))
                        .ifPresent(one ->
                                best.merge(
                                        one.hit().number(),
                                        one,
                                        (a, b) -> a.hit().score() >= b.hit().score() ? a : b));
            }
        }
        return List.copyOf(best.values());
    }

    /// With the code of the practice in place of a reference to it.
    private ObjectNode located(ObjectNode patient) {
        for (var practice : patient.path("generalPractitioner")) {
            var reference = practice.path("reference").asString("");
            if (practice instanceof ObjectNode one && reference.startsWith("Organization/")) {
                practice(reference)
                        .ifPresent(code -> one.putObject("identifier").put("value", code));
            }
        }
        return patient;
    }

    /// Nobody who is restricted is found by where they are: the list itself would tell.
    private static boolean mayBeFound(Ask ask, ObjectNode whole) {
        return !PdsView.restricted(whole) || (ask.postcode().isEmpty() && ask.practice().isEmpty());
    }

    // --- a new person ----------------------------------------------------------------------------

    /// Makes a record for somebody who has none, with a new number.
    ///
    /// @throws PdsError.Refusal with status 200 when they may be there already
    Person create(Asker asker, ObjectNode sent) {
        if (asker.alone()) {
            throw PdsError.CANNOT_CREATE.refusal("");
        }
        if (asker.patient()) {
            throw notForPatients();
        }
        may(asker, Right.WRITE);
        ShapeRules.create(sent, today());
        var hash = hash("POST", sent);
        var before = before(asker, hash);
        if (before.isPresent()) {
            return whole(before.get());
        }
        var name = sent.path("name").path(0);
        var id = UUID.randomUUID().toString();
        // Two who make the same person at the same moment wait for each other.
        var condition =
                "demographics "
                        + sent.path("birthDate").asString("")
                        + " "
                        + FitRules.normal(name.path("family").asString(""));
        var written =
                store.write(
                        List.of(condition),
                        view -> {
                            refuseTwins(sent, view);
                            return write(
                                    asker,
                                    prepared(
                                            PdsView.fresh(
                                                    sent, id, number(view), Demographics::newId)),
                                    OptionalLong.empty(),
                                    hash,
                                    AuditEntry.Action.CREATE,
                                    "demographics created");
                        });
        tidy();
        return after(written.getFirst());
    }

    private void refuseTwins(ObjectNode sent, Store.View view) {
        var name = sent.path("name").path(0);
        var born = LocalDate.parse(sent.path("birthDate").asString(""));
        var ask =
                new Ask(
                        Optional.of(name.path("family").asString("")),
                        name.path("given").valueStream().map(one -> one.asString("")).toList(),
                        Optional.of(sent.path("gender").asString("")),
                        new Ask.Span(born, born),
                        Optional.empty(),
                        Optional.of(sent.at("/address/0/postalCode").asString(""))
                                .map(code -> code.replaceAll("\\s", "").toUpperCase(Locale.ROOT))
                                .filter(code -> !code.isEmpty()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new Ask.Mode(true, false, true),
                        SearchRules.MOST);
        var same =
                view.search(QueryRules.candidates(ask, CANDIDATES)).matches().stream()
                        .filter(one ->
                                inUse(one.json())
                                        && numbered(one)
                                        && FitRules.alike(ask, one.json(), today()))
                        .map(one -> new Patient(one.json()).nhsNumber().orElseThrow().digits())
                        .distinct()
                        .toList();
        if (same.size() == 1) {
            throw PdsError.SINGLE_MATCH.refusal(
                    "Unable to create new patient. NHS number "
                            + same.getFirst()
                            + " found for supplied demographic data.");
        }
        if (same.size() > 1) {
            throw PdsError.MULTIPLE_MATCHES.refusal(
                    "Unable to create new patient. Multiple matches found for supplied demographic"
                            + " data.");
        }
    }

    /// A number in the range 999 that nobody has.
    private String number(Store.View view) {
        for (var tries = 0; tries < RANGE; tries++) {
            // A large step that shares no factor with the range: numbers that follow each other are
            // far apart.
            var place = (sql.next() * 387_420_489L) % RANGE;
            var nine = "999" + String.format(Locale.ROOT, "%06d", place);
            for (var check = 0; check < 10; check++) {
                var number = NhsNumber.of(nine + check);
                if (number.isPresent()
                        && view.search(QueryRules.byNumber(number.get())).matches().isEmpty()) {
                    return number.get().digits();
                }
            }
        }
        throw new Refused(
                new Problem.Unavailable(
                        "Every NHS number of the range 999 is taken.", Duration.ofHours(1)));
    }

    /// Eight hexadecimal digits, as items of lists are known by.
    private static String newId() {
        return String.format(Locale.ROOT, "%08X", RANDOM.nextInt());
    }

    // --- changes ---------------------------------------------------------------------------------

    /// Changes a person.
    ///
    /// @param version that the asker has seen
    Person patch(Asker asker, NhsNumber number, long version, ObjectNode body) {
        if (asker.alone()) {
            throw PdsError.CANNOT_UPDATE.refusal("");
        }
        var person = person(asker, number);
        if (!asker.patient()) {
            may(asker, Right.WRITE);
        }
        var hash = hash("PATCH " + number.digits() + " " + version, body);
        var before = before(asker, hash);
        if (before.isPresent()) {
            return whole(before.get());
        }
        if (!body.has("patches")
                || !body.path("patches").isArray()
                || body.path("patches").isEmpty()) {
            throw PdsError.update("No patches found");
        }
        if (person.stored().version() != version) {
            throw PdsError.RESOURCE_VERSION_MISMATCH.refusal("");
        }
        var was = person.whole();
        if (PdsView.restricted(was)) {
            throw PdsError.FORBIDDEN_UPDATE.refusal(
                    "Forbidden update with error - not permitted to update a sensitive patient");
        }
        var changed = PatchRules.apply(was, body, Demographics::newId);
        if (asker.patient()) {
            PatientRules.mayChange(was, changed);
        }
        ShapeRules.changed(was, changed, today());
        var merged = PdsView.merged(person.stored().json(), was, changed, this::practice);
        var written =
                store.write(
                        write(
                                asker,
                                prepared(merged),
                                OptionalLong.of(version),
                                hash,
                                AuditEntry.Action.UPDATE,
                                "demographics changed"));
        tidy();
        return after(written.getFirst());
    }

    private Prepared prepared(ObjectNode patient) {
        var resource = Resource.of(patient);
        var issues = validator.validate(resource);
        issues.stream()
                .filter(issue -> issue.severity() == trellis.fhir.Issue.Severity.ERROR)
                .findFirst()
                .ifPresent(issue -> {
                    throw PdsError.VALIDATION_ERROR.refusal(
                            "Validation error - " + issue.diagnostics());
                });
        return preparation.prepare(resource);
    }

    private Write write(
            Asker asker,
            Prepared content,
            OptionalLong version,
            byte[] hash,
            AuditEntry.Action action,
            String what) {
        var now = clock.instant();
        return new Write(
                List.of(new Change.Put(content, version, version.isEmpty())),
                Write.References.UNCHECKED,
                List.of(
                        new Write.Alongside<>(
                                log.table(),
                                written ->
                                        List.of(
                                                asker.line(
                                                        now,
                                                        action,
                                                        what,
                                                        AuditEntry.Target.resource(
                                                                "Patient",
                                                                content.id(),
                                                                written.getFirst().version()),
                                                        List.of(
                                                                Keys.resource(
                                                                        "Patient", content.id())),
                                                        version.isEmpty() ? 201 : 200))),
                        new Write.Alongside<>(
                                sql,
                                written ->
                                        List.of(
                                                new NumberSql.Made(
                                                        request(asker),
                                                        hash,
                                                        content.id(),
                                                        written.getFirst().version(),
                                                        now)))));
    }

    private static NumberSql.Request request(Asker asker) {
        return new NumberSql.Request(
                asker.request(),
                asker.caller().account(),
                asker.caller().app().map(Caller.App::id).orElse(""));
    }

    /// What the same request made when it came before; asked to something else under the same id, it is refused.
    private Optional<Stored> before(Asker asker, byte[] hash) {
        return sql.made(request(asker))
                .map(made -> {
                    if (!Arrays.equals(made.hash(), hash)) {
                        throw PdsError.INVALID_VALUE.refusal(
                                "Invalid value - '"
                                        + asker.request()
                                        + "' in header 'X-Request-ID': it was used for another"
                                        + " request");
                    }
                    return made;
                })
                .flatMap(made ->
                        store.read(
                                "Patient",
                                made.patient(),
                                made.version(),
                                access.sight(asker.caller())));
    }

    private static byte[] hash(String what, ObjectNode body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(what.getBytes(StandardCharsets.UTF_8));
            return digest.digest(body.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Person after(Written written) {
        return whole(
                store.read("Patient", written.id(), written.version(), Sight.everything())
                        .orElseThrow());
    }

    private void tidy() {
        if (ThreadLocalRandom.current().nextInt(TIDIED_EVERY) == 0) {
            sql.forget(clock.instant().minus(REMEMBERED));
        }
    }

    // --- people around them ----------------------------------------------------------------------

    /// The people around a person: next of kin, guardians, proxies.
    ObjectNode related(Asker asker, NhsNumber number) {
        var person = person(asker, number);
        var found =
                store.search(
                                SearchQuery.of(
                                                "RelatedPerson",
                                                MOST_RELATED,
                                                new Criterion.OfPatients(
                                                        Set.of(person.stored().id())))
                                        .seenBy(access.sight(asker.caller())))
                        .matches();
        log.record(
                asker.line(
                        clock.instant(),
                        AuditEntry.Action.READ,
                        "demographics: related people read",
                        AuditEntry.Target.search(
                                "RelatedPerson", "patient=" + person.stored().id()),
                        List.of(person.stored().patient()),
                        200));
        return PdsView.related(
                found.stream().map(Stored::json).collect(Collectors.toList()),
                person.whole().path("id").asString(""),
                PdsView.restricted(person.whole()));
    }
}
