package trellis.page;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// A FHIR R4 `date` or `dateTime` with exactly the precision that was recorded: a year stays a year
/// and is never shown as its first of January.
public sealed interface When {

    /// Where clocks on the pages stand (interface rule 18).
    ZoneId LONDON = ZoneId.of("Europe/London");

    /// A year only.
    record InYear(Year year) implements When {
        public InYear {
            requireNonNull(year);
        }
    }

    /// A month of a year.
    record InMonth(YearMonth month) implements When {
        public InMonth {
            requireNonNull(month);
        }
    }

    /// A day.
    record OnDay(LocalDate day) implements When {
        public OnDay {
            requireNonNull(day);
        }
    }

    /// A moment on the clock.
    record At(Instant instant) implements When {
        public At {
            requireNonNull(instant);
        }
    }

    /// Reads the text of a FHIR `date`, `dateTime` or `instant`; empty when it is none.
    static Optional<When> of(String fhir) {
        try {
            return switch (fhir.length()) {
                case 4 -> Optional.of(new InYear(Year.parse(fhir)));
                case 7 -> Optional.of(new InMonth(YearMonth.parse(fhir)));
                case 10 -> Optional.of(new OnDay(LocalDate.parse(fhir)));
                default -> Optional.of(new At(OffsetDateTime.parse(fhir).toInstant()));
            };
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /// The first day it may stand for, in London.
    default LocalDate firstDay() {
        return switch (this) {
            case InYear(var year) -> year.atDay(1);
            case InMonth(var month) -> month.atDay(1);
            case OnDay(var day) -> day;
            case At(var instant) -> instant.atZone(LONDON).toLocalDate();
        };
    }

    /// The last day it may stand for, in London.
    default LocalDate lastDay() {
        return switch (this) {
            case InYear(var year) -> year.atMonth(12).atEndOfMonth();
            case InMonth(var month) -> month.atEndOfMonth();
            case OnDay(var day) -> day;
            case At(var instant) -> instant.atZone(LONDON).toLocalDate();
        };
    }

    /// Where it stands in time, for ordering: the start of the interval it names.
    default Instant start() {
        return switch (this) {
            case At(var instant) -> instant;
            case InYear _, InMonth _, OnDay _ -> firstDay().atStartOfDay(LONDON).toInstant();
        };
    }
}
