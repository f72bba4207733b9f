package trellis.api;

import java.util.List;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// A refusal that came after something of the record had been read, and may tell of it: what was read is written down with it.
final class ReadAndRefused extends Refused {
    private static final long serialVersionUID = 1;

    private final transient List<Touched> touched;

    ReadAndRefused(Problem problem, List<Touched> touched) {
        super(problem);
        this.touched = List.copyOf(touched);
    }

    /// What was read.
    List<Touched> touched() {
        return touched;
    }
}
