package trellis.page;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The words of a FHIR CodeableConcept for a staff page.
///
/// What somebody wrote (`text`) wins when it says something that no code says ("? asthma"). Where the
/// text only repeats a code's display, the United Kingdom's own term is shown: SNOMED CT or dm+d
/// before LOINC or RxNorm, because it is what people here read. SNOMED CT's tag such as
/// `(disorder)` is for editors and goes.
public final class Words {

    /// SNOMED CT.
    public static final String SNOMED = "http://snomed.info/sct";

    /// The NHS dictionary of medicines and devices.
    public static final String DMD = "https://dmd.nhs.uk";

    private static final List<String> OURS = List.of(DMD, SNOMED);
    private static final Pattern TAG =
            Pattern.compile(
                    " \\((disorder|finding|situation|procedure|regime/therapy|observable entity|substance"
                            + "|organism|product|event|person|morphologic abnormality|qualifier value"
                            + "|environment|physical object|medicinal product|clinical drug|body structure"
                            + "|social concept|record artifact|occupation|physical force|assessment scale"
                            + "|tumor staging|foundation metadata concept)\\)$");

    private Words() {}

    /// The words of a concept; empty when it has none at all.
    public static Optional<String> of(JsonNode concept) {
        var written = text(concept.path("text"));
        if (written.isPresent() && !repeats(concept, written.get())) {
            return written.map(Words::plain);
        }
        return ours(concept)
                .or(() -> written)
                .or(() -> anyDisplay(concept))
                .or(() -> anyCode(concept))
                .map(Words::plain);
    }

    /// What was written or displayed in the sender's own words, when [#of] shows other words.
    public static Optional<String> recordedAs(JsonNode concept) {
        var shown = of(concept);
        return text(concept.path("text"))
                .map(Words::plain)
                .filter(text -> shown.filter(text::equals).isEmpty());
    }

    /// A text without SNOMED CT's tag.
    public static String plain(String term) {
        return TAG.matcher(term.strip()).replaceFirst("");
    }

    /// The first code of one system; empty when there is none.
    public static Optional<String> code(JsonNode concept, String system) {
        for (var coding : concept.path("coding")) {
            if (coding.path("system").asString("").equals(system)) {
                return text(coding.path("code"));
            }
        }
        return Optional.empty();
    }

    /// The first code, whatever its system; empty text when there is none.
    public static String firstCode(JsonNode concept) {
        return concept.path("coding").path(0).path("code").asString("");
    }

    private static boolean repeats(JsonNode concept, String written) {
        for (var coding : concept.path("coding")) {
            if (coding.path("display").asString("").equals(written)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> ours(JsonNode concept) {
        for (var system : OURS) {
            for (var coding : concept.path("coding")) {
                if (coding.path("system").asString("").equals(system)) {
                    var display = text(coding.path("display"));
                    if (display.isPresent()) {
                        return display;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> anyDisplay(JsonNode concept) {
        for (var coding : concept.path("coding")) {
            var display = text(coding.path("display"));
            if (display.isPresent()) {
                return display;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> anyCode(JsonNode concept) {
        return text(concept.path("coding").path(0).path("code")).map(code -> "Code " + code);
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(node.asString("").strip()).filter(text -> !text.isEmpty());
    }
}
