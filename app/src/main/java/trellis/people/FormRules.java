package trellis.people;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import trellis.store.Keys;

/// Understands what was typed, or says field by field what to do about it. Pure functions.
final class FormRules {

    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");
    private static final Pattern DAY_FIRST =
            Pattern.compile(
                    "(\\d{1,2})(?:st|nd|rd|th)?[\\s./\\-]+([a-z]+|\\d{1,2})[\\s.,/\\-]+(\\d{2}|\\d{4})");
    private static final Pattern YEAR_FIRST =
            Pattern.compile("(\\d{4})[\\s./\\-](\\d{1,2})[\\s./\\-](\\d{1,2})");
    private static final Pattern RUN_TOGETHER = Pattern.compile("(\\d{2})(\\d{2})(\\d{4})");
    private static final Pattern MONTH = Pattern.compile("([a-z]+|\\d{1,2})[\\s./\\-]+(\\d{4})");
    private static final Pattern YEAR = Pattern.compile("\\d{4}");
    private static final Pattern POSTCODE =
            Pattern.compile("[A-Z]{1,2}(\\d[A-Z\\d]?(\\d([A-Z]{2}|[A-Z]))?)?");

    private FormRules() {}

    /// The outcome: either what is asked, or an error for each field that cannot be understood.
    ///
    /// @param ask what was understood
    /// @param errors messages by field: `name`, `born`, `nhsNumber`, `postcode`; in the form's order
    record Understood(Ask ask, Map<String, String> errors) {}

    static Understood understand(FindView.Form form, LocalDate today) {
        var errors = new LinkedHashMap<String, String>();
        var words = words(form.name());
        if (form.isEmpty()) {
            errors.put("name", "Enter a name, a date of birth, an NHS number or a postcode");
        } else if (!form.name().isEmpty() && words.isEmpty()) {
            errors.put("name", "Enter at least one letter of the name");
        }
        var born = Optional.<String>empty();
        if (!form.born().isEmpty()) {
            born = born(form.born());
            born.ifPresentOrElse(
                    date -> future(date, today).ifPresent(error -> errors.put("born", error)),
                    () -> errors.put("born", bornError(form.born())));
        }
        var number = Optional.<NhsNumber>empty();
        if (!form.nhsNumber().isEmpty()) {
            number = NhsNumber.of(form.nhsNumber());
            if (number.isEmpty()) {
                errors.put("nhsNumber", nhsNumberError(form.nhsNumber()));
            }
        }
        var postcode = Optional.<String>empty();
        if (!form.postcode().isEmpty()) {
            postcode =
                    Optional.of(bare(form.postcode()))
                            .filter(code -> POSTCODE.matcher(code).matches());
            if (postcode.isEmpty()) {
                errors.put("postcode", "Enter a postcode or its beginning, such as YB5 7WP or YB5");
            }
        }
        return new Understood(new Ask(words, born, number, postcode), errors);
    }

    /// The words of a name: without accents, case, apostrophes; parted at anything that is no letter.
    static List<String> words(String typed) {
        var joined = Keys.normal(typed.replaceAll("['\u2018\u2019\u02bc`´]", ""));
        return Arrays.stream(joined.split("[^\\p{L}\\p{Nd}]+"))
                .filter(word -> !word.isEmpty())
                .limit(6)
                .toList();
    }

    /// A postcode or its beginning without spaces and dashes, in capitals.
    static String bare(String postcode) {
        return postcode.replaceAll("[\\s\u00a0-]", "").toUpperCase(Locale.UK);
    }

    /// What was typed as FHIR writes it: `1945-07-14`, `1945-07` or `1945`; empty when it is no date.
    static Optional<String> born(String typed) {
        var text = typed.toLowerCase(Locale.ROOT).strip();
        try {
            return day(text).map(LocalDate::toString).or(() -> month(text)).or(() -> year(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<LocalDate> day(String text) {
        var yearFirst = YEAR_FIRST.matcher(text);
        if (yearFirst.matches()) {
            return Optional.of(
                    LocalDate.of(number(yearFirst, 1), number(yearFirst, 2), number(yearFirst, 3)));
        }
        var together = RUN_TOGETHER.matcher(text);
        if (together.matches()) {
            return Optional.of(
                    LocalDate.of(number(together, 3), number(together, 2), number(together, 1)));
        }
        var dayFirst = DAY_FIRST.matcher(text);
        if (!dayFirst.matches() || dayFirst.group(3).length() != 4) {
            return Optional.empty();
        }
        var month = monthNumber(dayFirst.group(2));
        return month.map(number -> LocalDate.of(number(dayFirst, 3), number, number(dayFirst, 1)));
    }

    private static Optional<String> month(String text) {
        var matcher = MONTH.matcher(text);
        return matcher.matches()
                ? monthNumber(matcher.group(1))
                        .map(month -> YearMonth.of(number(matcher, 2), month).toString())
                : Optional.empty();
    }

    private static Optional<String> year(String text) {
        return YEAR.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    private static Optional<Integer> monthNumber(String word) {
        if (Character.isDigit(word.charAt(0))) {
            return Optional.of(Integer.parseInt(word));
        }
        var index = word.length() < 3 ? -1 : MONTHS.indexOf(word.substring(0, 3));
        return index < 0 ? Optional.empty() : Optional.of(index + 1);
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static Optional<String> future(String date, LocalDate today) {
        var shown = today.toString().substring(0, date.length());
        return date.compareTo(shown) > 0
                ? Optional.of("The date of birth must be in the past")
                : Optional.empty();
    }

    private static String bornError(String typed) {
        var matcher = DAY_FIRST.matcher(typed.toLowerCase(Locale.ROOT).strip());
        return matcher.matches() && matcher.group(3).length() == 2
                ? "Enter the year of birth with 4 digits, such as 1945"
                : "Enter a date of birth such as 14-Jul-1945 or 14/07/1945, or only the year";
    }

    private static String nhsNumberError(String typed) {
        var digits = NhsNumber.bare(typed);
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return "Enter the NHS number as 10 digits, with or without spaces; there is something else in it";
        }
        return digits.length() == 10
                ? "This is not a valid NHS number: a digit is wrong or two are exchanged. Check it, or search by name"
                        + " and date of birth"
                : "An NHS number has 10 digits; this has "
                        + digits.length()
                        + ". Check it, or search by name and date"
                        + " of birth";
    }

    /// What was searched for, for the page: `name "smi", born 1945`.
    static String said(FindView.Form form) {
        var parts = new ArrayList<String>();
        add(parts, "name", form.name());
        add(parts, "date of birth", form.born());
        add(parts, "NHS number", form.nhsNumber());
        add(parts, "postcode", form.postcode());
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, String what, String typed) {
        if (!typed.isEmpty()) {
            parts.add(what + " \u201c" + typed + "\u201d");
        }
    }

    /// A search for people, understood: what a [FindView.Form] means.
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
}
