package trellis.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which invariants of a StructureDefinition that somebody has stored are evaluated. Its FHIRPath runs inside the validator, which
/// bounds neither memory nor regular expressions: so only what looks and filters is let in, and a pattern in which nothing repeats
/// that repeats itself. What is left out is said with every validation by that profile.
final class InvariantRules {
    private static final int LONGEST = 1_000;
    private static final int LONGEST_PATTERN = 200;
    private static final int MOST_REPEATS = 4;

    /// Functions whose answer is no larger than what they are given.
    private static final Set<String> TAME =
            Set.of(
                    "exists",
                    "empty",
                    "not",
                    "all",
                    "allTrue",
                    "anyTrue",
                    "allFalse",
                    "anyFalse",
                    "where",
                    "count",
                    "first",
                    "last",
                    "tail",
                    "single",
                    "skip",
                    "take",
                    "distinct",
                    "isDistinct",
                    "intersect",
                    "exclude",
                    "subsetOf",
                    "supersetOf",
                    "ofType",
                    "is",
                    "as",
                    "hasValue",
                    "getValue",
                    "extension",
                    "children",
                    "descendants",
                    "iif",
                    "startsWith",
                    "endsWith",
                    "contains",
                    "indexOf",
                    "substring",
                    "length",
                    "upper",
                    "lower",
                    "trim",
                    "toString",
                    "toInteger",
                    "toDecimal",
                    "toBoolean",
                    "toDate",
                    "toDateTime",
                    "toQuantity",
                    "convertsToInteger",
                    "convertsToDecimal",
                    "abs",
                    "now",
                    "today",
                    "matches",
                    "resolve",
                    "htmlChecks",
                    "trace");

    private static final Pattern TEXT = Pattern.compile("'(?:[^'\\\\]|\\\\.)*'", Pattern.DOTALL);
    private static final Pattern CALL = Pattern.compile("([A-Za-z][A-Za-z0-9]*)\\s*\\(");
    private static final Pattern MATCHES =
            Pattern.compile("matches\\s*\\(\\s*('(?:[^'\\\\]|\\\\.)*')?", Pattern.DOTALL);

    /// What could hide a call from whoever looks for calls: comments, quoted names, names written in numbers of characters.
    private static final List<String> COVERS = List.of("/*", "//", "`", "\"", "\\u");

    private static final Pattern PLAIN = Pattern.compile("[\\x20-\\x7E\\t\\r\\n]*");

    /// Functions that compare each with each.
    private static final Set<String> PAIRING =
            Set.of("distinct", "isDistinct", "intersect", "exclude", "subsetOf", "supersetOf");

    private static final Set<String> WORDS =
            Set.of("and", "or", "xor", "implies", "in", "contains", "is", "as", "div", "mod");
    private static final String REGEX = "http://hl7.org/fhir/StructureDefinition/regex";

    private InvariantRules() {}

    /// A definition as it is used.
    ///
    /// @param key what names this content
    /// @param json as stored; changed
    static Definition tamed(String key, ObjectNode json) {
        var left = new ArrayList<String>();
        if (json.has("differential")) {
            // It is made anew, so that it says what the differential says.
            json.remove("snapshot");
        }
        json.remove("text");
        for (var view : List.of("snapshot", "differential")) {
            json.path(view).path("element").forEach(element -> tame(element, json, left));
        }
        return new Definition(key, json, true, left);
    }

    private static void tame(JsonNode element, ObjectNode of, List<String> left) {
        if (element instanceof ObjectNode object) {
            withoutPattern(object);
            object.path("type").forEach(type -> withoutPattern((ObjectNode) type));
        }
        if (element.get("constraint") instanceof ArrayNode constraints) {
            for (var i = constraints.size() - 1; i >= 0; i--) {
                var expression = constraints.get(i).path("expression").asString("");
                if (!isTame(expression)) {
                    left.add(
                            "The invariant "
                                    + constraints.get(i).path("key").asString("")
                                    + " of "
                                    + of.path("url").asString("")
                                    + " is not checked here: its expression asks for more than looking and filtering, or holds"
                                    + " a pattern that could take too long (docs/api/validate.md).");
                    constraints.remove(i);
                }
            }
        }
    }

    private static void withoutPattern(ObjectNode element) {
        if (element.get("extension") instanceof ArrayNode extensions) {
            for (var i = extensions.size() - 1; i >= 0; i--) {
                if (extensions.get(i).path("url").asString("").equals(REGEX)) {
                    extensions.remove(i);
                }
            }
        }
    }

    /// Whether an expression may be evaluated.
    static boolean isTame(String expression) {
        if (expression.length() > LONGEST || isCovered(expression)) {
            return false;
        }
        var patterns = MATCHES.matcher(expression);
        while (patterns.find()) {
            var pattern = patterns.group(1);
            if (pattern == null || !isTamePattern(said(pattern))) {
                return false;
            }
        }
        var calls = CALL.matcher(TEXT.matcher(expression).replaceAll("''"));
        var walks = 0;
        var pairs = 0;
        while (calls.find()) {
            var name = calls.group(1);
            if (!TAME.contains(name) && !WORDS.contains(name)) {
                return false;
            }
            walks += name.equals("descendants") ? 1 : 0;
            pairs += PAIRING.contains(name) ? 1 : 0;
        }
        return walks == 0 || (walks == 1 && pairs == 0);
    }

    /// Addresses in quotes have their slashes.
    private static boolean isCovered(String expression) {
        var bare = TEXT.matcher(expression).replaceAll("''");
        return expression.contains("\\u")
                || !PLAIN.matcher(bare).matches()
                || COVERS.stream().anyMatch(bare::contains);
    }

    /// What stands between the quotes of a text, as the pattern has it.
    private static String said(String text) {
        return text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    /// Whether nothing repeats in it that repeats itself, and few things repeat without bound.
    static boolean isTamePattern(String pattern) {
        if (pattern.length() > LONGEST_PATTERN) {
            return false;
        }
        var repeats = 0;
        var marks = 0;
        var groups = new ArrayList<Integer>();
        var varied = false;
        for (var i = 0; i < pattern.length(); i++) {
            var after = varied;
            varied = false;
            switch (pattern.charAt(i)) {
                case '\\' -> {
                    i++;
                    if (i < pattern.length() && Character.isDigit(pattern.charAt(i))) {
                        return false; // what was matched before, again
                    }
                }
                case '[' -> i = end(pattern, i);
                case '(' -> {
                    groups.add(marks);
                    if (pattern.startsWith("?", i + 1)) {
                        i++;
                    }
                }
                case ')' -> {
                    if (groups.isEmpty()) {
                        return false;
                    }
                    varied = marks > groups.removeLast();
                }
                case '*', '+', '{' -> {
                    if (after) {
                        return false;
                    }
                    repeats += pattern.charAt(i) != '{' || isOpen(pattern, i) ? 1 : 0;
                    marks++;
                }
                case '|', '?' -> marks++;
                default -> {}
            }
        }
        return repeats <= MOST_REPEATS;
    }

    private static boolean isOpen(String pattern, int brace) {
        var close = pattern.indexOf('}', brace);
        return close < 0
                || !pattern.substring(brace + 1, close).matches("[0-9]{1,2}(,[0-9]{1,2})?");
    }

    private static int end(String pattern, int from) {
        for (var i = from + 2; i < pattern.length(); i++) {
            if (pattern.charAt(i) == ']' && pattern.charAt(i - 1) != '\\') {
                return i;
            }
        }
        return pattern.length();
    }
}
