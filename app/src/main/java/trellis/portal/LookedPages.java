package trellis.portal;

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
import trellis.access.Persons;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditQuery.Place;
import trellis.audit.PageViews;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.people.People;
import trellis.privacy.Privacy;
import trellis.store.Keys;

/// Who looked at my record: when, what, why, through which app; and a way to ask about an entry, which
/// reaches the privacy queue.
@PageController
final class LookedPages {
    private static final int PAGE = 50;

    private final Portal portal;
    private final Privacy privacy;
    private final Access access;
    private final Persons persons;
    private final People people;
    private final PageViews views;
    private final Pages pages;

    LookedPages(
            Portal portal,
            Privacy privacy,
            Access access,
            Persons persons,
            People people,
            PageViews views,
            Pages pages) {
        this.portal = portal;
        this.privacy = privacy;
        this.access = access;
        this.persons = persons;
        this.people = people;
        this.views = views;
        this.pages = pages;
    }

    /// @param wanted id of the patient whom it is about; empty for the person themselves
    /// @param older where the page before ended
    /// @param asked present when a question has just been asked
    @GetMapping("/me/looked")
    ResponseEntity<byte[]> list(
            @RequestParam(name = "for", defaultValue = "") String wanted,
            @RequestParam(defaultValue = "") String older,
            @RequestParam(required = false) String asked,
            HttpServletRequest request) {
        var whose = persons.about(access.current(), wanted);
        var patient = whose.patient();
        var from = Place.of(older);
        var lines = portal.looked(patient, from, PAGE + 1);
        var shown = lines.subList(0, Math.min(PAGE, lines.size()));
        var address = "/me/looked" + about(whose, "?");
        var between = address.contains("?") ? "&" : "?";
        var view =
                new LookedView(
                        patient,
                        asked != null,
                        portal.rows(access.current(), patient, shown),
                        lines.size() > PAGE
                                ? Optional.of(
                                        address
                                                + between
                                                + "older="
                                                + shown.getLast().place().text())
                                : Optional.empty(),
                        from.isPresent() ? Optional.of(address) : Optional.empty());
        seen(patient, request);
        return pages.show(
                Page.of("portal/looked", "Who looked at your record", view)
                        .actingFor(acting(whose)),
                request);
    }

    @GetMapping("/me/looked/{line}")
    ResponseEntity<byte[]> question(
            @PathVariable long line,
            @RequestParam(name = "for", defaultValue = "") String wanted,
            HttpServletRequest request) {
        var whose = persons.about(access.current(), wanted);
        seen(whose.patient(), request);
        return question(whose, line, "", Optional.empty(), request);
    }

    @PostMapping("/me/looked/{line}")
    ResponseEntity<byte[]> ask(
            @PathVariable long line,
            @RequestParam(name = "for", defaultValue = "") String wanted,
            @RequestParam(defaultValue = "") String words,
            HttpServletRequest request) {
        var whose = persons.about(access.current(), wanted);
        try {
            privacy.ask(whose.patient(), line, words);
        } catch (Refused e) {
            if (!(e.problem() instanceof Problem.Invalid(var issues))) {
                throw e;
            }
            return question(
                    whose, line, words, Optional.of(issues.getFirst().diagnostics()), request);
        }
        seen(whose.patient(), request);
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/me/looked?asked" + about(whose, "&")))
                .build();
    }

    private ResponseEntity<byte[]> question(
            Persons.Whose whose,
            long line,
            String words,
            Optional<String> error,
            HttpServletRequest request) {
        var entry =
                portal.entry(whose.patient(), line)
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The entry")));
        var row = portal.rows(access.current(), whose.patient(), List.of(entry)).getFirst();
        var view = new LookedView.Question(whose.patient(), row, words, error);
        var title = "What do you want to know?";
        return pages.show(
                Page.of("portal/question", error.isEmpty() ? title : "Error: " + title, view)
                        .actingFor(acting(whose)),
                request);
    }

    private static String about(Persons.Whose whose, String between) {
        return whose.proxy().isEmpty() ? "" : between + "for=" + whose.patient();
    }

    private Optional<String> acting(Persons.Whose whose) {
        return whose.proxy().map(_ -> people.patient(whose.patient()).shownName());
    }

    private void seen(String patient, HttpServletRequest request) {
        views.record(
                "page: who looked at your record",
                Target.resource("Patient", patient, 0),
                List.of(Keys.resource("Patient", patient)),
                request);
    }
}
