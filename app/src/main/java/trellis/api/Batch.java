package trellis.api;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Refused;

/// A Bundle of requests that have nothing to do with one another
/// (https://hl7.org/fhir/R4/http.html#transaction): each is done or refused by itself.
final class Batch {
    private final Interaction interactions;

    /// @param interactions does a single request and answers refusals too
    Batch(Interaction interactions) {
        this.interactions = interactions;
    }

    /// Does one entry.
    Answer answer(FhirRequest request, int index, ObjectNode entry) {
        try {
            return answer(request, BundleEntry.read(index, entry, request.base()));
        } catch (Refused e) {
            return Outcome.of(e.problem());
        }
    }

    /// Does what an entry asks.
    Answer answer(FhirRequest request, BundleEntry entry) {
        return interactions.answer(
                new FhirRequest(
                        request.caller(),
                        request.source(),
                        entry.verb(),
                        request.base(),
                        entry.path(),
                        entry.parameters(),
                        entry.preconditions(),
                        preferences(request, entry.parameters()),
                        entry::content));
    }

    private static Preferences preferences(FhirRequest request, List<Parameter> parameters) {
        var outer = request.preferences();
        return new Preferences(
                outer.returned(), outer.lenient(), outer.pretty(), Subset.of(parameters));
    }
}
