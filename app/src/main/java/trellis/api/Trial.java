package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Prepared;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Write;

/// Whether a plain write would be accepted, found out without storing anything: by the structure, the rules of the type, what the
/// caller may do, and the references.
///
/// A reference that leads to nothing the caller may see is said in one sentence, whether or not something is there.
@Component
public final class Trial {
    private final Intake intake;
    private final Narrowing narrowing;
    private final Store store;
    private final NewId newId;
    private final ApiSettings settings;

    Trial(Intake intake, Narrowing narrowing, Store store, NewId newId, ApiSettings settings) {
        this.intake = intake;
        this.narrowing = narrowing;
        this.store = store;
        this.newId = newId;
        this.settings = settings;
    }

    /// What is wrong with the structure of a resource; empty when nothing is.
    public List<Issue> structure(ObjectNode resource) {
        try {
            return intake.valid(resource);
        } catch (Refused e) {
            return issues(e.problem());
        }
    }

    /// What would be said of a resource that is written.
    ///
    /// @param base address of this server's API
    /// @param id under which it would be stored; empty for a new one of the server's choice
    /// @return empty when it would be accepted
    public List<Issue> put(Caller caller, String base, ObjectNode sent, Optional<String> id) {
        try {
            var type = sent.path("resourceType").asString("");
            narrowing.write(caller, type);
            var resource =
                    id.isEmpty() ? Intake.withId(sent.deepCopy(), newId.next()) : sent.deepCopy();
            Alone.settle(resource, base, settings.references());
            var content = intake.ready(caller, resource);
            var change = new Change.Put(content, OptionalLong.empty(), id.isEmpty());
            narrowing.change(caller, List.of(change));
            return references(narrowing.sight(caller), content);
        } catch (Refused e) {
            return issues(e.problem());
        }
    }

    /// What would be said of a deletion.
    public List<Issue> delete(Caller caller, String type, String id) {
        try {
            narrowing.write(caller, type);
            intake.mayDelete(caller, type, id);
            narrowing.change(caller, List.of(new Change.Delete(type, id, OptionalLong.empty())));
        } catch (Refused e) {
            return issues(e.problem());
        }
        var referrers = enforced() ? store.referrers(type, id) : 0;
        return referrers == 0
                ? List.of()
                : List.of(
                        Issue.error(
                                "conflict",
                                referrers
                                        + (referrers == 1 ? " resource refers" : " resources refer")
                                        + " to it; change or delete them first",
                                type + "/" + id));
    }

    private boolean enforced() {
        return settings.references() == Write.References.ENFORCED;
    }

    private List<Issue> references(Sight sight, Prepared content) {
        var issues = new ArrayList<Issue>();
        if (enforced()) {
            for (var target : content.references()) {
                var seen =
                        (target.type().equals(content.type()) && target.id().equals(content.id()))
                                || store.read(target.type(), target.id(), sight)
                                        .filter(stored -> !stored.deleted())
                                        .isPresent();
                if (!seen) {
                    issues.add(unseen(sight, target));
                }
            }
        }
        return issues;
    }

    private static Issue unseen(Sight sight, Prepared.Target target) {
        return sight.limits(target.type())
                ? new Issue(
                        Issue.Severity.WARNING,
                        "not-found",
                        "The reference leads to no "
                                + target.type()
                                + " that you may see. A write is refused when it leads nowhere.",
                        target.expression())
                : Issue.error(
                        "not-found",
                        "The reference leads to a "
                                + target.type()
                                + " that is not here; create it first, or send both in one"
                                + " transaction",
                        target.expression());
    }

    /// @throws Refused when the problem is none of the request's
    private static List<Issue> issues(Problem problem) {
        if (problem instanceof Problem.Unavailable) {
            throw new Refused(problem);
        }
        var issues = new ArrayList<Issue>();
        for (JsonNode issue : Json.parse(Outcome.of(problem).body()).path("issue")) {
            issues.add(
                    new Issue(
                            Issue.Severity.valueOf(
                                    issue.path("severity")
                                            .asString("error")
                                            .toUpperCase(java.util.Locale.ROOT)),
                            issue.path("code").asString(""),
                            issue.path("diagnostics").asString(""),
                            issue.path("expression").path(0).asString("")));
        }
        return issues;
    }
}
