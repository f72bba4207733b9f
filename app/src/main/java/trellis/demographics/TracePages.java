package trellis.demographics;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
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
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.demographics.DemographicsView.Form;
import trellis.page.Kept;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.people.People;
import trellis.registrations.Registrations;
import trellis.store.Stored;

/// Tracing somebody by all that is known of them. What is typed stands in no address.
@PageController
final class TracePages {
    private static final String TITLE = "Trace a patient";
    private static final int LONGEST = 100;

    private final Demographics demographics;
    private final People people;
    private final Pages pages;
    private final Kept<Form> traces;

    TracePages(Demographics demographics, People people, Pages pages, Clock clock) {
        this.demographics = demographics;
        this.people = people;
        this.pages = pages;
        this.traces = new Kept<>("trellis.demographics.traces", Form.class, clock);
    }

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
            return List.of(row(person.stored(), byNumber(form, person.stored())));
        } catch (PdsError.Refusal e) {
            return List.of();
        }
    }

    private List<DemographicsView.Row> rows(
            Asker asker, Map<String, List<String>> asked, Set<String> without) {
        return demographics.found(asker, asked, "traced on a page").stream()
                .filter(found -> !without.contains(found.stored().id()))
                .map(found ->
                        row(
                                found.stored(),
                                String.format(Locale.ROOT, "%.2f", found.hit().score())))
                .toList();
    }

    /// A number is found or not: it has no score, and what else was typed has to be looked at.
    private static String byNumber(Form form, Stored stored) {
        var differing = TraceRules.differing(form, new Patient(stored.json()));
        return differing.isEmpty()
                ? "By number"
                : "By number. Different: " + StaffFormat.list(differing);
    }

    private DemographicsView.Row row(Stored stored, String score) {
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
                score);
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
}
