package trellis.profiles;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Issue;

/// The answer to a validation: an OperationOutcome that is an answer and no refusal.
record OutcomeView(List<Issue> issues) {
    OutcomeView {
        issues = List.copyOf(issues);
    }

    /// @param fine what is said when there is nothing to say
    ObjectNode json(String fine) {
        var outcome = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        var array = outcome.putArray("issue");
        if (issues.isEmpty()) {
            array.addObject()
                    .put("severity", "information")
                    .put("code", "informational")
                    .put("diagnostics", fine);
        }
        for (var issue : issues) {
            var one =
                    array.addObject()
                            .put("severity", issue.severity().code())
                            .put("code", issue.code())
                            .put("diagnostics", issue.diagnostics());
            if (!issue.expression().isEmpty()) {
                one.putArray("expression").add(issue.expression());
            }
        }
        return outcome;
    }
}
