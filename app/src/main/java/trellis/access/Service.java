package trellis.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// A service beside the FHIR API that is asked with the same tokens, at an address of its own and with words of its own
/// for what it refuses. Each bean of this type gets a gate.
public interface Service {

    /// Where it is, such as `/personal-demographics/FHIR/R4`.
    String path();

    /// Answers somebody who is not let in.
    ///
    /// @param detail what to do about it, in a sentence; may be empty
    void refuse(Denial why, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException;
}
