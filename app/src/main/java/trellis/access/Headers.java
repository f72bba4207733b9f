package trellis.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Stream;
import org.springframework.web.filter.OncePerRequestFilter;

/// What every answer says to browsers, whoever gives it, before anything else is decided: to come back
/// over TLS only, to guess no type, to stand in no frame, to tell no other site where it is. Pages say
/// more of it themselves.
final class Headers extends OncePerRequestFilter {
    private static final String YEAR = "max-age=31536000; includeSubDomains";

    /// Pages say these themselves, each once, and load what a program's answers need not.
    private static boolean page(String path) {
        return Stream.of("/fhir", "/oauth2/", "/.well-known/", "/userinfo", "/actuator", "/assets/")
                        .noneMatch(path::startsWith)
                || path.startsWith("/oauth2/consent");
    }

    /// The web server would walk such an address before it chooses who answers, and every guard would see another
    /// one than was sent.
    private static boolean stepsBack(String path) {
        return path.contains("/../")
                || path.contains("/./")
                || path.endsWith("/..")
                || path.endsWith("/.");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (stepsBack(request.getRequestURI())) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
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
        chain.doFilter(request, response);
    }
}
