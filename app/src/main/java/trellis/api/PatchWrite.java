package trellis.api;

import java.util.OptionalLong;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.patch.Patch;
import trellis.store.Change;
import trellis.store.Prepared;
import trellis.store.Stored;

/// A change of parts of a resource: `PATCH [base]/[type]/[id]`, or of the one that a search finds:
/// `PATCH [base]/[type]?[criteria]` (https://hl7.org/fhir/R4/http.html#patch).
final class PatchWrite implements Interaction {
    private final Narrowing narrowing;
    private final Intake intake;
    private final Writing writing;
    private final WriteAnswer answers;
    private final Patched patched;

    PatchWrite(
            Narrowing narrowing,
            Intake intake,
            Writing writing,
            WriteAnswer answers,
            Patched patched) {
        this.narrowing = narrowing;
        this.intake = intake;
        this.writing = writing;
        this.answers = answers;
        this.patched = patched;
    }

    @Override
    public Answer answer(FhirRequest request) {
        narrowing.write(request.caller(), request.type());
        var pinned = request.preconditions().version().isPresent();
        var patch = patched.read(request.body());
        for (var attempt = 0; attempt < Patched.ATTEMPTS; attempt++) {
            var stored = target(request);
            Patched.check(request.preconditions(), stored);
            try {
                return once(request, patch, stored);
            } catch (Refused e) {
                if (pinned || !(e.problem() instanceof Problem.Stale)) {
                    throw e;
                }
            }
        }
        throw Patched.overtaken();
    }

    private Stored target(FhirRequest request) {
        if (request.path().size() == 2) {
            Addresses.checkId(request.id(), "id");
            return narrowing.current(request.caller(), request.type(), request.id());
        }
        return patched.found(request.caller(), ConditionalWrite.condition(request));
    }

    private Answer once(FhirRequest request, Patch patch, Stored stored) {
        Prepared content;
        try {
            var resource = patched.content(patch, stored);
            Alone.settle(resource, request.base(), writing.references());
            content = intake.ready(request.caller(), resource);
        } catch (Refused e) {
            throw new NotPatched(e.problem(), stored);
        }
        var change = new Change.Put(content, OptionalLong.of(stored.version()), false);
        return answers.of(request, content, writing.write(request, change));
    }
}
