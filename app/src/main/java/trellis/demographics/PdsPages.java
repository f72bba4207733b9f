package trellis.demographics;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLine;
import trellis.audit.AuditTrail;
import trellis.audit.PageViews;
import trellis.page.Elsewhere;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.people.Patient;
import trellis.people.People;
import trellis.registrations.Registrations;
import trellis.store.Keys;
import trellis.store.Store;
import trellis.store.Stored;

/// Who somebody is and was: what is known of them now, and every change with who made it.
@PageController
final class PdsPages {
    private static final int MOST = 100;

    private final Registrations registrations;
    private final People people;
    private final Access access;
    private final Store store;
    private final AuditTrail trail;
    private final PageViews views;
    private final Pages pages;

    PdsPages(
            Registrations registrations,
            People people,
            Access access,
            Store store,
            AuditTrail trail,
            PageViews views,
            Pages pages) {
        this.registrations = registrations;
        this.people = people;
        this.access = access;
        this.store = store;
        this.trail = trail;
        this.views = views;
        this.pages = pages;
    }

    @GetMapping("/patients/{patient}/demographics")
    ResponseEntity<byte[]> known(@PathVariable String patient, HttpServletRequest request) {
        var caller = people.caller();
        var found = people.patient(patient);
        var key = Keys.resource("Patient", found.key());
        var clinical = access.mayRead(caller, "AllergyIntolerance");
        if (clinical && !access.treats(caller, Set.of(key), store)) {
            throw new Elsewhere("/patients/" + found.key() + "/open");
        }
        var view = view(caller, found);
        var page = Page.of("demographics/known", "Demographics", view).about(people.banner(found));
        var answer = pages.show(page, request);
        views.record(
                "page: demographics of a patient",
                AuditEntry.Target.resource("Patient", found.key(), 0),
                List.of(key),
                request);
        return answer;
    }

    private DemographicsView.Known view(Caller caller, Patient found) {
        var sight = access.sight(caller);
        var versions =
                store.history("Patient", found.key(), Long.MAX_VALUE, MOST + 1, sight).stream()
                        .filter(one -> !one.deleted())
                        .toList();
        var whole = versions.size() <= MOST;
        Function<String, String> practice = this::practice;
        var facts = HistoryRules.facts(found.json(), practice, found.restricted());
        facts.values().removeIf(List::isEmpty);
        var changes =
                HistoryRules.changes(
                        versions(found, versions), whole, practice, found.restricted());
        return new DemographicsView.Known(
                found.key(),
                Registrations.works(caller),
                facts,
                found.restricted() ? List.of() : times(found.key()),
                changes,
                !whole);
    }

    private List<HistoryRules.Version> versions(Patient patient, List<Stored> versions) {
        var who = trail.writers(patient.key());
        return versions.stream()
                .map(one ->
                        new HistoryRules.Version(
                                one.json(),
                                StaffFormat.dateTime(one.lastUpdated()),
                                Optional.ofNullable(who.get(one.version()))
                                        .map(PdsPages::words)
                                        .orElse(StaffFormat.NOT_RECORDED)))
                .toList();
    }

    private List<DemographicsView.Time> times(String patient) {
        return registrations.history(patient).stream()
                .map(one ->
                        new DemographicsView.Time(
                                one.practice() + " (" + one.ods() + ")",
                                one.from().map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                                one.to().map(StaffFormat::date).orElse("Now")))
                .toList();
    }

    private static String words(AuditLine.Who who) {
        return who.organisation().isEmpty() ? who.name() : who.name() + ", " + who.organisation();
    }

    private String practice(String reference) {
        return reference.startsWith("Organization/")
                ? store.read("Organization", reference.substring("Organization/".length()))
                        .filter(one -> !one.deleted())
                        .map(one -> one.json().path("name").asString(reference))
                        .orElse(StaffFormat.NOT_KNOWN)
                : StaffFormat.NOT_KNOWN;
    }
}
