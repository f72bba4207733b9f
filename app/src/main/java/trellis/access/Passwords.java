package trellis.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/// How passwords are made, hashed and compared (docs/decisions, "Passwords are hashed with bcrypt").
public final class Passwords {
    private static final int ROUNDS = 12;
    private static final int LEAST_LETTERS = 12;
    private static final int MOST_BYTES = 72;
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final RandomGenerator RANDOM = new SecureRandom();

    /// A hash of no password, as dear to compare with as a true one: so the time an answer takes
    /// does not tell whether the name exists.
    public static final String NOBODY =
            "{bcrypt}$2a$12$5f8S8z2nVHTUfDDpNVKt6uT0kbUaxdLbmMxY4xSZbJH3VTE3WbZ2O";

    private Passwords() {}

    /// How passwords, and the secrets of apps, are hashed and compared.
    public static PasswordEncoder encoder() {
        return new DelegatingPasswordEncoder(
                "bcrypt", Map.of("bcrypt", new BCryptPasswordEncoder(ROUNDS)));
    }

    /// A new password of four groups of four letters, easy to type: 79 bits of chance.
    public static String generate() {
        var text = new StringBuilder();
        for (var i = 0; i < 16; i++) {
            if (i > 0 && i % 4 == 0) {
                text.append('-');
            }
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /// What is kept of a password.
    public static String hash(String password) {
        return String.valueOf(encoder().encode(password));
    }

    /// @throws AccountRefused when a password is too short to be safe or too long to be hashed whole
    static void check(String password) {
        if (password.length() < LEAST_LETTERS) {
            throw new AccountRefused(
                    "The password must have at least " + LEAST_LETTERS + " characters.");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new AccountRefused("The password must have at most " + MOST_BYTES + " bytes.");
        }
    }
}
