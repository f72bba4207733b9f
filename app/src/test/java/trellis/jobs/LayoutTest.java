package trellis.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LayoutTest {

    @Test
    void one_bundle_a_line_and_one_resource_a_line_are_told_apart() {
        assertThat(Layout.of("{\"resourceType\":\"Bundle\",\"entry\":[]}\n{}"))
                .isEqualTo(Layout.BUNDLES);
        assertThat(Layout.of("{\"resourceType\":\"Patient\"}")).isEqualTo(Layout.RESOURCES);
    }

    @Test
    void an_object_over_many_lines_is_a_document() {
        assertThat(Layout.of("{\n  \"resourceType\": \"Patient\"\n}")).isEqualTo(Layout.DOCUMENT);
        assertThat(Layout.of("{\"resourceType\":\"Bundle\",\"entry\":[\n{\"resource\":{}},\n{}]}"))
                .isEqualTo(Layout.DOCUMENT);
    }

    @Test
    void a_broken_first_line_does_not_make_a_document_of_the_rest() {
        assertThat(Layout.of("{\"resourceType\":\"Pat\n{\"resourceType\":\"Patient\"}\n"))
                .isEqualTo(Layout.RESOURCES);
    }

    @Test
    void what_is_not_json_is_named() {
        assertThat(Layout.of(" <Patient/>")).isEqualTo(Layout.XML);
        assertThat(Layout.of("\n[{}]")).isEqualTo(Layout.ARRAY);
        assertThat(Layout.of("id,name")).isEqualTo(Layout.UNKNOWN);
        assertThat(Layout.of(" \n")).isEqualTo(Layout.NOTHING);
    }
}
