package trellis.api;

import tools.jackson.databind.node.ObjectNode;

/// What a capability adds to the CapabilityStatement. A capability makes one a bean.
public interface Supplement {

    /// What is added depends on; the statement is made anew when it is not equal to what it was.
    Object state();

    /// Adds to what is said of a resource type.
    void describe(String type, ObjectNode resource);
}
