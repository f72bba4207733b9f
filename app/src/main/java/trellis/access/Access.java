package trellis.access;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import trellis.access.Entitlement.Question;
import trellis.access.Entitlement.Standing;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.settings.ServerSettings;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Sight;
import trellis.store.Store;

/// The door of access: who is calling, and what they may do.
@Component
public final class Access {
    private final Permissions permissions = Permissions.builtIn();
    private final Entitlement entitlement = new Entitlement(permissions);
    private final ServerSettings server;
    private final Openings openings;
    private final Organisations organisations;
    private final Persons persons;
    private final ObjectProvider<ScopeFilter> filters;
    private final Clock clock;

    Access(
            ServerSettings server,
            Openings openings,
            Organisations organisations,
            Persons persons,
            ObjectProvider<ScopeFilter> filters,
            Clock clock) {
        this.server = server;
        this.openings = openings;
        this.organisations = organisations;
        this.persons = persons;
        this.filters = filters;
        this.clock = clock;
    }

    /// Who makes the request of this thread.
    ///
    /// @throws Refused with [Problem.Unauthenticated] when nobody has shown who they are
    public Caller current() {
        return present()
                .orElseThrow(() ->
                        new Refused(
                                new Problem.Unauthenticated(
                                        "Nobody is signed in. Send a bearer token, or sign in, and try"
                                                + " again.")));
    }

    /// Who makes the request of this thread; empty when nobody has shown who they are.
    public Optional<Caller> present() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication instanceof CallerAuthentication known
                ? Optional.of(known.getPrincipal())
                : Optional.empty();
    }

    /// When whoever makes the request of this thread signed in; the beginning of time for who shows a
    /// token.
    public Instant since() {
        return SecurityContextHolder.getContext().getAuthentication()
                        instanceof CallerAuthentication known
                ? known.since()
                : Instant.EPOCH;
    }

    /// Whether a caller may read resources of a type by their id.
    public boolean mayRead(Caller caller, String type) {
        return may(caller, Right.READ, type);
    }

    /// Whether a caller may find resources of a type by what they contain. Ask it for every type that
    /// a search names: its own, and those of chains, of `_has`, of includes.
    public boolean maySearch(Caller caller, String type) {
        return may(caller, Right.SEARCH, type);
    }

    /// Whether a caller may create, change and delete resources of a type.
    public boolean mayWrite(Caller caller, String type) {
        return may(caller, Right.WRITE, type);
    }

    private boolean may(Caller caller, Right right, String type) {
        return permissions.allows(caller.role(), right, type)
                && caller.app().filter(app -> !scoped(app, right, type)).isEmpty();
    }

    private static boolean scoped(Caller.App app, Right right, String type) {
        return right.letters().chars().anyMatch(letter -> app.scopes().may((char) letter, type));
    }

    /// Goes on only when the caller has the right.
    ///
    /// @throws Refused with [Problem.Forbidden], whose text says why and what to do
    public void require(Caller caller, Right right, String type) {
        check(entitlement.role(caller.role(), right, type));
        caller.app()
                .filter(app -> !scoped(app, right, type))
                .ifPresent(app -> {
                    throw new Refused(new Problem.Forbidden(unscoped(right.word(), type)));
                });
    }

    /// Goes on only when the app that is used, if one is, may do one kind of change.
    ///
    /// @param letter c to create, u to update, d to delete
    /// @throws Refused with [Problem.Forbidden]
    public void requireScope(Caller caller, char letter, String type) {
        caller.app()
                .filter(app -> !app.scopes().may(letter, type))
                .ifPresent(app -> {
                    var word = letter == 'c' ? "create" : letter == 'u' ? "update" : "delete";
                    throw new Refused(new Problem.Forbidden(unscoped(word, type)));
                });
    }

    private static String unscoped(String word, String type) {
        return "The scopes of this app do not let it "
                + word
                + " "
                + type
                + ". Launch it again with the scope it needs, if it may have it.";
    }

    /// What is thrown when a caller wants to do something about somebody whom their organisation has
    /// nothing to do with.
    ///
    /// @throws Refused with [Problem.Forbidden], unless the role needs no relationship
    public void requireRelationship(Caller caller, Right right, String type) {
        var stranger = new Standing(true, Optional.empty(), false);
        check(entitlement.decide(new Question(caller.role(), right, type), stranger, Set.of()));
        if (caller.app().isPresent()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "This is not the record that the app was launched for. Launch it for this"
                                    + " patient."));
        }
    }

    private static void check(Entitlement.Decision decision) {
        if (decision instanceof Entitlement.Decision.Denied(var why)) {
            throw new Refused(new Problem.Forbidden(why));
        }
    }

    /// Whether the API of this server needs no sign-in; every page says so.
    public boolean open() {
        return server.open();
    }

    /// Ids of the patients who work for an organisation or one of its sites.
    public Set<String> colleagues(String odsCode) {
        return organisations.of(odsCode).colleagues();
    }

    /// Whether anything of care joins a patient and an organisation around a moment: registration, or
    /// an encounter, a referral or a care team that was not over a month before.
    ///
    /// @param patient key of the patient
    public boolean care(String odsCode, long patient, Instant at, Store store) {
        var place = organisations.of(odsCode);
        return !store.known(Set.of(patient), entitlement.care(place.ids(), at)).isEmpty();
    }

    /// The patients, of some, to whom anything of care joins the organisation that a caller works for, as [#care] has it; never
    /// the caller's own record.
    ///
    /// @param patients keys of patients
    public Set<Long> caredFor(Caller caller, Set<Long> patients, Store store) {
        var place = organisations.of(caller.odsCode());
        var own = persons.self(caller).map(id -> Keys.resource("Patient", id));
        return store.known(patients, entitlement.care(place.ids(), clock.instant())).stream()
                .filter(key -> own.filter(key::equals).isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Whether a caller treats a person, or acts for an organisation that answers for that itself.
    ///
    /// @param patients keys of the person's records here
    public boolean treats(Caller caller, Set<Long> patients, Store store) {
        var sight = sight(caller);
        var system =
                caller.role() == Role.SYSTEM && caller.app().flatMap(Caller.App::patient).isEmpty();
        return system
                || sight.equals(Sight.everything())
                || (!patients.isEmpty() && !store.known(patients, sight).isEmpty());
    }

    /// What a caller may see of the records.
    public Sight sight(Caller caller) {
        var whole = whole(caller);
        return caller.app().map(app -> narrowed(whole, app)).orElse(whole);
    }

    /// Security labels, each `system|code`, that hide something from people in the caller's role.
    public Set<String> sealedFrom(Caller caller) {
        if (caller.came() == Caller.Came.OPEN) {
            return Set.of();
        }
        return switch (caller.role()) {
            case SYSTEM -> Set.of();
            case PATIENT -> {
                var sealed = new HashSet<>(permissions.sealed(Permissions.Reader.PERSON));
                sealed.addAll(permissions.sealed(Permissions.Reader.PROXY));
                yield sealed;
            }
            case CLINICIAN, GP, PHARMACIST, WARD_CLERK, AUDITOR, NOBODY ->
                    permissions.sealed(Permissions.Reader.STAFF);
        };
    }

    private Sight whole(Caller caller) {
        if (caller.runsServer()) {
            return Sight.everything();
        }
        if (caller.role() == Role.PATIENT) {
            return entitlement.sight(persons.claims(caller));
        }
        if (!permissions.limited(caller.role())) {
            return Sight.everything();
        }
        var place = organisations.of(caller.odsCode());
        return entitlement.sight(
                caller.role(),
                clock.instant(),
                new Entitlement.Place(
                        place.ids(),
                        place.covered(),
                        openings.patients(caller),
                        persons.self(caller).map(Set::of).orElse(Set.of()),
                        place.colleagues()));
    }

    private Sight narrowed(Sight whole, Caller.App app) {
        var scopes = app.scopes();
        var only = new HashMap<String, Criterion>();
        var filtered = scopes.grants().stream().filter(grant -> !grant.filter().isEmpty());
        filtered.map(Scopes.Grant::type)
                .distinct()
                .forEach(type -> {
                    var options =
                            scopes.filters(type).stream()
                                    .map(query -> filters.getObject().criterion(type, query))
                                    .toList();
                    if (!options.isEmpty()) {
                        only.put(type, new Criterion.AnyOf(options));
                    }
                });
        var patient = scopes.aboutPatient() ? Optional.of(app.patient().orElse("")) : app.patient();
        var beyond =
                app.purpose().beyondCare()
                        ? Optional.of(new Sight.Narrowed.Beyond(clock.instant(), app.project()))
                        : Optional.<Sight.Narrowed.Beyond>empty();
        return new Sight.Narrowed(
                whole,
                patient,
                entitlement.anyone(),
                patient.isPresent()
                        ? scopes.beyondPatient(Set.copyOf(Definitions.r4().resourceTypes()))
                        : Set.of(),
                only,
                beyond);
    }
}
