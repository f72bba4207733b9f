package trellis.apps;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Persons;
import trellis.access.Proxy;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.store.Keys;
import trellis.store.Store;

/// What an app may ask for, when the person is asked, and what becomes of their answer.
@Component
final class LaunchRules {
    private final Apps apps;
    private final Contexts contexts;
    private final Accounts accounts;
    private final Persons persons;
    private final Access access;
    private final Store store;
    private final AuditLog log;

    LaunchRules(
            Apps apps,
            Contexts contexts,
            Accounts accounts,
            Persons persons,
            Access access,
            Store store,
            AuditLog log) {
        this.apps = apps;
        this.contexts = contexts;
        this.accounts = accounts;
        this.persons = persons;
        this.access = access;
        this.store = store;
        this.log = log;
    }

    /// Checks what an app sends people here with.
    void request(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
        OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_REDIRECT_URI_VALIDATOR.accept(
                context);
        OAuth2AuthorizationCodeRequestAuthenticationToken sent = context.getAuthentication();
        var app = context.getRegisteredClient().getClientId();
        var registered = apps.app(app).map(App::scopes).orElse(Scopes.parse(""));
        if (sent.getScopes().isEmpty()) {
            throw refused(sent, "invalid_scope", "An app asks for at least one scope.");
        }
        for (var scope : sent.getScopes()) {
            if (!ScopeRules.known(scope) || !registered.includes(scope)) {
                throw refused(sent, "invalid_scope", "This app may not ask for " + scope + ".");
            }
        }
        if (!Scopes.of(sent.getScopes()).grants().isEmpty()) {
            audience(sent);
        }
        launch(sent, app);
    }

    private static void audience(OAuth2AuthorizationCodeRequestAuthenticationToken sent) {
        var here = AuthorizationServerContextHolder.getContext().getIssuer() + "/fhir";
        var audience = String.valueOf(sent.getAdditionalParameters().get("aud"));
        if (!audience.equals(here) && !audience.equals(here + "/")) {
            throw refused(sent, "invalid_request", "aud must be " + here);
        }
    }

    private void launch(OAuth2AuthorizationCodeRequestAuthenticationToken sent, String app) {
        var launch = sent.getAdditionalParameters().get("launch");
        if (sent.getScopes().contains(ScopeRules.LAUNCH) && launch == null) {
            throw refused(
                    sent, "invalid_request", "The scope launch needs the launch it came with.");
        }
        var principal = (Authentication) sent.getPrincipal();
        if (launch != null && Contexts.number(principal.getName()).isPresent()) {
            var text = launch.toString();
            if (contexts.opened(text, principal.getName(), app).isEmpty()
                    || !contexts.fresh(text)) {
                throw refused(
                        sent,
                        "invalid_request",
                        "The launch is too old or another's. Open the app from the record again.");
            }
        }
    }

    /// Whether the person has to be asked: unless they have let the app do all of it, and it is clear
    /// whom it is about.
    boolean needsConsent(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
        OAuth2AuthorizationCodeRequestAuthenticationToken sent = context.getAuthentication();
        var consent = context.getAuthorizationConsent();
        if (consent == null || !consent.getScopes().containsAll(sent.getScopes())) {
            return true;
        }
        var principal = (Authentication) sent.getPrincipal();
        return ScopeRules.needsPatient(sent.getScopes())
                && !sent.getAdditionalParameters().containsKey("launch")
                && (contexts.self(principal.getName()).isEmpty()
                        || choices(principal.getName()).size() > 1);
    }

    /// Ids of the patients whom a person may use an app for: themselves, and those they act for. None
    /// for staff, who name the patient.
    List<String> choices(String account) {
        var caller =
                Contexts.number(account)
                        .flatMap(accounts::numbered)
                        .filter(one -> one.person().role() == Role.PATIENT)
                        .map(one -> one.caller(Caller.Came.SESSION));
        if (caller.isEmpty()) {
            return List.of();
        }
        var all = new ArrayList<String>();
        persons.self(caller.get()).ifPresent(all::add);
        persons.others(caller.get()).stream()
                .filter(other -> other.state() instanceof Proxy.State.Holds)
                .map(Persons.Whose::patient)
                .distinct()
                .forEach(all::add);
        return all;
    }

    /// Takes the answer of the page that asks: whom it is about, and whether the person says no.
    void consent(OAuth2AuthorizationConsentAuthenticationContext context) {
        var sent = context.<OAuth2AuthorizationConsentAuthenticationToken>getAuthentication();
        var more = sent.getAdditionalParameters();
        if (more.containsKey("deny")) {
            context.getAuthorizationConsent().authorities(Set::clear);
            return;
        }
        var granted = sent.getScopes();
        var caller =
                Contexts.number(sent.getName())
                        .flatMap(accounts::numbered)
                        .map(one -> one.caller(Caller.Came.SESSION))
                        .orElseThrow(() ->
                                new OAuth2AuthorizationCodeRequestAuthenticationException(
                                        new OAuth2Error("access_denied"), null));
        var patients = List.<Long>of();
        if (ScopeRules.needsPatient(requireNonNull(context.getAuthorizationRequest()).getScopes())
                && more.get("patient") instanceof String patient
                && !patient.isEmpty()) {
            if (!mayChoose(caller, patient)) {
                throw new OAuth2AuthorizationCodeRequestAuthenticationException(
                        new OAuth2Error("access_denied", "This patient cannot be chosen.", null),
                        null);
            }
            apps.sql().context(context.getAuthorization().getId(), patient);
            patients = List.of(Keys.resource("Patient", patient));
        }
        log.record(
                new AuditEntry(
                        apps.clock().instant(),
                        caller,
                        AuditEntry.Action.EXECUTE,
                        "let an app act: " + context.getRegisteredClient().getClientName(),
                        AuditEntry.Target.search(
                                "", granted.stream().sorted().collect(Collectors.joining(" "))),
                        patients,
                        0,
                        AuditEntry.Source.HERE));
    }

    private boolean mayChoose(Caller caller, String patient) {
        if (caller.role() == Role.PATIENT) {
            return choices(Long.toString(caller.account())).contains(patient);
        }
        return store.read("Patient", patient, access.sight(caller))
                .filter(found -> !found.deleted())
                .isPresent();
    }

    /// Reads the request of an app that acts by itself and names no scopes: it gets all that it is
    /// registered for, as the NHS's do.
    @Nullable Authentication all(HttpServletRequest request) {
        var client = SecurityContextHolder.getContext().getAuthentication();
        if (client == null
                || !"client_credentials".equals(request.getParameter("grant_type"))
                || request.getParameter("scope") != null) {
            return null;
        }
        var scopes = apps.app(client.getName()).map(app -> app.scopes().all()).orElse(Set.of());
        return new OAuth2ClientCredentialsAuthenticationToken(client, scopes, Map.of());
    }

    /// Checks what an app that acts by itself asks for.
    void alone(OAuth2ClientCredentialsAuthenticationContext context) {
        var app = context.getRegisteredClient().getClientId();
        var registered = apps.app(app).map(App::scopes).orElse(Scopes.parse(""));
        Set<String> asked =
                context.<OAuth2ClientCredentialsAuthenticationToken>getAuthentication().getScopes();
        for (var scope : asked) {
            if (!registered.includes(scope)) {
                throw new OAuth2AuthenticationException(
                        new OAuth2Error(
                                "invalid_scope", "This app may not ask for " + scope + ".", null));
            }
        }
    }

    private static OAuth2AuthorizationCodeRequestAuthenticationException refused(
            OAuth2AuthorizationCodeRequestAuthenticationToken sent, String code, String why) {
        return new OAuth2AuthorizationCodeRequestAuthenticationException(
                new OAuth2Error(code, why, null), sent);
    }
}
