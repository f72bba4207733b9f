package trellis.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import trellis.codes.SctIds;

/// A release of SNOMED CT's shape that is invented from its first concept to its last: identifiers of a test namespace with right
/// check digits, three names for each concept, parents and attributes as many as the real one has, and reference sets. The same
/// numbers make the same release.
final class InventedRelease {
    private static final String MODULE = "900000000000207008";
    private static final String DATE = "20260101";
    private static final String IS_A = "116680003";
    private static final String GB = "900000000000508004";
    private static final String US = "900000000000509007";
    private static final String PREFERRED = "900000000000548007";
    private static final int ATTRIBUTES = 60;
    private static final int SETS = 100;

    /// Identifiers end in the namespace 1000999, which nobody has, a mark of what they are, and the check digit.
    private static final long NAMESPACE = 1_000_999;

    private static final String[] HEADS = {
        "zor", "quel", "bram", "tis", "vor", "lin", "mar", "pel", "gan", "dre", "fos", "kel", "nar",
        "sul", "wex"
    };
    private static final String[] TAILS = {
        "bine", "osis", "itis", "ane", "oma", "ulum", "ity", "ectomy", "gram", "phage", "ment",
        "ure"
    };

    private final int concepts;

    InventedRelease(int concepts) {
        this.concepts = concepts;
    }

    /// The identifier of a concept: 0 is the root, then come the kinds of attributes and the reference sets.
    static String concept(int number) {
        return Long.toString(SctIds.of((number + 1L) * 1_000_000_000L + NAMESPACE * 100 + 10));
    }

    private static String description(long number) {
        return Long.toString(SctIds.of((number + 1L) * 1_000_000_000L + NAMESPACE * 100 + 11));
    }

    private static String relationship(long number) {
        return Long.toString(SctIds.of((number + 1L) * 1_000_000_000L + NAMESPACE * 100 + 12));
    }

    /// A concept with much below it: the kinds of things stand directly below the root.
    static int kind(int number) {
        return 1 + ATTRIBUTES + SETS + Math.floorMod(number, 19);
    }

    static int attribute(int number) {
        return 1 + Math.floorMod(number, ATTRIBUTES);
    }

    static int set(int number) {
        return 1 + ATTRIBUTES + Math.floorMod(number, SETS);
    }

    /// What stands above: for most a concept of about a tenth of the number, so that the hierarchy is some ten levels deep.
    private static int parent(int number, SplittableRandom random) {
        if (number <= ATTRIBUTES + SETS + 19) {
            return 0;
        }
        var first = kind(0);
        var span = Math.max(19, (number - first) / 3);
        return first + random.nextInt(Math.min(span, number - first));
    }

    private static String term(int number, SplittableRandom random) {
        var words = new StringBuilder();
        for (var i = 0; i < 2 + random.nextInt(3); i++) {
            words.append(HEADS[random.nextInt(HEADS.length)])
                    .append(HEADS[random.nextInt(HEADS.length)])
                    .append(TAILS[random.nextInt(TAILS.length)])
                    .append(' ');
        }
        return words.append(number).toString();
    }

    /// Writes the files of a snapshot.
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        concepts(folder);
        descriptions(folder);
        relationships(folder);
        members(folder);
    }

    private static BufferedWriter file(Path folder, String name, String columns)
            throws IOException {
        var writer = Files.newBufferedWriter(folder.resolve(name + "_INT_" + DATE + ".txt"));
        line(writer, columns.split(" "));
        return writer;
    }

    private static void line(BufferedWriter out, String... cells) throws IOException {
        out.write(String.join("\t", cells));
        out.write("\r\n");
    }

    private void concepts(Path folder) throws IOException {
        try (var out =
                file(
                        folder,
                        "sct2_Concept_Snapshot",
                        "id effectiveTime active moduleId definitionStatusId")) {
            line(out, IS_A, DATE, "1", MODULE, "900000000000074008");
            for (var i = 0; i < concepts; i++) {
                var active = i <= kind(18) || i % 17 != 0;
                line(out, concept(i), DATE, active ? "1" : "0", MODULE, "900000000000074008");
            }
        }
    }

    private void descriptions(Path folder) throws IOException {
        try (var out =
                        file(
                                folder,
                                "sct2_Description_Snapshot-en",
                                "id effectiveTime active moduleId conceptId languageCode typeId"
                                        + " term caseSignificanceId");
                var languages =
                        file(
                                folder,
                                "der2_cRefset_LanguageSnapshot-en",
                                "id effectiveTime active moduleId refsetId referencedComponentId"
                                        + " acceptabilityId")) {
            for (var i = 0; i < concepts; i++) {
                var random = new SplittableRandom(i);
                var term = term(i, random);
                for (var kind = 0; kind < 3; kind++) {
                    var id = description(3L * i + kind);
                    line(
                            out,
                            id,
                            DATE,
                            "1",
                            MODULE,
                            concept(i),
                            "en",
                            kind == 0 ? "900000000000003001" : "900000000000013009",
                            kind == 0 ? term + " (thing)" : kind == 1 ? term : term(i, random),
                            "900000000000448009");
                    for (var set : new String[] {GB, US}) {
                        line(
                                languages,
                                "00000000-0000-4000-8000-" + "%012d".formatted(3L * i + kind),
                                DATE,
                                "1",
                                MODULE,
                                set,
                                id,
                                kind < 2 ? PREFERRED : "900000000000549004");
                    }
                }
            }
        }
    }

    private void relationships(Path folder) throws IOException {
        try (var out =
                file(
                        folder,
                        "sct2_Relationship_Snapshot",
                        "id effectiveTime active moduleId sourceId destinationId relationshipGroup"
                                + " typeId characteristicTypeId modifierId")) {
            var next = 0L;
            for (var i = 1; i < concepts; i++) {
                if (i > kind(18) && i % 17 == 0) {
                    continue;
                }
                var random = new SplittableRandom(i * 31L);
                var parents = i > kind(18) && random.nextInt(3) == 0 ? 2 : 1;
                for (var p = 0; p < parents; p++) {
                    relationship(out, next++, i, parent(i, random), "0", IS_A);
                }
                for (var a = 0; i > kind(18) && a < 4; a++) {
                    relationship(
                            out,
                            next++,
                            i,
                            kind(0) + random.nextInt(Math.max(1, concepts - kind(0))),
                            Integer.toString(a / 2),
                            concept(attribute(random.nextInt(ATTRIBUTES))));
                }
            }
        }
    }

    private static void relationship(
            BufferedWriter out, long number, int source, int target, String group, String type)
            throws IOException {
        line(
                out,
                relationship(number),
                DATE,
                "1",
                MODULE,
                concept(source),
                concept(target),
                group,
                type,
                "900000000000011006",
                "900000000000451002");
    }

    private void members(Path folder) throws IOException {
        try (var out =
                file(
                        folder,
                        "der2_Refset_SimpleSnapshot",
                        "id effectiveTime active moduleId refsetId referencedComponentId")) {
            for (var set = 0; set < SETS; set++) {
                var random = new SplittableRandom(set);
                for (var i = 0; i < 2_000; i++) {
                    line(
                            out,
                            "00000000-0000-4000-9000-" + "%012d".formatted(set * 2_000L + i),
                            DATE,
                            "1",
                            MODULE,
                            concept(set(set)),
                            concept(random.nextInt(concepts)));
                }
            }
        }
    }
}
