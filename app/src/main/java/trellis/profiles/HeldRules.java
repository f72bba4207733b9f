package trellis.profiles;

import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.api.DefinitionRule;
import trellis.fhir.Problem;
import trellis.store.Store;

/// Hears that a profile, a value set or a code system is about to change, so that it counts for the next validation. A profile that the
/// settings enforce is changed by whoever runs the server alone: else whoever may write definitions could switch it off, or have
/// everything refused.
@Component
final class HeldRules implements DefinitionRule {
    private final Profiles profiles;
    private final Store store;

    HeldRules(Profiles profiles, Store store) {
        this.profiles = profiles;
        this.store = store;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public Set<String> types() {
        return Set.of("StructureDefinition", "ValueSet", "CodeSystem");
    }

    @Override
    public Optional<Problem> check(Proposed change) {
        profiles.changed();
        return change.type().equals("StructureDefinition")
                ? DefinitionRule.super.check(change)
                : Optional.empty();
    }

    @Override
    public boolean counts(String id, ObjectNode definition) {
        return profiles.enforces(definition.path("url").asString(""), id);
    }

    @Override
    public String reserved() {
        return "The settings of this server enforce this profile (TRELLIS_PROFILES), so whoever runs the server changes it (a token that"
                + " names no person).";
    }
}
