package trellis.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Opening;
import trellis.access.Openings;
import trellis.access.Right;
import trellis.audit.AuditEntry.Target;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.store.Keys;

/// Records opened with a reason, for whoever looks after privacy: what waits to be looked at, and what
/// came of it.
@PageController
final class OpeningsPages {
    private static final int PAGE = 50;

    private final Openings openings;
    private final Access access;
    private final PageViews views;
    private final Pages pages;

    OpeningsPages(Openings openings, Access access, PageViews views, Pages pages) {
        this.openings = openings;
        this.access = access;
        this.views = views;
        this.pages = pages;
    }

    /// @param view `reviewed` for those that somebody has looked at
    /// @param before number of the last opening on the page before
    /// @param recorded present when a review has just been recorded
    @GetMapping("/openings")
    ResponseEntity<byte[]> list(
            @RequestParam(defaultValue = "waiting") String view,
            @RequestParam(defaultValue = "9223372036854775807") long before,
            @RequestParam(required = false) String recorded,
            HttpServletRequest request) {
        privacyOfficer();
        var reviewed = view.equals("reviewed");
        var some = openings.some(reviewed, before, PAGE + 1);
        var shown = some.subList(0, Math.min(PAGE, some.size()));
        var content = view(reviewed, shown, some.size() > PAGE, recorded != null);
        var answer =
                pages.show(
                        Page.of("audit/openings", "Opened with a reason", content).acrossTheWidth(),
                        request);
        views.record(
                "page: records opened with a reason",
                Target.search("AuditEvent", ""),
                patients(shown),
                request);
        return answer;
    }

    @PostMapping("/openings/{id}")
    ResponseEntity<byte[]> review(
            @PathVariable long id,
            @RequestParam(defaultValue = "") String outcome,
            @RequestParam(defaultValue = "") String note,
            HttpServletRequest request) {
        var caller = privacyOfficer();
        var found =
                Opening.Outcome.of(outcome)
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.BadRequest(
                                                "required", "Choose what you found.", "outcome")));
        openings.review(caller, id, found, note);
        views.record(
                "reviewed a record opened with a reason: " + found.code(),
                Target.search("AuditEvent", ""),
                List.of(),
                request);
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/openings?recorded"))
                .build();
    }

    private Caller privacyOfficer() {
        var caller = access.current();
        access.require(caller, Right.SEARCH, "AuditEvent");
        return caller;
    }

    private static List<Long> patients(List<Opening> openings) {
        return openings.stream()
                .map(opening -> Keys.resource("Patient", opening.patient()))
                .distinct()
                .toList();
    }

    private OpeningsView view(
            boolean reviewed, List<Opening> shown, boolean more, boolean recorded) {
        var waiting = openings.count(false);
        var done = openings.count(true);
        var address = "/openings?view=" + (reviewed ? "reviewed" : "waiting") + "&before=";
        return new OpeningsView(
                reviewed,
                shown.stream().map(OpeningsPages::row).toList(),
                waiting,
                done,
                StaffFormat.shown(shown.size(), reviewed ? done : waiting),
                more ? Optional.of(address + shown.getLast().id()) : Optional.empty(),
                recorded);
    }

    private static OpeningsView.Row row(Opening opening) {
        return new OpeningsView.Row(
                opening.id(),
                StaffFormat.dateTime(opening.opened()),
                StaffFormat.dateTime(opening.closed().orElse(opening.until())),
                opening.name(),
                opening.organisation(),
                opening.patient(),
                opening.reason().words(),
                opening.words(),
                opening.review().isEmpty(),
                opening.review()
                        .map(review ->
                                review.outcome().words()
                                        + ", says "
                                        + review.reviewer()
                                        + ", "
                                        + StaffFormat.dateTime(review.when()))
                        .orElse(""),
                opening.review().map(Opening.Review::note).orElse(""));
    }
}
