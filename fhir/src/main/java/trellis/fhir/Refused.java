package trellis.fhir;

import static java.util.Objects.requireNonNull;

/// Carries a [Problem] to the edge where it is rendered. Has no stack trace: it is an answer, not a
// fault.
public class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public Refused(Problem problem) {
        super(requireNonNull(problem).toString(), null, false, false);
        this.problem = problem;
    }

    /// What was refused and why.
    public Problem problem() {
        return problem;
    }
}
