package trellis.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import trellis.audit.AuditEntry.Action;
import trellis.page.When;
import trellis.store.Keys;

/// What the fields of the page mean. Pure functions.
final class AuditRules {
    /// Stands before a record's key where a patient's id could stand; no id holds a colon.
    static final String RECORD = "record:";

    private static final Pattern KEY = Pattern.compile(RECORD + "[0-9a-f]{16}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
    private static final Pattern NHS_NUMBER = Pattern.compile("\\d{10}");
    private static final List<DateTimeFormatter> DAYS =
            List.of(
                    DateTimeFormatter.ISO_LOCAL_DATE,
                    day("d-MMM-uuuu"),
                    day("d MMM uuuu"),
                    day("d/M/uuuu"));

    /// @param query what to look for
    /// @param errors by field, in words; when there are any the query must not be used
    record Asked(AuditQuery query, Map<String, String> errors) {}

    private AuditRules() {}

    /// @param accountOf the number of an account by its sign-in name
    static Asked asked(AuditForm form, Function<String, OptionalLong> accountOf) {
        var errors = new LinkedHashMap<String, String>();
        var patient = patient(form.patient());
        if (patient.isEmpty()) {
            errors.put("patient", "Enter an NHS number or the id of a patient");
        }
        var account =
                form.account().isEmpty() ? OptionalLong.of(0) : accountOf.apply(form.account());
        if (account.isEmpty()) {
            errors.put("account", "There is no account with that user name");
        }
        var from =
                form.from().isEmpty()
                        ? Optional.of(LocalDate.EPOCH)
                        : day(form.from(), errors, "from");
        var until =
                form.until().isEmpty()
                        ? Optional.of(LocalDate.of(9000, 1, 1))
                        : day(form.until(), errors, "until");
        if (errors.isEmpty() && until.orElseThrow().isBefore(from.orElseThrow())) {
            errors.put("until", "The last day must not be before the first");
        }
        var query =
                new AuditQuery(
                        patient.orElse(0),
                        account.orElse(0),
                        action(form.action()),
                        start(from.orElse(LocalDate.EPOCH)),
                        start(until.orElse(LocalDate.EPOCH).plusDays(1)),
                        Optional.empty());
        return new Asked(query, errors);
    }

    /// The ten digits of an NHS number, however it was spaced; empty when it is none.
    static Optional<String> nhsNumber(String text) {
        var digits = text.replaceAll("[\\s-]", "");
        return Optional.of(digits).filter(all -> NHS_NUMBER.matcher(all).matches());
    }

    /// How the log calls a patient's record.
    static String record(long patient) {
        return RECORD + "%016x".formatted(patient);
    }

    private static OptionalLong patient(String text) {
        if (text.isEmpty()) {
            return OptionalLong.of(0);
        }
        if (KEY.matcher(text).matches()) {
            return OptionalLong.of(Long.parseUnsignedLong(text.substring(RECORD.length()), 16));
        }
        return ID.matcher(text).matches()
                ? OptionalLong.of(Keys.resource("Patient", text))
                : OptionalLong.empty();
    }

    private static Optional<Action> action(String code) {
        return Arrays.stream(Action.values())
                .filter(action -> action.code().equals(code))
                .findFirst();
    }

    private static Optional<LocalDate> day(String text, Map<String, String> errors, String field) {
        var found = DAYS.stream().flatMap(form -> day(text, form).stream()).findFirst();
        if (found.isEmpty()) {
            errors.put(field, "Enter a day such as 09-Mar-2026");
        }
        return found;
    }

    private static Optional<LocalDate> day(String text, DateTimeFormatter form) {
        try {
            return Optional.of(LocalDate.parse(text, form));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(When.LONDON).toInstant();
    }

    private static DateTimeFormatter day(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.ENGLISH);
    }
}
