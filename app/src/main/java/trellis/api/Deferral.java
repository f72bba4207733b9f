package trellis.api;

import trellis.access.Caller;

/// Keeps requests that are to be answered later (`Prefer: respond-async`,
/// https://hl7.org/fhir/R5/async-bundle.html). The API asks it for each request that wants so; when its time has come, [Asking]
/// answers.
public interface Deferral {

    /// Keeps a request of whoever makes the request of this thread.
    ///
    /// @return where its state can be asked: the path below the base
    /// @throws trellis.fhir.Refused when it is not kept, such as when there are too many
    String keep(Caller caller, Asked asked);
}
