package trellis.api;

import trellis.store.Stored;

/// The current version of a resource: `GET [base]/[type]/[id]`
/// (https://hl7.org/fhir/R4/http.html#read), conditional too (#cread).
final class Read implements Interaction {
    private final Narrowing narrowing;

    Read(Narrowing narrowing) {
        this.narrowing = narrowing;
    }

    @Override
    public Answer answer(FhirRequest request) {
        Addresses.checkId(request.id(), "id");
        var stored = narrowing.current(request.caller(), request.type(), request.id());
        if (request.preconditions().alreadyHas(stored)) {
            return Answer.of(304)
                    .about(Answer.Version.of(stored))
                    .audited(Touched.read("read", stored, 304));
        }
        return shown("read", request, stored);
    }

    /// A version as it is shown to the caller.
    static Answer shown(String interaction, FhirRequest request, Stored stored) {
        return Answer.of(200)
                .with(request.preferences().subset().of(stored.body()))
                .about(Answer.Version.of(stored))
                .header("Content-Location", request.versionUrl(stored.id(), stored.version()))
                .audited(Touched.read(interaction, stored, 200));
    }
}
