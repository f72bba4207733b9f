package trellis.page;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/// Units of doses in full where an abbreviation has harmed people: micrograms, nanograms and units
/// are never shortened (interface rule 12); `mg`, `g` and `mL` stay, without a full stop.
final class DoseUnits {

    private static final Map<String, String> IN_FULL =
            Map.ofEntries(
                    Map.entry("ug", "microgram"),
                    Map.entry("µg", "microgram"),
                    Map.entry("μg", "microgram"),
                    Map.entry("mcg", "microgram"),
                    Map.entry("microgram", "microgram"),
                    Map.entry("micrograms", "microgram"),
                    Map.entry("ng", "nanogram"),
                    Map.entry("nanogram", "nanogram"),
                    Map.entry("u", "unit"),
                    Map.entry("unt", "unit"),
                    Map.entry("[u]", "unit"),
                    Map.entry("unit", "unit"),
                    Map.entry("units", "unit"),
                    Map.entry("iu", "international unit"),
                    Map.entry("[iu]", "international unit"));

    private DoseUnits() {}

    static String inFull(String unit, BigDecimal value) {
        var bare = unit.strip();
        if (bare.endsWith(".")) {
            bare = bare.substring(0, bare.length() - 1);
        }
        var word = IN_FULL.get(bare.toLowerCase(Locale.ROOT));
        if (word == null) {
            return bare.startsWith("{") && bare.endsWith("}")
                    ? bare.substring(1, bare.length() - 1)
                    : bare;
        }
        return value.compareTo(BigDecimal.ONE) == 0 ? word : word + "s";
    }
}
