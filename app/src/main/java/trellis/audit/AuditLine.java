package trellis.audit;

import java.time.Instant;
import trellis.audit.AuditEntry.Action;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditQuery.Place;

/// One line as it is read back from the log.
///
/// @param place where it stands
/// @param when to the microsecond
/// @param who as they were then
/// @param action which kind of thing
/// @param what in a few words
/// @param target what it was done to
/// @param patient key of the first patient touched; 0 for none
/// @param others how many more were touched
/// @param status of the answer; 0 for none
/// @param source from where
public record AuditLine(
        Place place,
        Instant when,
        Who who,
        Action action,
        String what,
        Target target,
        long patient,
        int others,
        int status,
        Source source) {

    /// A caller as the log keeps them: in words, so that a role that is no more can still be read.
    public record Who(
            long account,
            String name,
            String role,
            String organisation,
            String odsCode,
            String came) {}
}
