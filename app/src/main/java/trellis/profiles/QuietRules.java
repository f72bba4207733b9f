package trellis.profiles;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Issue;

/// What is said of a write that is refused: the validator quotes what it finds wrong, and a refusal also goes where the resource itself
/// must not, such as into the rejects of an import. So everything that the resource holds is taken out of the sentences, but for what
/// names definitions.
final class QuietRules {
    private static final Set<String> NAMES = Set.of("resourceType", "system", "profile");
    private static final Set<String> EXTENSIONS = Set.of("extension", "modifierExtension");
    private static final int MOST = 100;
    private static final int LONGEST = 2_000;
    private static final String GAP = "…";

    private QuietRules() {}

    /// The first issues without values of the resource, so many that the work for them is bounded.
    static List<Issue> quiet(List<Issue> issues, ObjectNode resource) {
        if (issues.isEmpty()) {
            return issues;
        }
        var values = new LinkedHashSet<String>();
        collect(resource, false, values);
        var longestFirst =
                values.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
        var quiet = new ArrayList<Issue>();
        for (var issue : issues.subList(0, Math.min(MOST, issues.size()))) {
            var said = issue.diagnostics();
            if (said.length() > LONGEST) {
                said = "What is wrong here takes too many words; $validate tells them.";
            }
            for (var value : longestFirst) {
                if (said.contains(value)) {
                    said = without(said, value);
                }
            }
            quiet.add(new Issue(issue.severity(), issue.code(), said, issue.expression()));
        }
        if (issues.size() > MOST) {
            quiet.add(
                    new Issue(
                            Issue.Severity.INFORMATION,
                            "informational",
                            "Further issues are not told; $validate tells all.",
                            ""));
        }
        return quiet;
    }

    /// A value that is part of a word is left: it says nothing by itself.
    private static String without(String said, String value) {
        return Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(value) + "(?![\\p{L}\\p{N}])")
                .matcher(said)
                .replaceAll(GAP);
    }

    /// @param named whether its `url` names a definition, as that of an extension does
    private static void collect(JsonNode node, boolean named, Set<String> into) {
        if (node instanceof ObjectNode object) {
            object.forEachEntry((name, value) -> {
                if (!NAMES.contains(name) && !(named && name.equals("url"))) {
                    collect(value, EXTENSIONS.contains(name), into);
                }
            });
        } else if (node.isArray()) {
            node.forEach(each -> collect(each, named, into));
        } else if (node.isString() || node.isNumber()) {
            var text = node.asString().strip();
            if (!text.isEmpty()) {
                into.add(text);
            }
        }
    }
}
