package trellis.ips;

import tools.jackson.databind.node.ObjectNode;
import trellis.store.Stored;

/// A resource of the person's, read once.
record Fact(Stored stored, ObjectNode json) {

    static Fact of(Stored stored) {
        return new Fact(stored, stored.json());
    }

    /// As references name it.
    String name() {
        return stored.type() + "/" + stored.id();
    }
}
