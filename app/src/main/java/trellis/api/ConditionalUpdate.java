package trellis.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Stored;

/// An update of what a search finds, or a create when it finds nothing: `PUT [base]/[type]?[criteria]`
/// (https://hl7.org/fhir/R4/http.html#cond-update).
final class ConditionalUpdate implements Interaction {
    private final Narrowing narrowing;
    private final Intake intake;
    private final NewId newId;
    private final Writing writing;
    private final WriteAnswer answers;
    private final ConditionalWrite conditional;

    ConditionalUpdate(
            Narrowing narrowing,
            Intake intake,
            NewId newId,
            Writing writing,
            WriteAnswer answers,
            ConditionalWrite conditional) {
        this.narrowing = narrowing;
        this.intake = intake;
        this.newId = newId;
        this.writing = writing;
        this.answers = answers;
        this.conditional = conditional;
    }

    @Override
    public Answer answer(FhirRequest request) {
        narrowing.write(request.caller(), request.type());
        var condition = ConditionalWrite.condition(request);
        request.preconditions().version();
        var sent = request.body().resource();
        Intake.checkType(sent, request.type());
        Alone.settle(sent, request.base(), writing.references());
        var done =
                conditional.write(
                        request,
                        condition,
                        1,
                        found -> List.of(change(request, sent, found.stream().findFirst())));
        var put = (Change.Put) done.changes().getFirst();
        return answers.of(request, put.content(), done.written().getFirst());
    }

    private Change change(FhirRequest request, ObjectNode sent, Optional<Stored> found) {
        var id = id(sent, found, "").orElseGet(newId::next);
        var content = intake.ready(request.caller(), Intake.withId(sent.deepCopy(), id));
        var asked = request.preconditions();
        if (found.isPresent() && asked.mustBeNew()) {
            throw new Refused(
                    new Problem.PreconditionFailed(
                            "If-None-Match: * was sent, and there is a resource that matches."));
        }
        return new Change.Put(content, version(asked, found), found.isEmpty());
    }

    /// The version that must be the current one when it is written: that asked for, else that found.
    static OptionalLong version(Preconditions asked, Optional<Stored> found) {
        var sent = asked.version();
        return sent.isPresent() || found.isEmpty() ? sent : OptionalLong.of(found.get().version());
    }

    /// The id that a content is stored under: that of what was found, else its own.
    ///
    /// @param place expression of the content within a Bundle; empty for none
    /// @return empty when a new one is needed
    /// @throws Refused with [Problem.BadRequest] when the content has another id than what was found
    static Optional<String> id(ObjectNode content, Optional<Stored> found, String place) {
        var sent = content.optional("id").map(id -> id.asString(""));
        var where =
                place.isEmpty() ? content.path("resourceType").asString("") + ".id" : place + ".id";
        sent.ifPresent(id -> Addresses.checkId(id, where));
        if (found.isPresent() && sent.isPresent() && !sent.get().equals(found.get().id())) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value",
                            "The condition matches a resource with another id than the content's. Leave"
                                    + " the id out, or ask for the resource by its id.",
                            where));
        }
        return found.map(Stored::id).or(() -> sent);
    }
}
