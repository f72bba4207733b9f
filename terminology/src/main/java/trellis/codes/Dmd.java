package trellis.codes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads a release of the NHS dictionary of medicines and devices (dm+d) in XML: therapeutic moieties, virtual and actual
/// products and packs, ingredients, and the lookups that name forms, routes, units and suppliers. An actual product stands under
/// its virtual product, a pack under its product, a virtual product under its moiety.
/// (https://build.fhir.org/ig/nhsconnect/dmd, code system https://dmd.nhs.uk)
public final class Dmd {
    private static final String SYSTEM = "https://dmd.nhs.uk";
    private static final Designation.Use ABBREVIATED = new Designation.Use("", "abbreviated", "");
    private static final Designation.Use DESCRIPTION = new Designation.Use("", "description", "");
    private static final Designation.Use PREVIOUS = new Designation.Use("", "previous", "");

    /// What a row says in a column that holds a code of a lookup, by column.
    private static final Map<String, String> LOOKUPS =
            Map.of(
                    "FORMCD", "FORM",
                    "ROUTECD", "ROUTE",
                    "CATCD", "CONTROL_DRUG_CATEGORY",
                    "SUPPCD", "SUPPLIER",
                    "UDFS_UOMCD", "UNIT_OF_MEASURE",
                    "QTY_UOMCD", "UNIT_OF_MEASURE",
                    "PRES_STATCD", "VIRTUAL_PRODUCT_PRES_STATUS",
                    "LIC_AUTHCD", "LICENSING_AUTHORITY",
                    "LEGAL_CATCD", "LEGAL_CATEGORY");

    /// A kind of product.
    ///
    /// @param file in whose name it stands
    /// @param element of one row
    /// @param id column of its identifier
    /// @param parents columns of what stands above it
    private record Kind(String file, String element, String id, List<String> parents) {}

    private static final List<Kind> KINDS =
            List.of(
                    new Kind("f_ingredient", "ING", "ISID", List.of()),
                    new Kind("f_vtm", "VTM", "VTMID", List.of()),
                    new Kind("f_vmp", "VMP", "VPID", List.of("VTMID")),
                    new Kind("f_amp", "AMP", "APID", List.of("VPID")),
                    new Kind("f_vmpp", "VMPP", "VPPID", List.of("VPID")),
                    new Kind("f_ampp", "AMPP", "APPID", List.of("VPPID", "APID")));

    private final ReleaseFiles files;
    private final Asked asked;
    private final ReleaseBuilder builder = new ReleaseBuilder();
    private final Map<String, Integer> known = new HashMap<>();
    private final Map<String, Map<String, String>> lookups = new HashMap<>();
    private final List<Above> above = new ArrayList<>();
    private long done;
    private final long total;

    /// That one product stands under another, and where that is said.
    private record Above(String file, long line, int child, String parent) {}

    private Dmd(ReleaseFiles files, Asked asked) {
        this.files = files;
        this.asked = asked;
        this.total =
                files.named("(?i)f_.*\\.xml").stream().mapToLong(ReleaseFiles.Entry::size).sum();
    }

    /// Reads a release.
    ///
    /// @throws Unreadable when a file is missing, or an element of one cannot be read
    public static Release read(ReleaseFiles files, Asked asked) throws IOException {
        return new Dmd(files, asked).read();
    }

    private Release read() throws IOException {
        var version = version();
        lookups();
        for (var kind : KINDS) {
            var found = files.named("(?i)" + kind.file() + "\\d?_.*\\.xml");
            if (found.isEmpty() && !kind.element().equals("ING")) {
                throw new Unreadable("the release", 0, "it has no " + kind.file() + " file");
            }
            for (var entry : found) {
                XmlFile.each(
                        entry,
                        Set.of(kind.element(), "VPI", "DFORM", "DROUTE", "CONTROL_INFO"),
                        row -> {
                            if (row.name().equals(kind.element())) {
                                product(kind, row);
                            } else {
                                more(row);
                            }
                        });
                told(entry);
            }
        }
        for (var one : above) {
            var parent = known.get(one.parent());
            if (parent == null) {
                throw new Unreadable(
                        one.file(),
                        one.line(),
                        "it belongs to " + one.parent() + ", which is not there");
            }
            builder.parent(one.child(), parent);
        }
        return builder.build(new Release.About(SYSTEM, version, "dm+d", true, true));
    }

    private void told(ReleaseFiles.Entry entry) {
        done += entry.size();
        asked.progress().at(entry.name(), done, total);
    }

    /// The files are named for their week: `f_vtm2_3300524.xml` is of 30 May 2024.
    private String version() {
        return asked.version()
                .or(() ->
                        files.named("(?i)f_vtm\\d?_\\d+\\.xml").stream()
                                .map(entry -> entry.name().replaceFirst(".*_(\\d+)\\..*", "$1"))
                                .findFirst())
                .orElseThrow(() ->
                        new Unreadable(
                                "the release",
                                0,
                                "no f_vtm file names its version; say which it is"));
    }

    private void lookups() throws IOException {
        for (var entry : files.named("(?i)f_lookup\\d?_.*\\.xml")) {
            for (var name : Set.copyOf(LOOKUPS.values())) {
                XmlFile.each(
                        entry,
                        Set.of(name),
                        lookup -> {
                            var codes = lookups.computeIfAbsent(name, _ -> new HashMap<>());
                            for (var info : lookup.children()) {
                                codes.put(info.get("CD"), info.get("DESC"));
                            }
                        });
            }
            told(entry);
        }
    }

    private void product(Kind kind, XmlFile.Element row) {
        var id = row.need(kind.id());
        if (!id.matches("[0-9]{6,18}") || !SctIds.valid(Long.parseLong(id))) {
            throw new Unreadable(
                    row.file(), row.line(), kind.id() + " is not an identifier of SNOMED CT");
        }
        if (known.containsKey(id)) {
            throw new Unreadable(row.file(), row.line(), "the code " + id + " is there twice");
        }
        var concept = builder.concept(id);
        known.put(id, concept);
        builder.display(concept, row.need("NM"));
        builder.property(concept, "type", Property.Type.CODE, kind.element());
        designation(concept, ABBREVIATED, row.get("ABBREVNM"));
        designation(concept, DESCRIPTION, row.get("DESC"));
        designation(concept, PREVIOUS, row.get("NMPREV"));
        if (row.get("INVALID").equals("1")) {
            builder.inactive(concept);
        }
        for (var column : kind.parents()) {
            var parent = row.get(column);
            if (!parent.isEmpty()) {
                above.add(new Above(row.file(), row.line(), concept, parent));
                builder.property(concept, column, Property.Type.CODE, parent);
            }
        }
        coded(concept, row);
    }

    private void designation(int concept, Designation.Use use, String term) {
        if (!term.isEmpty()) {
            builder.designation(concept, "en", use, term);
        }
    }

    /// What further tables of a file say of a product: ingredients, forms, routes, control.
    private void more(XmlFile.Element row) {
        var concept =
                Optional.ofNullable(known.get(row.need("VPID")))
                        .orElseThrow(() ->
                                new Unreadable(
                                        row.file(),
                                        row.line(),
                                        "it is of a product that is not there"));
        if (!row.get("ISID").isEmpty()) {
            builder.property(concept, "ISID", Property.Type.CODE, row.get("ISID"));
        }
        coded(concept, row);
    }

    private void coded(int concept, XmlFile.Element row) {
        for (var child : row.children()) {
            var lookup = LOOKUPS.get(child.name());
            if (lookup != null && !child.text().isEmpty()) {
                builder.property(concept, child.name(), Property.Type.CODE, child.text());
                var words = lookups.getOrDefault(lookup, Map.of()).get(child.text());
                if (words != null) {
                    builder.property(
                            concept,
                            child.name().replaceFirst("CD$", ""),
                            Property.Type.STRING,
                            words);
                }
            }
        }
    }
}
