package trellis.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditQuery.Place;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.store.Store;

/// Who looked: the log for those who watch over it. The form is posted, so that no NHS number stands
/// in an address; the answer is a redirect to an address that can be kept. Looking here is itself a
/// line of the log.
@PageController
final class AuditPages {
    private static final int PAGE = 50;
    private static final int MOST_IN_FILE = 50_000;
    private static final String TYPE = "AuditEvent";

    private final AuditTrail trail;
    private final Access access;
    private final Accounts accounts;
    private final PatientNumbers numbers;
    private final Store store;
    private final PageViews views;
    private final Pages pages;

    AuditPages(
            AuditTrail trail,
            Access access,
            Accounts accounts,
            PatientNumbers numbers,
            Store store,
            PageViews views,
            Pages pages) {
        this.trail = trail;
        this.access = access;
        this.accounts = accounts;
        this.numbers = numbers;
        this.store = store;
        this.views = views;
        this.pages = pages;
    }

    @PostMapping("/audit")
    ResponseEntity<byte[]> ask(@RequestParam Map<String, String> sent, HttpServletRequest request) {
        access.require(access.current(), Right.READ, TYPE);
        var form = AuditForm.of(sent);
        var number = AuditRules.nhsNumber(form.patient());
        var found = number.flatMap(numbers::patient);
        if (number.isPresent() && found.isEmpty()) {
            return wrong(form, Map.of("patient", "No patient here has that NHS number"), request);
        }
        var resolved = found.map(form::about).orElse(form);
        var errors = AuditRules.asked(resolved, this::account).errors();
        if (!errors.isEmpty()) {
            return wrong(form, errors, request);
        }
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/audit" + resolved.query(Map.of())))
                .build();
    }

    @GetMapping("/audit")
    ResponseEntity<byte[]> show(
            @RequestParam Map<String, String> sent, HttpServletRequest request) {
        var form = AuditForm.of(sent);
        var asked = allowed(form);
        if (!asked.errors().isEmpty()) {
            return wrong(form, asked.errors(), request);
        }
        var older = sent.getOrDefault("older", "");
        if (!whole(access.current()) && asked.query().patient() == 0) {
            return answer(view(form, Map.of(), List.of(), older), 200, request);
        }
        var query = Place.of(older).map(asked.query()::olderThan).orElse(asked.query());
        var lines = trail.find(query, PAGE + 1);
        var answer = answer(view(form, Map.of(), lines, older), 200, request);
        seen("page: who looked", form, asked.query(), request);
        return answer;
    }

    @GetMapping("/audit.csv")
    ResponseEntity<byte[]> file(
            @RequestParam Map<String, String> sent, HttpServletRequest request) {
        var form = AuditForm.of(sent);
        var asked = allowed(form);
        if (!asked.errors().isEmpty()) {
            return wrong(form, asked.errors(), request);
        }
        if (!whole(access.current()) && asked.query().patient() == 0) {
            throw refused("Choose a patient first: your role may see who looked at one record.");
        }
        var lines = trail.find(asked.query(), MOST_IN_FILE + 1);
        if (lines.size() > MOST_IN_FILE) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-costly",
                            "More than 50,000 lines: choose a shorter period.",
                            "from"));
        }
        var body = AuditCsv.of(lines);
        seen("file: who looked", form, asked.query(), request);
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_TYPE, "text/csv;charset=utf-8")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"who-looked.csv\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body(body);
    }

    /// Whoever may not see the whole log sees that of people their organisation has to do with.
    private AuditRules.Asked allowed(AuditForm form) {
        var caller = access.current();
        access.require(caller, Right.READ, TYPE);
        var asked = AuditRules.asked(form, this::account);
        if (!whole(caller) && asked.errors().isEmpty() && asked.query().patient() != 0) {
            var patient = Set.of(asked.query().patient());
            if (store.known(patient, access.sight(caller)).isEmpty()) {
                access.requireRelationship(caller, Right.READ, "Condition");
            }
        }
        return asked;
    }

    private boolean whole(Caller caller) {
        return access.maySearch(caller, TYPE);
    }

    private OptionalLong account(String signIn) {
        return accounts.named(signIn)
                .map(account -> OptionalLong.of(account.id()))
                .orElse(OptionalLong.empty());
    }

    private void seen(String what, AuditForm form, AuditQuery query, HttpServletRequest request) {
        views.record(
                what,
                Target.search(TYPE, form.query(Map.of())),
                query.patient() == 0 ? List.of() : List.of(query.patient()),
                request);
    }

    private ResponseEntity<byte[]> wrong(
            AuditForm form, Map<String, String> errors, HttpServletRequest request) {
        return answer(view(form, errors, List.of(), ""), 400, request);
    }

    private ResponseEntity<byte[]> answer(AuditView view, int status, HttpServletRequest request) {
        var title = view.errors().isEmpty() ? "Who looked" : "Error: Who looked";
        var page = Page.of("audit/who-looked", title, view).withStatus(status).acrossTheWidth();
        return pages.show(page, request);
    }

    private AuditView view(
            AuditForm form, Map<String, String> errors, List<AuditLine> lines, String older) {
        var shown = lines.size() > PAGE ? lines.subList(0, PAGE) : lines;
        var next =
                lines.size() > PAGE
                        ? Optional.of(
                                "/audit"
                                        + form.query(
                                                Map.of("older", shown.getLast().place().text())))
                        : Optional.<String>empty();
        return new AuditView(
                form,
                errors,
                whole(access.current()),
                shown.stream().map(line -> AuditView.Row.of(line, form)).toList(),
                next,
                older.isEmpty() ? Optional.empty() : Optional.of("/audit" + form.query(Map.of())),
                shown.isEmpty()
                        ? Optional.empty()
                        : Optional.of("/audit.csv" + form.query(Map.of())));
    }

    private static Refused refused(String why) {
        return new Refused(new Problem.Forbidden(why));
    }
}
