package trellis.documents;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// A pointer to a document.
///
/// @param id `ODS[.suffix]-value`
/// @param number NHS number of the person it is about, which another may have taken since the pointer was sent
/// @param custodian ODS code of who keeps the document
/// @param type of the document
/// @param json the DocumentReference as it was sent, with its stamp
/// @param made when it was made
public record Pointer(
        String id,
        String number,
        String custodian,
        PointerType type,
        ObjectNode json,
        Instant made) {

    /// The DocumentReference as it is handed out: about the number that counts now.
    public ObjectNode shown() {
        var shown = json.deepCopy();
        if (shown.at("/subject/identifier") instanceof ObjectNode identifier) {
            identifier.put("value", number);
        }
        return shown;
    }

    /// Whether it is about a number: the one that counts, or the one it was sent with.
    boolean about(String other) {
        return other.equals(number) || other.equals(PointerRules.number(json));
    }
}
