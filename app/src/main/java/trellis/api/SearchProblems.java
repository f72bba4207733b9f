package trellis.api;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchParameter;

/// What is wrong with a search, in words. No text repeats a value, which may be patient data.
final class SearchProblems {

    private static final int NEAR = 3;
    private static final Duration WAIT = Duration.ofSeconds(10);

    private SearchProblems() {}

    /// A value that cannot be read.
    static Refused value(String name, String why) {
        return new Refused(new Problem.BadRequest("value", why, name));
    }

    /// A search that is well-formed and not done here.
    static Refused unsupported(String name, String why) {
        return new Refused(new Problem.BadRequest("not-supported", why, name));
    }

    /// A search larger than a limit.
    static Refused tooCostly(String name, String why) {
        return new Refused(new Problem.BadRequest("too-costly", why, name));
    }

    /// A parameter that was added, while what was stored before it is gone through.
    ///
    /// @param seen how many resources have been gone through
    static Refused notReady(String type, String code, long seen) {
        return new Refused(
                new Problem.Unavailable(
                        "\""
                                + code
                                + "\" of "
                                + type
                                + " is not ready: what was stored before it is being gone through, "
                                + seen
                                + " resources so far.",
                        WAIT));
    }

    /// What an older program stored is not found in a newer way yet.
    static Refused notReady(String what) {
        return new Refused(
                new Problem.Unavailable(
                        what + " is not ready: what an older version stored is being gone through.",
                        WAIT));
    }

    /// A name that is no parameter. This alone is forgiven by `Prefer: handling=lenient`.
    static Refused unknown(String name, String type, String code, Collection<String> known) {
        var nearest =
                known.stream()
                        .filter(other -> distance(code, other) <= Math.min(NEAR, code.length() / 2))
                        .min(Comparator.comparingInt(other -> distance(code, other)));
        return new Refused(
                new Problem.BadRequest(
                        "not-found",
                        type
                                + " has no search parameter \""
                                + cut(code)
                                + "\""
                                + nearest.map(n -> " (the nearest is \"" + n + "\")").orElse("")
                                + ". The CapabilityStatement lists them; Prefer: handling=lenient"
                                + " leaves unknown ones out.",
                        name));
    }

    /// A modifier that the parameter does not have.
    static Refused modifier(
            String name, SearchParameter parameter, String modifier, List<String> supported) {
        return unsupported(
                name,
                "The modifier \":"
                        + cut(modifier)
                        + "\" is not supported for the "
                        + parameter.type().code()
                        + " parameter \""
                        + parameter.code()
                        + "\"; "
                        + (supported.isEmpty()
                                ? "it has no modifiers."
                                : "it has "
                                        + supported.stream()
                                                .map(s -> s.startsWith("[") ? s : ":" + s)
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }

    /// A name as sent, cut so that an outcome stays short.
    static String cut(String name) {
        return name.length() > 60 ? name.substring(0, 60) + "..." : name;
    }

    /// How many letters must be changed, added or left out.
    private static int distance(String from, String to) {
        var row = new int[to.length() + 1];
        for (var j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= from.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.length(); j++) {
                var above = row[j];
                var same = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(diagonal + same, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[to.length()];
    }
}
