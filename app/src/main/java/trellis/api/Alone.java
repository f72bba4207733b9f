package trellis.api;

import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Write;

/// The links of a resource that is sent by itself, outside a transaction.
final class Alone {
    private static final Pattern CONDITIONAL = Pattern.compile("[A-Z][A-Za-z]+\\?.*");

    private Alone() {}

    /// Whether a reference is a search that a transaction would resolve.
    static boolean isConditional(String reference) {
        return CONDITIONAL.matcher(reference).matches();
    }

    /// Makes absolute references to this server relative, so that they lead to its own resources.
    ///
    /// @throws Refused with [Problem.Invalid] when references are enforced and one only means
    ///     something within a transaction
    static void settle(ObjectNode resource, String base, Write.References references) {
        new Links((text, place) -> reference(text, place, base, references), text -> text)
                .rewrite(resource);
    }

    private static String reference(
            String text, String place, String base, Write.References references) {
        if (!base.isEmpty() && text.startsWith(base + "/")) {
            return text.substring(base.length() + 1);
        }
        if (references == Write.References.ENFORCED) {
            if (isConditional(text)) {
                throw new Refused(
                        Problem.invalid(
                                "business-rule",
                                "A conditional reference is only resolved within a transaction. Send"
                                        + " a transaction Bundle, or the resource's own reference.",
                                place));
            }
            if (text.startsWith("urn:uuid:") || text.startsWith("urn:oid:")) {
                throw new Refused(
                        Problem.invalid(
                                "not-found",
                                "A urn reference leads to an entry of the same transaction, and there"
                                        + " is none here. Send both in one transaction Bundle.",
                                place));
            }
        }
        return text;
    }
}
