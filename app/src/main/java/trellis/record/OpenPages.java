package trellis.record;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Openings;
import trellis.access.Reason;
import trellis.audit.AuditEntry.Target;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.record.PatientPages.Opened;

/// Opening a record with a reason (break-glass, interface rule 47), and leaving it.
@PageController
final class OpenPages {
    private final PatientPages pages;
    private final Openings openings;

    OpenPages(PatientPages pages, Openings openings) {
        this.pages = pages;
        this.openings = openings;
    }

    @GetMapping("/patients/{patient}/open")
    ResponseEntity<byte[]> ask(@PathVariable String patient, HttpServletRequest request) {
        return show(asking(patient), "", "", Map.of(), request);
    }

    @PostMapping("/patients/{patient}/open")
    ResponseEntity<byte[]> open(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(defaultValue = "") String words,
            HttpServletRequest request) {
        var opened = asking(patient);
        var errors = new LinkedHashMap<String, String>();
        var chosen = Reason.of(reason);
        if (chosen.isEmpty()) {
            errors.put("reason", "Choose why you open this record");
        } else {
            try {
                openings.open(opened.caller(), opened.id(), chosen.get(), words);
                pages.seen(
                        opened,
                        "opened with the reason: " + chosen.get().code(),
                        Target.resource("Patient", opened.id(), 0),
                        request);
                return to("/patients/" + opened.id());
            } catch (Refused e) {
                if (!(e.problem() instanceof Problem.Invalid(var issues))) {
                    throw e;
                }
                issues.forEach(issue -> errors.put(issue.expression(), issue.diagnostics()));
            }
        }
        return show(opened, reason, words, errors, request);
    }

    @PostMapping("/patients/{patient}/leave")
    ResponseEntity<byte[]> leave(@PathVariable String patient, HttpServletRequest request) {
        var opened = asking(patient);
        openings.leave(opened.caller(), opened.id());
        pages.seen(
                opened,
                "left a record opened with a reason",
                Target.resource("Patient", opened.id(), 0),
                request);
        return to("/patients");
    }

    /// Only whoever may see clinical parts at all has something to open.
    private Opened asking(String patient) {
        var opened = pages.asking(patient);
        if (!opened.clinical()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "The role "
                                    + opened.caller().role().words()
                                    + " does not open clinical parts of a record."));
        }
        return opened;
    }

    private ResponseEntity<byte[]> show(
            Opened opened,
            String chosen,
            String words,
            Map<String, String> errors,
            HttpServletRequest request) {
        var view =
                new OpenView(
                        opened.id(),
                        opened.records().known(opened.id()),
                        List.of(Reason.values()),
                        chosen,
                        words,
                        errors);
        var title = "Why do you open this record?";
        return pages.show(
                opened,
                pages.identity(opened),
                "the question why a record is opened",
                Page.of("record/open", errors.isEmpty() ? title : "Error: " + title, view),
                request);
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
