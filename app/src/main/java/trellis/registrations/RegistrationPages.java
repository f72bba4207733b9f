package trellis.registrations;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.LocalDate;
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
import trellis.audit.AuditEntry;
import trellis.audit.PageViews;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.people.Patient;
import trellis.people.People;
import trellis.registrations.RegistrationView.Form;
import trellis.store.Keys;

/// Registering a patient with the practice of whoever asks, taking one off its list, and who left it.
@PageController
final class RegistrationPages {
    private static final int PAGE = 50;
    private static final String NOTHING_KEPT = "Restricted: address not shown";

    private final Registrations registrations;
    private final People people;
    private final PageViews views;
    private final Pages pages;

    RegistrationPages(Registrations registrations, People people, PageViews views, Pages pages) {
        this.registrations = registrations;
        this.people = people;
        this.views = views;
        this.pages = pages;
    }

    /// @param here whether the patient is registered with the practice of whoever asks
    private record Opened(Registrations.Asker asker, Patient patient, boolean here) {
        String id() {
            return patient.key();
        }
    }

    private Opened open(String patient, HttpServletRequest request) {
        var asker = registrations.asker(AuditEntry.Source.of(request));
        people.caller();
        var found = people.patient(patient);
        return new Opened(asker, found, registrations.registered(asker, found));
    }

    @GetMapping("/patients/{patient}/registration")
    ResponseEntity<byte[]> form(
            @PathVariable String patient,
            @RequestParam(required = false) String done,
            HttpServletRequest request) {
        var opened = open(patient, request);
        var form = new Form(StaffFormat.date(registrations.today()), "");
        return asking(opened, form, Map.of(), done != null, request);
    }

    /// Asks to check what was typed, and once it is confirmed does it.
    @PostMapping("/patients/{patient}/registration")
    ResponseEntity<byte[]> change(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String day,
            @RequestParam(defaultValue = "") String why,
            @RequestParam(defaultValue = "") String confirmed,
            HttpServletRequest request) {
        var opened = open(patient, request);
        var form = new Form(day.strip(), why);
        var on = People.day(form.day());
        var errors = errors(opened, form, on);
        if (!errors.isEmpty() || barred(opened).isPresent()) {
            return asking(opened, form, errors, false, request);
        }
        if (confirmed.isEmpty()) {
            return checking(opened, form, on.orElseThrow(), request);
        }
        var removal = Removal.of(confirmed.equals("remove") ? why : "");
        if (removal.isPresent()) {
            registrations.remove(opened.asker(), opened.id(), removal.get(), on.orElseThrow());
        } else {
            registrations.register(opened.asker(), opened.id(), on.orElseThrow());
        }
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/patients/" + opened.id() + "/registration?done"))
                .build();
    }

    private Optional<String> barred(Opened opened) {
        return opened.here() ? Optional.empty() : RegistrationRules.barred(opened.patient());
    }

    private Map<String, String> errors(Opened opened, Form form, Optional<LocalDate> on) {
        var errors = new LinkedHashMap<String, String>();
        if (opened.here() && Removal.of(form.why()).isEmpty()) {
            errors.put("why", "Choose why the patient leaves");
        }
        RegistrationRules.wrong(
                        on,
                        opened.patient(),
                        registrations.since(opened.id()),
                        registrations.today())
                .ifPresent(wrong -> errors.put("day", wrong));
        return errors;
    }

    private ResponseEntity<byte[]> asking(
            Opened opened,
            Form form,
            Map<String, String> errors,
            boolean done,
            HttpServletRequest request) {
        var practice = opened.asker().practice().name();
        var said =
                opened.here()
                        ? "The patient is registered with " + practice + "."
                        : "The patient is no longer registered with " + practice + ".";
        var reasons = new LinkedHashMap<String, String>();
        for (var removal : Removal.values()) {
            reasons.put(removal.name(), removal.words());
        }
        var view =
                new RegistrationView.Asking(
                        opened.id(),
                        practice,
                        opened.here(),
                        Optional.of(said).filter(_ -> done),
                        barred(opened),
                        unseen(opened),
                        history(opened),
                        reasons,
                        form,
                        errors);
        var title = (errors.isEmpty() ? "" : "Error: ") + "Registration";
        return shown(opened, Page.of("registrations/ask", title, view), request);
    }

    private List<RegistrationView.Time> history(Opened opened) {
        return registrations.seesWhere(opened.asker(), opened.patient())
                ? registrations.history(opened.id()).stream().map(RegistrationPages::time).toList()
                : List.of();
    }

    /// Whoever registers somebody need not treat them yet; where they live is not theirs to know before.
    private Optional<String> unseen(Opened opened) {
        if (registrations.seesWhere(opened.asker(), opened.patient())) {
            return Optional.empty();
        }
        return Optional.of(
                opened.patient().restricted()
                        ? "Restricted: registrations are not shown."
                        : "Registrations are shown to practices that have the patient.");
    }

    private static RegistrationView.Time time(Registration one) {
        return new RegistrationView.Time(
                one.practice() + " (" + one.ods() + ")",
                one.from().map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                one.to().map(StaffFormat::date).orElse("Now"));
    }

    private ResponseEntity<byte[]> checking(
            Opened opened, Form form, LocalDate on, HttpServletRequest request) {
        var banner = people.banner(opened.patient());
        var practice = opened.asker().practice().name();
        var rows = new LinkedHashMap<String, String>();
        rows.put("Name", banner.name());
        rows.put("Born", banner.born());
        rows.put("Gender", banner.gender());
        rows.put("NHS number", banner.nhsNumber());
        rows.put("Postcode", postcode(opened.patient()));
        rows.put(opened.here() ? "Leaves on" : "Registered from", StaffFormat.date(on));
        Removal.of(form.why())
                .filter(_ -> opened.here())
                .ifPresent(why -> rows.put("Why", why.words()));
        var view =
                opened.here()
                        ? new RegistrationView.Checking(
                                opened.id(),
                                "Take this patient off the list of " + practice + "?",
                                rows,
                                "Your practice then no longer sees this patient's record.",
                                "Take off the list",
                                form)
                        : new RegistrationView.Checking(
                                opened.id(),
                                "Register this patient with " + practice + "?",
                                rows,
                                "The practice before is told that the patient left, and no longer"
                                        + " sees the record.",
                                "Register",
                                new Form(form.day(), ""));
        return shown(opened, Page.of("registrations/check", view.question(), view), request);
    }

    private static String postcode(Patient patient) {
        return patient.restricted()
                ? NOTHING_KEPT
                : patient.postcode().orElse(StaffFormat.NOT_RECORDED);
    }

    private ResponseEntity<byte[]> shown(Opened opened, Page page, HttpServletRequest request) {
        var answer = pages.show(page.about(people.banner(opened.patient())), request);
        views.record(
                "page: registration of a patient",
                AuditEntry.Target.resource("Patient", opened.id(), 0),
                List.of(Keys.resource("Patient", opened.id())),
                request);
        return answer;
    }

    /// Who left the practice of whoever asks in the last month.
    ///
    /// @param older where the page before ended
    @GetMapping("/registrations")
    ResponseEntity<byte[]> left(
            @RequestParam(defaultValue = "" + Long.MAX_VALUE) long older,
            HttpServletRequest request) {
        var asker = registrations.asker(AuditEntry.Source.of(request));
        people.caller();
        var departures = registrations.departures(asker, older, PAGE);
        var rows = departures.some().stream().map(this::row).toList();
        var view =
                new RegistrationView.Left(
                        asker.practice().name(),
                        rows,
                        StaffFormat.shown(rows.size(), departures.total()),
                        departures.next().stream()
                                .mapToObj(next -> "/registrations?older=" + next)
                                .findFirst());
        var answer =
                pages.show(
                        Page.of("registrations/left", "Who left the practice", view)
                                .acrossTheWidth(),
                        request);
        views.record(
                "page: who left a practice",
                AuditEntry.Target.search("Patient", ""),
                rows.stream()
                        .filter(row -> !row.patient().isEmpty())
                        .map(row -> Keys.resource("Patient", row.patient()))
                        .distinct()
                        .toList(),
                request);
        return answer;
    }

    private RegistrationView.Row row(RegistrationSql.Departure departure) {
        var on = StaffFormat.date(departure.on());
        var found = registrations.person(departure.patient());
        if (found.isEmpty()) {
            return new RegistrationView.Row(
                    "", "The record is not there any more", "", "", "", "", on, departure.why());
        }
        var patient = found.get();
        var banner = people.banner(patient);
        return new RegistrationView.Row(
                banner.patient(),
                banner.name(),
                banner.born(),
                banner.gender(),
                banner.nhsNumber(),
                postcode(patient),
                on,
                // Where they went would tell where they live.
                patient.restricted() ? "Restricted: not shown" : departure.why());
    }
}
