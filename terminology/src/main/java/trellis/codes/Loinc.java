package trellis.codes;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads a release of LOINC: `Loinc.csv`, and the hierarchy of parts when its file is there
/// (`ComponentHierarchyBySystem.csv` or `MultiAxialHierarchy.csv`). (https://hl7.org/fhir/R4/loinc.html)
public final class Loinc {
    private static final String SYSTEM = "http://loinc.org";
    private static final List<String> PROPERTIES =
            List.of(
                    "COMPONENT",
                    "PROPERTY",
                    "TIME_ASPCT",
                    "SYSTEM",
                    "SCALE_TYP",
                    "METHOD_TYP",
                    "CLASS",
                    "CLASSTYPE",
                    "STATUS",
                    "VersionFirstReleased",
                    "VersionLastChanged",
                    "ORDER_OBS",
                    "EXAMPLE_UCUM_UNITS");
    private static final Designation.Use SHORT =
            new Designation.Use(SYSTEM, "SHORTNAME", "Short name");
    private static final Designation.Use CONSUMER =
            new Designation.Use(SYSTEM, "ConsumerName", "Consumer name");

    private final ReleaseBuilder builder = new ReleaseBuilder();
    private final Map<String, Integer> known = new HashMap<>();

    private Loinc() {}

    /// Reads a release.
    ///
    /// @throws Unreadable when the table is missing, or a line of it cannot be read
    public static Release read(ReleaseFiles files, Asked asked) throws IOException {
        var loinc = new Loinc();
        var table = files.named("(?i)loinc\\.csv");
        if (table.isEmpty()) {
            throw new Unreadable("the release", 0, "it has no Loinc.csv");
        }
        var hierarchy = files.named("(?i)(ComponentHierarchyBySystem|MultiAxialHierarchy)\\.csv");
        var version =
                asked.version()
                        .orElseThrow(() ->
                                new Unreadable(
                                        table.getFirst().name(),
                                        0,
                                        "the table does not name its version; say which it is, such"
                                                + " as 2.78"));
        var total =
                table.getFirst().size()
                        + hierarchy.stream().mapToLong(ReleaseFiles.Entry::size).sum();
        CsvFile.each(table.getFirst(), loinc::term);
        asked.progress().at(table.getFirst().name(), table.getFirst().size(), total);
        if (!hierarchy.isEmpty()) {
            CsvFile.each(hierarchy.getFirst(), loinc::part);
            CsvFile.each(hierarchy.getFirst(), loinc::place);
        }
        asked.progress().at("LOINC", total, total);
        return loinc.builder.build(new Release.About(SYSTEM, version, "LOINC", false, true));
    }

    private void term(CsvFile.Row row) {
        var code = row.need("loinc_num");
        if (known.containsKey(code)) {
            throw new Unreadable(row.file(), row.line(), "the code " + code + " is there twice");
        }
        var concept = builder.concept(code);
        known.put(code, concept);
        var name = row.get("long_common_name");
        builder.display(concept, name.isEmpty() ? row.need("component") : name);
        designation(concept, SHORT, row.get("shortname"));
        designation(concept, CONSUMER, row.get("consumer_name"));
        designation(concept, Designation.Use.NONE, row.get("displayname"));
        for (var property : PROPERTIES) {
            var value = row.get(property.toLowerCase(java.util.Locale.ROOT));
            if (!value.isEmpty()) {
                builder.property(concept, property, Property.Type.STRING, value);
            }
        }
        if (row.get("status").equals("DEPRECATED")) {
            builder.inactive(concept);
        }
    }

    private void designation(int concept, Designation.Use use, String term) {
        if (!term.isEmpty()) {
            builder.designation(concept, "en", use, term);
        }
    }

    private void part(CsvFile.Row row) {
        known.computeIfAbsent(
                row.need("code"),
                code -> {
                    var concept = builder.concept(code);
                    builder.display(concept, row.get("code_text"));
                    return concept;
                });
    }

    private void place(CsvFile.Row row) {
        var parent = known.get(row.get("immediate_parent"));
        var child = known.get(row.need("code"));
        if (parent != null && child != null) {
            builder.parent(child, parent);
        }
    }
}
