package trellis.api;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.fhir.Problem;
import trellis.fhir.Resource;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// A security label that hides something is taken away by those alone from whom it hides nothing: whoever sees a sealed part only
/// because they opened the record, with a reason and for a while, must not open it for everybody.
@Component
final class LabelRules implements WriteRule {
    private final Access access;
    private final Store store;

    LabelRules(Access access, Store store) {
        this.access = access;
        this.store = store;
    }

    @Override
    public Set<String> types() {
        return Set.of();
    }

    @Override
    public Optional<Problem> check(Proposed change) {
        return change instanceof Proposed.Put(var caller, var content)
                ? unsealed(caller, content)
                : Optional.empty();
    }

    private Optional<Problem> unsealed(Caller caller, Resource content) {
        var sealing = access.sealedFrom(caller);
        if (sealing.isEmpty()) {
            return Optional.empty();
        }
        var id = content.id().orElse("");
        if (store.read(content.type(), id, access.sight(caller)).isEmpty()) {
            // New, or hidden: then it is refused as what is not there, and its labels are nobody's
            // to guess.
            return Optional.empty();
        }
        var gone = new HashSet<>(before(content.type(), id));
        gone.retainAll(sealing);
        gone.removeAll(labels(content));
        return gone.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Problem.Forbidden(
                                "This would take away a security label that seals the resource from people"
                                        + " in your role. Leave meta.security as it is, or ask whoever runs"
                                        + " this server."));
    }

    /// The labels of the current version; of what was deleted, those of the version before.
    private Set<String> before(String type, String id) {
        var current = store.read(type, id);
        var last =
                current.filter(Stored::deleted).isPresent()
                        ? versions(type, id).stream().filter(v -> !v.deleted()).findFirst()
                        : current;
        return last.map(stored -> labels(stored.resource())).orElse(Set.of());
    }

    private List<Stored> versions(String type, String id) {
        return store.history(type, id, Long.MAX_VALUE, 2, Sight.everything());
    }

    private static Set<String> labels(Resource resource) {
        var labels = new HashSet<String>();
        for (var label : resource.json().path("meta").path("security")) {
            labels.add(label.path("system").asString("") + "|" + label.path("code").asString(""));
        }
        return labels;
    }
}
