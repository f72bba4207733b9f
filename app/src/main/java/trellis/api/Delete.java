package trellis.api;

import trellis.store.Change;
import trellis.store.Written;

/// The end of a resource, whose versions stay: `DELETE [base]/[type]/[id]`
/// (https://hl7.org/fhir/R4/http.html#delete). Deleting what is not there is no error.
final class Delete implements Interaction {
    private final Narrowing narrowing;
    private final Intake intake;
    private final Writing writing;

    Delete(Narrowing narrowing, Intake intake, Writing writing) {
        this.narrowing = narrowing;
        this.intake = intake;
        this.writing = writing;
    }

    @Override
    public Answer answer(FhirRequest request) {
        Addresses.checkId(request.id(), "id");
        narrowing.write(request.caller(), request.type());
        intake.mayDelete(request.caller(), request.type(), request.id());
        var written =
                writing.write(
                        request,
                        new Change.Delete(
                                request.type(), request.id(), request.preconditions().version()));
        var answer = Answer.of(204);
        return written.outcome() == Written.Outcome.ABSENT
                ? answer
                : answer.about(Answer.Version.of(written));
    }
}
