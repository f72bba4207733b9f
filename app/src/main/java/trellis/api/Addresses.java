package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.regex.Pattern;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;

/// Resource types and ids in addresses: which there are, and what they may look like.
final class Addresses {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

    private Addresses() {}

    /// Whether this is a type whose resources have addresses of their own. Parameters has none
    /// (https://hl7.org/fhir/R4/parameters.html).
    static boolean isType(String name) {
        return Definitions.r4().isResourceType(name) && !name.equals("Parameters");
    }

    /// Checks a type.
    ///
    /// @throws Refused with [Problem.NotFound]
    static void checkType(String name) {
        if (!isType(name)) {
            throw new Refused(
                    new Problem.NotFound(
                            "The resource type "
                                    + quoted(name)
                                    + " (FHIR R4 has none of that name that is stored by itself; names begin with a capital, such as Patient)"));
        }
    }

    /// Whether a text is an id.
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /// Checks an id.
    ///
    /// @param where expression or parameter, for the outcome
    /// @throws Refused with [Problem.BadRequest]
    static void checkId(String id, String where) {
        if (!ID.matcher(id).matches()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value",
                            "An id is 1 to 64 letters, digits, hyphens and full stops; this one has "
                                    + (id.length() > 64
                                            ? id.length() + " characters."
                                            : "other characters."),
                            where));
        }
    }

    /// A segment of a path, decoded. A plus sign stands for itself there.
    ///
    /// @param where expression or parameter, for the outcome
    /// @throws Refused with [Problem.BadRequest] when a percent sign does not begin an escape
    static String decoded(String segment, String where) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException _) {
            throw new Refused(
                    new Problem.BadRequest(
                            "invalid",
                            "The address has a percent sign that does not begin an escape.",
                            where));
        }
    }

    /// A name as sent, cut so that an outcome stays short.
    static String quoted(String name) {
        return "\"" + (name.length() > 60 ? name.substring(0, 60) + "..." : name) + "\"";
    }
}
