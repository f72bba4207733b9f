package trellis.demographics;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads a search and says what is wrong with it. Pure functions.
final class SearchRules {
    /// The most that may be found.
    static final int MOST = 50;

    private static final int LONGEST_NAME = 35;
    private static final List<String> BOTH =
            List.of(
                    "family",
                    "given",
                    "gender",
                    "birthdate",
                    "death-date",
                    "address-postalcode",
                    "address-postcode",
                    "general-practitioner",
                    "email",
                    "phone");
    private static final List<String> CONTROLS =
            List.of("_fuzzy-match", "_exact-match", "_history", "_max-results");
    private static final Set<String> REPEATED = Set.of("given", "birthdate", "death-date");
    private static final Set<String> GENDERS = Set.of("male", "female", "other", "unknown");
    private static final Pattern DATE = Pattern.compile("(eq|ge|le)?(\\d{4}-\\d{2}-\\d{2})");
    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    private SearchRules() {}

    /// Reads the parameters.
    ///
    /// @param alone whether an app asks that acts by itself: it may find one person only
    /// @throws PdsError.Refusal for the first thing that is wrong
    static Ask ask(Map<String, List<String>> sent, boolean alone) {
        if (sent.isEmpty()) {
            throw PdsError.UNSUPPORTED_SERVICE.refusal("");
        }
        known(sent);
        for (var name : sent.keySet()) {
            if (!REPEATED.contains(name) && sent.get(name).size() > 1) {
                throw PdsError.invalid(String.join(", ", sent.get(name)), name);
            }
        }
        var mode =
                new Ask.Mode(
                        flag(sent, "_fuzzy-match"),
                        flag(sent, "_exact-match"),
                        flag(sent, "_history"));
        var most = most(sent, alone);
        var gender = one(sent, "gender");
        gender.filter(code -> !GENDERS.contains(code))
                .ifPresent(code -> {
                    throw PdsError.invalid(code, "gender");
                });
        var born = span(sent, "birthdate");
        var died = span(sent, "death-date");
        var ask =
                new Ask(
                        one(sent, "family"),
                        sent.getOrDefault("given", List.of()).stream()
                                .map(String::strip)
                                .filter(name -> !name.isEmpty())
                                .toList(),
                        gender,
                        born.orElseThrow(() ->
                                PdsError.missing(
                                        "birth_date/birth_date_range_start/birth_date_range_end")),
                        died,
                        postcode(sent),
                        one(sent, "general-practitioner")
                                .map(code -> code.toUpperCase(Locale.ROOT)),
                        one(sent, "email"),
                        one(sent, "phone"),
                        mode,
                        most);
        lengths(ask);
        wildcards(ask);
        enough(ask);
        return ask;
    }

    private static void known(Map<String, List<String>> sent) {
        var strange =
                sent.keySet().stream()
                        .filter(name -> !BOTH.contains(name) && !CONTROLS.contains(name))
                        .toList();
        if (!strange.isEmpty()) {
            throw PdsError.ADDITIONAL_PROPERTIES.refusal(
                    "Invalid request with error - Additional properties are not allowed ("
                            + strange.stream()
                                    .map(name -> "'" + name + "'")
                                    .collect(Collectors.joining(", "))
                            + (strange.size() == 1 ? " was" : " were")
                            + " unexpected)");
        }
    }

    private static Optional<String> one(Map<String, List<String>> sent, String name) {
        return sent.getOrDefault(name, List.of()).stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static boolean flag(Map<String, List<String>> sent, String name) {
        var value = one(sent, name).orElse("false");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw PdsError.invalid(value, name);
        };
    }

    private static int most(Map<String, List<String>> sent, boolean alone) {
        var value = one(sent, "_max-results").orElse(alone ? "1" : Integer.toString(MOST));
        if (!value.matches("\\d{1,4}") || Integer.parseInt(value) < 1) {
            throw PdsError.invalid(value, "_max-results");
        }
        var most = Integer.parseInt(value);
        if (alone && most > 1) {
            throw PdsError.TOO_MUCH_ASKED.refusal(
                    "Your app has insufficient permissions to perform this search. Please contact"
                            + " support.");
        }
        if (most > MOST) {
            throw PdsError.invalid(value, "_max-results");
        }
        return most;
    }

    /// A day, or from one to another.
    private static Optional<Ask.Span> span(Map<String, List<String>> sent, String name) {
        var values = sent.getOrDefault(name, List.of());
        if (values.isEmpty() || values.stream().allMatch(String::isBlank)) {
            return Optional.empty();
        }
        var from = FIRST;
        var to = LAST;
        var seen = new ArrayList<String>();
        for (var value : values) {
            var match = DATE.matcher(value.strip());
            if (!match.matches()) {
                throw PdsError.invalid(value, name);
            }
            var day = day(match.group(2), value, name);
            var prefix = Optional.ofNullable(match.group(1)).orElse("eq");
            seen.add(prefix);
            from = prefix.equals("le") ? from : day;
            to = prefix.equals("ge") ? to : day;
        }
        var together =
                seen.size() == 1
                        || seen.equals(List.of("ge", "le"))
                        || seen.equals(List.of("le", "ge"));
        if (!together || from.isAfter(to)) {
            throw PdsError.INVALID_SEARCH_DATA.refusal(
                    "Invalid search data provided - '"
                            + name
                            + " is one day, or from (ge) one to (le) another'");
        }
        return Optional.of(new Ask.Span(from, to));
    }

    private static LocalDate day(String text, String value, String name) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw PdsError.invalid(value, name);
        }
    }

    private static Optional<String> postcode(Map<String, List<String>> sent) {
        var fresh = one(sent, "address-postalcode");
        var old = one(sent, "address-postcode");
        if (fresh.isPresent() && old.isPresent()) {
            throw PdsError.INVALID_SEARCH_DATA.refusal(
                    "Invalid search data provided - 'address-postalcode and address-postcode cannot"
                            + " be used together'");
        }
        return fresh.or(() -> old).map(code -> code.replaceAll("\\s", "").toUpperCase(Locale.ROOT));
    }

    private static void lengths(Ask ask) {
        ask.family()
                .filter(name -> name.length() > LONGEST_NAME)
                .ifPresent(name -> {
                    throw PdsError.invalid(name, "family");
                });
        ask.given().stream()
                .filter(name -> name.length() > LONGEST_NAME)
                .findFirst()
                .ifPresent(name -> {
                    throw PdsError.invalid(name, "given");
                });
    }

    private static void wildcards(Ask ask) {
        var wild =
                Stream.of(ask.family().stream(), ask.given().stream(), ask.postcode().stream())
                        .flatMap(values -> values)
                        .filter(value -> value.contains("*"))
                        .toList();
        if (wild.isEmpty()) {
            return;
        }
        if (ask.mode().fuzzy()) {
            throw PdsError.INVALID_SEARCH_DATA.refusal(
                    "Invalid search data provided - 'wildcards cannot be used in a fuzzy search'");
        }
        if (wild.stream().anyMatch(value -> value.indexOf('*') < 2)) {
            throw PdsError.INVALID_SEARCH_DATA.refusal(
                    "Invalid search data provided - 'wildcards must come after at least two"
                            + " characters'");
        }
    }

    private static void enough(Ask ask) {
        var family = ask.family().isPresent();
        var given = !ask.given().isEmpty();
        var place = ask.gender().isPresent() && ask.postcode().isPresent();
        var enough =
                ask.mode().fuzzy() ? (family && given) || ((family || given) && place) : family;
        if (!enough) {
            throw PdsError.INVALID_SEARCH_DATA.refusal(
                    "Invalid search data provided - 'No searches were performed as the search"
                            + " criteria did not meet the minimum requirements'");
        }
    }
}
