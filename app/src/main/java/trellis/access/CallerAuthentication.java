package trellis.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/// A [Caller] as Spring Security carries it: always authenticated, without the secret that proved it.
final class CallerAuthentication extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1;

    private final transient Caller caller;
    private final int changed;
    private final Instant since;
    private final String shown;

    /// A caller who shows a token, or needs none, with every request.
    ///
    /// @param shown what they showed, as [Askers] keeps it
    CallerAuthentication(Caller caller, String shown) {
        this(caller, 0, Instant.EPOCH, shown);
    }

    /// A caller who has signed in.
    ///
    /// @param changed the account's [Account#changed] then
    /// @param since when that was
    CallerAuthentication(Caller caller, int changed, Instant since) {
        this(caller, changed, since, "");
    }

    private CallerAuthentication(Caller caller, int changed, Instant since, String shown) {
        super(List.of());
        this.shown = shown;
        this.caller = caller;
        this.changed = changed;
        this.since = since;
        setAuthenticated(true);
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    int changed() {
        return changed;
    }

    Instant since() {
        return since;
    }

    /// What was shown, as [Askers] keeps it; empty for who has signed in.
    String shown() {
        return shown;
    }

    @Override
    public String getCredentials() {
        return "";
    }

    @Override
    public String getName() {
        return caller.name();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallerAuthentication that && caller.equals(that.caller);
    }

    @Override
    public int hashCode() {
        return caller.hashCode();
    }
}
