package trellis.matching;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import trellis.people.NhsNumber;
import trellis.store.Keys;

/// What is compared of one person, made alike: names without case, accents and punctuation, numbers without spaces.
///
/// @param names every name, those no longer used too; the one in use first
/// @param born as FHIR writes it: a day, a month or a year; empty when not known
/// @param gender `male` or `female`; empty for all that tells nothing
/// @param homes every address
/// @param phones national digits, such as `02079460123`
/// @param emails in small letters
/// @param number the NHS number, if there is a valid one
/// @param birthOrder which of a multiple birth; 0 when not recorded
/// @param died the day of death, if recorded
/// @param latest the latest day on which a name or an address began; the day on which something was last said of them
record Traits(
        List<Name> names,
        String born,
        String gender,
        List<Home> homes,
        Set<String> phones,
        Set<String> emails,
        Optional<NhsNumber> number,
        int birthOrder,
        Optional<LocalDate> died,
        Optional<LocalDate> latest) {

    private static final int MOST = 10;

    /// One name.
    ///
    /// @param family in one word
    /// @param parts of a double name; one for all others
    /// @param given each in one word
    record Name(String family, List<String> parts, List<String> given) {
        /// The first of the given names; empty when there is none.
        String first() {
            return given.isEmpty() ? "" : given.getFirst();
        }
    }

    /// One address.
    ///
    /// @param postcode in capitals without spaces; may be empty
    /// @param line the first line without case, spaces and punctuation; may be empty
    record Home(String postcode, String line) {}

    /// Reads a FHIR Patient.
    static Traits of(JsonNode patient) {
        var phones = new LinkedHashSet<String>();
        var emails = new LinkedHashSet<String>();
        for (var contact : some(patient.path("telecom"))) {
            var value = contact.path("value").asString("");
            switch (contact.path("system").asString("")) {
                case "phone", "sms" -> phones.add(phone(value));
                case "email" -> emails.add(value.strip().toLowerCase(Locale.ROOT));
                default -> {
                    // A fax or a page of the web is not somebody's own.
                }
            }
        }
        phones.remove("");
        emails.remove("");
        var gender = patient.path("gender").asString("");
        return new Traits(
                names(patient),
                patient.path("birthDate").asString(""),
                gender.equals("male") || gender.equals("female") ? gender : "",
                homes(patient),
                Set.copyOf(phones),
                Set.copyOf(emails),
                number(patient),
                patient.path("multipleBirthInteger").asInt(0),
                day(patient.path("deceasedDateTime")),
                latest(patient));
    }

    /// Nobody has more names than that; what goes beyond would only cost.
    private static List<JsonNode> some(JsonNode list) {
        return list.valueStream().limit(MOST).toList();
    }

    private static List<Name> names(JsonNode patient) {
        var current = new ArrayList<Name>();
        var former = new ArrayList<Name>();
        for (var name : some(patient.path("name"))) {
            var given = new ArrayList<String>();
            for (var one : some(name.path("given"))) {
                // "Mary Ann" in one element is two names.
                for (var word : one.asString("").split("[\\s\\-]+")) {
                    given.add(word(word));
                }
            }
            given.removeIf(String::isEmpty);
            var family = name.path("family").asString("");
            var parts = new ArrayList<String>();
            for (var part : family.split("[\\s\\-\\u2010-\\u2015]+")) {
                parts.add(word(part));
            }
            // A particle is no part that tells anybody from another.
            parts.removeIf(part -> part.length() < 3);
            var whole = word(family);
            if (!whole.isEmpty() || !given.isEmpty()) {
                var one = new Name(whole, List.copyOf(parts), List.copyOf(given));
                (name.path("use").asString("").equals("old") ? former : current).add(one);
            }
        }
        current.addAll(former);
        return List.copyOf(current);
    }

    /// A name as it is compared: `O'Neill` and `ONEILL` are the same.
    static String word(String name) {
        return Keys.normal(name).replaceAll("[^\\p{L}]", "");
    }

    private static List<Home> homes(JsonNode patient) {
        var all = new LinkedHashSet<Home>();
        for (var address : some(patient.path("address"))) {
            var home =
                    new Home(
                            postcode(address.path("postalCode").asString("")),
                            Keys.normal(address.path("line").path(0).asString(""))
                                    .replaceAll("[^\\p{L}\\p{Nd}]", ""));
            if (!home.postcode().isEmpty()) {
                all.add(home);
            }
        }
        return List.copyOf(all);
    }

    private static String postcode(String code) {
        return code.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
    }

    /// The national digits of a telephone number; empty when there are too few to tell anything.
    static String phone(String value) {
        var digits = value.replaceAll("\\(0\\)", "").replaceAll("[^0-9+]", "");
        var national = digits.replaceFirst("^(\\+44|0044)0?", "0").replace("+", "");
        return national.length() < 7 ? "" : national;
    }

    private static Optional<NhsNumber> number(JsonNode patient) {
        return patient.path("identifier")
                .valueStream()
                .filter(one -> one.path("system").asString("").equals(NhsNumber.SYSTEM))
                .flatMap(one -> NhsNumber.of(one.path("value").asString("")).stream())
                .findFirst();
    }

    private static Optional<LocalDate> latest(JsonNode patient) {
        var all = new ArrayList<LocalDate>();
        for (var field : List.of("name", "address", "telecom")) {
            for (var one : some(patient.path(field))) {
                day(one.path("period").path("start")).ifPresent(all::add);
            }
        }
        return all.stream().max(LocalDate::compareTo);
    }

    private static Optional<LocalDate> day(JsonNode date) {
        var text = date.asString("");
        try {
            return text.length() < 10
                    ? Optional.empty()
                    : Optional.of(LocalDate.parse(text.substring(0, 10)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// The year of birth; 0 when not known.
    int year() {
        return born.length() < 4 || !born.substring(0, 4).chars().allMatch(Character::isDigit)
                ? 0
                : Integer.parseInt(born.substring(0, 4));
    }

    /// Hides the person from logs: a record's own text would show them.
    @Override
    public String toString() {
        return "Traits";
    }
}
