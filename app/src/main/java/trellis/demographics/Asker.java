package trellis.demographics;

import java.time.Instant;
import java.util.List;
import trellis.access.Caller;
import trellis.access.Role;
import trellis.audit.AuditEntry;

/// Somebody who asks.
///
/// @param request the request's own id
record Asker(Caller caller, AuditEntry.Source source, String request) {
    /// Whether an app asks that acts by itself (application-restricted access).
    boolean alone() {
        return caller.app().isPresent() && caller.account() == 0;
    }

    /// Whether somebody asks about themselves (patient access).
    boolean patient() {
        return caller.role() == Role.PATIENT;
    }

    /// What the audit says of it.
    AuditEntry line(
            Instant now,
            AuditEntry.Action action,
            String what,
            AuditEntry.Target target,
            List<Long> patients,
            int status) {
        return new AuditEntry(now, caller, action, what, target, patients, status, source);
    }
}
