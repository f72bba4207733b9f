package trellis.portal;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.AccountRefused;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Proxy;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.notices.Notices;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.PublicFormat;
import trellis.page.When;
import trellis.people.People;
import trellis.store.Keys;

/// The person's home, and who acts for them.
@PageController
final class PortalPages {
    private static final DateTimeFormatter TYPED =
            DateTimeFormatter.ofPattern("d/M/uuuu", Locale.ENGLISH);
    private static final Map<String, String> SCOPES = scopes();

    private final Portal portal;
    private final Access access;
    private final Persons persons;
    private final People people;
    private final PageViews views;
    private final Notices notices;
    private final Pages pages;

    PortalPages(
            Portal portal,
            Access access,
            Persons persons,
            People people,
            PageViews views,
            Notices notices,
            Pages pages) {
        this.portal = portal;
        this.access = access;
        this.persons = persons;
        this.people = people;
        this.views = views;
        this.notices = notices;
        this.pages = pages;
    }

    private static Map<String, String> scopes() {
        var scopes = new LinkedHashMap<String, String>();
        scopes.put("appointments", "Your details and appointments");
        scopes.put("medicines", "Your details, medicines, allergies and vaccinations");
        scopes.put(Proxy.EVERYTHING, "Everything, and choosing for you");
        return scopes;
    }

    @GetMapping("/me")
    ResponseEntity<byte[]> home(HttpServletRequest request) {
        var caller = access.current();
        var self = persons.about(caller, "");
        var others =
                persons.others(caller).stream()
                        .map(other ->
                                new PortalView.Other(
                                        other.patient(),
                                        people.patient(other.patient()).shownName(),
                                        other.proxy().map(proxy -> proxy.kind().words()).orElse(""),
                                        state(other),
                                        holds(other)))
                        .toList();
        var view =
                new PortalView(
                        people.patient(self.patient()).shownName(),
                        proved(persons.level(caller)),
                        portal.notices(self.patient()),
                        others);
        seen(self.patient(), "your home", request);
        notices.seen(caller.account(), "/me");
        return pages.show(Page.of("portal/home", "Your record", view), request);
    }

    private static String proved(Level level) {
        return switch (level) {
            case P0 ->
                    "You have not proved yet who you are. Show your identity document to your GP surgery"
                            + " to see your record.";
            case P5 ->
                    "Your details fit your record. To see all of it, show your identity document to your"
                            + " GP surgery.";
            case P9 -> "";
        };
    }

    private static boolean holds(Persons.Whose whose) {
        return whose.state() instanceof Proxy.State.Holds;
    }

    private static String state(Persons.Whose whose) {
        return switch (whose.state()) {
            case Proxy.State.Holds _ ->
                    whose.proxy()
                            .flatMap(Proxy::ends)
                            .map(end -> "Until " + PublicFormat.date(end))
                            .orElse("No end is set");
            case Proxy.State.Over(var why) -> why;
        };
    }

    /// @param done what has just been done: `given` or `taken`
    @GetMapping("/me/acting")
    ResponseEntity<byte[]> acting(
            @RequestParam(defaultValue = "") String done, HttpServletRequest request) {
        var self = persons.about(access.current(), "").patient();
        seen(self, "who acts for you", request);
        return acting(self, Map.of(), Map.of(), done, request);
    }

    private ResponseEntity<byte[]> acting(
            String patient,
            Map<String, String> fields,
            Map<String, String> errors,
            String done,
            HttpServletRequest request) {
        var rows =
                persons.actingFor(patient).stream()
                        .flatMap(whose -> whose.proxy().stream().map(proxy -> row(whose, proxy)))
                        .toList();
        var title = "Who acts for you";
        return pages.show(
                Page.of(
                        "portal/acting",
                        errors.isEmpty() ? title : "Error: " + title,
                        new PortalView.Acting(rows, SCOPES, fields, errors, done)),
                request);
    }

    private static PortalView.Row row(Persons.Whose whose, Proxy proxy) {
        return new PortalView.Row(
                proxy.id(),
                proxy.name(),
                proxy.kind().words(),
                SCOPES.getOrDefault(proxy.scope(), proxy.scope()),
                state(whose),
                holds(whose));
    }

    @PostMapping("/me/acting")
    ResponseEntity<byte[]> give(
            @RequestParam Map<String, String> fields, HttpServletRequest request) {
        var caller = access.current();
        var self = grown(caller);
        var errors = new LinkedHashMap<String, String>();
        var scope = fields.getOrDefault("scope", "");
        if (!SCOPES.containsKey(scope)) {
            errors.put("scope", "Choose what they may see");
        }
        var until = until(fields.getOrDefault("until", "").strip(), errors);
        if (errors.isEmpty()) {
            try {
                persons.grant(
                        fields.getOrDefault("name", ""),
                        self,
                        Proxy.Kind.CARER,
                        scope,
                        until,
                        "the patient");
                seen(self, "let somebody act", request);
                return to("/me/acting?done=given");
            } catch (AccountRefused e) {
                errors.put("name", e.getMessage());
            }
        }
        return acting(self, fields, errors, "", request);
    }

    /// Their own id, if they have proved who they are: whoever lets others see the record must be its
    /// patient.
    private String grown(Caller caller) {
        var self = persons.about(caller, "").patient();
        if (persons.level(caller) != Level.P9) {
            throw new Refused(
                    new Problem.Forbidden(
                            "You have not proved yet who you are well enough. If you want somebody to act"
                                    + " for you, ask your GP surgery."));
        }
        return self;
    }

    private static Optional<Instant> until(String typed, Map<String, String> errors) {
        if (typed.isEmpty()) {
            return Optional.empty();
        }
        try {
            var last = LocalDate.parse(typed, TYPED);
            return Optional.of(last.plusDays(1).atStartOfDay(When.LONDON).toInstant());
        } catch (DateTimeParseException e) {
            errors.put("until", "Enter the last day as a date, such as 31/12/2027");
            return Optional.empty();
        }
    }

    @PostMapping("/me/acting/{id}/take-back")
    ResponseEntity<byte[]> takeBack(@PathVariable long id, HttpServletRequest request) {
        var self = persons.about(access.current(), "").patient();
        persons.revoke(self, id, "the patient");
        seen(self, "took back that somebody acts", request);
        return to("/me/acting?done=taken");
    }

    private void seen(String patient, String what, HttpServletRequest request) {
        views.record(
                "page: " + what,
                Target.resource("Patient", patient, 0),
                List.of(Keys.resource("Patient", patient)),
                request);
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
