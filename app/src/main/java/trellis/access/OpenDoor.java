package trellis.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who may use the API of a laptop in open mode: programs on this machine that speak to it by a
/// loopback name. A page of another site in the same browser may not: neither by its own origin, nor
/// by a name of its own that leads to this machine (DNS rebinding).
final class OpenDoor {
    private static final Pattern LOOPBACK =
            Pattern.compile(
                    "(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1\\])(:\\d{1,5})?");

    /// Why a request is refused; empty when it is let in.
    Optional<String> refusal(HttpServletRequest request) {
        var host = Optional.ofNullable(request.getHeader("Host")).map(OpenDoor::lower).orElse("");
        if (!LOOPBACK.matcher(host).matches()) {
            return refuse("it names this server as something else than localhost");
        }
        var origin = Optional.ofNullable(request.getHeader("Origin")).map(OpenDoor::lower);
        if (origin.isPresent() && !origin.get().equals(request.getScheme() + "://" + host)) {
            return refuse("it comes from a page of another site");
        }
        var site = Optional.ofNullable(request.getHeader("Sec-Fetch-Site")).map(OpenDoor::lower);
        if (site.isPresent() && !site.get().equals("same-origin") && !site.get().equals("none")) {
            return refuse("it comes from a page of another site");
        }
        return Optional.empty();
    }

    private static Optional<String> refuse(String why) {
        return Optional.of(
                "The request is refused because "
                        + why
                        + ", and this server is in open mode. Use http://localhost, or run it"
                        + " without --open and send a token.");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
