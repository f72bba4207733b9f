package trellis.access;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Entitlement.Claim;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;

/// The door of people's own access: whose record is the holder's of an account, and for whom they act.
/// Nothing here is remembered between requests, so what is taken back is gone at once.
@Component
public final class Persons {
    private final PersonSql sql;
    private final Store store;
    private final Clock clock;

    Persons(DataSource database, Store store, Clock clock) {
        this.sql = new PersonSql(database);
        this.store = store;
        this.clock = clock;
    }

    /// Somebody whose record the holder of an account may see, or might have.
    ///
    /// @param patient id of the patient
    /// @param proxy by which leave; empty for their own record
    /// @param state whether it holds
    public record Whose(String patient, Optional<Proxy> proxy, Proxy.State state) {}

    /// The id of the Patient who an account's holder is; empty when the account names none.
    public Optional<String> self(Caller caller) {
        return caller.account() == 0 ? Optional.empty() : sql.patient(caller.account());
    }

    /// How well the holder of an account has proved who they are.
    public Level level(Caller caller) {
        return caller.account() == 0 ? Level.P0 : sql.level(caller.account());
    }

    /// Whom a person's page is about, if they may see it.
    ///
    /// @param wanted id of a patient; empty for themselves
    /// @throws Refused with [Problem.Forbidden], whose text says what to do
    public Whose about(Caller caller, String wanted) {
        if (caller.role() != Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden(
                            "These pages are for people about their own record. If you are here for"
                                    + " yourself, sign in as yourself."));
        }
        var own = self(caller);
        if (own.isPresent() && (wanted.isEmpty() || own.get().equals(wanted))) {
            return new Whose(
                    own.get(), Optional.empty(), new Proxy.State.Holds(level(caller).scope()));
        }
        return others(caller).stream()
                .filter(other ->
                        other.patient().equals(wanted)
                                && level(caller) == Level.P9
                                && other.state() instanceof Proxy.State.Holds)
                .findFirst()
                .orElseThrow(() ->
                        new Refused(
                                new Problem.Forbidden(
                                        "This is not your record. If you look after this person, they or"
                                                + " their GP surgery can let you act for them.")));
    }

    /// For whom the holder of an account acts or has acted, newest first.
    public List<Whose> others(Caller caller) {
        return sql.of(caller.account()).stream().map(this::whose).toList();
    }

    /// Who acts or has acted for a patient, newest first.
    public List<Whose> actingFor(String patient) {
        return sql.actingFor(patient).stream().map(this::whose).toList();
    }

    private Whose whose(Proxy proxy) {
        return new Whose(
                proxy.patient(),
                Optional.of(proxy),
                proxy.state(born(proxy.patient()), clock.instant()));
    }

    /// What the holder of an account may claim to see.
    List<Claim> claims(Caller caller) {
        var level = level(caller);
        var claims = new ArrayList<Claim>();
        self(caller).ifPresent(own -> claims.add(new Claim(own, true, level.scope())));
        if (level == Level.P9) {
            for (var other : others(caller)) {
                if (other.state() instanceof Proxy.State.Holds(var scope)) {
                    claims.add(new Claim(other.patient(), false, scope));
                }
            }
        }
        return claims;
    }

    /// Ids of the patients who hold accounts of some organisations: colleagues.
    Set<String> colleagues(Set<String> organisations) {
        return organisations.isEmpty() ? Set.of() : Set.copyOf(sql.colleagues(organisations));
    }

    /// Lets somebody act for a patient.
    ///
    /// @param signIn sign-in name of who shall act
    /// @param by whose word it is
    /// @throws AccountRefused when that cannot be; the message says why and what to do
    public void grant(
            String signIn,
            String patient,
            Proxy.Kind kind,
            String scope,
            Optional<Instant> ends,
            String by) {
        var account =
                sql.person(Accounts.normal(signIn))
                        .orElseThrow(() ->
                                new AccountRefused(
                                        "There is no account of a person with that sign-in name. Ask"
                                                + " them for theirs."));
        if (sql.patient(account).filter(patient::equals).isPresent()) {
            throw new AccountRefused("Nobody needs leave to act for themselves.");
        }
        if (!Permissions.builtIn().scopes().contains(scope) || scope.equals(Permissions.YOUNG)) {
            throw new AccountRefused("There is no scope " + scope + ".");
        }
        if (ends.filter(end -> !end.isAfter(clock.instant())).isPresent()) {
            throw new AccountRefused("The last day must not be over.");
        }
        if (born(patient).isEmpty() && kind == Proxy.Kind.PARENT) {
            throw new AccountRefused(
                    "A parent acts for a child whose date of birth is known, which it is not.");
        }
        sql.insert(account, patient, kind, scope, clock.instant(), by, ends);
    }

    /// Takes a leave back; what it showed is hidden from the next request on.
    ///
    /// @param patient who takes it back, or for whom somebody does
    /// @throws Refused with [Problem.NotFound] when that patient gave no such leave
    public void revoke(String patient, long id, String by) {
        if (!sql.revoke(patient, id, clock.instant(), by)) {
            throw new Refused(new Problem.NotFound("The leave to act"));
        }
    }

    private Optional<LocalDate> born(String patient) {
        return store.read("Patient", patient)
                .filter(stored -> !stored.deleted())
                .map(stored -> stored.json().path("birthDate").asString(""))
                .flatMap(Persons::day);
    }

    /// A date of birth that is less exact counts from its first day: a parent's leave ends early rather
    /// than late.
    private static Optional<LocalDate> day(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            LocalDate.parse(
                                    text + "-01-01".substring(Math.min(text.length() - 4, 6))));
        } catch (DateTimeParseException | StringIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
