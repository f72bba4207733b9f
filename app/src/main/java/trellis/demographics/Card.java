package trellis.demographics;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.store.Stored;

/// The European Health Insurance Card of a person.
///
/// @param stored the Coverage; empty where there is none
record Card(Person person, Optional<Stored> stored) {
    /// Version of the card; 0 where there is none.
    long version() {
        return stored.map(Stored::version).orElse(0L);
    }

    /// What is handed out.
    ObjectNode shown(Instant now) {
        return EhicRules.bundle(
                stored.map(Stored::json), person.whole().path("id").asString(""), version(), now);
    }
}
