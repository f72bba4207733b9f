package trellis.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/// Somebody whose password was right and who has a second step to show. It opens nothing.
final class HalfAuthentication extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1;

    private final long account;
    private final Instant since;

    HalfAuthentication(long account, Instant since) {
        super(List.of());
        this.account = account;
        this.since = since;
    }

    long account() {
        return account;
    }

    Instant since() {
        return since;
    }

    @Override
    public Long getPrincipal() {
        return account;
    }

    @Override
    public String getCredentials() {
        return "";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HalfAuthentication that
                && account == that.account
                && since.equals(that.since);
    }

    @Override
    public int hashCode() {
        return since.hashCode();
    }
}
