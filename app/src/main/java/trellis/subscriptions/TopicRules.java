package trellis.subscriptions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.path.engine.FhirPath;
import trellis.subscriptions.Topic.Filter;
import trellis.subscriptions.Topic.Interaction;
import trellis.subscriptions.Topic.Query;
import trellis.subscriptions.Topic.Shape;
import trellis.subscriptions.Topic.Trigger;

/// Reads topics. R5's SubscriptionTopic stands in an R4 Basic whose code says so, element by element in extensions
/// (http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html#subscription-topics-in-r4). The guide's own example has
/// the addresses of R4B's extensions beside those of R5's, so both are read. Pure functions.
final class TopicRules {
    /// The code system in which a Basic says that it is a topic.
    static final String TYPES = "http://hl7.org/fhir/fhir-types";

    /// The code by which it says so.
    static final String CODE = "SubscriptionTopic";

    private static final List<String> VERSIONS = List.of("5.0", "4.3");
    private static final String DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/";
    private static final Set<String> COMPARATORS =
            Set.of("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap");
    private static final int MOST_TRIGGERS = 20;

    private TopicRules() {}

    /// Whether a Basic is a topic.
    static boolean isTopic(JsonNode basic) {
        for (var coding : basic.path("code").path("coding")) {
            if (coding.path("system").asString("").equals(TYPES)
                    && coding.path("code").asString("").equals(CODE)) {
                return true;
            }
        }
        return false;
    }

    /// Whether one that is a topic may be subscribed to.
    static boolean isActive(JsonNode basic) {
        return modifiers(basic).stream().anyMatch("active"::equals);
    }

    /// The status is a modifier extension, and may stand among the others.
    private static List<String> modifiers(JsonNode basic) {
        var found = new ArrayList<>(texts(basic, "status"));
        for (var one : basic.path("modifierExtension")) {
            if (names("status").contains(one.path("url").asString(""))) {
                found.add(one.path("valueCode").asString(""));
            }
        }
        return found;
    }

    /// Reads a topic.
    ///
    /// @throws Refused with [Problem.Invalid] that names what is missing or wrong
    static Topic topic(ObjectNode basic) {
        var urls = texts(basic, "url");
        if (urls.isEmpty() || urls.getFirst().isBlank()) {
            throw wrong("required", "A topic has an address: the extension url.");
        }
        var triggers =
                elements(basic, "resourceTrigger").stream().map(TopicRules::trigger).toList();
        if (!elements(basic, "eventTrigger").isEmpty()) {
            throw wrong(
                    "not-supported",
                    "Events that are no change of a resource (eventTrigger) are not known here; use resourceTrigger.");
        }
        if (triggers.isEmpty() || triggers.size() > MOST_TRIGGERS) {
            throw wrong(
                    "required",
                    "A topic has one resourceTrigger or more, " + MOST_TRIGGERS + " at the most.");
        }
        return new Topic(
                urls.getFirst(),
                triggers,
                elements(basic, "canFilterBy").stream().map(TopicRules::filter).toList(),
                elements(basic, "notificationShape").stream().map(TopicRules::shape).toList());
    }

    private static Trigger trigger(JsonNode element) {
        var type = type(ExtensionRules.text(element, "resource").orElse(""));
        var path = ExtensionRules.text(element, "fhirPathCriteria").orElse("");
        if (!path.isEmpty()) {
            try {
                FhirPath.compile(path);
            } catch (Refused e) {
                throw e.problem() instanceof Problem.BadRequest(var code, var why, _)
                        ? wrong(code, "fhirPathCriteria: " + why)
                        : e;
            }
        }
        var query =
                ExtensionRules.all(element, "queryCriteria").stream()
                        .map(TopicRules::query)
                        .findFirst();
        if (type.equals(Topic.ANY) && query.isPresent()) {
            throw wrong(
                    "invalid",
                    "A trigger for every type has no queryCriteria: a search is of one type. Name the type, or use"
                            + " fhirPathCriteria.");
        }
        return new Trigger(type, interactions(element), query, path);
    }

    private static Set<Interaction> interactions(JsonNode element) {
        var all = EnumSet.noneOf(Interaction.class);
        for (var code : ExtensionRules.texts(element, "supportedInteraction")) {
            all.add(
                    Arrays.stream(Interaction.values())
                            .filter(one -> one.code().equals(code))
                            .findFirst()
                            .orElseThrow(() ->
                                    wrong(
                                            "value",
                                            "supportedInteraction is create, update or delete.")));
        }
        return all.isEmpty() ? EnumSet.allOf(Interaction.class) : all;
    }

    private static Query query(JsonNode element) {
        return new Query(
                ExtensionRules.text(element, "previous").orElse(""),
                passes(element, "resultForCreate"),
                ExtensionRules.text(element, "current").orElse(""),
                passes(element, "resultForDelete"),
                ExtensionRules.text(element, "requireBoth").filter("true"::equals).isPresent());
    }

    private static boolean passes(JsonNode element, String name) {
        return switch (ExtensionRules.text(element, name).orElse("test-fails")) {
            case "test-passes" -> true;
            case "test-fails" -> false;
            default -> throw wrong("value", name + " is test-passes or test-fails.");
        };
    }

    private static Filter filter(JsonNode element) {
        var parameter = ExtensionRules.text(element, "filterParameter").orElse("");
        if (parameter.isEmpty()) {
            throw wrong("required", "canFilterBy names a search parameter: filterParameter.");
        }
        var modifiers = new HashSet<String>();
        var comparators = new HashSet<>(ExtensionRules.texts(element, "comparator"));
        // R5 has them apart; R4B had them together, and = for a value without any. What such a list
        // lacks is not allowed.
        var together = false;
        for (var code : ExtensionRules.texts(element, "modifier")) {
            if (COMPARATORS.contains(code) || code.equals("=")) {
                together = true;
                comparators.add(code.equals("=") ? "eq" : code);
            } else {
                // As R4 wrote it before it was written as others are.
                modifiers.add(code.equals("ofType") ? "of-type" : code);
            }
        }
        if (!COMPARATORS.containsAll(comparators)) {
            throw wrong(
                    "value",
                    "comparator is one of " + String.join(", ", sorted(COMPARATORS)) + ".");
        }
        return new Filter(
                ExtensionRules.text(element, "resource").map(TopicRules::type).orElse(""),
                parameter,
                modifiers.isEmpty() && !together ? Optional.empty() : Optional.of(modifiers),
                comparators.isEmpty() ? Optional.empty() : Optional.of(comparators));
    }

    private static List<String> sorted(Set<String> codes) {
        return codes.stream().sorted().toList();
    }

    private static Shape shape(JsonNode element) {
        return new Shape(
                type(ExtensionRules.text(element, "resource").orElse("")),
                ExtensionRules.texts(element, "include"),
                ExtensionRules.texts(element, "revInclude"));
    }

    /// A type by its name or the address of its definition.
    private static String type(String text) {
        var name = text.startsWith(DEFINITIONS) ? text.substring(DEFINITIONS.length()) : text;
        if (!Definitions.r4().isResourceType(name) && !name.equals(Topic.ANY)) {
            throw wrong(
                    "value",
                    "resource is the name or the address of a resource type of R4, or Resource for all.");
        }
        return name;
    }

    private static List<String> texts(JsonNode basic, String name) {
        return names(name).stream()
                .flatMap(url -> ExtensionRules.texts(basic, url).stream())
                .toList();
    }

    private static List<JsonNode> elements(JsonNode basic, String name) {
        return names(name).stream()
                .flatMap(url -> ExtensionRules.all(basic, url).stream())
                .toList();
    }

    private static List<String> names(String name) {
        return VERSIONS.stream()
                .map(version ->
                        "http://hl7.org/fhir/"
                                + version
                                + "/StructureDefinition/extension-SubscriptionTopic."
                                + name)
                .toList();
    }

    private static Refused wrong(String code, String why) {
        return new Refused(Problem.invalid(code, why, "Basic.extension"));
    }

    /// The topic that a plain R4 Subscription means by its query: what is new or changed and is found by it.
    static Topic plain(String type, String query) {
        var trigger =
                new Trigger(
                        type,
                        Set.of(Interaction.CREATE, Interaction.UPDATE),
                        query.isEmpty()
                                ? Optional.empty()
                                : Optional.of(new Query("", true, query, false, true)),
                        "");
        return new Topic("", List.of(trigger), List.of(), List.of());
    }
}
