package trellis.profiles;

import java.util.List;
import trellis.fhir.Issue;

/// What a validation has found.
///
/// @param issues of every severity, in the order of the resource; empty when all is well
/// @param late whether it was given up, so that it says nothing about the resource
record Finding(List<Issue> issues, boolean late) {
    Finding {
        issues = List.copyOf(issues);
    }

    /// What speaks against the resource.
    List<Issue> errors() {
        return issues.stream().filter(one -> one.severity() == Issue.Severity.ERROR).toList();
    }
}
