package trellis.codes;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads a snapshot of SNOMED CT in Release Format 2: concepts, descriptions, relationships, language reference sets and simple
/// reference sets. Several packages may be given together, such as an extension and what it extends: of what stands in more
/// than one the newest row counts.
/// (https://docs.snomed.org/snomed-ct-specifications/snomed-ct-release-file-specification)
public final class Rf2 {
    private static final String SNAPSHOT = "\\w*Snapshot(-[a-zA-Z-]+)?_.*\\.txt";
    private static final String CONCEPTS = "x?sct2_Concept_" + SNAPSHOT;
    private static final String DESCRIPTIONS = "x?sct2_Description_" + SNAPSHOT;
    private static final String RELATIONSHIPS = "x?sct2_Relationship_" + SNAPSHOT;
    private static final String LANGUAGES = "x?der2_cRefset_\\w*Language" + SNAPSHOT;
    private static final String SIMPLE = "x?der2_Refset_" + SNAPSHOT;

    private static final long IS_A = 116680003;
    private static final long FULL_NAME = 900000000000003001L;
    private static final long SYNONYM = 900000000000013009L;
    private static final long PREFERRED = 900000000000548007L;
    private static final long DEFINED = 900000000000073002L;
    private static final long STATED = 900000000000010007L;
    private static final long QUALIFYING = 900000000000225001L;
    private static final int SYNONYM_RANK = 100;
    private static final int FULL_NAME_RANK = 200;

    /// Language reference sets, the one that decides first: the NHS's for clinical use and for pharmacy, British English,
    /// American English.
    private static final List<Long> PREFERENCES =
            List.of(
                    999001261000000100L,
                    999000691000001104L,
                    900000000000508004L,
                    900000000000509007L);

    private static final String INTERNATIONAL = "INT";
    private static final String BRITISH = "83821000000107";

    /// Modules by what stands in the name of a file before its date.
    private static final Map<String, String> EDITIONS =
            Map.of(
                    INTERNATIONAL,
                    "900000000000207008",
                    "GB",
                    BRITISH,
                    "GB1000000",
                    "999000021000000109",
                    "US1000124",
                    "731000124108");

    private final ReleaseFiles files;
    private final Asked asked;
    private final ReleaseBuilder builder = new ReleaseBuilder();
    private final long total;
    private long done;
    private long[] ids = {};
    private int[] displayRanks = {};

    private Rf2(ReleaseFiles files, Asked asked) {
        this.files = files;
        this.asked = asked;
        this.total =
                List.of(CONCEPTS, DESCRIPTIONS, RELATIONSHIPS, LANGUAGES, SIMPLE).stream()
                        .flatMap(pattern -> files.named(pattern).stream())
                        .mapToLong(ReleaseFiles.Entry::size)
                        .sum();
    }

    /// Reads a release.
    ///
    /// @throws Unreadable when a file is missing, or a line of one cannot be read
    public static Release read(ReleaseFiles files, Asked asked) throws IOException {
        return new Rf2(files, asked).read();
    }

    private Release read() throws IOException {
        var version = version();
        concepts();
        descriptions();
        relationships();
        referenceSets();
        return builder.build(
                new Release.About(ReleaseBuilder.SNOMED, version, "SNOMED CT", true, true));
    }

    private String version() {
        if (asked.version().isPresent()) {
            return asked.version().get();
        }
        var named = needed(CONCEPTS, "a concept file (sct2_Concept_Snapshot_...)");
        var date =
                named.stream()
                        .map(entry -> entry.name().replaceFirst(".*_(\\d{8})\\.txt", "$1"))
                        .filter(text -> text.matches("\\d{8}"))
                        .max(String::compareTo)
                        .orElseThrow(() ->
                                new Unreadable(
                                        named.getFirst().name(),
                                        0,
                                        "its name has no date; say which version it is"));
        var edition = asked.edition().orElseGet(() -> edition(named));
        return ReleaseBuilder.SNOMED + "/" + edition + "/version/" + date;
    }

    /// An extension decides what its edition is called, not what it extends; several British ones make the British edition.
    private static String edition(List<ReleaseFiles.Entry> concepts) {
        var countries =
                concepts.stream()
                        .map(entry ->
                                entry.name().replaceFirst(".*_([A-Za-z0-9]+)_\\d{8}\\.txt", "$1"))
                        .filter(text -> !text.equals(INTERNATIONAL))
                        .distinct()
                        .toList();
        if (countries.size() > 1 && countries.stream().allMatch(text -> text.startsWith("GB"))) {
            return BRITISH;
        }
        var only = countries.isEmpty() ? INTERNATIONAL : countries.getFirst();
        var known = countries.size() > 1 ? null : EDITIONS.get(only);
        if (known == null) {
            throw new Unreadable(
                    concepts.getFirst().name(),
                    0,
                    "it is of an edition that is not known by its name; say the identifier of its"
                            + " module");
        }
        return known;
    }

    private List<ReleaseFiles.Entry> needed(String pattern, String what) {
        var found = files.named(pattern);
        if (found.isEmpty()) {
            throw new Unreadable("the release", 0, "it has no " + what);
        }
        return found;
    }

    @FunctionalInterface
    private interface Row {
        void read(TabLines line) throws IOException;
    }

    private void each(List<ReleaseFiles.Entry> entries, int columns, Row row) throws IOException {
        for (var entry : entries) {
            var told = 0L;
            try (var lines = new TabLines(entry.name(), entry.open(), columns, "id")) {
                while (lines.next()) {
                    row.read(lines);
                    if (lines.read() - told > 1 << 20) {
                        told = lines.read();
                        asked.progress().at(entry.name(), done + told, total);
                    }
                }
            }
            done += entry.size();
            asked.progress().at(entry.name(), done, total);
        }
    }

    /// Rows by identifier; of those with the same one the newest is last.
    private static int[] newestLast(Longs ids, Ints times) {
        return Order.of(
                ids.size(),
                (a, b) -> {
                    var order = Long.compare(ids.get(a), ids.get(b));
                    return order != 0 ? order : Integer.compare(times.get(a), times.get(b));
                });
    }

    /// Whether what stands at a place is the newest row of its identifier.
    private static boolean counts(int[] order, int at, Longs ids) {
        return at + 1 == order.length || ids.get(order[at]) != ids.get(order[at + 1]);
    }

    private void concepts() throws IOException {
        var rows = new Longs();
        var times = new Ints();
        var active = new BitSet();
        var defined = new BitSet();
        var modules = new Longs();
        each(
                needed(CONCEPTS, "concept file (sct2_Concept_Snapshot_...)"),
                5,
                line -> {
                    active.set(rows.size(), line.flag(2));
                    defined.set(rows.size(), line.number(4) == DEFINED);
                    rows.add(line.identifier(0));
                    times.add((int) line.number(1));
                    modules.add(line.number(3));
                });
        var order = newestLast(rows, times);
        var known = new Longs();
        for (var at = 0; at < order.length; at++) {
            if (counts(order, at, rows)) {
                var row = order[at];
                var concept = builder.concept(Long.toString(rows.get(row)));
                known.add(rows.get(row));
                if (!active.get(row)) {
                    builder.inactive(concept);
                }
                builder.property(
                        concept,
                        "effectiveTime",
                        Property.Type.STRING,
                        Integer.toString(times.get(row)));
                builder.property(
                        concept, "moduleId", Property.Type.CODE, Long.toString(modules.get(row)));
                builder.property(
                        concept,
                        "sufficientlyDefined",
                        Property.Type.BOOLEAN,
                        Boolean.toString(defined.get(row)));
            }
        }
        ids = known.toArray();
        displayRanks = new int[ids.length];
        Arrays.fill(displayRanks, Integer.MAX_VALUE);
    }

    private int concept(TabLines line, int column) {
        var found = Arrays.binarySearch(ids, line.number(column));
        if (found < 0) {
            throw line.unreadable(
                    "column "
                            + (column + 1)
                            + " names a concept that is in no concept file; give the release that"
                            + " this one extends as well");
        }
        return found;
    }

    private void descriptions() throws IOException {
        var rows = new Longs();
        var times = new Ints();
        var owners = new Ints();
        var terms = new Ints();
        var languages = new Ints();
        var full = new BitSet();
        var known = new HashMap<String, Integer>();
        var names = new java.util.ArrayList<String>();
        each(
                needed(DESCRIPTIONS, "description file (sct2_Description_Snapshot-en_...)"),
                9,
                line -> {
                    var type = line.number(6);
                    var active = line.flag(2) && (type == FULL_NAME || type == SYNONYM);
                    full.set(rows.size(), type == FULL_NAME);
                    rows.add(line.number(0));
                    times.add((int) line.number(1));
                    owners.add(active ? concept(line, 4) : -1);
                    terms.add(
                            active
                                    ? builder.term(line.bytes(), line.begin(7), line.length(7))
                                    : -1);
                    languages.add(
                            known.computeIfAbsent(
                                    line.text(5),
                                    language -> {
                                        names.add(language);
                                        return names.size() - 1;
                                    }));
                });
        var order = newestLast(rows, times);
        var sorted = new long[order.length];
        for (var at = 0; at < order.length; at++) {
            sorted[at] = rows.get(order[at]);
        }
        var ranks = preferred(sorted);
        for (var at = 0; at < order.length; at++) {
            var row = order[at];
            if (counts(order, at, rows) && owners.get(row) >= 0) {
                var concept = owners.get(row);
                builder.designation(
                        concept,
                        names.get(languages.get(row)),
                        full.get(row) ? ReleaseBuilder.FULL_NAME : ReleaseBuilder.SYNONYM,
                        terms.get(row));
                var rank = full.get(row) ? FULL_NAME_RANK : ranks[at];
                if (rank < displayRanks[concept]) {
                    displayRanks[concept] = rank;
                    builder.display(concept, terms.get(row));
                }
            }
        }
    }

    /// For each description how much it is preferred: the place of the language reference set that prefers it.
    ///
    /// @param sorted identifiers of descriptions; of equal ones the last counts
    private byte[] preferred(long[] sorted) throws IOException {
        var ranks = new byte[sorted.length];
        Arrays.fill(ranks, (byte) SYNONYM_RANK);
        each(
                files.named(LANGUAGES),
                7,
                line -> {
                    if (line.flag(2) && line.number(6) == PREFERRED) {
                        var place = Arrays.binarySearch(sorted, line.number(5));
                        var rank = PREFERENCES.indexOf(line.number(4));
                        if (place >= 0) {
                            while (place + 1 < sorted.length
                                    && sorted[place + 1] == sorted[place]) {
                                place++;
                            }
                            var value = rank < 0 ? PREFERENCES.size() : rank;
                            ranks[place] = (byte) Math.min(ranks[place], value);
                        }
                    }
                });
        return ranks;
    }

    private void relationships() throws IOException {
        var rows = new Longs();
        var times = new Ints();
        var sources = new Ints();
        var targets = new Ints();
        var types = new Ints();
        var groups = new Ints();
        each(
                needed(RELATIONSHIPS, "relationship file (sct2_Relationship_Snapshot_...)"),
                10,
                line -> {
                    var how = line.number(8);
                    var active = line.flag(2) && how != STATED && how != QUALIFYING;
                    rows.add(line.number(0));
                    times.add((int) line.number(1));
                    sources.add(active ? concept(line, 4) : -1);
                    targets.add(active ? concept(line, 5) : -1);
                    types.add(active ? concept(line, 7) : -1);
                    groups.add((int) line.number(6));
                });
        var isA = Arrays.binarySearch(ids, IS_A);
        var order = newestLast(rows, times);
        for (var at = 0; at < order.length; at++) {
            var row = order[at];
            if (counts(order, at, rows) && sources.get(row) >= 0) {
                if (types.get(row) == isA) {
                    builder.parent(sources.get(row), targets.get(row));
                } else {
                    builder.attribute(
                            sources.get(row), types.get(row), targets.get(row), groups.get(row));
                }
            }
        }
    }

    private void referenceSets() throws IOException {
        var sets = new Ints();
        var members = new Ints();
        var times = new Ints();
        var active = new BitSet();
        each(
                files.named(SIMPLE),
                6,
                line -> {
                    var member = Arrays.binarySearch(ids, line.number(5));
                    // Reference sets may also refer to descriptions and the like.
                    if (member >= 0) {
                        active.set(sets.size(), line.flag(2));
                        sets.add(concept(line, 4));
                        members.add(member);
                        times.add((int) line.number(1));
                    }
                });
        var order =
                Order.of(
                        sets.size(),
                        (a, b) -> {
                            var order1 = Integer.compare(sets.get(a), sets.get(b));
                            var order2 =
                                    order1 != 0
                                            ? order1
                                            : Integer.compare(members.get(a), members.get(b));
                            return order2 != 0
                                    ? order2
                                    : Integer.compare(times.get(a), times.get(b));
                        });
        for (var at = 0; at < order.length; at++) {
            var row = order[at];
            var last =
                    at + 1 == order.length
                            || sets.get(order[at + 1]) != sets.get(row)
                            || members.get(order[at + 1]) != members.get(row);
            if (last && active.get(row)) {
                builder.member(sets.get(row), members.get(row));
            }
        }
    }
}
