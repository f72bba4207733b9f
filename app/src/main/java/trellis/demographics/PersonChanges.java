package trellis.demographics;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.registrations.Registrations;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Prepared;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;
import trellis.store.Written;

/// Making and changing people. A request that comes again is answered with what it made.
final class PersonChanges {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration REMEMBERED = Duration.ofDays(1);
    private static final int TIDIED_EVERY = 64;

    /// The numbers that are nobody's in the country: 999 and six more digits, before the check digit.
    private static final int RANGE = 1_000_000;

    private final PersonReads reads;
    private final Store store;
    private final Access access;
    private final AuditLog log;
    private final Registrations registrations;
    private final NumberSql sql;
    private final Clock clock;
    private final Preparation preparation;
    private final Validator validator = Validator.r4();

    /// What changes stand on.
    record Ground(
            Store store,
            Preparation preparation,
            Access access,
            AuditLog log,
            Registrations registrations) {}

    PersonChanges(PersonReads reads, Ground ground, NumberSql sql, Clock clock) {
        this.reads = reads;
        this.store = ground.store();
        this.preparation = ground.preparation();
        this.access = ground.access();
        this.log = ground.log();
        this.registrations = ground.registrations();
        this.sql = sql;
        this.clock = clock;
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
            throw PersonReads.notForPatients();
        }
        reads.may(asker, Right.WRITE);
        ShapeRules.create(sent, reads.today());
        var hash = hash("POST", sent);
        var before = before(asker, hash, "Patient");
        if (before.isPresent()) {
            return reads.whole(before.get());
        }
        var id = UUID.randomUUID().toString();
        var number = number();
        var fresh = prepared(PdsView.fresh(sent, id, number, PersonChanges::newId));
        // Two who make the same person at the same moment wait for each other, also where they
        // spell
        // the name in two ways: whoever is compared is born on one day.
        var condition = "demographics " + sent.path("birthDate").asString("");
        try {
            var written =
                    store.write(
                            List.of(condition),
                            view -> {
                                var alike = alike(sent, view);
                                if (!alike.isEmpty()) {
                                    throw new Alike(alike);
                                }
                                return write(
                                        asker,
                                        fresh,
                                        OptionalLong.empty(),
                                        hash,
                                        AuditEntry.Action.CREATE,
                                        "demographics created");
                            });
            tidy();
            return after(written.getFirst());
        } catch (Alike e) {
            // The same request may have come twice at once, and have been carried out meanwhile.
            return before(asker, hash, "Patient")
                    .map(reads::whole)
                    .orElseThrow(() -> refusal(asker, e.found));
        }
    }

    /// Who is there already: found inside a transaction, told outside it, because what is told needs a line in the audit.
    private static final class Alike extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient List<Stored> found;

        Alike(List<Stored> found) {
            super("somebody is alike", null, false, false);
            this.found = List.copyOf(found);
        }
    }

    /// The refusal hands out a number, or says that there are some: whose they are is written down first.
    private PdsError.Refusal refusal(Asker asker, List<Stored> found) {
        log.record(
                asker.line(
                        clock.instant(),
                        AuditEntry.Action.EXECUTE,
                        "demographics: may be there already",
                        AuditEntry.Target.search("Patient", ""),
                        found.stream().map(Stored::patient).distinct().toList(),
                        200));
        var numbers =
                found.stream()
                        .map(one -> new Patient(one.json()).nhsNumber().orElseThrow().digits())
                        .distinct()
                        .toList();
        return numbers.size() == 1
                ? PdsError.SINGLE_MATCH.refusal(
                        "Unable to create new patient. NHS number "
                                + numbers.getFirst()
                                + " found for supplied demographic data.")
                : PdsError.MULTIPLE_MATCHES.refusal(
                        "Unable to create new patient. Multiple matches found for supplied"
                                + " demographic data.");
    }

    private List<Stored> alike(ObjectNode sent, Store.View view) {
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
        return PersonReads.candidates(ask, view::search).stream()
                .filter(one ->
                        PersonReads.inUse(one.json())
                                && new Patient(one.json()).nhsNumber().isPresent()
                                && FitRules.alike(ask, one.json(), reads.today()))
                .toList();
    }

    /// A number in the range 999 that nobody has. It is drawn before the transaction that gives it away: the sequence gives each
    /// place to one request alone, and a transaction that waited for a second connection could wait for itself.
    private String number() {
        for (var tries = 0; tries < RANGE; tries++) {
            // A large step that shares no factor with the range: numbers that follow each other are
            // far apart.
            var place = (sql.next() * 387_420_489L) % RANGE;
            var nine = "999" + String.format(Locale.ROOT, "%06d", place);
            for (var check = 0; check < 10; check++) {
                var number = NhsNumber.of(nine + check);
                if (number.isPresent()
                        && store.search(QueryRules.byNumber(number.get())).matches().isEmpty()) {
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
        var person = reads.person(asker, number);
        if (!asker.patient()) {
            reads.may(asker, Right.WRITE);
        }
        var hash = hash("PATCH " + number.digits() + " " + version, body);
        var before = before(asker, hash, "Patient");
        if (before.isPresent()) {
            return reads.whole(before.get());
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
            throw sensitive();
        }
        var changed = PatchRules.apply(was, body, PersonChanges::newId);
        if (asker.patient()) {
            PatientRules.mayChange(was, changed);
        }
        ShapeRules.changed(was, changed, reads.today());
        var merged = PdsView.merged(person.stored().json(), was, changed, reads::practice);
        Function<ObjectNode, Write> changing =
                content ->
                        write(
                                asker,
                                prepared(content),
                                OptionalLong.of(version),
                                hash,
                                AuditEntry.Action.UPDATE,
                                "demographics changed");
        var stays = was.path("generalPractitioner").equals(changed.path("generalPractitioner"));
        try {
            var written =
                    stays
                            ? store.write(changing.apply(merged))
                            : store.write(
                                    List.of("registration " + person.stored().id()),
                                    view -> moving(person.stored(), merged, changing, view));
            tidy();
            return after(written.getFirst());
        } catch (Refused e) {
            // The same request may have come twice at once, and have been carried out meanwhile.
            return before(asker, hash, "Patient").map(reads::whole).orElseThrow(() -> e);
        }
    }

    /// A change of practice moves the registration with it.
    private Write moving(
            Stored before,
            ObjectNode after,
            Function<ObjectNode, Write> changing,
            Store.View view) {
        var moved = registrations.moved(before, after, view);
        if (moved.isEmpty()) {
            return changing.apply(after);
        }
        var write = changing.apply(moved.get().patient());
        return new Write(
                Stream.concat(write.changes().stream(), moved.get().changes().stream()).toList(),
                write.references(),
                Stream.concat(write.alongside().stream(), Stream.of(moved.get().told())).toList());
    }

    /// Puts a European Health Insurance Card in the place of the one that somebody has.
    ///
    /// @param version of the card that the asker has seen; 0 for none
    Card cover(Asker asker, long version, ObjectNode sent) {
        var person = reads.mine(asker, EhicRules.sent(sent, reads.today()));
        if (PdsView.restricted(person.whole())) {
            throw sensitive();
        }
        var hash = hash("POST Coverage " + version, sent);
        var made = before(asker, hash, "Coverage");
        if (made.isPresent()) {
            return new Card(person, made);
        }
        var patient = person.stored().id();
        var written =
                store.write(
                        List.of("demographics card " + patient),
                        view -> {
                            var card = PersonReads.card(person, view::search);
                            if (card.version() != version) {
                                throw PdsError.RESOURCE_VERSION_MISMATCH.refusal("");
                            }
                            var id =
                                    card.stored()
                                            .map(Stored::id)
                                            .orElseGet(() -> UUID.randomUUID().toString());
                            return write(
                                    asker,
                                    prepared(EhicRules.kept(sent, id, patient)),
                                    card.stored().isPresent()
                                            ? OptionalLong.of(version)
                                            : OptionalLong.empty(),
                                    hash,
                                    card.stored().isPresent()
                                            ? AuditEntry.Action.UPDATE
                                            : AuditEntry.Action.CREATE,
                                    "demographics: insurance card changed");
                        });
        tidy();
        var one = written.getFirst();
        return new Card(
                person, store.read("Coverage", one.id(), one.version(), Sight.everything()));
    }

    private static PdsError.Refusal sensitive() {
        return PdsError.FORBIDDEN_UPDATE.refusal(
                "Forbidden update with error - not permitted to update a sensitive patient");
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
                                                                content.type(),
                                                                content.id(),
                                                                written.getFirst().version()),
                                                        List.of(content.patient()),
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
    private Optional<Stored> before(Asker asker, byte[] hash, String type) {
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
                        store.read(type, made.id(), made.version(), access.sight(asker.caller())));
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
        return reads.whole(
                store.read("Patient", written.id(), written.version(), Sight.everything())
                        .orElseThrow());
    }

    private void tidy() {
        if (ThreadLocalRandom.current().nextInt(TIDIED_EVERY) == 0) {
            sql.forget(clock.instant().minus(REMEMBERED));
        }
    }
}
