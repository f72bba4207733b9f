package trellis.codes;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Where code systems and value sets are found.
public interface Library {

    /// A code system, if it is held.
    ///
    /// @param version empty for the one that counts now
    Optional<Release> codeSystem(String system, String version);

    /// A ValueSet by its address.
    ///
    /// @param version empty for the newest
    Optional<ObjectNode> valueSet(String url, String version);
}
