package trellis.documents;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// A pointer to a document.
///
/// @param id `ODS[.suffix]-value`
/// @param number NHS number of the person it is about
/// @param custodian ODS code of who keeps the document
/// @param type of the document
/// @param json the DocumentReference as it is handed out
/// @param made when it was made
public record Pointer(
        String id,
        String number,
        String custodian,
        PointerType type,
        ObjectNode json,
        Instant made) {}
