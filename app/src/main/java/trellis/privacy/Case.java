package trellis.privacy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import trellis.access.Opening;

/// Something that waits for whoever looks after privacy, or that they have looked at.
///
/// @param id its number
/// @param asked whether a person asks; otherwise the detector flagged it
/// @param name of whose access it is; empty when it is nobody's
/// @param patient key of the patient
/// @param day when the accesses were
/// @param accesses how many
/// @param score of the detector
/// @param signals what looks wrong
/// @param words what the person asks; may be empty
/// @param raised when it came into the queue
/// @param review what came of looking at it
record Case(
        long id,
        boolean asked,
        String name,
        long patient,
        LocalDate day,
        int accesses,
        int score,
        Set<Signal> signals,
        String words,
        Instant raised,
        Optional<Opening.Review> review) {}
