package trellis.bulk;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;

/// How the parameters of an export are read (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters). Pure functions.
final class ExportRules {
    private static final Set<String> FORMATS =
            Set.of("application/fhir+ndjson", "application/ndjson", "ndjson");

    private ExportRules() {}

    /// Goes on only when the format is one that there is.
    ///
    /// @param wanted as it was sent; a plus sign in a query arrives as a space
    static void format(Optional<String> wanted) {
        if (wanted.map(text -> text.strip().replace(' ', '+'))
                .filter(f -> !FORMATS.contains(f))
                .isPresent()) {
            throw wrong(
                    "not-supported",
                    "An export is application/fhir+ndjson and nothing else.",
                    "_outputFormat");
        }
    }

    /// Resource types, each once.
    ///
    /// @param sent values of `_type`, each with commas between types
    /// @param lenient whether what is no type is left out
    static List<String> types(List<String> sent, boolean lenient) {
        var types = new LinkedHashSet<String>();
        for (var type : words(sent)) {
            if (Definitions.r4().isResourceType(type) && !type.equals("AuditEvent")) {
                types.add(type);
            } else if (!lenient) {
                throw wrong(
                        "value",
                        "_type names types of resources that this server stores, with commas between"
                                + " them, such as Patient,Observation.",
                        "_type");
            }
        }
        return List.copyOf(types);
    }

    /// Every type that an export can hold.
    static List<String> allTypes() {
        return Definitions.r4().resourceTypes().stream()
                .filter(type -> !type.equals("AuditEvent"))
                .sorted()
                .toList();
    }

    private static List<String> words(List<String> sent) {
        return sent.stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /// A moment: an instant, or a date, which begins at midnight UTC.
    static Instant moment(String text, String parameter) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    // A plus sign in a query arrives as a space.
                    : OffsetDateTime.parse(text.strip().replace(' ', '+')).toInstant();
        } catch (DateTimeException e) {
            throw wrong(
                    "value",
                    parameter + " is an instant with its zone, such as 2026-03-01T09:30:00Z.",
                    parameter);
        }
    }

    /// Names of elements, each alone or with its type before it.
    static Set<String> elements(List<String> sent) {
        var elements = new LinkedHashSet<String>();
        for (var element : words(sent)) {
            var parts = element.split("\\.", -1);
            if (parts.length > 2
                    || (parts.length == 2 && !Definitions.r4().isResourceType(parts[0]))
                    || !parts[parts.length - 1].matches("[a-z][A-Za-z]{0,63}")) {
                throw wrong(
                        "value",
                        "_elements names elements at the top of a resource, such as id or Patient.birthDate.",
                        "_elements");
            }
            elements.add(element);
        }
        return elements;
    }

    /// Queries by type. Between two of one value stands a comma before a type and its question mark; a comma within a query is
    /// part of it.
    ///
    /// @param types those that are exported
    static Map<String, List<String>> filters(List<String> sent, List<String> types) {
        var filters = new LinkedHashMap<String, List<String>>();
        for (var value : sent) {
            for (var one : value.split(",(?=[A-Z][A-Za-z]{1,63}\\?)")) {
                var mark = one.indexOf('?');
                var type = mark < 0 ? "" : one.substring(0, mark).strip();
                if (!types.contains(type)) {
                    throw wrong(
                            "value",
                            "_typeFilter is a search of a type that is exported, such as"
                                    + " MedicationRequest?status=active.",
                            "_typeFilter");
                }
                filters.computeIfAbsent(type, _ -> new ArrayList<>())
                        .add(one.substring(mark + 1).strip());
            }
        }
        return filters;
    }

    /// The id of a patient who is referred to.
    static String patient(String reference, String base) {
        return id(local(reference, base))
                .orElseThrow(() ->
                        wrong(
                                "value",
                                "patient is a reference to a Patient of this server, such as Patient/123.",
                                "patient"));
    }

    /// Ids of the patients who are in a group now.
    static Set<String> members(JsonNode group, String base) {
        var members = new LinkedHashSet<String>();
        for (var member : group.path("member")) {
            var reference = local(member.path("entity").path("reference").asString(""), base);
            if (!member.path("inactive").asBoolean(false)) {
                id(reference).ifPresent(members::add);
            }
        }
        return members;
    }

    private static String local(String reference, String base) {
        return reference.startsWith(base + "/")
                ? reference.substring(base.length() + 1)
                : reference;
    }

    private static Optional<String> id(String reference) {
        return reference.matches("Patient/[A-Za-z0-9\\-.]{1,64}")
                ? Optional.of(reference.substring("Patient/".length()))
                : Optional.empty();
    }

    private static Refused wrong(String code, String why, String where) {
        return new Refused(new Problem.BadRequest(code, why, where));
    }
}
