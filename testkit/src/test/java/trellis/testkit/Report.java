package trellis.testkit;

import java.util.List;
import java.util.Map;

/// The document about the disagreements.
///
/// @param parts verdicts by what was judged
record Report(Map<String, List<Verdict>> parts) {

    private static final String HEAD =
            """
            # A second opinion on validation

            Trellis validates with its own compiled checks (`docs/validation.md`). So that nobody has to
            believe that they are right, a test asks the validator of HAPI FHIR, set to base R4 without
            any profile, about the same resources: a seeded sample of the synthetic cohort over all its
            types, every published UK Core example, and mutants of both, each broken in one place (a node
            deleted, doubled, retyped, renamed, or a format broken). Both must find an error, or neither.

            This page is written by that test and held by it: a disagreement that is not explained here,
            or a number that changes, fails the build. To write it anew, or to ask about the whole cohort:

                ./mvnw -pl testkit -am test -Dtest=SecondOpinionIT -Dsurefire.failIfNoSpecifiedTests=false \\
                    -Dtrellis.second-opinion=write      # or =all
            """;

    String text() {
        var text = new StringBuilder(HEAD);
        text.append("\n| | resources | both accept | both refuse | they disagree |\n");
        text.append("|---|---|---|---|---|\n");
        parts.forEach((name, verdicts) -> row(text, name, verdicts));
        text.append("\n## The disagreements, and why\n\n");
        for (var reason : Reason.ALL) {
            reason(text, reason);
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String name, List<Verdict> verdicts) {
        var agreed = verdicts.stream().filter(Verdict::agreed).toList();
        var accepted = agreed.stream().filter(v -> v.ours().isEmpty()).count();
        text.append("| ").append(name);
        text.append(" | ").append(verdicts.size());
        text.append(" | ").append(accepted);
        text.append(" | ").append(agreed.size() - accepted);
        text.append(" | ").append(verdicts.size() - agreed.size()).append(" |\n");
    }

    private void reason(StringBuilder text, Reason reason) {
        var count =
                parts.values().stream()
                        .flatMap(List::stream)
                        .filter(v -> !v.agreed() && Reason.of(v).filter(reason::equals).isPresent())
                        .count();
        text.append("### ").append(reason.title()).append("\n\n");
        text.append(count).append(count == 1 ? " resource" : " resources").append("; only ");
        text.append(reason.refuser().text()).append(" refuses. ");
        text.append(reason.explanation().replace('\n', ' ')).append("\n\n");
    }
}
