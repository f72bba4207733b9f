package trellis.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.directory.OdsRules.Published;

class OdsRulesTest {
    private static final Map<String, String> PRACTICE =
            Map.of(
                    "code",
                    "A81001",
                    "name",
                    "The Densham Surgery",
                    "address1",
                    "The Health Centre",
                    "postcode",
                    "TS18 1HU",
                    "phone",
                    "01642 672351",
                    "open_date",
                    "19740401",
                    "sub_icb_code",
                    "16C",
                    "pcn_code",
                    "U89141",
                    "pcn_name",
                    "Stockton PCN");

    @Test
    void a_list_is_known_by_its_columns_whatever_else_it_has() {
        assertThat(Published.of(Set.of("code", "name", "ons_code", "icb_code", "note")))
                .contains(Published.SUB_LOCATIONS);
        assertThat(
                        Published.of(
                                Set.of(
                                        "code",
                                        "name",
                                        "ons_code",
                                        "region_code",
                                        "region",
                                        "region_ons_code")))
                .contains(Published.BOARDS);
        assertThat(Published.of(Set.of("district", "lat", "lon"))).isEmpty();
    }

    @Test
    void a_practice_belongs_to_its_network() {
        var all = OdsRules.resources(Published.PRACTICES, PRACTICE);

        assertThat(all).hasSize(3);
        assertThat(all.getFirst().at("/id").asString("")).isEqualTo("A81001");
        assertThat(all.getFirst().at("/partOf/reference").asString(""))
                .isEqualTo("Organization/16C");
        assertThat(all.getFirst().at("/extension/0/valuePeriod/start").asString(""))
                .isEqualTo("1974-04-01");
        assertThat(all.get(1).at("/name").asString("")).isEqualTo("Stockton PCN");
        assertThat(ends(all.get(2))).containsExactly("Organization/U89141", "Organization/A81001");
    }

    @Test
    void a_closed_trust_is_not_active_and_its_successor_takes_its_place() {
        var closed =
                OdsRules.resources(
                                Published.TRUSTS,
                                Map.of(
                                        "code", "RXX",
                                        "name", "An old trust",
                                        "close_date", "2025-04-01"))
                        .getFirst();
        assertThat(closed.at("/active").asBoolean(true)).isFalse();
        assertThat(closed.at("/extension/0/valuePeriod/end").asString("")).isEqualTo("2025-04-01");

        var succession =
                OdsRules.resources(
                                Published.SUCCESSIONS,
                                Map.of(
                                        "predecessor_code", "rxx",
                                        "successor_code", "R0A",
                                        "date", "20250401"))
                        .getFirst();
        assertThat(ends(succession)).containsExactly("Organization/R0A", "Organization/RXX");
        assertThat(succession.at("/period/start").asString("")).isEqualTo("2025-04-01");
    }

    @Test
    void a_site_is_an_organisation_and_a_place() {
        var all =
                OdsRules.resources(
                        Published.SITES,
                        Map.of(
                                "site_code", "R1D21",
                                "name", "Ludlow Community Hospital",
                                "parent_code", "R1D",
                                "lat", "52.37366",
                                "lon", "-2.71443"));
        assertThat(all.get(1).at("/position/latitude").decimalValue()).isEqualTo("52.37366");
        assertThat(all.get(1).at("/managingOrganization/reference").asString(""))
                .isEqualTo("Organization/R1D21");
    }

    @Test
    void what_cannot_be_read_says_which_column_and_what_it_should_be() {
        refused(Map.of("code", "A8/1", "name", "X"), "ODS code has 3 to 10 letters and digits");
        refused(Map.of("code", "A81001", "name", " "), "name is empty");
        refused(
                Map.of("code", "A81001", "name", "X", "open_date", "20250231"),
                "open_date is \"20250231\"");
        assertThatThrownBy(() ->
                        OdsRules.resources(
                                Published.SITES,
                                Map.of(
                                        "site_code", "R1D21",
                                        "name", "X",
                                        "parent_code", "R1D",
                                        "lat", "north",
                                        "lon", "1")))
                .hasMessageContaining("lat and lon");
    }

    private static void refused(Map<String, String> row, String words) {
        assertThatThrownBy(() -> OdsRules.resources(Published.TRUSTS, row))
                .isInstanceOf(OdsRules.Unreadable.class)
                .hasMessageContaining(words);
    }

    private static List<String> ends(ObjectNode affiliation) {
        return List.of(
                affiliation.at("/organization/reference").asString(""),
                affiliation.at("/participatingOrganization/reference").asString(""));
    }
}
