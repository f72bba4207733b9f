package trellis.store;

import java.time.Duration;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Something was given up because it took too long: nothing of it was done, and it may be asked again.
public final class TookTooLong extends Refused {
    private static final long serialVersionUID = 1;

    TookTooLong(String why) {
        super(new Problem.Unavailable(why, Duration.ofSeconds(5)));
    }
}
