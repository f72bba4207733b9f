package trellis.access;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import trellis.fhir.Problem;

/// The gate of the API: a bearer token in the `Authorization` header (RFC 6750, section 2.1), nothing
/// else. A browser's session does not count here, so no page elsewhere can make a browser use the API
/// in somebody's name. In open mode whoever [OpenDoor] lets in needs no token.
final class BearerGate implements Filter {
    private static final String SCHEME = "Bearer ";
    private static final Set<String> PUBLIC = Set.of("/fhir/metadata", "/fhir/api-docs");

    private final Tokens tokens;
    private final List<AppTokens> apps;
    private final Optional<OpenDoor> open;
    private final Throttle rate;
    private final Throttle wrong;

    private final boolean machineOnly;
    private final Words words;

    private BearerGate(
            Tokens tokens,
            List<AppTokens> apps,
            Optional<OpenDoor> open,
            Rates rates,
            boolean machineOnly,
            Words words) {
        this.tokens = tokens;
        this.apps = apps;
        this.open = open;
        this.rate = rates.known();
        this.wrong = rates.wrong();
        this.machineOnly = machineOnly;
        this.words = words;
    }

    /// How somebody is told that they are not let in.
    @FunctionalInterface
    private interface Words {
        void refuse(
                Denial why, String detail, HttpServletRequest request, HttpServletResponse response)
                throws IOException;
    }

    /// How often somebody may ask.
    ///
    /// @param known by account or app
    /// @param wrong by address, of those who show a token that is none
    record Rates(Throttle known, Throttle wrong) {}

    /// The gate of the API.
    ///
    /// @param apps know the tokens of apps
    /// @param open what guards open mode; empty when the server is not in it
    /// @param rates how often somebody may ask
    static BearerGate ofApi(
            Tokens tokens, List<AppTokens> apps, Optional<OpenDoor> open, Rates rates) {
        return new BearerGate(tokens, apps, open, rates, false, BearerGate::say);
    }

    /// The gate of a service beside the API, which says itself what it refuses.
    static BearerGate of(
            Service service,
            Tokens tokens,
            List<AppTokens> apps,
            Optional<OpenDoor> open,
            Rates rates) {
        return new BearerGate(tokens, apps, open, rates, false, service::refuse);
    }

    /// The gate of the server's measurements, which are for the machine's own tokens alone.
    static BearerGate ofMeasurements(Tokens tokens, Rates rates) {
        return new BearerGate(tokens, List.of(), Optional.empty(), rates, true, BearerGate::say);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (lets((HttpServletRequest) request, (HttpServletResponse) response)) {
            chain.doFilter(request, response);
        }
    }

    /// Whether a request is let in, and then its caller is known to this thread. Otherwise it is answered.
    boolean lets(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        var foreign = open.flatMap(door -> door.refusal(request));
        if (foreign.isPresent()) {
            words.refuse(Denial.ELSEWHERE, foreign.get(), request, response);
            return false;
        }
        try {
            var denial = denial(request);
            if (denial.isPresent()) {
                words.refuse(denial.get(), "", request, response);
            }
            return denial.isEmpty();
        } catch (DataAccessException e) {
            words.refuse(Denial.AWAY, "", request, response);
            return false;
        }
    }

    /// Why the request is not let in; empty when it is, and then its caller is known.
    private Optional<Denial> denial(HttpServletRequest request) {
        var sent = request.getHeader("Authorization");
        var known = known(sent);
        if (known.isPresent()) {
            return denial(known.get());
        }
        if (sent == null) {
            return isPublic(request) ? Optional.empty() : Optional.of(Denial.NO_HEADER);
        }
        // Only what is wrong is counted: a good token behind the same address goes on being good.
        if (!wrong.take(request.getRemoteAddr())) {
            return Optional.of(Denial.TOO_MANY);
        }
        if (sent.isBlank()) {
            return Optional.of(Denial.EMPTY_HEADER);
        }
        return Optional.of(
                sent.strip().equalsIgnoreCase(SCHEME.strip()) ? Denial.NO_TOKEN : Denial.BAD_TOKEN);
    }

    private Optional<Denial> denial(Tokens.Known known) {
        var caller = known.caller();
        if (machineOnly && caller.role() != Role.SYSTEM) {
            return Optional.of(Denial.NOT_MACHINE);
        }
        if (!rate.take(who(caller))) {
            return Optional.of(Denial.TOO_MANY);
        }
        SecurityContextHolder.setContext(
                new SecurityContextImpl(new CallerAuthentication(caller, known.shown())));
        return Optional.empty();
    }

    /// Whom a request is counted for; nobody for the machine's own tokens and open mode.
    private static String who(Caller caller) {
        return caller.app()
                .map(app -> "app " + app.id() + " " + caller.account())
                .orElse(caller.account() == 0 ? Throttle.UNCOUNTED : "account " + caller.account());
    }

    private Optional<Tokens.Known> known(@Nullable String sent) {
        if (sent == null) {
            return open.map(_ -> new Tokens.Known(Caller.open(), Askers.open()));
        }
        if (!sent.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        var token = sent.substring(SCHEME.length()).strip();
        return tokens.known(token)
                .or(() -> apps.stream().flatMap(app -> known(app, token).stream()).findFirst());
    }

    private static Optional<Tokens.Known> known(AppTokens app, String token) {
        return app.caller(token).map(caller -> new Tokens.Known(caller, Askers.app(app, token)));
    }

    private static boolean isPublic(HttpServletRequest request) {
        var method = request.getMethod();
        return (method.equals("GET") || method.equals("HEAD"))
                && PUBLIC.contains(request.getRequestURI());
    }

    /// As the FHIR API says it: an OperationOutcome.
    private static void say(
            Denial why, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (why) {
            case ELSEWHERE -> FhirRefusal.answer(new Problem.Forbidden(detail), response);
            case NOT_MACHINE ->
                    FhirRefusal.answer(
                            new Problem.Forbidden(
                                    "Only a token of the machine itself may read this: `trellis"
                                            + " token` makes one."),
                            response);
            case TOO_MANY -> {
                response.setHeader("Retry-After", "1");
                FhirRefusal.write(
                        429,
                        "throttled",
                        "Too many requests at once. Wait a second, and send fewer.",
                        response);
            }
            case AWAY ->
                    FhirRefusal.answer(
                            new Problem.Unavailable(
                                    "The database is away. Try again in a minute.",
                                    Duration.ofSeconds(30)),
                            response);
            case NO_HEADER ->
                    challenge(
                            "",
                            "Send a bearer token: Authorization: Bearer TOKEN. `trellis token`"
                                    + " makes one.",
                            response);
            case EMPTY_HEADER, NO_TOKEN, BAD_TOKEN ->
                    challenge(
                            ", error=\"invalid_token\"",
                            "The token is not good: mistyped, expired or revoked. `trellis"
                                    + " token` makes a new one.",
                            response);
        }
    }

    private static void challenge(String error, String words, HttpServletResponse response)
            throws IOException {
        response.setHeader("WWW-Authenticate", "Bearer realm=\"trellis\"" + error);
        FhirRefusal.answer(new Problem.Unauthenticated(words), response);
    }
}
