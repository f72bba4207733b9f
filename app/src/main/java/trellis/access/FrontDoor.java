package trellis.access;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;

/// The first that a request meets. What every answer says to browsers is said here, and scripts of other sites are
/// answered. A program's request whose address is plain goes straight through its gate to its servlet, because these come by the thousand
/// a second; the long chain of filters behind this one is for pages, sessions, and addresses that have to be looked at
/// closely.
final class FrontDoor implements Filter {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
    private static final BitSet NAMED = new BitSet(128);

    static {
        (LETTERS + LETTERS.toUpperCase(Locale.ROOT) + "0123456789-_$*").chars().forEach(NAMED::set);
    }

    private final Optional<CrossOrigin> crossOrigin;

    /// By the pattern that leads there, as the web server has found it: what lies below with a servlet of its own is not theirs.
    private final Map<String, Way> ways;

    /// A way through a gate.
    ///
    /// @param path what addresses begin with
    /// @param gate who is let in
    /// @param servlet who answers
    /// @param timing how long that takes
    record Way(String path, BearerGate gate, Servlet servlet, Timing timing) {
        Way(String path, BearerGate gate, Servlet servlet, MeterRegistry meters) {
            this(path, gate, servlet, new Timing(meters, path));
        }
    }

    /// @param crossOrigin empty where no script of another site may come near
    FrontDoor(Optional<CrossOrigin> crossOrigin, List<Way> ways) {
        this.crossOrigin = crossOrigin;
        this.ways = ways.stream().collect(Collectors.toMap(way -> way.path() + "/*", way -> way));
    }

    @Override
    public void doFilter(ServletRequest asked, ServletResponse answered, FilterChain chain)
            throws ServletException, IOException {
        var request = (HttpServletRequest) asked;
        var response = (HttpServletResponse) answered;
        var address = request.getRequestURI();
        if (stepsBack(address)) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        Headers.say(request, response);
        if (crossOrigin.isPresent() && crossOrigin.get().answers(request, response)) {
            return;
        }
        var way = way(request, address);
        if (way == null) {
            chain.doFilter(request, response);
        } else {
            straight(way, request, response);
        }
    }

    private @Nullable Way way(HttpServletRequest request, String address) {
        return METHODS.contains(request.getMethod()) && isPlain(address)
                ? ways.get(request.getHttpServletMapping().getPattern())
                : null;
    }

    private static void straight(Way way, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        var begun = System.nanoTime();
        var status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try {
            // Whatever a form says of itself.
            request.setCharacterEncoding(StandardCharsets.UTF_8);
            if (way.gate().lets(request, response)) {
                way.servlet().service(request, response);
            }
            status = response.getStatus();
        } finally {
            SecurityContextHolder.clearContext();
            var took = System.nanoTime() - begun;
            var answered = status;
            Exemplars.of(
                    request,
                    response,
                    () -> way.timing().took(request.getMethod(), answered, took));
        }
    }

    /// The web server would walk such an address before it chooses who answers, and every guard would see another
    /// one than was sent.
    private static boolean stepsBack(String address) {
        return address.contains("/../")
                || address.contains("/./")
                || address.endsWith("/..")
                || address.endsWith("/.");
    }

    /// Whether an address can mean nothing but what it says: no escapes, no parameters, no empty steps.
    private static boolean isPlain(String address) {
        var before = ' ';
        for (var i = 0; i < address.length(); i++) {
            var sign = address.charAt(i);
            var ends = sign == '/' || sign == '.';
            if (ends ? before == '/' : !NAMED.get(sign)) {
                return false;
            }
            before = sign;
        }
        return true;
    }
}
