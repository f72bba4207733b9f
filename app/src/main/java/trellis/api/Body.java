package trellis.api;

import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.patch.Patch;

/// The content of a request.
interface Body {

    /// No content.
    Body NONE =
            new Body() {
                @Override
                public ObjectNode resource() {
                    throw new Refused(
                            new Problem.BadRequest(
                                    "required",
                                    "The request has no content; send a resource.",
                                    ""));
                }

                @Override
                public Optional<ObjectNode> perhaps() {
                    return Optional.empty();
                }
            };

    /// Reads the content, once. The tree belongs to the caller, who may change it.
    ///
    /// @throws Refused when there is none, or it cannot be read
    ObjectNode resource();

    /// Reads the content, once, where there need not be any.
    ///
    /// @return empty for none
    /// @throws Refused when it is no JSON
    default Optional<ObjectNode> perhaps() {
        return Optional.of(resource());
    }

    /// Reads the content as a patch, once.
    ///
    /// @param clock what `now()` in a path goes by
    /// @throws Refused as [#resource], or when it is no patch
    default Patch patch(Clock clock) {
        return PatchContent.of(resource(), clock);
    }
}
