package trellis.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Account;
import trellis.access.AccountRefused;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.access.SecondSteps;
import trellis.access.Sessions;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;

/// How somebody signs in: their password, second step and passkeys; and the page that asks for a code.
@PageController
final class AccountPages {
    private static final String PAGE = "signin/account";
    private static final String SECOND_STEP = "/account/second-step";

    private final Access access;
    private final Accounts accounts;
    private final SecondSteps seconds;
    private final Sessions sessions;
    private final Signin passkeys;
    private final PageViews views;
    private final Pages pages;
    private final Clock clock;

    AccountPages(
            Access access,
            Accounts accounts,
            SecondSteps seconds,
            Sessions sessions,
            Signin passkeys,
            PageViews views,
            Pages pages,
            Clock clock) {
        this.access = access;
        this.accounts = accounts;
        this.seconds = seconds;
        this.sessions = sessions;
        this.passkeys = passkeys;
        this.views = views;
        this.pages = pages;
        this.clock = clock;
    }

    /// @param done what has just been done, to be said
    @GetMapping("/account")
    ResponseEntity<byte[]> account(
            @RequestParam(defaultValue = "") String done, HttpServletRequest request) {
        return show(Optional.empty(), done, request);
    }

    private ResponseEntity<byte[]> show(
            Optional<AccountView.Fault> error, String done, HttpServletRequest request) {
        var account = own();
        var said =
                switch (done) {
                    case "password" -> Optional.of("Your password is changed.");
                    case "second-step" -> Optional.of("Your password now asks for a code as well.");
                    case "no-second-step" ->
                            Optional.of("Your password is enough again, without a code.");
                    case "passkey" -> Optional.of("The passkey is kept. You can sign in with it.");
                    case "no-passkey" -> Optional.of("The passkey is forgotten here.");
                    default -> Optional.<String>empty();
                };
        var view =
                new AccountView(
                        account,
                        seconds.asked(account.id()),
                        seconds.recoveryCodes(account.id()),
                        passkeys.of(account),
                        account.person().role() != Role.PATIENT,
                        error,
                        said);
        var title = "How you sign in";
        return pages.show(
                Page.of(PAGE, error.isPresent() ? "Error: " + title : title, view), request);
    }

    private Account own() {
        return accounts.numbered(access.current().account()).orElseThrow();
    }

    /// A new password ends every other session of the account, and begins this one anew.
    @PostMapping("/account/password")
    ResponseEntity<byte[]> password(
            @RequestParam(defaultValue = "") String current,
            @RequestParam(defaultValue = "") String password,
            HttpServletRequest request,
            HttpServletResponse response) {
        var account = own();
        if (!accounts.knows(account, current, clock.instant())) {
            return show(wrongPassword("current"), "", request);
        }
        try {
            accounts.changePassword(account.person().signIn(), password);
        } catch (AccountRefused e) {
            var fault = new AccountView.Fault("password", String.valueOf(e.getMessage()));
            return show(Optional.of(fault), "", request);
        }
        views.record("changed own password", Target.NONE, List.of(), request);
        sessions.begin(own(), request, response);
        return to("/account?done=password");
    }

    private static Optional<AccountView.Fault> wrongPassword(String field) {
        return Optional.of(
                new AccountView.Fault(
                        field,
                        "That is not your password now. After five wrong ones, wait a minute and try"
                                + " again."));
    }

    @PostMapping(SECOND_STEP)
    ResponseEntity<byte[]> begin() {
        seconds.begin(own().id());
        return to(SECOND_STEP);
    }

    @GetMapping(SECOND_STEP)
    ResponseEntity<byte[]> setup(HttpServletRequest request) {
        return setup(false, request);
    }

    private ResponseEntity<byte[]> setup(boolean failed, HttpServletRequest request) {
        var account = own();
        var secret = seconds.begun(account.id());
        if (secret.isEmpty()) {
            return to("/account");
        }
        var address = SecondSteps.address(account.person().signIn(), secret.get());
        var title = failed ? "Error: Set up a second step" : "Set up a second step";
        return pages.show(
                Page.of("signin/setup", title, AccountView.Setup.of(secret.get(), address, failed)),
                request);
    }

    /// A first code shows that the app has the secret; recovery codes are shown now or never.
    @PostMapping(SECOND_STEP + "/confirm")
    ResponseEntity<byte[]> confirm(
            @RequestParam(defaultValue = "") String code, HttpServletRequest request) {
        var account = own();
        if (seconds.begun(account.id()).isEmpty()) {
            return to("/account");
        }
        var codes = seconds.confirm(account.id(), code);
        if (codes.isEmpty()) {
            return setup(true, request);
        }
        views.record("began own second step", Target.NONE, List.of(), request);
        return pages.show(
                Page.of("signin/recovery", "Your recovery codes", new AccountView.Recovery(codes)),
                request);
    }

    @PostMapping(SECOND_STEP + "/off")
    ResponseEntity<byte[]> off(
            @RequestParam(defaultValue = "") String sure, HttpServletRequest request) {
        var account = own();
        if (!accounts.knows(account, sure, clock.instant())) {
            return show(wrongPassword("sure"), "", request);
        }
        seconds.forget(account.id());
        views.record("ended own second step", Target.NONE, List.of(), request);
        return to("/account?done=no-second-step");
    }

    @GetMapping("/sign-in/code")
    ResponseEntity<byte[]> code(
            @RequestParam(required = false) String failed, HttpServletRequest request) {
        if (seconds.owing().isEmpty()) {
            return to("/sign-in");
        }
        var title = failed == null ? "Enter your code" : "Error: Enter your code";
        return pages.show(
                Page.of("signin/code", title, new AccountView.Code(failed != null)), request);
    }

    @PostMapping("/sign-in/code")
    ResponseEntity<byte[]> code(
            @RequestParam(defaultValue = "") String code,
            HttpServletRequest request,
            HttpServletResponse response) {
        var account = seconds.owing();
        if (account.isEmpty()) {
            return to("/sign-in?ended");
        }
        if (!seconds.right(account.get().id(), code)) {
            sessions.refused(account, request);
            return to("/sign-in/code?failed");
        }
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(sessions.signIn(account.get(), request, response))
                .build();
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
