package trellis.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import trellis.settings.ServerSettings;

/// Who asked for something that is done later, and whether they may still have it when it is done. What is kept of them
/// holds no secret.
@Component
public final class Askers {
    private static final String OPEN = "open";
    private static final String TOKEN = "token";

    private final Tokens tokens;
    private final ObjectProvider<AppTokens> apps;
    private final ServerSettings server;

    Askers(Tokens tokens, ObjectProvider<AppTokens> apps, ServerSettings server) {
        this.tokens = tokens;
        this.apps = apps;
        this.server = server;
    }

    /// What whoever makes the request of this thread has shown, to be kept; empty for what cannot be asked again.
    public String shown() {
        return SecurityContextHolder.getContext().getAuthentication()
                        instanceof CallerAuthentication known
                ? known.shown()
                : "";
    }

    /// Who that is now; empty when the token was revoked, the account disabled, or the app refused or taken back. A token
    /// that has only ended by itself does not matter: what was asked in its time is done.
    ///
    /// @param then who it was
    /// @param shown as [#shown] said then
    /// @return with the role, the organisation and the scopes of now
    public Optional<Caller> again(Caller then, String shown) {
        if (shown.equals(OPEN)) {
            return server.open() ? Optional.of(Caller.open()) : Optional.empty();
        }
        var bar = shown.indexOf(' ');
        if (bar < 0) {
            return Optional.empty();
        }
        var kind = shown.substring(0, bar);
        var hash = shown.substring(bar + 1);
        return kind.equals(TOKEN)
                ? tokens.again(Base64.getUrlDecoder().decode(hash))
                : apps.stream()
                        .filter(known -> known.kind().equals(kind))
                        .findFirst()
                        .flatMap(known -> known.again(then, hash));
    }

    /// What is done for somebody after their request.
    @FunctionalInterface
    public interface Later<T> {
        T done() throws IOException;
    }

    /// Does something on this thread as somebody: whatever asks who is asking ([Access#current]) is told them.
    ///
    /// @param caller as [#again] said
    public <T> T acting(Caller caller, Later<T> work) throws IOException {
        var before = SecurityContextHolder.getContext();
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new CallerAuthentication(caller, ""));
        SecurityContextHolder.setContext(context);
        try {
            return work.done();
        } finally {
            SecurityContextHolder.setContext(before);
        }
    }

    static String open() {
        return OPEN;
    }

    /// @param hash the SHA-256 of a token
    static String token(byte[] hash) {
        return TOKEN + " " + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    static String app(AppTokens known, String secret) {
        return known.kind() + " " + hash(secret);
    }

    /// The SHA-256 of a token, which is all that is kept of it.
    public static String hash(String secret) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
