package trellis.page;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.OtherSignIn;
import trellis.access.Role;

/// The pages that belong to no capability: home, help, sign-in and signed out. What signs people in
/// and out is not here.
@PageController
final class HomePages {

    private final Pages pages;
    private final Access access;
    private final OtherSignIn other;

    HomePages(Pages pages, Access access, OtherSignIn other) {
        this.other = other;
        this.pages = pages;
        this.access = access;
    }

    @GetMapping("/")
    ResponseEntity<byte[]> home(HttpServletRequest request) {
        return pages.show(Page.of("page/home", "Home", new HomeView(doors())), request);
    }

    @GetMapping("/help")
    ResponseEntity<byte[]> help(HttpServletRequest request) {
        return pages.show(Page.of("page/help", "Help", "help"), request);
    }

    /// The sign-in form; the security chain takes what it posts.
    ///
    /// @param error present when the last try failed
    /// @param ended present when the session had ended
    /// @param refused why another way to sign in let nobody in
    @GetMapping("/sign-in")
    ResponseEntity<byte[]> signIn(
            @RequestParam(required = false) String error,
            @RequestParam(required = false) String ended,
            @RequestParam(defaultValue = "") String refused,
            HttpServletRequest request) {
        var why = other.refusal(refused);
        var view = new SignInView(error != null, ended != null, other.offer(), why);
        var wrong = view.failed() || why.isPresent();
        var page = Page.of("page/sign-in", wrong ? "Error: Sign in" : "Sign in", view);
        return pages.show(app(request).map(page::leadingTo).orElse(page), request);
    }

    /// Where the app that sent somebody here has them sent back to: without a question in between, when
    /// they have let it before.
    private static Optional<String> app(HttpServletRequest request) {
        return Optional.ofNullable(request.getSession(false))
                .map(session -> session.getAttribute("SPRING_SECURITY_SAVED_REQUEST"))
                .filter(SavedRequest.class::isInstance)
                .map(SavedRequest.class::cast)
                .filter(saved -> saved.getRedirectUrl().contains("/oauth2/authorize?"))
                .map(saved -> saved.getParameterValues("redirect_uri"))
                .filter(values -> values.length == 1)
                .map(values -> values[0]);
    }

    @GetMapping("/signed-out")
    ResponseEntity<byte[]> signedOut(HttpServletRequest request) {
        return pages.show(Page.of("page/signed-out", "You are signed out", other.offer()), request);
    }

    private List<HomeView.Door> doors() {
        var doors = new ArrayList<HomeView.Door>();
        access.present()
                .filter(caller -> caller.role() != Role.AUDITOR && caller.role() != Role.PATIENT)
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Find a patient",
                                        "/patients",
                                        "By name, date of birth, NHS number or postcode")));
        access.present()
                .filter(caller -> caller.role() != Role.PATIENT && caller.role() != Role.AUDITOR)
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Messages",
                                        "/messages",
                                        "Write to colleagues, other organisations and patients, and read"
                                                + " what they write")));
        access.present()
                .filter(caller -> caller.role() != Role.PATIENT)
                .filter(caller -> access.mayWrite(caller, "MedicationRequest"))
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Prescriptions",
                                        "/prescriptions",
                                        "What your organisation has prescribed, and where it is")));
        access.present()
                .filter(caller -> access.mayWrite(caller, "MedicationDispense"))
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Prescriptions to dispense",
                                        "/dispensing",
                                        "Download, check and hand over")));
        access.present()
                .filter(caller -> caller.role() != Role.PATIENT)
                .filter(caller -> access.maySearch(caller, "Organization"))
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Find an organisation",
                                        "/organisations",
                                        "By name, ODS code or postcode: where it is, when it is open,"
                                                + " what took its place")));
        access.present()
                .filter(caller -> caller.role() == Role.PATIENT)
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Your record",
                                        "/me",
                                        "Who looked at it, what you have chosen, and who acts for you")));
        access.present()
                .filter(caller -> access.mayRead(caller, "AuditEvent"))
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Who looked",
                                        "/audit",
                                        "Who has seen or changed a patient's record, and when")));
        access.present()
                .filter(caller -> access.maySearch(caller, "AuditEvent"))
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Opened with a reason",
                                        "/openings",
                                        "Records that somebody opened without a relationship")));
        access.present()
                .filter(caller -> access.maySearch(caller, "AuditEvent"))
                .ifPresent(_ ->
                        doors.add(
                                new HomeView.Door(
                                        "Privacy queue",
                                        "/privacy",
                                        "Accesses that look wrong, and what people ask about")));
        doors.add(
                new HomeView.Door(
                        "Help",
                        "/help",
                        "What the marks mean, and what to do when something is wrong"));
        return doors;
    }
}
