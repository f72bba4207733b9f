package trellis.notices;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import trellis.consents.Made;
import trellis.notices.Notice.Channel;
import trellis.notices.NoticeRules.Language;
import trellis.page.When;

/// How a person can be told, from their Patient and what they have chosen. Pure functions.
final class ContactRules {
    private static final String PREFERENCE =
            "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference";
    private static final String METHOD =
            "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredContactMethod";
    private static final int UNRANKED = 1_000;

    private ContactRules() {}

    /// @param patient their Patient
    /// @param ways how they have chosen to be reached; none without a choice
    static Contact contact(JsonNode patient, Set<Made.Way> ways, Instant now) {
        var method = method(patient);
        return new Contact(
                true,
                point(patient, now, one -> is(one, "system", "email")).filter(NoticeRules::mail),
                point(patient, now, ContactRules::mobile).flatMap(NoticeRules::mobile),
                language(patient),
                refused(ways, method),
                method.flatMap(ContactRules::first));
    }

    private static boolean mobile(JsonNode one) {
        return is(one, "system", "sms")
                || (is(one, "system", "phone")
                        && (is(one, "use", "mobile")
                                || (!is(one, "use", "work")
                                        && NoticeRules.mobile(one.path("value").asString(""))
                                                .isPresent())));
    }

    private static boolean is(JsonNode one, String field, String word) {
        return one.path(field).asString("").equals(word);
    }

    /// The best contact point of a kind: in use, of the highest rank, the first of equals.
    private static Optional<String> point(
            JsonNode patient, Instant now, Predicate<JsonNode> wanted) {
        return patient.path("telecom")
                .valueStream()
                .filter(wanted)
                .filter(one -> !is(one, "use", "old") && inUse(one.path("period"), now))
                .filter(one -> !one.path("value").asString("").isBlank())
                .min(Comparator.comparingInt(one -> one.path("rank").asInt(UNRANKED)))
                .map(one -> one.path("value").asString("").strip());
    }

    private static boolean inUse(JsonNode period, Instant now) {
        var today = now.atZone(When.LONDON).toLocalDate();
        var begun = When.of(period.path("start").asString("")).map(When::firstDay);
        var over = When.of(period.path("end").asString("")).map(When::lastDay);
        return begun.filter(today::isBefore).isEmpty() && over.filter(today::isAfter).isEmpty();
    }

    /// The code of the preferred contact method; empty when none is recorded.
    private static Optional<String> method(JsonNode patient) {
        return patient.path("extension")
                .valueStream()
                .filter(one -> is(one, "url", PREFERENCE))
                .flatMap(one -> one.path("extension").valueStream())
                .filter(one -> is(one, "url", "PreferredContactMethod"))
                .flatMap(one -> one.path("valueCodeableConcept").path("coding").valueStream())
                .filter(one -> is(one, "system", METHOD))
                .map(one -> one.path("code").asString(""))
                .findFirst();
    }

    private static Optional<Channel> first(String method) {
        return switch (method) {
            case "4" -> Optional.of(Channel.MAIL);
            case "9" -> Optional.of(Channel.TEXT);
            default -> Optional.empty();
        };
    }

    /// What somebody has chosen here counts before what their record says.
    private static Set<Channel> refused(Set<Made.Way> ways, Optional<String> method) {
        var refused = EnumSet.noneOf(Channel.class);
        var electronic =
                ways.stream()
                        .anyMatch(EnumSet.of(Made.Way.APP, Made.Way.MAIL, Made.Way.TEXT)::contains);
        if (electronic) {
            if (!ways.contains(Made.Way.MAIL)) {
                refused.add(Channel.MAIL);
            }
            if (!ways.contains(Made.Way.TEXT)) {
                refused.add(Channel.TEXT);
            }
        } else if (method.filter("8"::equals).isPresent()) {
            refused.add(Channel.TEXT);
        }
        return refused;
    }

    private static Language language(JsonNode patient) {
        var languages = patient.path("communication").valueStream().toList();
        var preferred = languages.stream().filter(one -> one.path("preferred").asBoolean(false));
        return preferred.anyMatch(ContactRules::welsh)
                        || (languages.size() == 1 && welsh(languages.getFirst()))
                ? Language.WELSH
                : Language.ENGLISH;
    }

    private static boolean welsh(JsonNode communication) {
        return communication
                .path("language")
                .path("coding")
                .valueStream()
                .map(one -> one.path("code").asString(""))
                .anyMatch(code -> List.of("cy", "cy-GB").contains(code));
    }
}
