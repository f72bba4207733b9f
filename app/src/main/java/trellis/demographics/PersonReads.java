package trellis.demographics;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Believed;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Right;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.store.Criterion;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// Reading people: by number, by what is known of them, and those around them. Each answer with somebody in it is written
/// down before it leaves.
final class PersonReads {
    private static final ZoneId LONDON = ZoneId.of("Europe/London");
    private static final String NOT_FOR_PATIENTS =
            "Your access token has insufficient permissions. See documentation regarding Patient access"
                    + " restrictions https://digital.nhs.uk/developer/api-catalogue/personal-demographics-service-fhir";

    /// Candidates that are looked at: with more the search says too little.
    static final int CANDIDATES = 2_000;

    /// How often a record may have been replaced by another.
    private static final int REPLACEMENTS = 10;

    private static final int MOST_RELATED = 100;

    private final Store store;
    private final Access access;
    private final Persons persons;
    private final AuditLog log;
    private final Clock clock;
    private final Believed<String, Optional<String>> practices = new Believed<>();

    PersonReads(Store store, Access access, Persons persons, AuditLog log, Clock clock) {
        this.store = store;
        this.access = access;
        this.persons = persons;
        this.log = log;
        this.clock = clock;
    }

    /// Goes on only when whoever asks has the right, as the service refuses it.
    void may(Asker asker, Right right) {
        try {
            access.require(asker.caller(), right, "Patient");
        } catch (Refused e) {
            throw e.problem() instanceof Problem.Forbidden(var why)
                    ? PdsError.NOT_ALLOWED.refusal(why)
                    : e;
        }
    }

    static PdsError.Refusal notForPatients() {
        return PdsError.NOT_THE_PATIENT.refusal(NOT_FOR_PATIENTS);
    }

    /// Today in London.
    LocalDate today() {
        return clock.instant().atZone(LONDON).toLocalDate();
    }

    // --- reading ---------------------------------------------------------------------------------

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

    /// The person with a number for one who may see them; whoever hands them out writes it down.
    Person person(Asker asker, NhsNumber number) {
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
                .flatMap(stored ->
                        // Who has taken its place is the same person.
                        current(Row.of(stored), Sight.everything())
                                .filter(now ->
                                        has(stored.json(), number) || has(now.json(), number)))
                .map(this::whole)
                .orElseThrow(PersonReads::notForPatients);
    }

    private static boolean has(ObjectNode patient, NhsNumber number) {
        return new Patient(patient).nhsNumber().filter(number::equals).isPresent();
    }

    /// A record with its content, read from its bytes once.
    private record Row(Stored stored, ObjectNode json) {
        static Row of(Stored stored) {
            return new Row(stored, stored.json());
        }
    }

    /// The one record with a number: several that are in use are none, because nobody can tell which is meant.
    private Optional<Row> numbered(NhsNumber number, Sight sight) {
        var all =
                store.search(QueryRules.byNumber(number).seenBy(sight)).matches().stream()
                        .map(Row::of)
                        .toList();
        var inUse = all.stream().filter(one -> inUse(one.json())).toList();
        if (inUse.size() == 1) {
            return Optional.of(inUse.getFirst());
        }
        return inUse.isEmpty() ? all.stream().findFirst() : Optional.empty();
    }

    static boolean inUse(ObjectNode patient) {
        return !redacted(patient) && replacement(patient).isEmpty();
    }

    private static boolean redacted(ObjectNode patient) {
        var record = new Patient(patient);
        return record.inactive() || record.redacted();
    }

    private static Optional<String> replacement(ObjectNode patient) {
        return new Patient(patient).replacement();
    }

    /// The record that has taken the place of one, or itself; empty when it is out of use and nothing has.
    private Optional<Row> current(Row row, Sight sight) {
        var at = row;
        for (var step = 0; step < REPLACEMENTS; step++) {
            var next = replacement(at.json());
            if (next.isEmpty()) {
                return Optional.of(at)
                        .filter(one ->
                                !redacted(one.json())
                                        && new Patient(one.json()).nhsNumber().isPresent());
            }
            var other = store.read("Patient", next.get(), sight).filter(one -> !one.deleted());
            if (other.isEmpty()) {
                return Optional.empty();
            }
            at = Row.of(other.get());
        }
        return Optional.empty();
    }

    Person whole(Stored stored) {
        return whole(Row.of(stored));
    }

    private Person whole(Row row) {
        var stored = row.stored();
        return new Person(stored, PdsView.whole(row.json(), stored.version(), this::practice));
    }

    /// The ODS code of an organisation.
    Optional<String> practice(String reference) {
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
        var found = found(asker, sent, query);
        return PdsView.bundle(found.stream().map(Found::hit).toList(), clock.instant());
    }

    /// The same, with the ids of the records.
    List<Found> found(Asker asker, Map<String, List<String>> sent, String query) {
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
        return List.copyOf(found);
    }

    /// Somebody found.
    record Found(PdsView.Hit hit, Stored stored) {
        /// Of the patient.
        long key() {
            return stored.patient();
        }
    }

    /// Everybody who may fit: where too many share what is asked first, it is asked more narrowly.
    ///
    /// @param search where they are looked for
    /// @throws PdsError.Refusal when there are too many all the same: who is cut off might be the one
    static List<Stored> candidates(Ask ask, Function<SearchQuery, SearchPage> search) {
        for (var query : QueryRules.candidates(ask, CANDIDATES)) {
            var found = search.apply(query).matches();
            if (found.size() <= CANDIDATES) {
                return found;
            }
        }
        throw PdsError.TOO_MANY_MATCHES.refusal("");
    }

    private List<Found> fitting(Ask ask, Sight sight) {
        var candidates = candidates(ask, query -> store.search(query.seenBy(sight)));
        var best = new HashMap<String, Found>();
        for (var candidate : candidates) {
            var fit = FitRules.fit(ask, located(candidate.json()), today());
            if (fit.isPresent()) {
                current(Row.of(candidate), sight)
                        .map(this::whole)
                        .filter(person -> mayBeFound(ask, person.whole()))
                        .map(person ->
                                new Found(
                                        new PdsView.Hit(person.whole(), fit.getAsDouble()),
                                        person.stored()))
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

    // --- people around them ----------------------------------------------------------------------

    /// The people around a person: next of kin, guardians, proxies.
    ObjectNode related(Asker asker, NhsNumber number) {
        var person = person(asker, number);
        // Of a restricted person the service tells of nobody: who is around them leads to them.
        var found =
                PdsView.restricted(person.whole())
                        ? List.<Stored>of()
                        : store.search(
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
                found.stream().map(Stored::json).toList(), person.whole().path("id").asString(""));
    }

    // --- their card ------------------------------------------------------------------------------

    /// Somebody's own European Health Insurance Card: people alone ask for it, each for their own.
    Card card(Asker asker, NhsNumber number) {
        var card = card(mine(asker, number), store::search);
        log.record(
                asker.line(
                        clock.instant(),
                        AuditEntry.Action.READ,
                        "demographics: insurance card read",
                        target(card.person().stored()),
                        List.of(card.person().stored().patient()),
                        200));
        return card;
    }

    Person mine(Asker asker, NhsNumber number) {
        if (!asker.patient()) {
            throw PdsError.NOT_ALLOWED.refusal("A card is read and changed by its holder alone");
        }
        return person(asker, number);
    }

    /// @param search where it is looked for
    static Card card(Person person, Function<SearchQuery, SearchPage> search) {
        var query =
                SearchQuery.of(
                        "Coverage",
                        MOST_RELATED,
                        new Criterion.OfPatients(Set.of(person.stored().id())));
        return new Card(
                person,
                search.apply(query).matches().stream()
                        .filter(one -> EhicRules.card(one.json()))
                        .findFirst());
    }
}
