package trellis.codes;

import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Whether a code is one of a code system or value set, as `$validate-code` answers
/// (https://hl7.org/fhir/R4/valueset-operation-validate-code.html).
///
/// @param result whether it is
/// @param message why not, or what should be known all the same; empty for nothing
/// @param display what the code is called; empty when it is not known
public record Validation(boolean result, String message, String display) {

    /// One code as it is asked about.
    ///
    /// @param system empty when it is not said
    /// @param version of the system; empty when it is not said
    /// @param display empty when it is not said
    public record Coding(String system, String version, String code, String display) {}

    /// That it is not.
    public static Validation not(String message) {
        return new Validation(false, message, "");
    }

    /// Whether a code system has the code.
    ///
    /// @param abstracts whether what is there for the order alone will do
    public static Validation of(
            Release release, Coding coding, String language, boolean abstracts) {
        var found = release.concept(coding.code());
        if (found.isEmpty()) {
            return not(
                    "The code is none of "
                            + named(release)
                            + (release.about().whole()
                                    ? "."
                                    : ", of which only a part is held here."));
        }
        return judged(
                release,
                found.get(),
                coding,
                release.display(found.get(), language),
                Optional.empty(),
                abstracts);
    }

    /// Whether a value set has the code.
    public static Validation of(
            Selection selection, Coding coding, String language, boolean abstracts) {
        var members =
                coding.system().isEmpty()
                        ? selection.members(coding.code())
                        : selection
                                .member(coding.system(), coding.version(), coding.code())
                                .map(java.util.List::of)
                                .orElse(java.util.List.of());
        if (members.size() > 1) {
            return not("The value set has this code of several code systems; say which is meant.");
        }
        if (members.isEmpty()) {
            return not("The code is none of the value set.");
        }
        var member = members.getFirst();
        return judged(
                member.release(),
                member.concept(),
                coding,
                selection.display(member, language),
                Optional.of(selection),
                abstracts);
    }

    private static Validation judged(
            Release release,
            int concept,
            Coding coding,
            String display,
            Optional<Selection> selection,
            boolean abstracts) {
        if (!abstracts && !release.selectable(concept)) {
            return new Validation(false, "The code is abstract and not to be used.", display);
        }
        var member = new Selection.Member(release, concept);
        var names =
                selection
                        .map(all -> all.designations(member))
                        .orElseGet(() -> release.designations(concept));
        var right =
                coding.display().isEmpty()
                        || same(coding.display(), display)
                        || same(coding.display(), release.display(concept))
                        || names.stream().anyMatch(one -> same(coding.display(), one.term()));
        if (!right) {
            return new Validation(
                    false,
                    "The code is right, and the display is none of its names; it is called: "
                            + display,
                    display);
        }
        return new Validation(
                true,
                release.active(concept)
                        ? ""
                        : "The code is inactive in "
                                + named(release)
                                + ": it should not be used anew.",
                display);
    }

    private static boolean same(String a, String b) {
        return plain(a).equals(plain(b));
    }

    private static String plain(String text) {
        return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    private static String named(Release release) {
        return release.system() + (release.version().isEmpty() ? "" : "|" + release.version());
    }

    /// The Parameters that say so.
    public ObjectNode json() {
        var answer = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        var parameters = answer.putArray("parameter");
        parameters.addObject().put("name", "result").put("valueBoolean", result);
        if (!message.isEmpty()) {
            parameters.addObject().put("name", "message").put("valueString", message);
        }
        if (!display.isEmpty()) {
            parameters.addObject().put("name", "display").put("valueString", display);
        }
        return answer;
    }
}
