package trellis.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import trellis.access.Scopes;
import trellis.access.Scopes.Whose;

/// Which scopes there are, and what they mean in words. Pure functions.
final class ScopeRules {
    static final String LAUNCH = "launch";
    static final String LAUNCH_PATIENT = "launch/patient";
    static final String OFFLINE = "offline_access";
    static final String ONLINE = "online_access";

    /// Scopes that are not about resources.
    static final Set<String> OTHERS =
            Set.of("openid", "profile", "fhirUser", LAUNCH, LAUNCH_PATIENT, OFFLINE, ONLINE);

    private ScopeRules() {}

    static boolean known(String scope) {
        return OTHERS.contains(scope) || !Scopes.of(Set.of(scope)).grants().isEmpty();
    }

    /// Whether an app that asks for these needs a patient in context.
    static boolean needsPatient(Set<String> scopes) {
        return scopes.contains(LAUNCH_PATIENT) || Scopes.of(scopes).aboutPatient();
    }

    /// Whether an app may ask for a new token when its own has ended.
    static boolean lasts(Set<String> scopes) {
        return scopes.contains(OFFLINE) || scopes.contains(ONLINE);
    }

    /// A choice on the page that asks for consent.
    ///
    /// @param scope as it is sent
    /// @param words what it means
    /// @param fixed whether it comes with everything else and cannot be chosen apart
    record Line(String scope, String words, boolean fixed) {}

    /// What scopes mean, in the order they should be read in.
    static List<Line> lines(Set<String> scopes) {
        var lines = new ArrayList<Line>();
        for (var scope : new TreeSet<>(scopes)) {
            Scopes.of(Set.of(scope)).grants().stream()
                    .findFirst()
                    .ifPresentOrElse(
                            grant -> lines.add(new Line(scope, words(grant), false)),
                            () -> lines.add(new Line(scope, words(scope), !scope.equals(OFFLINE))));
        }
        return lines;
    }

    private static String words(Scopes.Grant grant) {
        var what = grant.type().equals("*") ? "everything" : grant.type();
        var whose =
                grant.whose() == Whose.PATIENT
                        ? " in this patient's record"
                        : " that you may see yourself";
        var only = grant.filter().isEmpty() ? "" : ", only where " + grant.filter();
        return verbs(grant.may()) + " " + what + whose + only;
    }

    private static String verbs(String may) {
        var verbs = new ArrayList<String>();
        if (may.contains("r") || may.contains("s")) {
            verbs.add("see");
        }
        if (may.contains("c")) {
            verbs.add("add to");
        }
        if (may.contains("u")) {
            verbs.add("change");
        }
        if (may.contains("d")) {
            verbs.add("delete");
        }
        var text = String.join(", ", verbs);
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String words(String scope) {
        return switch (scope) {
            case "openid", "fhirUser" -> "Know who you are here";
            case "profile" -> "Know your name";
            case LAUNCH, LAUNCH_PATIENT -> "Know which patient it is about";
            case OFFLINE -> "Go on when you have left, until you take it back";
            case ONLINE -> "Go on while you use it";
            default -> scope;
        };
    }
}
