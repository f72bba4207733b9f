package trellis.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;

/// Asks every [WriteRule] that concerns a change.
@Component
final class Rules {
    private static final Duration AWHILE = Duration.ofSeconds(5);

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
                asked(rule, change)
                        .ifPresent(problem -> {
                            throw new Refused(problem);
                        });
            }
        }
    }

    /// What is kept of a content that no rule speaks against.
    Resource kept(WriteRule.Proposed.Put change) {
        var content = change.content();
        for (var rule : rules) {
            if (rule.types().contains(content.type())) {
                content =
                        Resource.of(
                                rule.kept(new WriteRule.Proposed.Put(change.caller(), content)));
            }
        }
        return content;
    }

    /// A rule that cannot read what it needs now has not allowed anything: later it may. An import waits for that.
    private static Optional<Problem> asked(WriteRule rule, WriteRule.Proposed change) {
        try {
            return rule.check(change);
        } catch (DataAccessResourceFailureException | TransientDataAccessException e) {
            return Optional.of(
                    new Problem.Unavailable("The database cannot be reached just now", AWHILE));
        }
    }
}
