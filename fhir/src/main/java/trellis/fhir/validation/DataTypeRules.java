package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.count;
import static trellis.fhir.validation.Elements.distinct;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.hasChoice;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.search.SearchTime;

/// Invariants of the data types, but for quantities and timings.
final class DataTypeRules {
    /// Holds for an extension that is not part of another.
    static final Rule ABSOLUTE_URL =
            new Rule(
                    "Extension",
                    "uri",
                    "The url of an extension must be absolute",
                    it -> isAbsoluteIfGiven(it, "url"));

    /// Holds for a Coding that is not part of a CodeableConcept.
    static final Rule ABSOLUTE_SYSTEM =
            new Rule(
                    "Coding",
                    "uri",
                    "The system of a code must be an absolute URI",
                    it -> isAbsoluteIfGiven(it, "system"));

    static final List<Rule> ALL =
            List.of(
                    new Rule(
                            "Extension",
                            "ext-1",
                            "An extension must have either a value or extensions of its own, not both",
                            it -> hasChoice(it, "value") != has(it, "extension")),
                    ABSOLUTE_URL,
                    ABSOLUTE_SYSTEM,
                    new Rule(
                            "Identifier",
                            "uri",
                            "The system of an identifier must be an absolute URI",
                            it -> isAbsoluteIfGiven(it, "system")),
                    new Rule(
                            "Identifier",
                            "rfc3986",
                            "An identifier of the system urn:ietf:rfc:3986 must be an absolute URI",
                            it ->
                                    !is(it, "system", "urn:ietf:rfc:3986")
                                            || isAbsoluteIfGiven(it, "value")),
                    new Rule(
                            "Meta",
                            "set",
                            "Labels must be given once only",
                            it -> isSet(it, "security") && isSet(it, "tag")),
                    new Rule(
                            "Attachment",
                            "att-1",
                            "An attachment with data must say its contentType",
                            it -> lacks(it, "data") || has(it, "contentType")),
                    new Rule(
                            "ContactPoint",
                            "cpt-2",
                            "A contact point with a value must say its system",
                            it -> lacks(it, "value") || has(it, "system")),
                    new Rule(
                            "DataRequirement.codeFilter",
                            "drq-1",
                            "A code filter must have either a path or a searchParam",
                            it -> count(it, "path", "searchParam") == 1),
                    new Rule(
                            "DataRequirement.dateFilter",
                            "drq-2",
                            "A date filter must have either a path or a searchParam",
                            it -> count(it, "path", "searchParam") == 1),
                    new Rule(
                            "Expression",
                            "exp-1",
                            "An expression must have an expression or a reference",
                            it -> hasAny(it, "expression", "reference")),
                    new Rule(
                            "Period",
                            "per-1",
                            "The start must not be after the end",
                            DataTypeRules::inOrder),
                    new Rule(
                            "Ratio",
                            "rat-1",
                            "A ratio must have both numerator and denominator, or neither and an extension",
                            it ->
                                    has(it, "numerator") == has(it, "denominator")
                                            && hasAny(it, "numerator", "extension")),
                    new Rule(
                            "TriggerDefinition",
                            "trd-1",
                            "A trigger must not have both timing and data",
                            it -> lacks(it, "data") || !hasChoice(it, "timing")),
                    new Rule(
                            "TriggerDefinition",
                            "trd-2",
                            "A trigger with a condition must have data",
                            it -> lacks(it, "condition") || has(it, "data")),
                    new Rule(
                            "TriggerDefinition",
                            "trd-3",
                            "A named event needs a name, a periodic one a timing, a data event data",
                            DataTypeRules::hasWhatItsTypeNeeds));

    private DataTypeRules() {}

    private static boolean isAbsoluteIfGiven(ObjectNode it, String name) {
        var uri = text(it, name);
        return uri.isEmpty() || Texts.isAbsolute(uri);
    }

    private static boolean isSet(ObjectNode meta, String name) {
        var codings = each(meta, name);
        return codings.size() < 2
                || distinct(codings.stream().map(c -> text(c, "system") + " " + text(c, "code")));
    }

    private static boolean inOrder(ObjectNode period) {
        return ordered(text(period, "start"), text(period, "end"));
    }

    /// Whether one time is not after another; also when one of them is not given.
    static boolean ordered(String first, String second) {
        if (first.isEmpty() || second.isEmpty() || first.equals(second)) {
            return true;
        }
        var from = SearchTime.parse(first);
        var to = SearchTime.parse(second);
        return from.isEmpty() || to.isEmpty() || from.get().low() < to.get().high();
    }

    private static boolean hasWhatItsTypeNeeds(ObjectNode trigger) {
        return switch (text(trigger, "type")) {
            case "named-event" -> has(trigger, "name");
            case "periodic" -> hasChoice(trigger, "timing");
            case String type when type.startsWith("data-") -> has(trigger, "data");
            default -> true;
        };
    }
}
