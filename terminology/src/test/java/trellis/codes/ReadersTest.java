package trellis.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small invented releases of the other kinds.
class ReadersTest {
    @TempDir Path folder;

    private Release read(Format format, String version) throws IOException {
        var asked =
                new Asked(
                        Optional.of(version).filter(text -> !text.isEmpty()),
                        Optional.empty(),
                        (_, _, _) -> {});
        try (var files = ReleaseFiles.of(List.of(folder))) {
            return format.read(files, asked);
        }
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void loinc_is_read_with_its_properties_and_hierarchy() throws IOException {
        file(
                "Loinc.csv",
                """
                "LOINC_NUM","COMPONENT","PROPERTY","CLASS","STATUS","SHORTNAME","LONG_COMMON_NAME"
                "1-8","Zorbine","MCnc","CHEM","ACTIVE","Zorb SerPl","Zorbine, mass in ""serum"" now"
                "2-6","Quell","SCnc","CHEM","DEPRECATED","","Quell [Moles/volume]"
                """);
        file(
                "ComponentHierarchyBySystem.csv",
                """
                PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT
                ,1,,LP1-1,Everything
                LP1-1,1,LP1-1,1-8,Zorbine
                """);

        var release = read(Format.LOINC, "2.78");

        assertThat(release.display(release.find("1-8")))
                .isEqualTo("Zorbine, mass in \"serum\" now");
        assertThat(release.property(release.find("1-8"), "PROPERTY")).contains("MCnc");
        assertThat(release.active(release.find("2-6"))).isFalse();
        assertThat(release.above(release.find("LP1-1"), release.find("1-8"))).isTrue();
        assertThat(release.find("lp1-1")).as("codes without case").isNotNegative();
        assertThatThrownBy(() -> read(Format.LOINC, ""))
                .hasMessageContaining("does not name its version");
    }

    @Test
    void a_line_of_a_list_that_cannot_be_read_is_named() throws IOException {
        file(
                "Loinc.csv",
                "LOINC_NUM,COMPONENT,LONG_COMMON_NAME\n1-8,Zorbine,Zorbine\n,Quell,Quell\n");

        assertThatThrownBy(() -> read(Format.LOINC, "1"))
                .isInstanceOf(Unreadable.class)
                .hasMessage("Loinc.csv line 3: LOINC_NUM is empty");
    }

    @Test
    void icd_10_is_read_from_claml() throws IOException {
        file(
                "icd.xml",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <!DOCTYPE ClaML SYSTEM "ClaML.dtd">
                <ClaML version="2.0.0"><Title name="ICD" version="2016">Classification</Title>
                <Class code="I" kind="chapter"><SubClass code="A00-A09"/>
                 <Rubric kind="preferred"><Label xml:lang="en">Invented chapter</Label></Rubric></Class>
                <Class code="A00-A09" kind="block"><SuperClass code="I"/>
                 <Rubric kind="preferred"><Label xml:lang="en">Invented block</Label></Rubric></Class>
                <Class code="A00" kind="category"><SuperClass code="A00-A09"/>
                 <Rubric kind="preferred"><Label xml:lang="en">Invented <Term>category</Term></Label></Rubric>
                 <Rubric kind="inclusion"><Label xml:lang="en">another name</Label></Rubric></Class>
                </ClaML>
                """);

        var release = read(Format.ICD10, "");

        assertThat(release.version()).isEqualTo("2016");
        assertThat(release.display(release.find("A00"))).isEqualTo("Invented category");
        assertThat(release.designations(release.find("A00")))
                .extracting(Designation::term)
                .containsExactly("another name");
        assertThat(release.above(release.find("I"), release.find("A00"))).isTrue();
        assertThat(release.property(release.find("I"), "kind")).contains("chapter");
    }

    @Test
    void icd_10_is_read_from_a_list() throws IOException {
        file(
                "codes.txt",
                "CODE\tALT_CODE\tDESCRIPTION\nZ00\tZ00X\tInvented\nZ00.1\tZ001\tInvented, more\n");

        var release = read(Format.ICD10, "5");

        assertThat(release.above(release.find("Z00"), release.find("Z00.1"))).isTrue();
        assertThat(release.display(release.find("Z00.1"))).isEqualTo("Invented, more");
        file("codes.txt", "CODE\tDESCRIPTION\nZ00\tInvented\nZ00\tAgain\n");
        assertThatThrownBy(() -> read(Format.ICD10, "5"))
                .hasMessage("codes.txt line 3: the code Z00 is there twice");
    }

    private static String id(int number) {
        return Long.toString(SctIds.of(3_000_000 + number));
    }

    private void dmd(String parent) throws IOException {
        file(
                "f_vtm2_3010126.xml",
                "<VIRTUAL_THERAPEUTIC_MOIETIES><VTM><VTMID>%s</VTMID><NM>Zorbine</NM></VTM></VIRTUAL_THERAPEUTIC_MOIETIES>"
                        .formatted(id(1)));
        file(
                "f_vmp2_3010126.xml",
                """
                <VIRTUAL_MED_PRODUCTS><VMPS><VMP><VPID>%s</VPID><VTMID>%s</VTMID><NM>Zorbine 5mg tablets</NM>
                <ABBREVNM>Zorb 5mg</ABBREVNM></VMP></VMPS>
                <DRUG_FORM><DFORM><VPID>%s</VPID><FORMCD>385055001</FORMCD></DFORM></DRUG_FORM></VIRTUAL_MED_PRODUCTS>
                """
                        .formatted(id(2), parent, id(2)));
        file(
                "f_amp2_3010126.xml",
                "<AMPS><AMP><APID>%s</APID><INVALID>1</INVALID><VPID>%s</VPID><NM>Zorbo 5mg tablets</NM><DESC>Zorbo 5mg tablets (Invented Ltd)</DESC></AMP></AMPS>"
                        .formatted(id(3), id(2)));
        file(
                "f_vmpp2_3010126.xml",
                "<VMPPS><VMPP><VPPID>%s</VPPID><NM>Zorbine 5mg tablets 28 tablet</NM><VPID>%s</VPID></VMPP></VMPPS>"
                        .formatted(id(4), id(2)));
        file(
                "f_ampp2_3010126.xml",
                "<AMPPS><AMPP><APPID>%s</APPID><NM>Zorbo 5mg tablets 28 tablet</NM><VPPID>%s</VPPID><APID>%s</APID></AMPP></AMPPS>"
                        .formatted(id(5), id(4), id(3)));
        file(
                "f_lookup2_3010126.xml",
                "<LOOKUP><FORM><INFO><CD>385055001</CD><DESC>Tablet</DESC></INFO></FORM></LOOKUP>");
    }

    @Test
    void dmd_is_read_with_what_stands_under_what() throws IOException {
        dmd(id(1));

        var release = read(Format.DMD, "");

        assertThat(release.version()).isEqualTo("3010126");
        assertThat(release.size()).isEqualTo(5);
        assertThat(release.above(release.find(id(1)), release.find(id(5)))).isTrue();
        assertThat(release.property(release.find(id(2)), "FORM")).contains("Tablet");
        assertThat(release.active(release.find(id(3)))).isFalse();
        assertThat(release.property(release.find(id(4)), "type")).contains("VMPP");
    }

    @Test
    void a_product_of_nothing_and_broken_xml_are_named() throws IOException {
        dmd(id(9));
        assertThatThrownBy(() -> read(Format.DMD, ""))
                .isInstanceOf(Unreadable.class)
                .hasMessageStartingWith("f_vmp2_3010126.xml line 1: it belongs to ");
        file("f_vtm2_3010126.xml", "<VTMS>\n<VTM><NM>");
        assertThatThrownBy(() -> read(Format.DMD, ""))
                .hasMessage("f_vtm2_3010126.xml line 2: it is not well-formed XML");
    }
}
