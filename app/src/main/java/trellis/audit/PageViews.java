package trellis.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.audit.AuditEntry.Action;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;

/// Writes down that somebody is about to see a page. Called by every page that shows something of a
/// patient, after it was made and before it leaves; when the line cannot be written, the page is not
/// shown.
@Component
public final class PageViews {

    private final AuditLog log;
    private final Access access;
    private final Clock clock;

    PageViews(AuditLog log, Access access, Clock clock) {
        this.log = log;
        this.access = access;
        this.clock = clock;
    }

    /// Writes one line, durably.
    ///
    /// @param page in a few words that hold nothing of a patient, such as `page: patient summary`
    /// @param target what is shown
    /// @param patients keys of the patients shown, each once
    /// @throws trellis.fhir.Refused when the line could not be written
    public void record(
            String page, Target target, List<Long> patients, HttpServletRequest request) {
        log.record(
                new AuditEntry(
                        clock.instant(),
                        access.current(),
                        Action.READ,
                        page,
                        target,
                        patients,
                        200,
                        Source.of(request)));
    }
}
