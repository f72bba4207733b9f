package trellis.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Reads requests of the API from HTTP.
@Component
final class HttpRequests {
    private static final String ROOT = "/fhir";
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Access access;

    HttpRequests(Access access) {
        this.access = access;
    }

    /// What is known of a request before it is understood: who, from where, which address.
    ///
    /// @param id of the request
    FhirRequest outline(HttpServletRequest http, String id, Body body) {
        var path = path(http);
        return new FhirRequest(
                caller(path),
                source(http, id),
                Verb.of(http.getMethod()).orElse(Verb.GET),
                base(http),
                path,
                List.of(),
                Preconditions.NONE,
                Preferences.of(List.of(), List.of(), Preferences.Returned.REPRESENTATION),
                body);
    }

    /// All of a request.
    ///
    /// @throws Refused with [Problem.BadRequest] or [Problem.NotSupported]
    FhirRequest read(HttpServletRequest http, FhirRequest outline) {
        if (Verb.of(http.getMethod()).isEmpty()) {
            throw new Refused(
                    new Problem.NotSupported(
                            "The method " + Addresses.quoted(http.getMethod()) + " is not done."));
        }
        var parameters = parameters(http, outline);
        var otherwise =
                outline.path().isEmpty()
                        ? Preferences.Returned.MINIMAL
                        : Preferences.Returned.REPRESENTATION;
        return new FhirRequest(
                outline.caller(),
                outline.source(),
                outline.verb(),
                outline.base(),
                outline.path(),
                parameters,
                new Preconditions(
                        header(http, "If-Match"),
                        header(http, "If-None-Match"),
                        header(http, "If-Modified-Since"),
                        header(http, "If-None-Exist")),
                Preferences.of(Collections.list(http.getHeaders("Prefer")), parameters, otherwise),
                outline.body());
    }

    static Optional<String> header(HttpServletRequest http, String name) {
        return Optional.ofNullable(http.getHeader(name));
    }

    /// What this server can do is for everybody; nothing else is.
    private Caller caller(List<String> path) {
        return path.equals(List.of("metadata")) || path.equals(List.of("api-docs"))
                ? access.present().orElseGet(() -> Caller.system("anybody"))
                : access.current();
    }

    private static AuditEntry.Source source(HttpServletRequest http, String id) {
        return new AuditEntry.Source(
                http.getRemoteAddr(), header(http, "User-Agent").orElse(""), id);
    }

    private static String base(HttpServletRequest http) {
        var url = http.getRequestURL();
        return url.substring(0, url.length() - http.getRequestURI().length()) + ROOT;
    }

    private static List<String> path(HttpServletRequest http) {
        var rest = http.getRequestURI().substring(ROOT.length());
        var path = new ArrayList<String>();
        for (var segment : rest.split("/")) {
            if (!segment.isEmpty()) {
                path.add(Addresses.decoded(segment, "url"));
            }
        }
        return List.copyOf(path);
    }

    private static List<Parameter> parameters(HttpServletRequest http, FhirRequest outline) {
        var isForm =
                outline.verb() == Verb.POST
                        && !outline.path().isEmpty()
                        && outline.path().getLast().equals("_search");
        if (!isForm) {
            return Parameter.parse(Optional.ofNullable(http.getQueryString()).orElse(""));
        }
        if (http.getContentType() != null
                && !MediaTypes.typeOf(http.getContentType()).equals(FORM)) {
            throw new Refused(
                    new Problem.UnsupportedMediaType(
                            Addresses.quoted(http.getContentType())
                                    + " (a search by POST is a form, "
                                    + FORM
                                    + ")"));
        }
        return form(http);
    }

    /// The container has the parameters of the address and of the form together.
    private static List<Parameter> form(HttpServletRequest http) {
        try {
            var parameters = new ArrayList<Parameter>();
            http.getParameterMap()
                    .forEach((name, values) ->
                            Arrays.stream(values)
                                    .forEach(value -> parameters.add(new Parameter(name, value))));
            return parameters;
        } catch (IllegalStateException _) {
            throw new Refused(
                    new Problem.BadRequest(
                            "invalid",
                            "The form cannot be read: it is too long, or an escape in it is broken.",
                            ""));
        }
    }
}
