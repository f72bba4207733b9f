package trellis.api;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.patch.Patch;
import trellis.fhir.patch.Pruning;
import trellis.store.Store;
import trellis.store.Stored;

/// What a patch makes of a stored resource. It is read as its caller may see it, and the outcome is
/// written only over the version that was read (https://hl7.org/fhir/R4/http.html#patch).
@Component
final class Patched {
    /// How often a patch is tried again when somebody else was quicker.
    static final int ATTEMPTS = 5;

    private final Store store;
    private final Narrowing narrowing;
    private final SearchParser parser;
    private final Intake intake;
    private final Clock clock;

    Patched(Store store, Narrowing narrowing, SearchParser parser, Intake intake, Clock clock) {
        this.store = store;
        this.narrowing = narrowing;
        this.parser = parser;
        this.intake = intake;
        this.clock = clock;
    }

    /// The patch in a content.
    Patch read(Body body) {
        return body.patch(clock);
    }

    /// The one resource that a condition matches and the caller may see.
    ///
    /// @throws Refused when the caller may not read the type, or none or more than one matches
    Stored found(Caller caller, Condition condition) {
        var sight = narrowing.read(caller, condition.type());
        return condition
                .match(parser, query -> store.search(narrowing.search(caller, query)))
                .orElseThrow(() ->
                        Narrowing.missing(
                                sight, condition.type(), "A resource that matches the condition"));
    }

    /// Goes on only when If-Match, if it was sent, names the version that was read.
    static void check(Preconditions asked, Stored stored) {
        var sent = asked.version();
        if (sent.isPresent() && sent.getAsLong() != stored.version()) {
            throw new Refused(
                    new Problem.Stale(
                            stored.type() + "/" + stored.id(), sent.getAsLong(), stored.version()));
        }
    }

    /// The resource with the patch applied; whether it may be stored is asked later.
    ///
    /// @throws Refused with [Problem.Invalid] when the patch cannot be applied, or gives the resource
    ///     another identity
    ObjectNode content(Patch patch, Stored stored) {
        var content = Pruning.pruned(patch.applied(Json.parse(stored.body())));
        if (!content.path("resourceType").asString("").equals(stored.type())
                || !content.path("id").asString("").equals(stored.id())) {
            throw new Refused(
                    Problem.invalid(
                            "business-rule",
                            "A patch leaves resourceType and id as they are.",
                            stored.type() + ".id"));
        }
        return content;
    }

    /// The entries of a transaction, each patch among them made into the update that it comes to.
    /// What is given stays as it is.
    List<BundleEntry> updates(List<BundleEntry> entries, Caller caller) {
        var updates = new ArrayList<BundleEntry>(entries.size());
        for (var entry : entries) {
            updates.add(
                    entry.verb() == Verb.PATCH
                            ? update(entry, caller)
                            : entry.with(entry.resource().map(ObjectNode::deepCopy)));
        }
        return updates;
    }

    private BundleEntry update(BundleEntry entry, Caller caller) {
        try {
            var patch = PatchContent.of(entry.content(), clock);
            var stored = target(entry, caller);
            check(entry.preconditions(), stored);
            return update(entry, patch, stored);
        } catch (NotPatched e) {
            throw e;
        } catch (Refused e) {
            throw new Refused(Problems.under(entry.contentPlace(), e.problem()));
        }
    }

    private BundleEntry update(BundleEntry entry, Patch patch, Stored stored) {
        try {
            var content = content(patch, stored);
            intake.valid(content);
            return entry.asUpdate(content, stored);
        } catch (Refused e) {
            throw new NotPatched(Problems.under(entry.contentPlace(), e.problem()), stored);
        }
    }

    private Stored target(BundleEntry entry, Caller caller) {
        return entry.isFound()
                ? found(caller, entry.condition().orElseThrow())
                : narrowing.current(caller, entry.type(), entry.path().get(1));
    }

    /// The problem when others changed the resource each time.
    static Refused overtaken() {
        return new Refused(
                new Problem.Conflict(
                        "Others changed the resource each time before the patch was written. Send it"
                                + " again.",
                        ""));
    }
}
