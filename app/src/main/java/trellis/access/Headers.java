package trellis.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;

/// What every answer says to browsers, whoever gives it, before anything else is decided: to come back
/// over TLS only, to guess no type, to stand in no frame, to tell no other site where it is. Pages say
/// more of it themselves.
final class Headers {
    private static final String YEAR = "max-age=31536000; includeSubDomains";

    private static final List<String> PROGRAMS =
            List.of(
                    "/fhir",
                    "/oauth2/",
                    "/.well-known/",
                    "/userinfo",
                    "/actuator",
                    "/assets/",
                    "/subscriptions/");

    private Headers() {}

    /// Pages say these themselves, each once, and load what a program's answers need not.
    private static boolean page(String path) {
        for (var program : PROGRAMS) {
            if (path.startsWith(program)) {
                return path.startsWith("/oauth2/consent");
            }
        }
        return true;
    }

    static void say(HttpServletRequest request, HttpServletResponse response) {
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", YEAR);
        }
        if (!page(request.getRequestURI())) {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("X-Frame-Options", "DENY");
            response.setHeader("Referrer-Policy", "no-referrer");
            response.setHeader(
                    "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }
    }
}
