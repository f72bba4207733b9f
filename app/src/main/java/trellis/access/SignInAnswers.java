package trellis.access;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.authentication.logout.LogoutHandler;
import org.springframework.stereotype.Component;
import trellis.access.SignInEvent.SignedOut;
import trellis.fhir.Refused;

/// Where a browser is sent after signing in or out, and when it may not go on.
@Component
final class SignInAnswers extends SavedRequestAwareAuthenticationSuccessHandler
        implements AuthenticationFailureHandler,
                AuthenticationEntryPoint,
                AccessDeniedHandler,
                LogoutHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SignInAnswers.class);

    /// Where the second step is asked for.
    static final String CODE = "/sign-in/code";

    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final AccessSettings settings;

    SignInAnswers(ApplicationEventPublisher events, Clock clock, AccessSettings settings) {
        this.events = events;
        this.clock = clock;
        this.settings = settings;
    }

    /// On to the page that was asked for. A session of somebody signed in lives longer than the one
    /// that a sign-in form needs.
    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication signedIn)
            throws ServletException, IOException {
        if (!(signedIn instanceof CallerAuthentication known)) {
            response.sendRedirect(CODE);
            return;
        }
        var longest = settings.idle(known.getPrincipal().role());
        request.getSession().setMaxInactiveInterval((int) longest.toSeconds());
        super.onAuthenticationSuccess(request, response, signedIn);
    }

    /// Back to the form, which says the same whatever was wrong.
    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException failure)
            throws IOException {
        if (failure instanceof AuthenticationServiceException) {
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        } else {
            response.sendRedirect("/sign-in?error");
        }
    }

    /// A page for people who are signed in, and nobody is.
    @Override
    public void commence(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException refusal)
            throws IOException {
        lead(ended(request) ? "/sign-in?ended" : "/sign-in", request, response);
    }

    /// A form without the token that shows it is ours: mostly because its session has ended.
    @Override
    public void handle(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException refusal)
            throws IOException {
        if (ended(request)) {
            lead("/sign-in?ended", request, response);
        } else if (refusal instanceof AuthorizationDeniedException
                && SecurityContextHolder.getContext().getAuthentication()
                        instanceof HalfAuthentication) {
            Sessions.wanted().saveRequest(request, response);
            response.sendRedirect(CODE);
        } else {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
        }
    }

    @Override
    public void logout(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable Authentication authentication) {
        if (authentication instanceof CallerAuthentication known) {
            try {
                events.publishEvent(
                        new SignedOut(
                                clock.instant(),
                                known.getPrincipal(),
                                SecurityChains.client(request)));
            } catch (Refused e) {
                // Nothing is shown by signing out: it must not fail because the audit is away.
                LOG.warn("A sign-out is missing from the audit");
            }
        }
    }

    /// A script is not led on: it would fetch the form behind the page that somebody fills in, and with it a
    /// session in place of theirs.
    private static void lead(
            String address, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (Sessions.byScript(request)) {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        } else {
            response.sendRedirect(address);
        }
    }

    private static boolean ended(HttpServletRequest request) {
        return request.getRequestedSessionId() != null && !request.isRequestedSessionIdValid();
    }
}
