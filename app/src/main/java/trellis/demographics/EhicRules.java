package trellis.demographics;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.people.NhsNumber;

/// The European Health Insurance Card of a person, as the service takes and shows it (Coverage), and as the record keeps
/// it. Pure functions.
final class EhicRules {
    private static final String COUNTRIES = "urn:iso:std:iso:3166";
    private static final String CARD = "European Health Insurance Card";
    private static final int YEARS = 150;

    /// What the contract allows in a number of a card.
    private static final String PRINTED = "[a-zA-Z0-9\\-,/:'. ]";

    private static final Pattern SHORT = Pattern.compile(PRINTED + "{1,25}");
    private static final Pattern LONG = Pattern.compile(PRINTED + "{1,30}");

    /// Names of countries in English, by their three letters (ISO 3166-1 alpha-3).
    private static final Map<String, String> NAMES =
            Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).stream()
                    .map(two -> Locale.of("", two))
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    Locale::getISO3Country,
                                    one -> one.getDisplayCountry(Locale.UK)));

    private EhicRules() {}

    /// Whose card is asked for.
    ///
    /// @throws PdsError.Refusal unless that alone is asked
    static NhsNumber asked(Map<String, List<String>> sent) {
        var values = sent.getOrDefault("subscriber:identifier", List.of());
        if (sent.size() != 1 || values.size() != 1 || values.getFirst().isBlank()) {
            throw PdsError.INVALID_SEARCH_DATA.refusal(
                    "Invalid search data provided - 'Coverage search request must follow the format"
                            + " /Coverage?subscriber:identifier=NHS_NUMBER'");
        }
        return ShapeRules.number(values.getFirst().strip());
    }

    /// Whose card was sent.
    ///
    /// @param today in London
    /// @throws PdsError.Refusal for the first thing that is wrong with it
    static NhsNumber sent(ObjectNode card, LocalDate today) {
        code(card, "/status", Set.of("active"));
        var system = card.at("/subscriber/identifier/system");
        if (!system.isMissingNode()) {
            code(card, "/subscriber/identifier/system", Set.of(NhsNumber.SYSTEM));
        }
        var number = ShapeRules.number(needed(card, "/subscriber/identifier/value"));
        one(card, "identifier");
        printed(card, "/identifier/0/value", SHORT);
        code(card, "/identifier/0/assigner/identifier/system", Set.of(COUNTRIES));
        code(card, "/identifier/0/assigner/identifier/value", NAMES.keySet());
        one(card, "payor");
        printed(card, "/payor/0/identifier/value", LONG);
        printed(card, "/beneficiary/identifier/value", SHORT);
        ends(card, today);
        return number;
    }

    private static void ends(JsonNode card, LocalDate today) {
        var text = needed(card, "/period/end");
        try {
            var end = LocalDate.parse(text);
            if (end.isAfter(today.minusYears(YEARS)) && end.isBefore(today.plusYears(YEARS))) {
                return;
            }
        } catch (DateTimeException _) {
            // No date: told below.
        }
        throw PdsError.invalid(text, "period/end");
    }

    private static void one(JsonNode card, String field) {
        var list = card.path(field);
        if (list.isMissingNode() || list.isNull()) {
            throw PdsError.missing(field);
        }
        if (!list.isArray()) {
            throw PdsError.invalid(list.asString(list.toString()), field);
        }
        if (list.isEmpty()) {
            throw PdsError.TOO_FEW_VALUES_SUBMITTED.refusal(
                    "Too few values submitted - [] in field '" + field + "'");
        }
        if (list.size() > 1) {
            throw PdsError.TOO_MANY_VALUES_SUBMITTED.refusal(
                    "Too many values submitted - " + list.size() + " in field '" + field + "'");
        }
    }

    private static String needed(JsonNode card, String pointer) {
        var value = card.at(pointer);
        if (value.isMissingNode() || value.isNull()) {
            throw PdsError.missing(pointer.substring(1));
        }
        return value.asString(value.toString());
    }

    private static void code(JsonNode card, String pointer, Set<String> codes) {
        var value = needed(card, pointer);
        if (!codes.contains(value)) {
            throw PdsError.invalid(value, pointer.substring(1));
        }
    }

    private static void printed(JsonNode card, String pointer, Pattern pattern) {
        var value = needed(card, pointer);
        if (!pattern.matcher(value).matches()) {
            throw PdsError.invalid(value, pointer.substring(1));
        }
    }

    /// The Coverage of the record.
    ///
    /// @param card as it was sent, checked
    /// @param patient id of the Patient
    static ObjectNode kept(ObjectNode card, String id, String patient) {
        var out = JsonNodeFactory.instance.objectNode();
        out.put("resourceType", "Coverage").put("id", id).put("status", "active");
        out.putObject("type").put("text", CARD);
        var person = "Patient/" + patient;
        var subscriber = out.putObject("subscriber").put("reference", person);
        subscriber
                .putObject("identifier")
                .put("system", NhsNumber.SYSTEM)
                .set("value", card.at("/subscriber/identifier/value"));
        var holder = out.putObject("beneficiary").put("reference", person);
        holder.putObject("identifier").set("value", card.at("/beneficiary/identifier/value"));
        var country = card.at("/identifier/0/assigner/identifier/value").asString("");
        var identifier = out.putArray("identifier").addObject();
        identifier.set("value", card.at("/identifier/0/value"));
        var assigner = identifier.putObject("assigner");
        assigner.putObject("identifier").put("system", COUNTRIES).put("value", country);
        assigner.put("display", NAMES.getOrDefault(country, country));
        out.putArray("payor")
                .addObject()
                .putObject("identifier")
                .set("value", card.at("/payor/0/identifier/value"));
        out.putObject("period").set("end", card.at("/period/end"));
        return out;
    }

    /// Whether a Coverage is a card that the service shows.
    static boolean card(JsonNode coverage) {
        return coverage.at("/type/text").asString("").equals(CARD)
                && coverage.path("status").asString("").equals("active");
    }

    /// What is answered: the card, or that there is none.
    ///
    /// @param version of the card; 0 where there is none
    static ObjectNode bundle(Optional<ObjectNode> card, String number, long version, Instant now) {
        var out = PdsView.set(card.isPresent() ? 1 : 0, now);
        out.putObject("meta").put("versionId", Long.toString(version));
        card.ifPresent(one -> {
            var entry = out.putArray("entry").addObject();
            entry.put("fullUrl", PdsView.BASE + "Coverage?subscriber:identifier=" + number);
            var shown = one.deepCopy();
            shown.remove(List.of("id", "meta", "type"));
            ((ObjectNode) shown.path("subscriber")).remove("reference");
            ((ObjectNode) shown.path("beneficiary")).remove("reference");
            entry.set("resource", shown);
        });
        return out;
    }
}
