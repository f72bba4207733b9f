package trellis.access;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import trellis.access.Entitlement.Standing;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.ServerSettings;
import trellis.store.Sight;

/// The door of access: who is calling, and what they may do.
@Component
public final class Access {
    private final Permissions permissions = Permissions.builtIn();
    private final Entitlement entitlement = new Entitlement(permissions);
    private final ServerSettings server;
    private final Openings openings;
    private final Organisations organisations;
    private final Clock clock;

    Access(ServerSettings server, Openings openings, Organisations organisations, Clock clock) {
        this.server = server;
        this.openings = openings;
        this.organisations = organisations;
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

    /// Whether a caller may read resources of a type by their id.
    public boolean mayRead(Caller caller, String type) {
        return permissions.allows(caller.role(), Right.READ, type);
    }

    /// Whether a caller may find resources of a type by what they contain. Ask it for every type that
    /// a search names: its own, and those of chains, of `_has`, of includes.
    public boolean maySearch(Caller caller, String type) {
        return permissions.allows(caller.role(), Right.SEARCH, type);
    }

    /// Whether a caller may create, change and delete resources of a type.
    public boolean mayWrite(Caller caller, String type) {
        return permissions.allows(caller.role(), Right.WRITE, type);
    }

    /// Goes on only when the caller has the right.
    ///
    /// @throws Refused with [Problem.Forbidden], whose text says why and what to do
    public void require(Caller caller, Right right, String type) {
        check(entitlement.role(caller.role(), right, type));
    }

    /// What is thrown when a caller wants to do something about somebody whom their organisation has
    /// nothing to do with.
    ///
    /// @throws Refused with [Problem.Forbidden], unless the role needs no relationship
    public void requireRelationship(Caller caller, Right right, String type) {
        var stranger = new Standing(true, Optional.empty(), false);
        check(entitlement.decide(caller.role(), right, type, stranger, Set.of()));
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

    /// What a caller may see of the records.
    public Sight sight(Caller caller) {
        if (caller.role() == Role.SYSTEM || caller.came() == Caller.Came.OPEN) {
            return Sight.everything();
        }
        return entitlement.sight(
                caller.role(),
                organisations.of(caller.odsCode()),
                clock.instant(),
                openings.patients(caller));
    }
}
