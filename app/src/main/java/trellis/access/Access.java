package trellis.access;

import java.util.Optional;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.ServerSettings;

/// The door of access: who is calling, and what they may do.
@Component
public final class Access {
    private final Permissions permissions = Permissions.builtIn();
    private final ServerSettings server;

    Access(ServerSettings server) {
        this.server = server;
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
        if (!permissions.allows(caller.role(), right, type)) {
            throw new Refused(new Problem.Forbidden(refusal(caller, right, type)));
        }
    }

    /// Whether the API of this server needs no sign-in; every page says so.
    public boolean open() {
        return server.open();
    }

    private String refusal(Caller caller, Right right, String type) {
        return "The role "
                + caller.role().words()
                + " may not "
                + right.word()
                + " "
                + type
                + ", which is "
                + permissions.area(type)
                + " information. If your work needs it, ask whoever gave you this account for another"
                + " role.";
    }
}
