package trellis.privacy;

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
import trellis.access.Right;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;

/// The privacy queue: accesses that look wrong and questions that people ask, the worst first.
@PageController
final class PrivacyPages {
    private static final int PAGE = 50;
    private static final int MOST_NOTE = 500;

    private final Privacy privacy;
    private final Access access;
    private final PageViews views;
    private final Pages pages;

    PrivacyPages(Privacy privacy, Access access, PageViews views, Pages pages) {
        this.privacy = privacy;
        this.access = access;
        this.views = views;
        this.pages = pages;
    }

    /// @param view `reviewed` for what has been looked at
    /// @param from how many are passed over
    /// @param recorded present when a review has just been written down
    @GetMapping("/privacy")
    ResponseEntity<byte[]> list(
            @RequestParam(defaultValue = "waiting") String view,
            @RequestParam(defaultValue = "0") int from,
            @RequestParam(required = false) String recorded,
            HttpServletRequest request) {
        officer();
        var reviewed = view.equals("reviewed");
        var start = Math.max(0, from);
        var some = privacy.some(reviewed, start, PAGE + 1);
        var shown = some.subList(0, Math.min(PAGE, some.size()));
        var waiting = privacy.count(false);
        var done = privacy.count(true);
        var content =
                new PrivacyView(
                        reviewed,
                        waiting,
                        done,
                        recorded != null,
                        shown.stream().map(PrivacyPages::row).toList(),
                        StaffFormat.shown(shown.size(), reviewed ? done : waiting),
                        some.size() > PAGE
                                ? Optional.of(
                                        "/privacy?view="
                                                + (reviewed ? "reviewed" : "waiting")
                                                + "&from="
                                                + (start + PAGE))
                                : Optional.empty());
        views.record(
                "page: privacy queue",
                Target.search("AuditEvent", ""),
                shown.stream().map(Case::patient).distinct().toList(),
                request);
        return pages.show(
                Page.of("privacy/queue", "Privacy queue", content).acrossTheWidth(), request);
    }

    @PostMapping("/privacy/{id}")
    ResponseEntity<byte[]> review(
            @PathVariable long id,
            @RequestParam(defaultValue = "") String outcome,
            @RequestParam(defaultValue = "") String note,
            HttpServletRequest request) {
        var caller = officer();
        var found =
                Opening.Outcome.of(outcome)
                        .filter(_ -> note.length() <= MOST_NOTE)
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.BadRequest(
                                                "required",
                                                "Choose what you found, and keep the note under 500"
                                                        + " characters.",
                                                "outcome")));
        privacy.review(caller, id, found, note);
        views.record(
                "reviewed a case of the privacy queue: " + found.code(),
                Target.search("AuditEvent", ""),
                List.of(),
                request);
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/privacy?recorded"))
                .build();
    }

    private Caller officer() {
        var caller = access.current();
        access.require(caller, Right.SEARCH, "AuditEvent");
        return caller;
    }

    private static PrivacyView.Row row(Case one) {
        var record = "%016x".formatted(one.patient());
        return new PrivacyView.Row(
                one.id(),
                one.asked(),
                one.name().isEmpty() ? "This server" : one.name(),
                StaffFormat.date(one.day()),
                one.accesses() == 1 ? "1 access" : one.accesses() + " accesses",
                record,
                one.signals().stream().map(Signal::words).toList(),
                one.words(),
                one.review().isEmpty(),
                one.review()
                        .map(review ->
                                review.outcome().words()
                                        + ", says "
                                        + review.reviewer()
                                        + ", "
                                        + StaffFormat.dateTime(review.when()))
                        .orElse(""),
                one.review().map(Opening.Review::note).orElse(""));
    }
}
