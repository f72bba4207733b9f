package trellis.api;

import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Written;

/// The next version of a resource, or a new one under the caller's id: `PUT [base]/[type]/[id]`
/// (https://hl7.org/fhir/R4/http.html#update).
final class Update implements Interaction {
    private final Narrowing narrowing;
    private final Intake intake;
    private final Writing writing;
    private final WriteAnswer answers;

    Update(Narrowing narrowing, Intake intake, Writing writing, WriteAnswer answers) {
        this.narrowing = narrowing;
        this.intake = intake;
        this.writing = writing;
        this.answers = answers;
    }

    @Override
    public Answer answer(FhirRequest request) {
        Addresses.checkId(request.id(), "id");
        narrowing.write(request.caller(), request.type());
        var ifMatch = request.preconditions().version();
        var resource = request.body().resource();
        Intake.checkType(resource, request.type());
        checkId(resource, request.id());
        Alone.settle(resource, request.base(), writing.references());
        var content = intake.ready(request.caller(), resource);
        var change = new Change.Put(content, ifMatch, request.preconditions().mustBeNew());
        return answers.of(request, content, write(request, change));
    }

    private Written write(FhirRequest request, Change.Put change) {
        try {
            return writing.write(request, change);
        } catch (Refused e) {
            if (change.mustBeNew() && e.problem() instanceof Problem.Conflict(var why, _)) {
                throw new Refused(new Problem.PreconditionFailed(why));
            }
            throw e;
        }
    }

    /// Goes on only when the content has the id of its address.
    ///
    /// @throws Refused with [Problem.BadRequest]
    static void checkId(ObjectNode resource, String id) {
        var sent = resource.get("id");
        if (sent == null || !sent.isString() || !sent.stringValue().equals(id)) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value",
                            sent == null
                                    ? "An update must hold the id of its address; this one has none."
                                    : "The id in the content is not the id of the address.",
                            resource.path("resourceType").asString("") + ".id"));
        }
    }
}
