package trellis.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Role;

/// Turns a [Page] into an answer: the template rendered to bytes, with the headers that every page
/// needs. Pages are never kept by a browser or a proxy, load nothing from elsewhere, stand in no
/// frame and tell no other site where they are.
@Component("pageRenderer")
public final class Pages {

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
                    + " connect-src 'self'; manifest-src 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'; form-action 'self'";

    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(
                    null, ContentType.Html, Pages.class.getClassLoader(), "trellis");
    private final Assets assets;
    private final Access access;
    private final Unread unread;
    private final Clock clock;

    Pages(Assets assets, Access access, Unread unread, Clock clock) {
        this.assets = assets;
        this.access = access;
        this.unread = unread;
        this.clock = clock;
    }

    /// The answer to a request that asked for this page.
    public ResponseEntity<byte[]> show(Page page, HttpServletRequest request) {
        var out = new Utf8ByteOutput();
        templates.render(
                page.template() + ".jte",
                Map.of("frame", frame(page, request), "view", page.view()),
                out);
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, "text/html;charset=utf-8");
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        headers.set(
                "Content-Security-Policy",
                POLICY + page.leads().map(site -> " " + site).orElse(""));
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("X-Content-Type-Options", "nosniff");
        return ResponseEntity.status(page.status()).headers(headers).body(out.toByteArray());
    }

    private Frame frame(Page page, HttpServletRequest request) {
        return new Frame(
                page.title(),
                access.present()
                        .filter(caller -> caller.came() == Caller.Came.SESSION)
                        .map(this::signedIn),
                access.open(),
                csrf(request),
                assets.address(),
                page.banner(),
                page.acting(),
                page.wide(),
                path(request),
                StaffFormat.dateTime(clock.instant()));
    }

    private static Frame.Csrf csrf(HttpServletRequest request) {
        return Optional.ofNullable(request.getAttribute(CsrfToken.class.getName()))
                .map(CsrfToken.class::cast)
                .map(token -> new Frame.Csrf(token.getParameterName(), token.getToken()))
                .orElse(new Frame.Csrf("_csrf", ""));
    }

    /// The address that was asked for, also when an error page answers for it.
    private static String path(HttpServletRequest request) {
        return Optional.ofNullable(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI))
                .map(Object::toString)
                .orElse(request.getRequestURI());
    }

    private SignedIn signedIn(Caller caller) {
        return new SignedIn(
                caller.name(),
                caller.role().words(),
                caller.organisation(),
                caller.odsCode(),
                caller.role() != Role.AUDITOR && caller.role() != Role.PATIENT,
                access.mayRead(caller, "AuditEvent"),
                caller.role() == Role.PATIENT,
                unread.unread(caller));
    }
}
