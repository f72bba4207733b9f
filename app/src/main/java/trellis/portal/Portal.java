package trellis.portal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.access.Opening;
import trellis.access.Openings;
import trellis.audit.AuditLine;
import trellis.audit.AuditQuery;
import trellis.audit.AuditTrail;
import trellis.page.PublicFormat;
import trellis.privacy.Privacy;
import trellis.settings.Settings;
import trellis.store.Keys;

/// The door of the portal: what people are told of who looked at their record.
@Component
public final class Portal {
    private static final Instant EVER = Instant.parse("9000-01-01T00:00:00Z");
    private static final int NOTICES = 5;

    private final AuditTrail trail;
    private final Openings openings;
    private final Privacy privacy;
    private final boolean names;

    Portal(AuditTrail trail, Openings openings, Privacy privacy, Settings settings) {
        this.trail = trail;
        this.openings = openings;
        this.privacy = privacy;
        this.names = PortalSettings.from(settings).names();
    }

    /// Who looked at a record, newest first.
    ///
    /// @param patient the patient's id
    /// @param older where the page before ended
    /// @param most how many at the most
    List<AuditLine> looked(String patient, Optional<AuditQuery.Place> older, int most) {
        return trail.find(
                new AuditQuery(
                        Keys.resource("Patient", patient),
                        0,
                        Optional.empty(),
                        Instant.EPOCH,
                        EVER,
                        older),
                most);
    }

    /// Entries as a person reads them.
    List<LookedView.Row> rows(Caller caller, String patient, List<AuditLine> lines) {
        var asked = privacy.asked(patient);
        return lines.stream()
                .map(line ->
                        new LookedView.Row(
                                line.place().seq(),
                                PublicFormat.dateTime(line.when()),
                                LookedRules.who(line, caller.account(), names),
                                LookedRules.what(line)
                                        + (LookedRules.refused(line)
                                                ? " (refused: nothing was shown)"
                                                : ""),
                                LookedRules.why(line),
                                LookedRules.app(line).orElse(""),
                                asked.contains(line.place().seq())))
                .toList();
    }

    /// One entry; empty when it is not about this patient.
    Optional<AuditLine> entry(String patient, long line) {
        return trail.line(line, Keys.resource("Patient", patient));
    }

    /// What a person should know: that their record was opened with a reason.
    public List<String> notices(String patient) {
        return openings.about(patient, NOTICES).stream().map(this::notice).toList();
    }

    private String notice(Opening opening) {
        var who =
                names
                        ? opening.name() + ", " + opening.organisation()
                        : "Somebody at " + opening.organisation();
        return PublicFormat.dateTime(opening.opened())
                + ": "
                + who
                + " opened your record with the reason: "
                + opening.reason().words();
    }
}
