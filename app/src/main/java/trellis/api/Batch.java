package trellis.api;

import java.util.List;
import java.util.Optional;
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
        try {
            return interactions
                    .answer(
                            new FhirRequest(
                                    request.caller(),
                                    request.source(),
                                    entry.verb(),
                                    request.base(),
                                    entry.path(),
                                    entry.parameters(),
                                    entry.preconditions(),
                                    preferences(request, entry.parameters()),
                                    body(entry)))
                    .collected();
        } catch (Refused e) {
            return Outcome.of(e.problem());
        }
    }

    private static Body body(BundleEntry entry) {
        return new Body() {
            @Override
            public ObjectNode resource() {
                return entry.content();
            }

            @Override
            public Optional<ObjectNode> perhaps() {
                return entry.resource();
            }
        };
    }

    private static Preferences preferences(FhirRequest request, List<Parameter> parameters) {
        var outer = request.preferences();
        return new Preferences(
                outer.returned(), outer.lenient(), outer.pretty(), Subset.of(parameters), false);
    }
}
