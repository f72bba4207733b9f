package trellis.codes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A small invented release in Release Format 2. Concepts are named by words; their identifiers are made of the order in which they
/// are named.
final class SmallRelease {
    static final String IS_A = "116680003";
    private static final String MODULE = "900000000000207008";
    private static final String INFERRED = "900000000000011006";

    private final Map<String, String> ids = new LinkedHashMap<>();
    private final List<String> concepts = new ArrayList<>();
    private final List<String> descriptions = new ArrayList<>();
    private final List<String> relationships = new ArrayList<>();
    private final List<String> languages = new ArrayList<>();
    private final List<String> members = new ArrayList<>();
    private long next = 1_000;

    SmallRelease() {
        ids.put("is a", IS_A);
        concept("is a", true);
    }

    /// The identifier of a concept.
    String id(String word) {
        return ids.computeIfAbsent(word, _ -> Long.toString(SctIds.of(10_000_000 + ids.size())));
    }

    private String other() {
        return Long.toString(SctIds.of(1_000_000_000 + next++));
    }

    SmallRelease concept(String word, boolean active) {
        concepts.add(
                String.join(
                        "\t",
                        id(word),
                        "20260101",
                        active ? "1" : "0",
                        MODULE,
                        "900000000000074008"));
        return name(word, word + " (thing)", true, false).name(word, word, false, true);
    }

    /// Another name.
    SmallRelease name(String word, String term, boolean full, boolean preferred) {
        var id = other();
        descriptions.add(
                String.join(
                        "\t",
                        id,
                        "20260101",
                        "1",
                        MODULE,
                        id(word),
                        "en",
                        full ? "900000000000003001" : "900000000000013009",
                        term,
                        "900000000000448009"));
        languages.add(
                String.join(
                        "\t",
                        "uuid",
                        "20260101",
                        "1",
                        MODULE,
                        "900000000000508004",
                        id,
                        preferred || full ? "900000000000548007" : "900000000000549004"));
        return this;
    }

    SmallRelease isA(String child, String... parents) {
        for (var parent : parents) {
            relationship(child, "is a", parent, 0);
        }
        return this;
    }

    SmallRelease relationship(String source, String type, String target, int group) {
        relationships.add(
                String.join(
                        "\t",
                        other(),
                        "20260101",
                        "1",
                        MODULE,
                        id(source),
                        id(target),
                        Integer.toString(group),
                        id(type),
                        INFERRED,
                        "900000000000451002"));
        return this;
    }

    SmallRelease member(String set, String concept) {
        members.add(String.join("\t", "uuid", "20260101", "1", MODULE, id(set), id(concept)));
        return this;
    }

    /// Writes the files of a snapshot.
    Path write(Path folder) throws IOException {
        write(
                folder,
                "sct2_Concept_Snapshot_INT_20260101.txt",
                "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId",
                concepts);
        write(
                folder,
                "sct2_Description_Snapshot-en_INT_20260101.txt",
                "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm"
                        + "\tcaseSignificanceId",
                descriptions);
        write(
                folder,
                "sct2_Relationship_Snapshot_INT_20260101.txt",
                "id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\trelationshipGroup"
                        + "\ttypeId\tcharacteristicTypeId\tmodifierId",
                relationships);
        write(
                folder,
                "der2_cRefset_LanguageSnapshot-en_INT_20260101.txt",
                "id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId"
                        + "\tacceptabilityId",
                languages);
        write(
                folder,
                "der2_Refset_SimpleSnapshot_INT_20260101.txt",
                "id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId",
                members);
        return folder;
    }

    private static void write(Path folder, String name, String heading, List<String> lines)
            throws IOException {
        Files.writeString(
                folder.resolve(name),
                heading + "\r\n" + String.join("\r\n", lines) + (lines.isEmpty() ? "" : "\r\n"));
    }

    static Asked asked() {
        return new Asked(Optional.empty(), Optional.empty(), (_, _, _) -> {});
    }

    Release read(Path folder) throws IOException {
        try (var files = ReleaseFiles.of(List.of(write(folder)))) {
            return Rf2.read(files, asked());
        }
    }

    /// Diseases of organs, with what they are of and what causes them.
    static SmallRelease diseases() {
        var release = new SmallRelease();
        for (var word :
                List.of(
                        "root",
                        "disease",
                        "infection",
                        "lung disease",
                        "pneumonia",
                        "viral pneumonia",
                        "bacterial pneumonia",
                        "lung",
                        "organ",
                        "site",
                        "cause",
                        "virus",
                        "bacterium",
                        "organism",
                        "watched")) {
            release.concept(word, true);
        }
        release.concept("old pneumonia", false);
        release.name("pneumonia", "Inflammation of the lung", false, false);
        return release.isA("disease", "root")
                .isA("infection", "disease")
                .isA("lung disease", "disease")
                .isA("pneumonia", "lung disease")
                .isA("viral pneumonia", "pneumonia", "infection")
                .isA("bacterial pneumonia", "pneumonia", "infection")
                .isA("organ", "root")
                .isA("lung", "organ")
                .isA("organism", "root")
                .isA("virus", "organism")
                .isA("bacterium", "organism")
                .isA("site", "root")
                .isA("cause", "root")
                .isA("watched", "root")
                .relationship("lung disease", "site", "lung", 0)
                .relationship("pneumonia", "site", "lung", 0)
                .relationship("viral pneumonia", "site", "lung", 1)
                .relationship("viral pneumonia", "cause", "virus", 1)
                .relationship("bacterial pneumonia", "site", "lung", 1)
                .relationship("bacterial pneumonia", "cause", "bacterium", 2)
                .member("watched", "viral pneumonia")
                .member("watched", "old pneumonia");
    }
}
