package trellis.fhir.patch;

import tools.jackson.databind.node.ObjectNode;

/// A patch in any of the formats.
public sealed interface Patch permits JsonPatch, FhirPathPatch {

    /// Most operations of one patch.
    int MOST = 1000;

    /// The content with every operation applied, in order.
    ///
    /// @param content stays as it is
    /// @throws trellis.fhir.Refused with a [trellis.fhir.Problem.Invalid] (422) that names the
    ///     operation, when one cannot be applied to this content; with a BadRequest when it never can
    ObjectNode applied(ObjectNode content);
}
