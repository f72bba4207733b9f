package trellis.api;

import java.util.List;
import org.springframework.stereotype.Component;
import trellis.fhir.Refused;

/// Asks every [WriteRule] that concerns a change.
@Component
final class Rules {
    private final List<WriteRule> rules;

    Rules(List<WriteRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /// Goes on only when no rule speaks against it.
    ///
    /// @throws Refused with the first rule's problem
    void check(WriteRule.Proposed change) {
        for (var rule : rules) {
            if (rule.types().isEmpty() || rule.types().contains(change.type())) {
                rule.check(change)
                        .ifPresent(problem -> {
                            throw new Refused(problem);
                        });
            }
        }
    }
}
