package trellis.demographics;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// A search for a person, read and checked.
///
/// @param family may hold `*`
/// @param given each may hold `*`
/// @param gender code of FHIR
/// @param born from and to
/// @param died from and to
/// @param postcode in capitals without spaces; may hold `*`
/// @param practice ODS code
/// @param mode how it is compared
/// @param most how many may be found
record Ask(
        Optional<String> family,
        List<String> given,
        Optional<String> gender,
        Span born,
        Optional<Span> died,
        Optional<String> postcode,
        Optional<String> practice,
        Optional<String> email,
        Optional<String> phone,
        Mode mode,
        int most) {

    Ask {
        given = List.copyOf(given);
    }

    /// Days, both included.
    record Span(LocalDate from, LocalDate to) {
        boolean holds(LocalDate day) {
            return !day.isBefore(from) && !day.isAfter(to);
        }

        boolean oneDay() {
            return from.equals(to);
        }
    }

    /// How values are compared.
    ///
    /// @param fuzzy names that sound alike or are exchanged fit too; history always
    /// @param exact only what fits wholly
    /// @param history names, addresses and contacts that are no longer in use count too
    record Mode(boolean fuzzy, boolean exact, boolean history) {
        boolean remembers() {
            return fuzzy || history;
        }
    }
}
