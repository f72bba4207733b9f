package trellis.audit;

import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import trellis.access.SignInEvent;
import trellis.access.SignInEvent.SignInRefused;
import trellis.access.SignInEvent.SignedIn;
import trellis.access.SignInEvent.SignedOut;
import trellis.audit.AuditEntry.Action;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;

/// Writes every sign-in, refused or not, and every sign-out, before the answer leaves.
@Component
final class SignInAudit {
    private final AuditLog log;

    SignInAudit(AuditLog log) {
        this.log = log;
    }

    @EventListener
    void heard(SignInEvent event) {
        log.record(
                new AuditEntry(
                        event.when(),
                        event.caller(),
                        Action.EXECUTE,
                        what(event),
                        Target.NONE,
                        List.of(),
                        status(event),
                        new Source(event.client().address(), event.client().agent(), "")));
    }

    private static String what(SignInEvent event) {
        return switch (event) {
            case SignedIn _ -> "sign in";
            case SignInRefused _ -> "sign in refused";
            case SignedOut _ -> "sign out";
        };
    }

    private static int status(SignInEvent event) {
        return switch (event) {
            case SignedIn _, SignedOut _ -> 200;
            case SignInRefused _ -> 401;
        };
    }
}
