package trellis.access;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import trellis.access.SignInEvent.Client;
import trellis.fhir.Problem;
import trellis.settings.Settings;

/// Which guard stands before which addresses. The first chain that matches is the only one; the last
/// one matches everything and lets nobody in who is not named.
@Configuration(proxyBeanMethods = false)
class SecurityChains {
    /// Tokens that are none, from one address: more is somebody guessing.
    private static final int WRONG_PER_SECOND = 20;

    private static final String API = "/fhir";

    private static final Logger LOG = LoggerFactory.getLogger(SecurityChains.class);

    /// The request itself is observed; nobody looks at each of its filters as well.
    @Bean
    SecurityObservationSettings observed() {
        return SecurityObservationSettings.noObservations();
    }

    /// The API: one small filter, because every read passes it.
    @Bean
    @Order(1)
    SecurityFilterChain apiChain(
            Tokens tokens, List<AppTokens> apps, Access access, BearerGate.Rates rates) {
        var open = open(access);
        if (open.isPresent()) {
            LOG.warn(
                    "Open mode: any program on this machine can read and change every record"
                            + " through the API without a token");
        }
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher(API + "/**"),
                BearerGate.ofApi(tokens, apps, open, rates));
    }

    /// The services beside it, each with a gate that says in the service's own words whom it does not let in.
    @Bean
    @Order(0)
    SecurityFilterChain servicesChain(
            List<Service> services,
            Tokens tokens,
            List<AppTokens> apps,
            Access access,
            BearerGate.Rates rates) {
        var open = open(access);
        var gates = new LinkedHashMap<RequestMatcher, Filter>();
        for (var service : services) {
            gates.put(
                    PathPatternRequestMatcher.withDefaults().matcher(service.path() + "/**"),
                    BearerGate.of(service, tokens, apps, open, rates));
        }
        return new DefaultSecurityFilterChain(
                request -> gates.keySet().stream().anyMatch(one -> one.matches(request)),
                (request, response, chain) -> {
                    var gate =
                            gates.entrySet().stream()
                                    .filter(one ->
                                            one.getKey().matches((HttpServletRequest) request))
                                    .findFirst()
                                    .orElseThrow();
                    gate.getValue().doFilter(request, response, chain);
                });
    }

    /// Health is for whoever watches the machine; the other measurements need a token.
    @Bean
    @Order(2)
    SecurityFilterChain healthChain() {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher("/actuator/health/**"));
    }

    @Bean
    @Order(3)
    SecurityFilterChain measurementsChain(Tokens tokens, BearerGate.Rates rates) {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher("/actuator/**"),
                BearerGate.ofMeasurements(tokens, rates));
    }

    /// Style sheet, script and icons: the same for everybody, kept by browsers.
    @Bean
    @Order(4)
    SecurityFilterChain assetsChain() {
        return new DefaultSecurityFilterChain(
                PathPatternRequestMatcher.withDefaults().matcher("/assets/**"));
    }

    /// The pages.
    @Bean
    @Order(5)
    SecurityFilterChain pagesChain(
            HttpSecurity http, DataSource database, Clock clock, SignInAnswers answers) {
        return http.authorizeHttpRequests(requests ->
                        requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                                .permitAll()
                                .requestMatchers(
                                        "/",
                                        "/sign-in",
                                        "/signed-out",
                                        "/help",
                                        "/locked",
                                        "/hand-over",
                                        "/sign-in/code",
                                        "/sign-in/passkey",
                                        "/sign-in/with/issuer",
                                        "/sign-in/passkey/options",
                                        "/favicon.ico")
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .formLogin(form ->
                        form.loginPage("/sign-in")
                                .authenticationDetailsSource(SecurityChains::client)
                                .successHandler(answers)
                                .failureHandler(answers))
                .logout(out ->
                        out.logoutUrl("/sign-out")
                                .deleteCookies("TRELLIS")
                                .addLogoutHandler(answers)
                                .logoutSuccessUrl("/signed-out"))
                .requestCache(kept -> kept.requestCache(Sessions.wanted()))
                .exceptionHandling(refused ->
                        refused.authenticationEntryPoint(answers).accessDeniedHandler(answers))
                .headers(headers ->
                        headers.referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                                .crossOriginOpenerPolicy(policy ->
                                        policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN)))
                .addFilterBefore(
                        SessionWatch.over(database, clock),
                        UsernamePasswordAuthenticationFilter.class)
                .build();
    }

    /// Before every chain, so that refusals say it too. In open mode no token is needed, so no page elsewhere may come near.
    @Bean
    FilterRegistrationBean<FrontDoor> frontDoor(
            Settings settings,
            Access access,
            Tokens tokens,
            List<AppTokens> apps,
            BearerGate.Rates rates,
            List<Service> services,
            List<ServletRegistrationBean<?>> registrations,
            MeterRegistry meters) {
        var open = open(access);
        var ways = new ArrayList<FrontDoor.Way>();
        for (var registration : registrations) {
            if (registration.getUrlMappings().contains(API + "/*")) {
                var gate = BearerGate.ofApi(tokens, apps, open, rates);
                ways.add(new FrontDoor.Way(API, gate, servlet(registration), meters));
            }
        }
        for (var service : services) {
            if (service instanceof Servlet servlet) {
                var gate = BearerGate.of(service, tokens, apps, open, rates);
                ways.add(new FrontDoor.Way(service.path(), gate, servlet, meters));
            }
        }
        var crossOrigin =
                Optional.of(new CrossOrigin(CrossOriginSettings.from(settings)))
                        .filter(_ -> !access.open());
        var registration = new FilterRegistrationBean<>(new FrontDoor(crossOrigin, ways));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        return registration;
    }

    private static Servlet servlet(ServletRegistrationBean<?> registration) {
        return Objects.requireNonNull(registration.getServlet());
    }

    private static Optional<OpenDoor> open(Access access) {
        return Optional.of(new OpenDoor()).filter(_ -> access.open());
    }

    @Bean
    BearerGate.Rates rates(AccessSettings settings, Clock clock) {
        return new BearerGate.Rates(
                new Throttle(settings.rate(), clock), new Throttle(WRONG_PER_SECOND, clock));
    }

    @Bean
    AccessSettings accessSettings(Settings settings) {
        return AccessSettings.from(settings);
    }

    @Bean
    AuthenticationManager authenticationManager(SignIn signIn) {
        return new ProviderManager(signIn);
    }

    /// Addresses that could deceive a guard (`//`, `;`, `%2F`, ...) are refused before any chain.
    @Bean
    RequestRejectedHandler requestRejectedHandler() {
        return (request, response, _) -> {
            if (request.getRequestURI().startsWith("/fhir")) {
                FhirRefusal.answer(
                        new Problem.BadRequest(
                                "value",
                                "The address holds characters that no address here has.",
                                "url"),
                        response);
            } else {
                response.sendError(400);
            }
        };
    }

    static Client client(HttpServletRequest request) {
        return new Client(
                request.getRemoteAddr(),
                Optional.ofNullable(request.getHeader("User-Agent")).orElse(""));
    }
}
