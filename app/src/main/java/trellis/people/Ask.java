package trellis.people;

import java.util.List;
import java.util.Optional;

/// A search for people, understood: what a [FindForm] means.
///
/// @param words the words of the name, normalised, without punctuation
/// @param born the birth date, or the month or year of it, as FHIR writes it
/// @param nhsNumber a valid NHS number
/// @param postcode the postcode or its beginning, in capitals, without spaces
record Ask(
        List<String> words,
        Optional<String> born,
        Optional<NhsNumber> nhsNumber,
        Optional<String> postcode) {

    Ask {
        words = List.copyOf(words);
    }

    /// Whether anything but the NHS number was given.
    boolean describes() {
        return !words.isEmpty() || born.isPresent() || postcode.isPresent();
    }
}
