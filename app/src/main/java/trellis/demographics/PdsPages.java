package trellis.demographics;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLine;
import trellis.audit.AuditQuery;
import trellis.audit.AuditTrail;
import trellis.audit.PageViews;
import trellis.demographics.DemographicsView.Form;
import trellis.page.Elsewhere;
import trellis.page.Kept;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.people.People;
import trellis.registrations.Registrations;
import trellis.store.Keys;
import trellis.store.Store;
import trellis.store.Stored;

/// Tracing somebody by what is known of them, and who somebody is and was.
@PageController
final class PdsPages {
    private static final String TITLE = "Trace a patient";
    private static final int MOST = 100;
    private static final int MOST_LINES = 1_000;
    private static final int LONGEST = 100;

    private final Demographics demographics;
    private final Registrations registrations;
    private final People people;
    private final Access access;
    private final Store store;
    private final AuditTrail trail;
    private final PageViews views;
    private final Pages pages;
    private final Kept<Form> traces;

    PdsPages(
            Demographics demographics,
            Registrations registrations,
            People people,
            Access access,
            Store store,
            AuditTrail trail,
            PageViews views,
            Pages pages,
            Clock clock) {
        this.demographics = demographics;
        this.registrations = registrations;
        this.people = people;
        this.access = access;
        this.store = store;
        this.trail = trail;
        this.views = views;
        this.pages = pages;
        this.traces = new Kept<>("trellis.demographics.traces", Form.class, clock);
    }

    // --- tracing ---------------------------------------------------------------------------------

    @GetMapping("/trace")
    ResponseEntity<byte[]> form(HttpServletRequest request) {
        var caller = people.caller();
        return tracing(caller, Form.EMPTY, false, Map.of(), Optional.empty(), request);
    }

    @PostMapping("/trace")
    ResponseEntity<byte[]> trace(
            @RequestParam Map<String, String> typed, HttpServletRequest request) {
        people.caller();
        var handle = traces.keep(cut(typed), request.getSession());
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/trace/" + handle))
                .build();
    }

    /// Nobody's name is longer; what is longer would only cost.
    private static Form cut(Map<String, String> typed) {
        Function<String, String> one =
                field -> {
                    var bare = typed.getOrDefault(field, "").strip();
                    return bare.substring(0, Math.min(LONGEST, bare.length()));
                };
        return new Form(
                one.apply("family"),
                one.apply("given"),
                one.apply("born"),
                one.apply("gender"),
                one.apply("postcode"),
                one.apply("phone"),
                one.apply("nhsNumber"));
    }

    @GetMapping("/trace/{handle}")
    ResponseEntity<byte[]> traced(@PathVariable String handle, HttpServletRequest request) {
        var caller = people.caller();
        var kept = traces.find(handle, request.getSession());
        if (kept.isEmpty()) {
            return tracing(caller, Form.EMPTY, true, Map.of(), Optional.empty(), request);
        }
        var form = kept.get();
        var errors = new LinkedHashMap<>(TraceRules.errors(form));
        if (!errors.isEmpty()) {
            return tracing(caller, form, false, errors, Optional.empty(), request);
        }
        try {
            var traced = traced(form, request);
            return tracing(caller, form, false, Map.of(), Optional.of(traced), request);
        } catch (PdsError.Refusal e) {
            errors.put(
                    "family",
                    e.error() == PdsError.TOO_MANY_MATCHES
                            ? "Too many people fit: enter more"
                            : "This cannot be traced: enter the whole family name and date of birth");
            return tracing(caller, form, false, errors, Optional.empty(), request);
        }
    }

    private DemographicsView.Traced traced(Form form, HttpServletRequest request) {
        var asker = demographics.asker(AuditEntry.Source.of(request), "");
        if (!form.nhsNumber().isEmpty()) {
            return new DemographicsView.Traced(numbered(asker, form), List.of());
        }
        var fits =
                TraceRules.fits(form).map(asked -> rows(asker, asked, Set.of())).orElse(List.of());
        var known = Set.copyOf(fits.stream().map(DemographicsView.Row::patient).toList());
        var others =
                TraceRules.others(form).map(asked -> rows(asker, asked, known)).orElse(List.of());
        return new DemographicsView.Traced(fits, others);
    }

    private List<DemographicsView.Row> numbered(Asker asker, Form form) {
        try {
            var person = demographics.read(asker, NhsNumber.of(form.nhsNumber()).orElseThrow());
            return List.of(row(person.stored(), 1));
        } catch (PdsError.Refusal e) {
            return List.of();
        }
    }

    private List<DemographicsView.Row> rows(
            Asker asker, Map<String, List<String>> asked, Set<String> without) {
        return demographics.found(asker, asked, "traced on a page").stream()
                .filter(found -> !without.contains(found.stored().id()))
                .map(found -> row(found.stored(), found.hit().score()))
                .toList();
    }

    private DemographicsView.Row row(Stored stored, double score) {
        var patient = new Patient(stored.json());
        var banner = people.banner(patient);
        return new DemographicsView.Row(
                patient.key(),
                banner.name(),
                banner.born(),
                banner.gender(),
                banner.nhsNumber(),
                patient.restricted()
                        ? "Restricted: address not shown"
                        : patient.postcode().orElse(StaffFormat.NOT_RECORDED),
                banner.died(),
                patient.restricted(),
                String.format(Locale.ROOT, "%.2f", score));
    }

    private ResponseEntity<byte[]> tracing(
            Caller caller,
            Form form,
            boolean ended,
            Map<String, String> errors,
            Optional<DemographicsView.Traced> traced,
            HttpServletRequest request) {
        var view =
                new DemographicsView.Tracing(
                        form, ended, errors, traced, Registrations.works(caller));
        var title = (errors.isEmpty() ? "" : "Error: ") + TITLE;
        return pages.show(Page.of("demographics/trace", title, view).acrossTheWidth(), request);
    }

    // --- one person ------------------------------------------------------------------------------

    @GetMapping("/patients/{patient}/demographics")
    ResponseEntity<byte[]> known(@PathVariable String patient, HttpServletRequest request) {
        var caller = people.caller();
        var found = people.patient(patient);
        var key = Keys.resource("Patient", found.key());
        var clinical = access.mayRead(caller, "AllergyIntolerance");
        if (clinical && !access.treats(caller, Set.of(key), store)) {
            throw new Elsewhere("/patients/" + found.key() + "/open");
        }
        var versions =
                store
                        .history(
                                "Patient",
                                found.key(),
                                Long.MAX_VALUE,
                                MOST + 1,
                                access.sight(caller))
                        .stream()
                        .filter(one -> !one.deleted())
                        .toList();
        var whole = versions.size() <= MOST;
        var who = who(found.key(), key);
        var shown =
                versions.stream()
                        .map(one ->
                                new HistoryRules.Version(
                                        one.json(),
                                        StaffFormat.dateTime(one.lastUpdated()),
                                        who.getOrDefault(one.version(), StaffFormat.NOT_RECORDED)))
                        .toList();
        Function<String, String> practice = this::practice;
        var facts = new LinkedHashMap<String, List<String>>();
        HistoryRules.facts(found.json(), practice, found.restricted())
                .forEach((what, values) -> {
                    if (!values.isEmpty()) {
                        facts.put(what, values);
                    }
                });
        var view =
                new DemographicsView.Known(
                        found.key(),
                        clinical,
                        Registrations.works(caller),
                        facts,
                        found.restricted() ? List.of() : times(found.key()),
                        HistoryRules.changes(shown, whole, practice, found.restricted()),
                        !whole);
        var page = Page.of("demographics/known", "Demographics", view).about(people.banner(found));
        var answer = pages.show(page, request);
        views.record(
                "page: demographics of a patient",
                AuditEntry.Target.resource("Patient", found.key(), 0),
                List.of(key),
                request);
        return answer;
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

    /// Who wrote which version, as the audit has it.
    private Map<Long, String> who(String id, long key) {
        var lines = new ArrayList<AuditLine>();
        for (var action : List.of(AuditEntry.Action.CREATE, AuditEntry.Action.UPDATE)) {
            lines.addAll(
                    trail.find(
                            new AuditQuery(
                                    key,
                                    0,
                                    Optional.of(action),
                                    Instant.EPOCH,
                                    demographics.now(),
                                    Optional.empty()),
                            MOST_LINES));
        }
        var who = new HashMap<Long, String>();
        lines.stream()
                .filter(line -> line.target().type().equals("Patient"))
                .filter(line -> line.target().id().equals(id))
                .forEach(line ->
                        who.putIfAbsent(
                                line.target().version(),
                                line.who().organisation().isEmpty()
                                        ? line.who().name()
                                        : line.who().name() + ", " + line.who().organisation()));
        return who;
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
