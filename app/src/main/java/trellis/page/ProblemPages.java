package trellis.page;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Problem pages: for what a page's controller refuses, and for whatever the container reports.
@Controller
@ControllerAdvice(annotations = PageController.class)
final class ProblemPages implements ErrorController {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemPages.class);

    private final Pages pages;
    private final Clock clock;

    ProblemPages(Pages pages, Clock clock) {
        this.pages = pages;
        this.clock = clock;
    }

    @ExceptionHandler(Refused.class)
    ResponseEntity<byte[]> refused(Refused refused, HttpServletRequest request) {
        var path = request.getRequestURI();
        return switch (refused.problem()) {
            case Problem.NotFound _, Problem.Hidden _, Problem.Gone _ -> notFound(request);
            case Problem.Forbidden(var why) -> show(403, ProblemView.forbidden(why), request);
            case Problem.Unauthenticated(var why) -> show(401, ProblemView.forbidden(why), request);
            case Problem.Unavailable _ -> show(503, ProblemView.unavailable(path), request);
            case Problem.BadRequest(_, var why, _) -> show(400, ProblemView.refused(why), request);
            case Problem.Invalid _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.TooLarge _,
                    Problem.UnsupportedMediaType _ ->
                    show(400, ProblemView.refused("The request was not understood."), request);
        };
    }

    @ExceptionHandler(Elsewhere.class)
    ResponseEntity<byte[]> elsewhere(Elsewhere elsewhere) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create(elsewhere.address()))
                .build();
    }

    /// Fields that cannot be read: a percent sign with nothing behind it, a word where a number belongs.
    @ExceptionHandler({InvalidParameterException.class, TypeMismatchException.class})
    ResponseEntity<byte[]> unreadable(HttpServletRequest request) {
        return show(400, ProblemView.refused("The request was not understood."), request);
    }

    @ExceptionHandler(RuntimeException.class)
    ResponseEntity<byte[]> fault(RuntimeException e, HttpServletRequest request) {
        // The stack trace without the message, which could hold something of a patient's.
        LOG.error("A page failed: {}", e.getClass().getName(), trace(e));
        return show(500, ProblemView.fault(StaffFormat.time(clock.instant())), request);
    }

    /// What the container reports: an unknown address, a refusal by the security chain, a fault below.
    @RequestMapping("${server.error.path:${error.path:/error}}")
    ResponseEntity<byte[]> error(HttpServletRequest request) {
        var status =
                Optional.ofNullable(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE))
                        .map(Integer.class::cast)
                        .orElse(404);
        return switch (status) {
            case 404, 410 -> notFound(request);
            case 401, 403 ->
                    show(
                            403,
                            ProblemView.forbidden(
                                    "Your role or this browser session does not allow this."),
                            request);
            case 503 -> show(503, ProblemView.unavailable("/"), request);
            default ->
                    status < 500
                            ? show(
                                    status,
                                    ProblemView.refused("The request was not understood."),
                                    request)
                            : show(
                                    status,
                                    ProblemView.fault(StaffFormat.time(clock.instant())),
                                    request);
        };
    }

    private ResponseEntity<byte[]> notFound(HttpServletRequest request) {
        return show(
                404, ProblemView.notFound("There is no page or record at this address."), request);
    }

    private ResponseEntity<byte[]> show(int status, ProblemView view, HttpServletRequest request) {
        return pages.show(
                Page.of("page/problem", view.heading(), view).withStatus(status), request);
    }

    private static Throwable trace(RuntimeException e) {
        var bare = new IllegalStateException(e.getClass().getName());
        bare.setStackTrace(e.getStackTrace());
        return bare;
    }
}
