package trellis.apps;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Role;
import trellis.apps.ConsentView.Identity;
import trellis.apps.ConsentView.Whom;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.audit.PatientNumbers;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Elsewhere;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.people.People;
import trellis.store.Keys;
import trellis.store.Store;

/// Asks people whether an app may act for them, shows which may, and takes it back.
@PageController
final class ConsentPages {
    static final String ADDRESS = "/oauth2/consent";

    private static final OAuth2TokenType STATE = new OAuth2TokenType("state");

    private final Apps apps;
    private final AuthorizationSql authorizations;
    private final Contexts contexts;
    private final LaunchRules rules;
    private final Access access;
    private final People people;
    private final PatientNumbers numbers;
    private final Store store;
    private final PageViews views;
    private final Pages pages;

    ConsentPages(
            Apps apps,
            AuthorizationSql authorizations,
            Contexts contexts,
            LaunchRules rules,
            Access access,
            People people,
            PatientNumbers numbers,
            Store store,
            PageViews views,
            Pages pages) {
        this.apps = apps;
        this.authorizations = authorizations;
        this.contexts = contexts;
        this.rules = rules;
        this.access = access;
        this.people = people;
        this.numbers = numbers;
        this.store = store;
        this.views = views;
        this.pages = pages;
    }

    /// @param state what ties this question to the app's request
    /// @param patient id of the patient whom staff has named
    /// @param wrong present when the number they typed is nobody's
    @GetMapping(ADDRESS)
    ResponseEntity<byte[]> ask(
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String patient,
            @RequestParam(required = false) String wrong,
            HttpServletRequest request) {
        var caller = access.current();
        var asked = pending(caller, state);
        var app = app(asked);
        OAuth2AuthorizationRequest sent =
                requireNonNull(asked.getAttribute(OAuth2AuthorizationRequest.class.getName()));
        var whom = whom(caller, asked, sent, patient);
        var back = "state=" + URLEncoder.encode(state, StandardCharsets.UTF_8);
        var error =
                wrong == null
                        ? Optional.<String>empty()
                        : Optional.of("No patient you may see has that NHS number");
        var view =
                new ConsentView(
                        app.name(),
                        app.works().organisation(),
                        app.id(),
                        state,
                        ScopeRules.lines(new LinkedHashSet<>(sent.getScopes())),
                        whom,
                        back,
                        error);
        if (whom instanceof Whom.One(_, var identity)) {
            views.record(
                    "page: an app asks for leave",
                    Target.resource("Patient", identity.id(), 0),
                    List.of(Keys.resource("Patient", identity.id())),
                    request);
        }
        var title = "Let " + app.name() + " act for you?";
        var leads =
                Optional.ofNullable(sent.getRedirectUri())
                        .orElseGet(() -> app.redirects().getFirst());
        return pages.show(
                Page.of("apps/consent", error.isPresent() ? "Error: " + title : title, view)
                        .leadingTo(leads),
                request);
    }

    /// Names the patient, by staff: the number is posted so that it stands in no address.
    @PostMapping("/oauth2/consent/patient")
    ResponseEntity<byte[]> name(
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String number) {
        var caller = access.current();
        pending(caller, state);
        var digits = number.replaceAll("[\\s-]", "");
        var found =
                caller.role() == Role.PATIENT
                        ? Optional.<String>empty()
                        : numbers.patient(digits).filter(id -> visible(caller, id));
        var back = ADDRESS + "?state=" + URLEncoder.encode(state, StandardCharsets.UTF_8);
        return to(found.map(id -> back + "&patient=" + id).orElse(back + "&wrong"));
    }

    private boolean visible(Caller caller, String patient) {
        return !store.known(Set.of(Keys.resource("Patient", patient)), access.sight(caller))
                .isEmpty();
    }

    private OAuth2Authorization pending(Caller caller, String state) {
        return Optional.of(state)
                .filter(text -> !text.isEmpty())
                .map(text -> authorizations.findByToken(text, STATE))
                .filter(asked -> asked.getPrincipalName().equals(Long.toString(caller.account())))
                .orElseThrow(() -> new Refused(new Problem.NotFound("The app's question")));
    }

    private App app(OAuth2Authorization asked) {
        return apps.app(asked.getRegisteredClientId())
                .orElseThrow(() -> new Refused(new Problem.NotFound("The app")));
    }

    private Whom whom(
            Caller caller,
            OAuth2Authorization asked,
            OAuth2AuthorizationRequest sent,
            String patient) {
        if (!ScopeRules.needsPatient(sent.getScopes())) {
            return new Whom.Nobody();
        }
        if (sent.getAdditionalParameters().containsKey("launch")) {
            return contexts.of(asked)
                    .<Whom>map(
                            context -> new Whom.One(Optional.empty(), identity(context.patient())))
                    .orElse(new Whom.Nobody());
        }
        if (caller.role() == Role.PATIENT) {
            var choices = rules.choices(Long.toString(caller.account()));
            return choices.size() == 1
                    ? new Whom.One(Optional.of(choices.getFirst()), identity(choices.getFirst()))
                    : new Whom.Some(choices.stream().map(this::identity).toList());
        }
        return !patient.isEmpty() && visible(caller, patient)
                ? new Whom.One(Optional.of(patient), identity(patient))
                : new Whom.Asked();
    }

    private Identity identity(String id) {
        var banner = people.banner(people.patient(id));
        return new Identity(id, banner.name(), banner.born(), banner.gender(), banner.nhsNumber());
    }

    /// @param taken present when something has just been taken back
    @GetMapping("/apps")
    ResponseEntity<byte[]> mine(
            @RequestParam(required = false) String taken, HttpServletRequest request) {
        var lets =
                apps.of(access.current()).stream()
                        .map(let ->
                                new MyAppsView.Row(
                                        let.app().id(),
                                        let.app().name(),
                                        let.app().works().organisation(),
                                        ScopeRules.lines(let.scopes().all()).stream()
                                                .map(ScopeRules.Line::words)
                                                .distinct()
                                                .toList()))
                        .toList();
        return pages.show(
                Page.of("apps/mine", "Apps that act for you", new MyAppsView(lets, taken != null)),
                request);
    }

    @PostMapping("/apps/{app}/take-back")
    ResponseEntity<byte[]> takeBack(@PathVariable String app, HttpServletRequest request) {
        apps.takeBack(access.current(), app);
        views.record("took back what an app might do: " + app, Target.NONE, List.of(), request);
        return to("/apps?taken");
    }

    /// Apps that can be opened from a patient's record.
    @GetMapping("/patients/{patient}/apps")
    ResponseEntity<byte[]> launch(@PathVariable String patient, HttpServletRequest request) {
        var caller = people.caller();
        var found = people.patient(patient);
        if (!visible(caller, patient)) {
            throw new Elsewhere("/patients/" + found.key() + "/open");
        }
        var here = SmartConfiguration.issuer(request) + "/fhir";
        var about = new Contexts.Context(found.key(), Optional.empty());
        var links =
                apps.all().stream()
                        .filter(app -> !app.disabled() && !app.launch().isEmpty())
                        .map(app ->
                                new LaunchView.Link(
                                        app.name(),
                                        app.works().organisation(),
                                        address(
                                                app.launch(),
                                                Map.of(
                                                        "iss",
                                                        here,
                                                        "launch",
                                                        contexts.launch(caller, app, about)))))
                        .toList();
        views.record(
                "page: apps for a patient",
                Target.resource("Patient", found.key(), 0),
                List.of(Keys.resource("Patient", found.key())),
                request);
        return pages.show(
                Page.of("apps/launch", "Apps", new LaunchView(found.key(), links))
                        .about(people.banner(found)),
                request);
    }

    private static String address(String launch, Map<String, String> fields) {
        var query = new ArrayList<String>();
        fields.forEach((name, value) ->
                query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return launch + (launch.contains("?") ? "&" : "?") + String.join("&", query);
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
