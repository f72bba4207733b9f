package trellis.federation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import trellis.access.Level;
import trellis.people.NhsNumber;

/// Reads who an issuer says somebody is.
final class FederationRules {
    /// Below this, who somebody is has been asserted and not proved (NIST SP 800-63A).
    private static final int IDENTITY = 3;

    /// Below this, one factor was enough (NIST SP 800-63B).
    private static final int AUTHENTICATION = 2;

    private FederationRules() {}

    /// Who somebody is said to be.
    sealed interface Said {}

    /// Whoever has this sign-in name.
    record Named(String signIn) implements Said {}

    /// A user of the Care Identity Service.
    ///
    /// @param userId 12 digits
    /// @param roleProfile the one chosen there; empty when none was
    record User(String userId, Optional<String> roleProfile) implements Said {}

    /// A member of the public.
    ///
    /// @param number their NHS number
    /// @param level how well they have proved that it is theirs
    /// @param born the birth date, as FHIR writes it
    /// @param name as NHS login knows them
    record Person(NhsNumber number, Level level, String born, String name) implements Said {}

    /// Nobody whom this server could let in.
    record Nobody(Reason why) implements Said {}

    /// Why somebody whom the issuer knows is not let in.
    enum Reason {
        /// There is no account for them.
        UNKNOWN,
        /// They have not proved enough.
        LEVEL,
        /// The role profile chosen there is none of theirs here.
        ROLE,
        /// The issuer did not answer.
        AWAY,
        /// They did not sign in there, or what came back was not right.
        FAILED;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Reason> of(String code) {
            return Arrays.stream(values()).filter(one -> one.code().equals(code)).findFirst();
        }

        /// For the person who is refused.
        ///
        /// @param issuer as people know it
        String words(String issuer) {
            return switch (this) {
                case UNKNOWN ->
                        "You signed in with "
                                + issuer
                                + ", but you have no account here yet. Ask whoever gives out accounts"
                                + " where you work, or your GP practice.";
                case LEVEL ->
                        "You signed in with "
                                + issuer
                                + ", but have not proved well enough there who you are. Prove your"
                                + " identity there, and try again.";
                case ROLE ->
                        "The role you chose with "
                                + issuer
                                + " is not one you have here. Sign in again and choose the role you work"
                                + " in here.";
                case AWAY ->
                        issuer
                                + " does not answer just now. Try again in a minute, or sign in below.";
                case FAILED -> "The sign-in with " + issuer + " did not succeed. Try again.";
            };
        }
    }

    /// Who the claims of an issuer name.
    static Said said(FederationSettings.People people, Map<String, Object> claims) {
        return switch (people.kind()) {
            case SIGN_IN -> named(text(claims, people.claim()));
            case CIS2 -> user(claims);
            case NHS_LOGIN -> person(claims);
        };
    }

    private static Said named(String signIn) {
        return signIn.isBlank()
                ? new Nobody(Reason.UNKNOWN)
                : new Named(signIn.strip().toLowerCase(Locale.ROOT));
    }

    private static Said user(Map<String, Object> claims) {
        var user = text(claims, "nhsid_useruid");
        if (user.isEmpty()) {
            return new Nobody(Reason.UNKNOWN);
        }
        if (number(claims, "id_assurance_level") < IDENTITY
                || number(claims, "authentication_assurance_level") < AUTHENTICATION) {
            return new Nobody(Reason.LEVEL);
        }
        var chosen = text(claims, "selected_roleid");
        if (!chosen.isEmpty() && !roles(claims).contains(chosen)) {
            return new Nobody(Reason.ROLE);
        }
        return new User(user, Optional.of(chosen).filter(role -> !role.isEmpty()));
    }

    /// The role profiles that the Care Identity Service knows of the user.
    private static List<String> roles(Map<String, Object> claims) {
        return claims.get("nhsid_nrbac_roles") instanceof List<?> roles
                ? roles.stream()
                        .filter(Map.class::isInstance)
                        .map(role -> String.valueOf(((Map<?, ?>) role).get("person_roleid")))
                        .toList()
                : List.of();
    }

    private static Said person(Map<String, Object> claims) {
        var level = level(text(claims, "vot"), text(claims, "identity_proofing_level"));
        var number = NhsNumber.of(text(claims, "nhs_number"));
        if (level == Level.P0 || number.isEmpty()) {
            return new Nobody(Reason.LEVEL);
        }
        var name = (text(claims, "given_name") + " " + text(claims, "family_name")).strip();
        return new Person(number.get(), level, text(claims, "birthdate"), name);
    }

    /// What both the vector of trust and the proofing level vouch for: the vector says how this sign-in
    /// went, the level what the person has.
    private static Level level(String vector, String proofing) {
        var first = vector.split("\\.", 2)[0];
        var of = Level.of(first).orElse(Level.P0);
        if (proofing.isEmpty()) {
            return of;
        }
        var proved = Level.of(proofing).orElse(Level.P0);
        return proved.compareTo(of) < 0 ? proved : of;
    }

    private static String text(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String text ? text.strip() : "";
    }

    private static int number(Map<String, Object> claims, String name) {
        return switch (claims.get(name)) {
            case Number number -> number.intValue();
            case String text when text.matches("[0-9]") -> Integer.parseInt(text);
            case null, default -> 0;
        };
    }
}
