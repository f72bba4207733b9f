package trellis.api;

import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// The content of a request.
@FunctionalInterface
interface Body {

    /// No content.
    Body NONE =
            () -> {
                throw new Refused(
                        new Problem.BadRequest(
                                "required", "The request has no content; send a resource.", ""));
            };

    /// Reads the content, once. The tree belongs to the caller, who may change it.
    ///
    /// @throws Refused when there is none, or it cannot be read
    ObjectNode resource();
}
