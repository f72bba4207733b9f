package trellis.page;

import java.util.Map;
import java.util.regex.Pattern;

/// Units of results as people write them: UCUM's brackets, braces and powers go, the letter `u` for
/// micro is written out because it is misread as `m` or as `units`. The unit itself never changes.
final class ResultUnits {

    private static final Pattern PART = Pattern.compile("[^/]+");
    private static final Pattern POWER = Pattern.compile("10[*^](-?\\d+)");
    private static final Map<String, String> WORDS =
            Map.ofEntries(
                    Map.entry("mm[Hg]", "mmHg"),
                    Map.entry("ug", "microgram"),
                    Map.entry("mcg", "microgram"),
                    Map.entry("µg", "microgram"),
                    Map.entry("umol", "micromol"),
                    Map.entry("µmol", "micromol"),
                    Map.entry("uL", "microlitre"),
                    Map.entry("Cel", "°C"),
                    Map.entry("[degF]", "°F"),
                    Map.entry("[IU]", "international units"),
                    Map.entry("m[IU]", "milli-international units"),
                    Map.entry("u[IU]", "micro-international units"),
                    Map.entry("U", "units"),
                    Map.entry("{#}", "count"),
                    Map.entry("1", ""));

    private ResultUnits() {}

    static String readable(String unit) {
        var bare = unit.strip();
        if (bare.startsWith("{") && bare.endsWith("}") && !bare.equals("{#}")) {
            return bare.substring(1, bare.length() - 1);
        }
        var text =
                PART.matcher(bare)
                        .replaceAll(part ->
                                java.util.regex.Matcher.quoteReplacement(word(part.group())));
        return POWER.matcher(text).replaceAll(power -> "×10" + superscript(power.group(1)));
    }

    private static String word(String part) {
        var known = WORDS.get(part);
        if (known != null) {
            return known;
        }
        if (part.startsWith("{") && part.endsWith("}")) {
            return squared(part.substring(1, part.length() - 1).replace('_', ' '));
        }
        var brace = part.indexOf('{');
        return squared(brace > 0 && part.endsWith("}") ? part.substring(0, brace) : part);
    }

    private static String squared(String part) {
        return part.endsWith("m2") ? part.substring(0, part.length() - 1) + "²" : part;
    }

    private static String superscript(String digits) {
        var text = new StringBuilder();
        for (int at = 0; at < digits.length(); at++) {
            var digit = digits.charAt(at);
            text.append(digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0'));
        }
        return text.toString();
    }
}
