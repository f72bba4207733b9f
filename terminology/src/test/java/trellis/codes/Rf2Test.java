package trellis.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Rf2Test {
    private final SmallRelease small = SmallRelease.diseases();

    @TempDir Path folder;

    private Release read() throws IOException {
        try (var files = ReleaseFiles.of(List.of(folder))) {
            return Rf2.read(files, SmallRelease.asked());
        }
    }

    private int concept(Release release, String word) {
        return release.find(small.id(word));
    }

    @Test
    void a_release_has_its_concepts_names_hierarchy_and_reference_sets() throws IOException {
        var release = small.read(folder);
        var pneumonia = concept(release, "pneumonia");

        assertThat(release.version())
                .isEqualTo("http://snomed.info/sct/900000000000207008/version/20260101");
        assertThat(release.size()).isEqualTo(17);
        assertThat(release.display(pneumonia)).isEqualTo("pneumonia");
        assertThat(release.designations(pneumonia))
                .extracting(Designation::term)
                .containsExactly("pneumonia (thing)", "pneumonia", "Inflammation of the lung");
        assertThat(release.above(concept(release, "disease"), pneumonia)).isTrue();
        assertThat(release.above(pneumonia, concept(release, "disease"))).isFalse();
        assertThat(release.above(pneumonia, pneumonia)).isFalse();
        assertThat(release.active(concept(release, "old pneumonia"))).isFalse();
        assertThat(release.members(concept(release, "watched")).orElseThrow().cardinality())
                .isEqualTo(2);
        assertThat(release.property(pneumonia, "sufficientlyDefined")).contains("false");
        assertThat(release.find("73211009")).isEqualTo(-1);
    }

    @Test
    void a_release_in_a_zip_archive_is_the_same() throws IOException {
        small.write(folder);
        var zip = folder.resolve("release.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip));
                var list = Files.list(folder)) {
            for (var file : list.filter(f -> f.toString().endsWith(".txt")).toList()) {
                out.putNextEntry(new ZipEntry("Snapshot/Terminology/" + file.getFileName()));
                out.write(Files.readAllBytes(file));
                out.closeEntry();
            }
        }
        try (var files = ReleaseFiles.of(List.of(zip))) {
            assertThat(Rf2.read(files, SmallRelease.asked()).size()).isEqualTo(17);
        }
    }

    @Test
    void the_british_release_in_one_piece_is_known_by_its_names() throws IOException {
        small.write(folder);
        try (var list = Files.list(folder)) {
            for (var file : list.toList()) {
                var name = file.getFileName().toString();
                Files.move(
                        file,
                        folder.resolve(
                                name.replace("Snapshot", "MONOSnapshot").replace("INT", "GB")));
            }
        }

        var release = read();

        assertThat(release.version())
                .isEqualTo("http://snomed.info/sct/83821000000107/version/20260101");
        assertThat(release.display(concept(release, "pneumonia"))).isEqualTo("pneumonia");
        assertThat(release.referenceSets().cardinality()).isEqualTo(1);
    }

    @Test
    void an_edition_that_is_not_known_must_be_said() throws IOException {
        small.write(folder);
        Files.move(
                folder.resolve("sct2_Concept_Snapshot_INT_20260101.txt"),
                folder.resolve("sct2_Concept_Snapshot_ZZ_20260101.txt"));

        assertThatThrownBy(this::read).hasMessageContaining("say the identifier of its module");
    }

    @Test
    void what_was_written_down_is_read_again_as_it_was() throws IOException {
        var release = small.read(folder);
        var bytes = new ByteArrayOutputStream();
        release.write(new DataOutputStream(bytes));

        var again =
                Release.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(again.about()).isEqualTo(release.about());
        for (var concept = 0; concept < release.size(); concept++) {
            assertThat(again.code(concept)).isEqualTo(release.code(concept));
            assertThat(again.designations(concept)).isEqualTo(release.designations(concept));
            assertThat(again.properties(concept)).isEqualTo(release.properties(concept));
            assertThat(again.parents(concept)).isEqualTo(release.parents(concept));
            assertThat(again.children(concept)).isEqualTo(release.children(concept));
        }
        assertThat(again.referenceSets()).isEqualTo(release.referenceSets());
    }

    @Test
    void of_a_concept_in_two_packages_the_newest_row_counts() throws IOException {
        small.write(folder);
        Files.writeString(
                folder.resolve("sct2_Concept_Snapshot_GB_20260201.txt"),
                "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n"
                        + small.id("pneumonia")
                        + "\t20260201\t0\t900000000000207008\t900000000000074008\n");

        var release = read();

        assertThat(release.active(concept(release, "pneumonia"))).isFalse();
        assertThat(release.size()).isEqualTo(17);
        assertThat(release.version())
                .isEqualTo("http://snomed.info/sct/83821000000107/version/20260201");
    }

    @Test
    void what_cannot_be_read_is_told_with_its_file_and_line() throws IOException {
        small.write(folder);
        var concepts = folder.resolve("sct2_Concept_Snapshot_INT_20260101.txt");
        var relationships = folder.resolve("sct2_Relationship_Snapshot_INT_20260101.txt");
        var good = Files.readString(concepts);
        var goodRelationships = Files.readString(relationships);

        Files.writeString(
                concepts, good + "12345678\t20260101\t1\t900000000000207008\t900000000000074008\n");
        assertThatThrownBy(this::read)
                .isInstanceOf(Unreadable.class)
                .hasMessage(
                        "sct2_Concept_Snapshot_INT_20260101.txt line 19: column 1 is not an"
                                + " identifier of SNOMED CT: its check digit is wrong");

        Files.writeString(concepts, good + small.id("organ") + "\t20260101\t1\n");
        assertThatThrownBy(this::read)
                .hasMessage(
                        "sct2_Concept_Snapshot_INT_20260101.txt line 19: it has 3 columns instead"
                                + " of 5");

        Files.writeString(concepts, good);
        Files.writeString(relationships, goodRelationships.replace(small.id("lung"), "73211009"));
        assertThatThrownBy(this::read)
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("names a concept that is in no concept file");

        Files.writeString(relationships, "id\tactive\n");
        assertThatThrownBy(this::read)
                .hasMessageContaining(
                        "sct2_Relationship_Snapshot_INT_20260101.txt line 1: expected 10 columns");

        Files.delete(relationships);
        assertThatThrownBy(this::read).hasMessageContaining("it has no relationship file");
    }

    @Test
    void a_concept_is_found_by_the_beginnings_of_words() throws IOException {
        var release = small.read(folder);
        var pneumonia = concept(release, "pneumonia");

        for (var word : List.of("inflam", "lung", "pneu", "thing")) {
            assertThat(
                            release.hasWord(
                                    pneumonia,
                                    word.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .as(word)
                    .isTrue();
        }
        assertThat(release.hasWord(pneumonia, new byte[] {'u', 'n', 'g'})).isFalse();
    }
}
