package trellis.api;

import java.util.OptionalLong;
import trellis.store.Change;

/// A new resource under an id of the server's choice: `POST [base]/[type]`
/// (https://hl7.org/fhir/R4/http.html#create), conditional with `If-None-Exist` (#ccreate).
final class Create implements Interaction {
    private final Narrowing narrowing;
    private final Intake intake;
    private final NewId newId;
    private final Writing writing;
    private final WriteAnswer answers;

    Create(Narrowing narrowing, Intake intake, NewId newId, Writing writing, WriteAnswer answers) {
        this.narrowing = narrowing;
        this.intake = intake;
        this.newId = newId;
        this.writing = writing;
        this.answers = answers;
    }

    @Override
    public Answer answer(FhirRequest request) {
        narrowing.write(request.caller(), request.type());
        var sent = request.body().resource();
        Intake.checkType(sent, request.type());
        var resource = Intake.withId(sent, newId.next());
        Alone.settle(resource, request.base(), writing.references());
        var change =
                new Change.Put(
                        intake.ready(request.caller(), resource), OptionalLong.empty(), true);
        var criteria = request.preconditions().ifNoneExist();
        if (criteria.isEmpty()) {
            return answers.of(request, change.content(), writing.write(request, change));
        }
        var condition =
                new Condition("If-None-Exist", request.type(), Parameter.parse(criteria.get()));
        return switch (writing.write(request, change, condition)) {
            case Writing.Made.Found(var stored) -> answers.found(request, stored);
            case Writing.Made.Anew(var written) -> answers.of(request, change.content(), written);
        };
    }
}
