package trellis.demographics;

import tools.jackson.databind.node.ObjectNode;
import trellis.store.Stored;

/// A person as they were read.
///
/// @param whole everything that the service knows of them
record Person(Stored stored, ObjectNode whole) {
    /// What is handed out.
    ObjectNode shown() {
        return PdsView.read(whole);
    }
}
