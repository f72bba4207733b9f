package trellis.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Stored;

/// The end of what a search finds: `DELETE [base]/[type]?[criteria]` (https://hl7.org/fhir/R4/http.html#3.1.0.7.1). One
/// resource, or where the server is set so a bounded number, all or none.
final class ConditionalDelete implements Interaction {
    private final Narrowing narrowing;
    private final Intake intake;
    private final ConditionalWrite conditional;
    private final int most;

    /// @param most how many may be deleted at once
    ConditionalDelete(Narrowing narrowing, Intake intake, ConditionalWrite conditional, int most) {
        this.narrowing = narrowing;
        this.intake = intake;
        this.conditional = conditional;
        this.most = most;
    }

    @Override
    public Answer answer(FhirRequest request) {
        narrowing.write(request.caller(), request.type());
        var condition = ConditionalWrite.condition(request);
        request.preconditions().version();
        var done = conditional.write(request, condition, most, found -> changes(request, found));
        var written = done.written();
        return switch (written.size()) {
            case 0 -> nothing(request, condition);
            case 1 -> Answer.of(204).about(Answer.Version.of(written.getFirst()));
            default ->
                    Answer.of(200).with(Outcome.fine(written.size() + " resources were deleted."));
        };
    }

    private List<Change> changes(FhirRequest request, List<Stored> found) {
        var asked = request.preconditions();
        if (asked.ifMatch().isPresent() && found.size() != 1) {
            throw new Refused(
                    new Problem.PreconditionFailed(
                            "If-Match names the version of one resource, and the condition matches "
                                    + (found.isEmpty() ? "none." : "several.")));
        }
        return found.stream()
                .map(stored -> {
                    intake.mayDelete(request.caller(), stored.type(), stored.id());
                    var version = ConditionalUpdate.version(asked, Optional.of(stored));
                    return (Change) new Change.Delete(stored.type(), stored.id(), version);
                })
                .toList();
    }

    /// That nothing matches tells something too.
    private static Answer nothing(FhirRequest request, Condition condition) {
        return Answer.of(204)
                .audited(
                        new Touched(
                                AuditEntry.Action.DELETE,
                                "delete: nothing found",
                                AuditEntry.Target.search(
                                        request.type(), Parameter.query(condition.parameters())),
                                Set.of(),
                                204));
    }
}
