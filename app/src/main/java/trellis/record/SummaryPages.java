package trellis.record;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import trellis.page.Page;
import trellis.page.PageController;

/// The patient summary: one screen with what matters first.
@PageController
final class SummaryPages {

    private final Opening opening;
    private final Summaries summaries;

    SummaryPages(Opening opening, Summaries summaries) {
        this.opening = opening;
        this.summaries = summaries;
    }

    @GetMapping("/patients/{patient}")
    ResponseEntity<byte[]> summary(@PathVariable String patient, HttpServletRequest request) {
        var opened = opening.open(patient);
        var view =
                opened.clinical()
                        ? summaries.clinical(opened.patient(), opened.address())
                        : summaries.administrative(opened.patient(), opened.address());
        var banner =
                view.parts()
                        .map(parts -> opening.banner(opened, parts.allergies()))
                        .orElseGet(() -> opening.banner(opened));
        return opening.show(
                opened,
                banner,
                "patient summary",
                Page.of("record/summary", "Patient summary", view),
                request);
    }
}
