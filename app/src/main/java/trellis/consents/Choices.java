package trellis.consents;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What a person has chosen, as it stands.
///
/// @param optedOut the national data opt-out; not without a choice
/// @param dissents from sharing; not without a choice
/// @param scr permission for the Summary Care Record; core without a choice (implied)
/// @param shares organisations that they let see the record
/// @param projects studies that they have agreed to
/// @param ways how they want to be reached; none without a choice
public record Choices(
        boolean optedOut,
        boolean dissents,
        Made.Scr scr,
        List<Made.Share> shares,
        List<Made.Project> projects,
        Set<Made.Way> ways) {

    /// What was chosen once.
    ///
    /// @param when it was
    /// @param made what
    /// @param by whose word, as the record has it
    public record Past(Instant when, Made made, String by) {}
}
