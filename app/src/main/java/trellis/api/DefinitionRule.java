package trellis.api;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.store.Store;
import trellis.store.Stored;

/// A rule for definitions that the server itself goes by: a search parameter, a named query, a profile that is enforced. One that
/// counts is the word of whoever runs the server, since it decides what others find or may store; what does not count yet is
/// anybody's who may write the type. What counts is looked up before the change is made: whoever makes a definition count and, in the same
/// moment, somebody else's change of it pass each other.
public interface DefinitionRule extends WriteRule {

    /// Whether the server goes by a definition.
    boolean counts(String id, ObjectNode definition);

    /// Where what counts now is kept: it is not for others to change, retire or delete.
    Store store();

    /// What others are told, with the remedy.
    String reserved();

    /// Why one that counts cannot be gone by; empty when it can.
    default Optional<Problem> problem(Proposed.Put put) {
        return Optional.empty();
    }

    @Override
    default Optional<Problem> check(Proposed change) {
        if (!change.caller().runsServer() && (willCount(change) || countsNow(change))) {
            return Optional.of(new Problem.Forbidden(reserved()));
        }
        return change instanceof Proposed.Put put && willCount(put)
                ? problem(put)
                : Optional.empty();
    }

    private boolean willCount(Proposed change) {
        return change instanceof Proposed.Put put && counts(put.id(), put.content().json());
    }

    private boolean countsNow(Proposed change) {
        return store().read(change.type(), change.id())
                .filter(stored -> !stored.deleted())
                .map(Stored::json)
                .filter(json -> counts(change.id(), json))
                .isPresent();
    }
}
