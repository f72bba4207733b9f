package trellis.directory;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The published lists of organisations as FHIR. Pure functions.
final class OdsRules {
    static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
    static final String ROLES =
            "https://fhir.nhs.uk/England/CodeSystem/England-ODSOrganisationRole";
    static final String SUCCESSOR = "successor";
    static final String MEMBER = "member";
    private static final String AFFILIATIONS = "http://hl7.org/fhir/organization-role";
    private static final String PERIOD =
            "http://hl7.org/fhir/StructureDefinition/organization-period";
    private static final Pattern CODE = Pattern.compile("[A-Z0-9]{3,10}");

    private OdsRules() {}

    /// Which list a file is, known by its columns.
    enum Published {
        BOARDS("integrated care boards", "code name region_code region_ons_code"),
        SUB_LOCATIONS("sub-ICB locations", "code name ons_code icb_code"),
        TRUSTS("trusts", "code name icb_code open_date close_date postcode"),
        PRACTICES("GP practices", "code name sub_icb_code pcn_code postcode"),
        SITES("hospital sites", "site_code name parent_code postcode"),
        SUCCESSIONS("successors", "predecessor_code successor_code date");

        private final String words;
        private final String columns;

        Published(String words, String columns) {
            this.words = words;
            this.columns = columns;
        }

        String words() {
            return words;
        }

        private List<String> columns() {
            return List.of(columns.split(" "));
        }

        /// The list with these columns; the one that asks for most of them.
        static Optional<Published> of(Set<String> columns) {
            return Arrays.stream(values())
                    .filter(one -> columns.containsAll(one.columns()))
                    .max(Comparator.comparingInt(one -> one.columns().size()));
        }
    }

    /// What cannot be read of a row.
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unreadable(String why) {
            super(why, null, false, false);
        }
    }

    /// A row of a list as resources.
    ///
    /// @param row by column; what is not there is empty
    /// @throws Unreadable when it has no code or name, or a date that is none
    static List<ObjectNode> resources(Published list, Map<String, String> row) {
        return switch (list) {
            case BOARDS -> List.of(organisation(row, "code", "318", "INTEGRATED CARE BOARD", ""));
            case SUB_LOCATIONS ->
                    List.of(
                            organisation(
                                    row, "code", "319", "SUB ICB LOCATION", text(row, "icb_code")));
            case TRUSTS ->
                    List.of(organisation(row, "code", "197", "NHS TRUST", text(row, "icb_code")));
            case PRACTICES -> practice(row);
            case SITES -> site(row);
            case SUCCESSIONS -> List.of(succession(row));
        };
    }

    private static ObjectNode object(String type, String id) {
        return JsonNodeFactory.instance.objectNode().put("resourceType", type).put("id", id);
    }

    private static String text(Map<String, String> row, String column) {
        return row.getOrDefault(column, "").strip();
    }

    private static String code(Map<String, String> row, String column) {
        var code = text(row, column).toUpperCase(Locale.ROOT);
        if (!CODE.matcher(code).matches()) {
            throw new Unreadable(
                    column + " is \"" + code + "\": an ODS code has 3 to 10 letters and digits");
        }
        return code;
    }

    private static ObjectNode organisation(
            Map<String, String> row, String column, String role, String display, String partOf) {
        var code = code(row, column);
        var name = text(row, "name");
        if (name.isEmpty()) {
            throw new Unreadable("name is empty");
        }
        var json = object("Organization", code);
        period(row)
                .ifPresent(period -> {
                    var extension = json.putArray("extension").addObject().put("url", PERIOD);
                    extension.set("valuePeriod", period);
                });
        json.putArray("identifier").addObject().put("system", ODS).put("value", code);
        json.put("active", text(row, "close_date").isEmpty());
        json.putArray("type")
                .addObject()
                .putArray("coding")
                .addObject()
                .put("system", ROLES)
                .put("code", role)
                .put("display", display);
        json.put("name", name);
        telecom(row, json);
        address(row).ifPresent(address -> json.putArray("address").add(address));
        if (!partOf.isEmpty()) {
            json.putObject("partOf").put("reference", "Organization/" + partOf);
        }
        return json;
    }

    private static Optional<ObjectNode> period(Map<String, String> row) {
        var period = JsonNodeFactory.instance.objectNode();
        date(row, "open_date").ifPresent(day -> period.put("start", day));
        date(row, "close_date").ifPresent(day -> period.put("end", day));
        return period.isEmpty() ? Optional.empty() : Optional.of(period);
    }

    private static Optional<String> date(Map<String, String> row, String column) {
        var text = text(row, column);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    LocalDate.parse(text.replace("-", ""), DateTimeFormatter.BASIC_ISO_DATE)
                            .toString());
        } catch (DateTimeException e) {
            throw new Unreadable(column + " is \"" + text + "\": a date is written 20250401");
        }
    }

    private static void telecom(Map<String, String> row, ObjectNode json) {
        var list = JsonNodeFactory.instance.arrayNode();
        if (!text(row, "phone").isEmpty()) {
            list.addObject().put("system", "phone").put("value", text(row, "phone"));
        }
        if (!text(row, "website").isEmpty()) {
            list.addObject().put("system", "url").put("value", text(row, "website"));
        }
        if (!list.isEmpty()) {
            json.set("telecom", list);
        }
    }

    private static Optional<ObjectNode> address(Map<String, String> row) {
        var address = JsonNodeFactory.instance.objectNode();
        var lines = new ArrayList<String>();
        for (var column : List.of("address1", "address2")) {
            if (!text(row, column).isEmpty()) {
                lines.add(text(row, column));
            }
        }
        if (!lines.isEmpty()) {
            var list = address.putArray("line");
            lines.forEach(list::add);
        }
        put(address, "city", text(row, "town"));
        put(address, "district", text(row, "county"));
        put(address, "postalCode", text(row, "postcode"));
        return address.isEmpty() ? Optional.empty() : Optional.of(address.put("use", "work"));
    }

    private static void put(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }

    /// A practice, its network, and that it belongs to it.
    private static List<ObjectNode> practice(Map<String, String> row) {
        var all = new ArrayList<ObjectNode>();
        var practice = organisation(row, "code", "76", "GP PRACTICE", text(row, "sub_icb_code"));
        all.add(practice);
        // The published list writes U for a practice that belongs to no network.
        var code = text(row, "pcn_code");
        if (!code.isEmpty() && !code.equals("U") && !text(row, "pcn_name").isEmpty()) {
            var named = Map.of("code", code, "name", text(row, "pcn_name"));
            var network =
                    organisation(
                            named,
                            "code",
                            "272",
                            "PRIMARY CARE NETWORK",
                            text(row, "sub_icb_code"));
            all.add(network);
            all.add(
                    affiliation(
                            network.path("id").asString(""),
                            practice.path("id").asString(""),
                            MEMBER));
        }
        return all;
    }

    private static ObjectNode affiliation(String organisation, String participating, String code) {
        var json =
                object(
                        "OrganizationAffiliation",
                        // Of networks a practice has one: a newer list puts another in its place.
                        code.equals(MEMBER)
                                ? participating + "-" + code
                                : organisation + "-" + participating + "-" + code);
        json.put("active", true);
        json.putObject("organization").put("reference", "Organization/" + organisation);
        json.putObject("participatingOrganization")
                .put("reference", "Organization/" + participating);
        json.putArray("code")
                .addObject()
                .putArray("coding")
                .addObject()
                .put("system", AFFILIATIONS)
                .put("code", code);
        return json;
    }

    private static ObjectNode succession(Map<String, String> row) {
        var json =
                affiliation(code(row, "successor_code"), code(row, "predecessor_code"), SUCCESSOR);
        date(row, "date").ifPresent(day -> json.putObject("period").put("start", day));
        return json;
    }

    /// A site is an organisation, part of another, and a place.
    private static List<ObjectNode> site(Map<String, String> row) {
        var parent = code(row, "parent_code");
        var site = organisation(row, "site_code", "198", "NHS TRUST SITE", parent);
        var place = object("Location", site.path("id").asString(""));
        place.putArray("identifier")
                .addObject()
                .put("system", "https://fhir.nhs.uk/Id/ods-site-code")
                .put("value", site.path("id").asString(""));
        place.put("status", "active").put("name", text(row, "name")).put("mode", "instance");
        if (!text(row, "sub_type").isEmpty()) {
            place.putArray("type").addObject().put("text", text(row, "sub_type"));
        }
        if (site.has("telecom")) {
            place.set("telecom", site.get("telecom"));
        }
        if (site.has("address")) {
            place.set("address", site.path("address").path(0));
        }
        position(row).ifPresent(position -> place.set("position", position));
        place.putObject("managingOrganization")
                .put("reference", "Organization/" + site.path("id").asString(""));
        return List.of(site, place);
    }

    private static Optional<ObjectNode> position(Map<String, String> row) {
        if (text(row, "lat").isEmpty() || text(row, "lon").isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("longitude", new java.math.BigDecimal(text(row, "lon")))
                            .put("latitude", new java.math.BigDecimal(text(row, "lat"))));
        } catch (NumberFormatException e) {
            throw new Unreadable("lat and lon are numbers of degrees");
        }
    }
}
