package trellis.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.webauthn.authentication.HttpSessionPublicKeyCredentialRequestOptionsRepository;
import org.springframework.security.web.webauthn.registration.HttpSessionPublicKeyCredentialCreationOptionsRepository;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Sessions;
import trellis.audit.AuditEntry.Target;
import trellis.audit.PageViews;
import trellis.page.PageController;

/// What a page's script asks to make a passkey and to sign in with one. Each challenge works once.
@PageController
final class PasskeyPages {
    private static final int MOST_PASSKEYS = 20;
    private static final int MOST_LABEL = 100;

    private final Access access;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Signin passkeys;
    private final PageViews views;
    private final HttpSessionPublicKeyCredentialCreationOptionsRepository creations =
            new HttpSessionPublicKeyCredentialCreationOptionsRepository();
    private final HttpSessionPublicKeyCredentialRequestOptionsRepository requests =
            new HttpSessionPublicKeyCredentialRequestOptionsRepository();

    PasskeyPages(
            Access access, Accounts accounts, Sessions sessions, Signin passkeys, PageViews views) {
        this.access = access;
        this.accounts = accounts;
        this.sessions = sessions;
        this.passkeys = passkeys;
        this.views = views;
    }

    @PostMapping("/account/passkeys/options")
    ResponseEntity<byte[]> creation(HttpServletRequest request, HttpServletResponse response) {
        var options = passkeys.creation(own(), request);
        creations.save(request, response, options);
        return json(Signin.json(options));
    }

    /// Keeps the passkey that the browser made.
    @PostMapping("/account/passkeys")
    ResponseEntity<byte[]> register(
            @RequestParam String credential,
            @RequestParam(defaultValue = "") String label,
            HttpServletRequest request,
            HttpServletResponse response) {
        var account = own();
        var asked = creations.load(request);
        creations.save(request, response, null);
        var name = label.isBlank() ? "Passkey" : label.strip();
        var taken =
                asked != null
                        && name.length() <= MOST_LABEL
                        && passkeys.of(account).size() < MOST_PASSKEYS
                        && passkeys.register(asked, credential, name, request);
        if (!taken) {
            return refused("The passkey was not taken. Try again.");
        }
        views.record("made a passkey", Target.NONE, List.of(), request);
        return json("{\"next\":\"/account?done=passkey\"}");
    }

    @PostMapping("/account/passkeys/remove")
    ResponseEntity<byte[]> remove(@RequestParam String id, HttpServletRequest request) {
        passkeys.remove(own(), id);
        views.record("removed a passkey", Target.NONE, List.of(), request);
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/account?done=no-passkey"))
                .build();
    }

    private Account own() {
        return accounts.numbered(access.current().account()).orElseThrow();
    }

    @PostMapping("/sign-in/passkey/options")
    ResponseEntity<byte[]> request(HttpServletRequest request, HttpServletResponse response) {
        var options = passkeys.request(request);
        requests.save(request, response, options);
        return json(Signin.json(options));
    }

    /// Signs in whoever's passkey it is.
    @PostMapping("/sign-in/passkey")
    ResponseEntity<byte[]> signIn(
            @RequestParam String credential,
            HttpServletRequest request,
            HttpServletResponse response) {
        var asked = requests.load(request);
        requests.save(request, response, null);
        var account =
                asked == null || sessions.shut(request)
                        ? Optional.<Account>empty()
                        : passkeys.account(asked, credential, request);
        if (account.isEmpty()) {
            sessions.refused(Optional.empty(), request);
            return refused("That passkey lets nobody in here. Sign in with your password.");
        }
        var next = sessions.signIn(account.get(), request, response).toString();
        return json("{\"next\":\"" + next.replace("\"", "%22") + "\"}");
    }

    private static ResponseEntity<byte[]> refused(String words) {
        return ResponseEntity.badRequest()
                .contentType(MediaType.APPLICATION_JSON)
                .header("Cache-Control", "no-store")
                .body(("{\"error\":\"" + words + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static ResponseEntity<byte[]> json(String body) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .header("Cache-Control", "no-store")
                .body(body.getBytes(StandardCharsets.UTF_8));
    }
}
