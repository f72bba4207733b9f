package trellis.jobs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import trellis.fhir.definitions.Definitions;

/// What an export was asked to do.
///
/// @param target a folder, a file, or `-` for the standard output
/// @param types only these; all when empty
/// @param since only resources whose current version is not older
/// @param packed whether files of a folder are packed with gzip
record ExportOptions(String target, Set<String> types, Instant since, boolean packed) {

    /// @throws UsageRefused for what it does not take
    static ExportOptions parse(List<String> arguments) {
        var targets = new ArrayList<String>();
        var types = new TreeSet<String>();
        var since = Instant.EPOCH;
        var packed = true;
        for (var i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--type" -> types.addAll(types(after(arguments, i++)));
                case "--since" -> since = instant(after(arguments, i++));
                case "--plain" -> packed = false;
                case String other when other.startsWith("-") && !other.equals("-") ->
                        throw new UsageRefused("export does not take \"" + other + "\"");
                case String name -> targets.add(name);
            }
        }
        if (targets.size() != 1) {
            throw new UsageRefused("export needs one folder, one file or -");
        }
        return new ExportOptions(targets.getFirst(), types, since, packed);
    }

    private static String after(List<String> arguments, int i) {
        if (i + 1 == arguments.size()) {
            throw new UsageRefused(arguments.get(i) + " needs something after it");
        }
        return arguments.get(i + 1);
    }

    private static List<String> types(String text) {
        var types = List.of(text.split(","));
        for (var type : types) {
            if (!Definitions.r4().isResourceType(type)) {
                throw new UsageRefused("\"" + type + "\" is not a resource type of FHIR R4");
            }
        }
        return types;
    }

    /// A date begins at midnight UTC.
    private static Instant instant(String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new UsageRefused(
                    "--since is a date or a time with its zone, such as 2026-03-01 or"
                            + " 2026-03-01T09:30:00Z");
        }
    }
}
