package trellis.registrations;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.page.When;
import trellis.people.Patient;
import trellis.store.Change;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Preparation;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;

/// The door of registrations: taking somebody on, letting them go, who was where, and who left.
@Component
public final class Registrations {
    /// Times of registration of one person that are looked at.
    private static final int MOST = 200;

    private static final int DEPARTED_DAYS = 31;

    private final Store store;
    private final Access access;
    private final AuditLog log;
    private final RegistrationSql sql;
    private final Clock clock;
    private final Preparation preparation;

    Registrations(
            Store store,
            Preparation preparation,
            Access access,
            AuditLog log,
            DataSource database,
            Clock clock) {
        this.store = store;
        this.preparation = preparation;
        this.access = access;
        this.log = log;
        this.sql = new RegistrationSql(database);
        this.clock = clock;
    }

    /// Somebody of a practice.
    record Asker(Caller caller, AuditEntry.Source source, Practice practice) {}

    /// Whoever makes the request of this thread.
    ///
    /// @throws Refused unless they work at a practice that is on record
    Asker asker(AuditEntry.Source source) {
        var caller = access.current();
        if (!works(caller)) {
            throw new Refused(
                    new Problem.Forbidden(
                            "People are registered by the staff of a GP practice: your account has"
                                    + " another role."));
        }
        access.require(caller, Right.WRITE, "Patient");
        var practice =
                practice(caller.odsCode())
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.Forbidden(
                                                "Your practice is not on record as an organisation."
                                                        + " Ask whoever runs this server to load the"
                                                        + " published list.")));
        return new Asker(caller, source, practice);
    }

    /// Whether somebody is of the staff of a practice, and may register people.
    public static boolean works(Caller caller) {
        return caller.role() == Role.GP && !caller.odsCode().isEmpty();
    }

    private Optional<Practice> practice(String ods) {
        return practice(ods, store::search);
    }

    private static Optional<Practice> practice(
            String ods, Function<SearchQuery, SearchPage> search) {
        var hash = Keys.token(Keys.salt("Organization", "identifier"), RegistrationRules.ODS, ods);
        var query = SearchQuery.of("Organization", 1, new Criterion.AnyIdentifier(Set.of(hash)));
        return search.apply(query).matches().stream().findFirst().map(Registrations::practice);
    }

    private static Practice practice(Stored organisation) {
        var json = organisation.json();
        var ods =
                json.path("identifier")
                        .valueStream()
                        .filter(one ->
                                one.path("system").asString("").equals(RegistrationRules.ODS))
                        .map(one -> one.path("value").asString(""))
                        .findFirst()
                        .orElse(organisation.id());
        return new Practice(organisation.id(), ods, json.path("name").asString(ods));
    }

    LocalDate today() {
        return clock.instant().atZone(When.LONDON).toLocalDate();
    }

    // --- seeing ----------------------------------------------------------------------------------

    /// Where somebody was registered, the latest first. Whoever shows it writes it down.
    ///
    /// @param patient our opaque id
    public List<Registration> history(String patient) {
        return RegistrationRules.history(
                store.search(episodes(patient)).matches().stream().map(Stored::json).toList());
    }

    private static SearchQuery episodes(String patient) {
        return SearchQuery.of("EpisodeOfCare", MOST, new Criterion.OfPatients(Set.of(patient)));
    }

    /// Whether somebody is registered with the practice of whoever asks.
    boolean registered(Asker asker, Patient patient) {
        return RegistrationRules.practices(patient.json()).contains(asker.practice().id());
    }

    /// Whether whoever asks may be shown where somebody is and was registered: only who treats them, and of a restricted person
    /// nobody, because it tells where they live.
    boolean seesWhere(Asker asker, Patient patient) {
        return !patient.restricted()
                && access.treats(
                        asker.caller(), Set.of(Keys.resource("Patient", patient.key())), store);
    }

    /// Somebody as they are held; empty for one who is there no more.
    Optional<Patient> person(String patient) {
        return store.read("Patient", patient)
                .filter(stored -> !stored.deleted())
                .map(stored -> new Patient(stored.json()));
    }

    /// Of whom the practice of whoever asks was told in the last month that they left.
    ///
    /// @param older only those of whom it was told before; [Long#MAX_VALUE] to begin
    RegistrationSql.Departures departures(Asker asker, long older, int most) {
        return sql.departures(
                asker.practice().ods(), today().minusDays(DEPARTED_DAYS), older, most);
    }

    // --- changing --------------------------------------------------------------------------------

    /// Registers somebody with the practice of whoever asks. Again is no error.
    ///
    /// @param from the first day
    /// @throws Refused when they cannot be registered, or not from that day
    void register(Asker asker, String patient, LocalDate from) {
        change(
                asker,
                patient,
                from,
                "registered with a practice",
                (person, changes) -> {
                    if (registered(asker, person)) {
                        return Optional.empty();
                    }
                    RegistrationRules.barred(person).ifPresent(Registrations::refuse);
                    var episode =
                            RegistrationRules.episode(
                                    UUID.randomUUID().toString(),
                                    patient,
                                    asker.practice(),
                                    Optional.of(from));
                    changes.add(put(episode, OptionalLong.empty()));
                    var after = RegistrationRules.registered(person.json(), asker.practice(), from);
                    return Optional.of(
                            new Outcome(after, "Registered with " + asker.practice().name()));
                });
    }

    /// Takes somebody off the list of the practice of whoever asks, when no practice takes them on. Again is no error.
    ///
    /// @param on the day from which they are no longer registered
    void remove(Asker asker, String patient, Removal why, LocalDate on) {
        change(
                asker,
                patient,
                on,
                "registration ended",
                (person, _) ->
                        registered(asker, person)
                                ? Optional.of(
                                        new Outcome(
                                                RegistrationRules.removed(person.json(), why, on),
                                                why.words()))
                                : Optional.empty());
    }

    /// What becomes of a Patient.
    ///
    /// @param why the practice before is told that they left
    private record Outcome(ObjectNode patient, String why) {}

    private void change(
            Asker asker,
            String patient,
            LocalDate day,
            String what,
            BiFunction<Patient, List<Change>, Optional<Outcome>> rule) {
        store.write(
                List.of("registration " + patient),
                view -> {
                    var stored =
                            view.read("Patient", patient)
                                    .filter(one -> !one.deleted())
                                    .orElseThrow(
                                            () -> new Refused(new Problem.NotFound("The patient")));
                    var person = new Patient(stored.json());
                    var episodes = view.search(episodes(patient)).matches();
                    var changes = new ArrayList<Change>();
                    var outcome = rule.apply(person, changes);
                    if (outcome.isEmpty()) {
                        return Write.unchecked(List.of());
                    }
                    RegistrationRules.wrong(Optional.of(day), person, since(episodes), today())
                            .ifPresent(Registrations::refuse);
                    var left = ends(stored, episodes, day, changes, view);
                    changes.add(put(outcome.get().patient(), OptionalLong.of(stored.version())));
                    return new Write(
                            changes,
                            Write.References.UNCHECKED,
                            List.of(
                                    new Write.Alongside<>(
                                            log.table(), _ -> List.of(line(asker, what, stored))),
                                    told(left, patient, day, outcome.get().why())));
                });
    }

    /// What follows when somebody's practice is changed by another road than registering.
    ///
    /// @param patient as it is to be written, with the practice as the organisation that is held here
    /// @param changes of times at practices
    /// @param told what the practice before is told
    public record Moved(ObjectNode patient, List<Change> changes, Write.Alongside<?> told) {}

    /// What follows from a change of a Patient: empty when the practice stays. The time at the practice before ends, one at the new
    /// one begins, and the practice before is told.
    ///
    /// @param before as it is held
    /// @param after as it shall be
    public Optional<Moved> moved(Stored before, ObjectNode after, Store.View view) {
        var now = left(after, view);
        if (ods(left(before.json(), view)).equals(ods(now))) {
            return Optional.empty();
        }
        var episodes = view.search(episodes(before.id())).matches();
        var on = day(new Patient(after), since(episodes));
        var changes = new ArrayList<Change>();
        var left = ends(before, episodes, on, changes, view);
        for (var practice : now) {
            var episode =
                    RegistrationRules.episode(
                            UUID.randomUUID().toString(), before.id(), practice, Optional.of(on));
            changes.add(put(episode, OptionalLong.empty()));
        }
        var why =
                now.isEmpty()
                        ? "No longer registered with a practice"
                        : "Registered with " + now.getFirst().name();
        return Optional.of(
                new Moved(
                        RegistrationRules.placed(before.json(), after, now),
                        changes,
                        told(left, before.id(), on, why)));
    }

    private static Set<String> ods(List<Practice> practices) {
        return practices.stream().map(Practice::ods).collect(Collectors.toUnmodifiableSet());
    }

    /// From when a change says that it counts, if that can be; else today.
    private LocalDate day(Patient patient, Optional<LocalDate> since) {
        return RegistrationRules.begins(patient.json())
                .filter(day ->
                        RegistrationRules.wrong(Optional.of(day), patient, since, today())
                                .isEmpty())
                .orElseGet(this::today);
    }

    private Write.Alongside<RegistrationSql.Departure> told(
            List<Practice> left, String patient, LocalDate day, String why) {
        return new Write.Alongside<>(
                sql,
                _ ->
                        left.stream()
                                .map(practice ->
                                        new RegistrationSql.Departure(
                                                practice.ods(), patient, day, today(), why))
                                .toList());
    }

    private static void refuse(String why) {
        throw new Refused(Problem.invalid("business-rule", why, ""));
    }

    /// The latest day on which a registration began or ended: nothing that follows may be before it.
    Optional<LocalDate> since(String patient) {
        return since(store.search(episodes(patient)).matches());
    }

    private static Optional<LocalDate> since(List<Stored> episodes) {
        return RegistrationRules.latest(episodes.stream().map(Stored::json).toList());
    }

    /// Ends what lasts, and says at which practices somebody was. A practice that took them on before times were recorded gets one
    /// that has an end alone.
    private List<Practice> ends(
            Stored patient,
            List<Stored> episodes,
            LocalDate on,
            List<Change> changes,
            Store.View view) {
        var lasting = episodes.stream().filter(one -> RegistrationRules.lasts(one.json())).toList();
        lasting.forEach(one ->
                changes.add(
                        put(
                                RegistrationRules.ended(one.json(), on),
                                OptionalLong.of(one.version()))));
        var left = left(patient.json(), view);
        if (lasting.isEmpty()) {
            for (var practice : left) {
                var episode =
                        RegistrationRules.episode(
                                UUID.randomUUID().toString(),
                                patient.id(),
                                practice,
                                Optional.empty());
                changes.add(put(RegistrationRules.ended(episode, on), OptionalLong.empty()));
            }
        }
        return left;
    }

    /// The practices that somebody is registered with: by reference, or by their code alone.
    private static List<Practice> left(ObjectNode patient, Store.View view) {
        var referred =
                RegistrationRules.practices(patient).stream()
                        .flatMap(id -> view.read("Organization", id).stream())
                        .filter(one -> !one.deleted())
                        .map(Registrations::practice);
        var coded = RegistrationRules.codes(patient).stream().map(ods -> named(ods, view));
        return Stream.concat(referred, coded).distinct().toList();
    }

    private static Practice named(String ods, Store.View view) {
        return practice(ods, view::search).orElseGet(() -> new Practice("", ods, ods));
    }

    private Change put(ObjectNode resource, OptionalLong version) {
        return new Change.Put(
                preparation.prepare(Resource.of(resource)), version, version.isEmpty());
    }

    private AuditEntry line(Asker asker, String what, Stored patient) {
        return new AuditEntry(
                clock.instant(),
                asker.caller(),
                AuditEntry.Action.UPDATE,
                what,
                AuditEntry.Target.resource("Patient", patient.id(), patient.version() + 1),
                List.of(patient.patient()),
                200,
                asker.source());
    }
}
