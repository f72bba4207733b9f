package trellis.people;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Caller;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.page.Kept;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.store.Keys;

/// Find a patient: a form, and the list of who fits. The form is posted and answered by a redirect, so
/// that back and refresh work and nothing typed stands in an address.
@PageController
final class PeoplePages {

    private static final int PAGE = 100;
    private static final String TITLE = "Find a patient";

    private final People people;
    private final Kept<FindView.Form> searches;
    private final PageViews views;
    private final Pages pages;

    PeoplePages(People people, Clock clock, PageViews views, Pages pages) {
        this.people = people;
        this.searches = new Kept<>("trellis.people.searches", FindView.Form.class, clock);
        this.views = views;
        this.pages = pages;
    }

    @GetMapping("/patients")
    ResponseEntity<byte[]> form(HttpServletRequest request) {
        people.caller();
        return show(
                TITLE,
                new FindView(FindView.Form.EMPTY, Map.of(), false, Optional.empty()),
                request);
    }

    @PostMapping("/patients")
    ResponseEntity<byte[]> search(
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String born,
            @RequestParam(defaultValue = "") String nhsNumber,
            @RequestParam(defaultValue = "") String postcode,
            HttpServletRequest request) {
        people.caller();
        var handle =
                searches.keep(
                        new FindView.Form(name, born, nhsNumber, postcode), request.getSession());
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/patients/found/" + handle))
                .build();
    }

    /// @param after our id of the last patient on the page before
    @GetMapping("/patients/found/{handle}")
    ResponseEntity<byte[]> found(
            @PathVariable String handle,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var caller = people.caller();
        var kept = searches.find(handle, request.getSession());
        if (kept.isEmpty()) {
            return show(
                    TITLE,
                    new FindView(FindView.Form.EMPTY, Map.of(), true, Optional.empty()),
                    request);
        }
        var form = kept.get();
        var understood = FormRules.understand(form, people.today());
        if (!understood.errors().isEmpty()) {
            return show(
                    "Error: " + TITLE,
                    new FindView(form, understood.errors(), false, Optional.empty()),
                    request);
        }
        var results = people.find(understood.ask(), caller);
        var result = result(form, results, handle, after, caller);
        views.record(
                "page: find a patient",
                Target.search("Patient", FormRules.said(form)),
                result.rows().stream().map(row -> Keys.resource("Patient", row.id())).toList(),
                request);
        return show(
                "Patients found",
                new FindView(form, Map.of(), false, Optional.of(result)),
                request);
    }

    private FindView.Result result(
            FindView.Form form,
            People.Results results,
            String handle,
            String after,
            Caller caller) {
        var ids = results.found().stream().map(found -> found.patient().key()).toList();
        var from = ids.indexOf(after) + 1;
        var to = Math.min(from + PAGE, ids.size());
        var rows =
                results.found().subList(from, to).stream()
                        .map(found -> row(found, caller))
                        .toList();
        var address = "/patients/found/" + handle;
        return new FindView.Result(
                FormRules.said(form),
                rows,
                StaffFormat.shown(rows.size(), results.total()),
                results.total() > results.found().size(),
                to < ids.size()
                        ? Optional.of(address + "?after=" + ids.get(to - 1))
                        : Optional.empty(),
                from > 0 ? Optional.of(address) : Optional.empty());
    }

    private FindView.Row row(PeopleRules.Found found, Caller caller) {
        var patient = found.patient();
        var banner = people.banner(patient);
        return new FindView.Row(
                patient.key(),
                banner.name(),
                banner.born(),
                banner.age().orElse(""),
                banner.gender(),
                banner.nhsNumber(),
                People.seesAddress(caller, patient)
                        ? patient.postcode().orElse(StaffFormat.NOT_RECORDED)
                        : "Restricted: address not shown",
                banner.died(),
                patient.restricted(),
                patient.inactive(),
                found.match().words(),
                List.copyOf(found.differs()));
    }

    private ResponseEntity<byte[]> show(String title, FindView view, HttpServletRequest request) {
        return pages.show(Page.of("people/find", title, view).acrossTheWidth(), request);
    }
}
