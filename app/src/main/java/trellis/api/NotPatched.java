package trellis.api;

import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Stored;

/// A patch was tried on a resource and refused for what stands there or for what came of it: the
/// refusal tells of the record, and so is written down with it.
final class NotPatched extends Refused {
    private static final long serialVersionUID = 1;

    private final transient Stored stored;

    NotPatched(Problem problem, Stored stored) {
        super(problem);
        this.stored = stored;
    }

    /// The version that it was tried on.
    Stored stored() {
        return stored;
    }
}
