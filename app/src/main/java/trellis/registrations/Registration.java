package trellis.registrations;

import java.time.LocalDate;
import java.util.Optional;

/// A time during which somebody was registered with a practice.
///
/// @param practice its name, or its code where that is all that is known
/// @param from empty where it is not recorded
/// @param to empty while it lasts
public record Registration(
        String practice, String ods, Optional<LocalDate> from, Optional<LocalDate> to) {}
