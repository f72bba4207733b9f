package trellis.fhir.validation;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.CodeSet;
import trellis.fhir.validation.Slot.Content;

/// Checks values: their kind in JSON, their format, and their code where a binding is required.
final class Values {
    private final Findings findings;

    Values(Findings findings) {
        this.findings = findings;
    }

    void primitive(Content.Value content, JsonNode value, Scope scope) {
        var type = content.type();
        var right =
                switch (type.wire()) {
                    case STRING -> value.isString() && text(type, value.stringValue(), scope);
                    case NUMBER -> value.isNumber() && type.fits(value.asString());
                    case BOOLEAN -> value.isBoolean();
                };
        if (!right) {
            findings.add("value", "\"" + findings.element() + "\" " + type.demand() + ".");
        } else if (content.codes().isPresent()) {
            code(value.asString(), content.codes().get());
        }
    }

    private static boolean text(Primitive type, String text, Scope scope) {
        if (text.isEmpty() || !type.fits(text)) {
            return false;
        }
        if (text.charAt(0) == '#') {
            switch (type) {
                case URI, URL, CANONICAL -> scope.mention(text);
                default -> {} // not an address
            }
        }
        return true;
    }

    private void code(String code, CodeSet codes) {
        if (!codes.codes().contains(code)) {
            findings.add(
                    "code-invalid",
                    "\""
                            + findings.element()
                            + "\" must be a code of "
                            + codes.valueSet()
                            + suggestion(code, codes));
        }
    }

    private static String suggestion(String code, CodeSet codes) {
        var known = codes.codes();
        var nearest = Nearest.to(code, known);
        if (nearest.isPresent()) {
            return "; did you mean \"" + nearest.get() + "\"?";
        }
        return known.size() > 12
                ? "."
                : ": " + String.join(", ", known.stream().sorted().toList()) + ".";
    }

    /// A CodeableConcept with a required binding: one of its codings must be of the value set.
    void concept(ObjectNode concept, CodeSet codes) {
        var codings = Elements.each(concept, "coding");
        var found =
                codings.stream()
                        .anyMatch(c ->
                                codes.contains(
                                        Elements.text(c, "system"), Elements.text(c, "code")));
        if (!found) {
            var systems = String.join(", ", codes.codesBySystem().keySet());
            findings.add(
                    "code-invalid",
                    "\""
                            + findings.element()
                            + "\" must have a coding of "
                            + codes.valueSet()
                            + " (system "
                            + systems
                            + ").");
        }
    }
}
