package trellis.codes;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads ICD-10: from ClaML, the XML in which the World Health Organization publishes classifications (chapters, blocks and
/// categories with what stands above each), or from a list with the columns CODE and DESCRIPTION (or TITLE), in which a longer
/// code stands under the shorter one that it begins with.
public final class Icd10 {
    private static final String SYSTEM = "http://hl7.org/fhir/sid/icd-10";

    private final ReleaseBuilder builder = new ReleaseBuilder();
    private final Map<String, Integer> known = new LinkedHashMap<>();
    private final Map<String, String> above = new HashMap<>();
    private String version = "";

    private Icd10() {}

    /// Reads a release.
    ///
    /// @throws Unreadable when no file is one, or a line of it cannot be read
    public static Release read(ReleaseFiles files, Asked asked) throws IOException {
        var reader = new Icd10();
        var claml = files.named("(?i).*\\.(xml|claml)");
        var lists = files.named("(?i).*\\.(csv|txt|tsv)");
        if (claml.isEmpty() && lists.isEmpty()) {
            throw new Unreadable("the release", 0, "it has neither a ClaML file nor a list in CSV");
        }
        var entry = claml.isEmpty() ? lists.getFirst() : claml.getFirst();
        if (claml.isEmpty()) {
            reader.list(entry);
        } else {
            XmlFile.each(entry, Set.of("Title", "Class"), reader::claml);
        }
        asked.progress().at(entry.name(), entry.size(), entry.size());
        reader.order(entry.name());
        var version =
                asked.version()
                        .or(() -> Optional.of(reader.version).filter(text -> !text.isEmpty()))
                        .orElseThrow(() ->
                                new Unreadable(
                                        entry.name(),
                                        0,
                                        "the file does not name its version; say which it is, such"
                                                + " as 2016"));
        return reader.builder.build(new Release.About(SYSTEM, version, "ICD-10", true, true));
    }

    private void order(String file) {
        above.forEach((child, parent) -> {
            var up = known.get(parent);
            var down = known.get(child);
            if (up == null || down == null) {
                throw new Unreadable(
                        file, 0, child + " stands under " + parent + ", which is not there");
            }
            builder.parent(down, up);
        });
    }

    private int concept(String file, long line, String code) {
        if (known.containsKey(code)) {
            throw new Unreadable(file, line, "the code " + code + " is there twice");
        }
        var concept = builder.concept(code);
        known.put(code, concept);
        return concept;
    }

    private void list(ReleaseFiles.Entry entry) throws IOException {
        var columns = CsvFile.columns(entry);
        var title = columns.contains("description") ? "description" : "title";
        if (!columns.contains("code") || !columns.contains(title)) {
            throw new Unreadable(entry.name(), 1, "it needs the columns CODE and DESCRIPTION");
        }
        CsvFile.each(
                entry,
                row -> {
                    var code = row.need("code");
                    builder.display(concept(row.file(), row.line(), code), row.need(title));
                });
        for (var code : known.keySet()) {
            for (var length = code.length() - 1; length >= 3; length--) {
                var shorter = code.substring(0, length).replaceFirst("[.-]+$", "");
                if (known.containsKey(shorter) && !shorter.equals(code)) {
                    above.put(code, shorter);
                    break;
                }
            }
        }
    }

    private void claml(XmlFile.Element element) {
        if (element.name().equals("Title")) {
            version = element.attribute("version");
            return;
        }
        var code = element.attribute("code");
        if (code.isEmpty()) {
            throw new Unreadable(element.file(), element.line(), "a Class without a code");
        }
        var concept = concept(element.file(), element.line(), code);
        builder.property(concept, "kind", Property.Type.CODE, element.attribute("kind"));
        for (var child : element.children()) {
            switch (child.name()) {
                case "SuperClass" -> above.put(code, child.attribute("code"));
                case "Rubric" -> rubric(concept, child);
                default -> {
                    // Modifiers and the like.
                }
            }
        }
    }

    private void rubric(int concept, XmlFile.Element rubric) {
        for (var label : rubric.children()) {
            if (label.name().equals("Label")) {
                var text = label.text();
                switch (rubric.attribute("kind").toLowerCase(Locale.ROOT)) {
                    case "preferred" -> {
                        if (!builder.hasDisplay(concept)) {
                            builder.display(concept, text);
                        }
                    }
                    case "preferredlong", "inclusion" ->
                            builder.designation(
                                    concept,
                                    label.attribute("lang"),
                                    new Designation.Use("", rubric.attribute("kind"), ""),
                                    text);
                    default ->
                            builder.property(
                                    concept, rubric.attribute("kind"), Property.Type.STRING, text);
                }
            }
        }
    }
}
