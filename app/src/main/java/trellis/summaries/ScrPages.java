package trellis.summaries;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Opening;
import trellis.access.Openings;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Elsewhere;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.PatientBanner;
import trellis.page.StaffFormat;
import trellis.people.Patient;
import trellis.people.People;
import trellis.summaries.AlertRules.Why;

/// The summary for emergency staff: permission to view is asked for first, and to look without it is an alert.
@PageController
final class ScrPages {
    private static final String TITLE = "Summary Care Record";
    private static final Duration LASTS = Duration.ofHours(4);
    private static final String AGREED = "agreed";
    private static final int MOST_WORDS = 400;
    private static final String CUT =
            "It holds more, such as diagnoses, that is not shown: the patient has not agreed to that, or"
                    + " your role does not see it.";

    private static final Map<String, Why> RELATED =
            Map.of(
                    "emergency", Why.EMERGENCY,
                    "interest", Why.PUBLIC_INTEREST,
                    "statute", Why.STATUTE,
                    "court", Why.COURT);
    private static final Map<String, Why> UNRELATED =
            Map.of(
                    AGREED,
                    Why.PERMITTED,
                    "emergency",
                    Why.CLAIMED_EMERGENCY,
                    "interest",
                    Why.PUBLIC_INTEREST,
                    "statute",
                    Why.STATUTE,
                    "court",
                    Why.COURT);

    private final Summaries summaries;
    private final People people;
    private final Openings openings;
    private final Pages pages;
    private final Clock clock;

    ScrPages(Summaries summaries, People people, Openings openings, Pages pages, Clock clock) {
        this.summaries = summaries;
        this.people = people;
        this.openings = openings;
        this.pages = pages;
        this.clock = clock;
    }

    private record Opened(Summaries.Asker asker, Patient patient) {
        String id() {
            return patient.key();
        }
    }

    private Opened open(String patient, HttpServletRequest request) {
        var caller = people.caller();
        var asker = new Summaries.Asker(caller, AuditEntry.Source.of(request));
        summaries.mayRead(asker);
        var found = people.patient(patient);
        found.replacement()
                .ifPresent(stays -> {
                    throw new Elsewhere("/patients/" + stays + "/summary-care-record");
                });
        return new Opened(asker, found);
    }

    @GetMapping("/patients/{patient}/summary-care-record")
    ResponseEntity<byte[]> show(@PathVariable String patient, HttpServletRequest request) {
        var opened = open(patient, request);
        return permitted(opened, request) && summaries.related(opened.asker(), opened.id())
                ? showing(opened, request)
                : asking(opened, "", "", Optional.empty(), request);
    }

    /// Takes the answer to the question, and shows the summary.
    @PostMapping("/patients/{patient}/summary-care-record")
    ResponseEntity<byte[]> answer(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String why,
            @RequestParam(defaultValue = "") String words,
            HttpServletRequest request) {
        var opened = open(patient, request);
        var related = summaries.related(opened.asker(), opened.id());
        if (!choices().containsKey(why)) {
            return asking(
                    opened,
                    why,
                    words,
                    Optional.of(
                            "Choose whether the patient agrees, or why you look without asking"),
                    request);
        }
        if (words.strip().length() > MOST_WORDS) {
            return asking(
                    opened,
                    why,
                    words,
                    Optional.of("Use " + MOST_WORDS + " characters or fewer"),
                    request);
        }
        var alert = Optional.ofNullable((related ? RELATED : UNRELATED).get(why));
        alert.ifPresent(one -> summaries.alert(opened.asker(), opened.id(), one, words.strip()));
        if (alert.isEmpty()) {
            summaries.agreed(opened.asker(), opened.id());
        }
        request.getSession().setAttribute(mark(opened), clock.instant().plus(LASTS));
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/patients/" + opened.id() + "/summary-care-record"))
                .build();
    }

    private static String mark(Opened opened) {
        return "summary permitted: " + opened.id();
    }

    /// Whether the question was answered in this session, in the last hours.
    private boolean permitted(Opened opened, HttpServletRequest request) {
        var session = request.getSession(false);
        var until = session == null ? null : session.getAttribute(mark(opened));
        return until instanceof Instant end && clock.instant().isBefore(end);
    }

    private static Map<String, String> choices() {
        var all = new LinkedHashMap<String, String>();
        all.put(AGREED, "I have asked, and the patient agrees");
        all.put("emergency", "The patient cannot be asked, and it is an emergency");
        all.put("interest", Why.PUBLIC_INTEREST.words());
        all.put("statute", Why.STATUTE.words());
        all.put("court", Why.COURT.words());
        return all;
    }

    private ResponseEntity<byte[]> asking(
            Opened opened,
            String chosen,
            String words,
            Optional<String> error,
            HttpServletRequest request) {
        var view =
                new SummaryView.Asking(
                        opened.id(),
                        summaries.related(opened.asker(), opened.id()),
                        choices(),
                        chosen,
                        words,
                        error);
        var title = (error.isPresent() ? "Error: " : "") + "May you look at the summary?";
        summaries.asked(opened.asker(), opened.id());
        return pages.show(
                Page.of("summaries/ask", title, view).about(people.banner(opened.patient())),
                request);
    }

    private ResponseEntity<byte[]> showing(Opened opened, HttpServletRequest request) {
        var view = view(opened);
        var banner = people.banner(opened.patient());
        var marked =
                openings.of(opened.asker().caller(), opened.id())
                        .map(opening -> marked(banner, opening))
                        .orElse(banner);
        return pages.show(Page.of("summaries/show", TITLE, view).about(marked), request);
    }

    private static PatientBanner marked(PatientBanner banner, Opening opening) {
        return banner.opened(
                "You opened this record with a reason ("
                        + opening.reason().words()
                        + "). It closes at "
                        + StaffFormat.time(opening.until())
                        + ".");
    }

    private SummaryView.Showing view(Opened opened) {
        var number = opened.patient().nhsNumber();
        if (number.isEmpty()) {
            return none(opened, "There is no summary: this record has no NHS number.");
        }
        try {
            return summaries
                    .shown(opened.asker(), number.get(), opened.id())
                    .map(summary -> shown(opened, summary))
                    .orElseGet(() ->
                            none(
                                    opened,
                                    "There is no summary. No allergies and medicines are recorded"
                                            + " here; that does not mean that there are none."));
        } catch (ScrError.Refusal e) {
            if (e.error() == ScrError.FORBIDDEN) {
                return none(opened, "There is no summary: the patient has chosen not to have one.");
            }
            throw new Refused(new Problem.Forbidden(e.text()));
        }
    }

    private static SummaryView.Showing none(Opened opened, String why) {
        return new SummaryView.Showing(opened.id(), why, List.of());
    }

    private static SummaryView.Showing shown(Opened opened, Summary summary) {
        var made = StaffFormat.dateTime(summary.made());
        return switch (summary) {
            case Summary.Sent sent ->
                    new SummaryView.Showing(
                            opened.id(),
                            "Sent by "
                                    + (sent.ods().isEmpty() ? "a practice" : sent.ods())
                                    + " on "
                                    + made
                                    + ". What was recorded after that is not in it."
                                    + (sent.cut() ? " " + CUT : ""),
                            NarrativeRules.sections(sent.bundle()));
            case Summary.Derived derived ->
                    new SummaryView.Showing(
                            opened.id(),
                            "Made from the record now; the record was last changed on "
                                    + made
                                    + ".",
                            derived.sections());
        };
    }
}
