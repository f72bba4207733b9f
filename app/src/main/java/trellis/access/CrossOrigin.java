package trellis.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/// Lets scripts of other sites' pages use the API, as SMART App Launch expects of a server
/// (https://hl7.org/fhir/smart-app-launch/app-launch.html#considerations-for-cross-origin-resource-sharing-cors-support): what a
/// browser asks beforehand is answered before any gate, because it comes without a token. Never with credentials: nothing here
/// goes by a cookie.
final class CrossOrigin {
    private static final Set<String> OF_TOKENS =
            Set.of(
                    "/oauth2/token",
                    "/oauth2/introspect",
                    "/oauth2/revoke",
                    "/oauth2/jwks",
                    "/userinfo");
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String ASKED =
            "Accept, Authorization, Cache-Control, Content-Encoding, Content-Type, If-Match,"
                    + " If-Modified-Since, If-None-Exist, If-None-Match, Prefer, X-Request-Id";
    private static final String ANSWERED =
            "Content-Location, ETag, Last-Modified, Link, Location, Retry-After, X-Progress,"
                    + " X-Request-Id";

    /// How long a browser may remember, in seconds.
    private static final String REMEMBERED = "600";

    private final CrossOriginSettings settings;

    CrossOrigin(CrossOriginSettings settings) {
        this.settings = settings;
    }

    /// Says who may read the answer.
    ///
    /// @return whether that was all that was asked, so that the request is answered
    boolean answers(HttpServletRequest request, HttpServletResponse response) {
        if (!isFor(request.getRequestURI())) {
            return false;
        }
        if (!settings.any() && !settings.origins().isEmpty()) {
            response.addHeader("Vary", "Origin");
        }
        var origin = request.getHeader("Origin");
        if (origin == null) {
            return false;
        }
        var allowed = settings.allowed(origin);
        allowed.ifPresent(value -> {
            response.setHeader("Access-Control-Allow-Origin", value);
            response.setHeader("Access-Control-Expose-Headers", ANSWERED);
        });
        if (!asksBeforehand(request)) {
            return false;
        }
        if (allowed.isPresent()) {
            response.setHeader("Access-Control-Allow-Methods", METHODS);
            response.setHeader("Access-Control-Allow-Headers", ASKED);
            response.setHeader("Access-Control-Max-Age", REMEMBERED);
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        }
        return true;
    }

    private static boolean isFor(String path) {
        return path.equals("/fhir")
                || path.startsWith("/fhir/")
                || path.startsWith("/.well-known/")
                || OF_TOKENS.contains(path);
    }

    private static boolean asksBeforehand(HttpServletRequest request) {
        return request.getMethod().equals("OPTIONS")
                && request.getHeader("Access-Control-Request-Method") != null;
    }
}
