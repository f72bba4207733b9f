package trellis.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import trellis.fhir.search.SearchTime;
import trellis.store.Criterion;
import trellis.store.Criterion.Prefix;
import trellis.store.Criterion.Test;

/// Date parameters: a prefix and a time, which covers a span
/// (https://hl7.org/fhir/R4/search.html#date).
final class SearchDates {

    private static final int APPROXIMATELY = 10; // a tenth of the distance to now

    private SearchDates() {}

    static Criterion criterion(SearchAsked asked) {
        return new Criterion.AnyValue(
                asked.parameter(),
                asked.values().stream().map(value -> (Test) test(asked, value)).toList());
    }

    /// `_lastUpdated`: the time of the last change is one microsecond.
    static Criterion updated(SearchAsked asked) {
        return new Criterion.AnyOf(
                asked.values().stream().map(value -> updated(test(asked, value))).toList());
    }

    private static Criterion updated(Test.When when) {
        var low = when.low();
        var high = when.high();
        return switch (when.prefix()) {
            case EQ, AP -> new Criterion.Updated(low, high);
            case NE -> new Criterion.Not(new Criterion.Updated(low, high));
            case GT, SA -> new Criterion.Updated(high, Long.MAX_VALUE);
            case LT, EB -> new Criterion.Updated(Long.MIN_VALUE, low);
            case GE -> new Criterion.Updated(low, Long.MAX_VALUE);
            case LE -> new Criterion.Updated(Long.MIN_VALUE, high);
        };
    }

    /// The test of one value.
    static Test.When test(SearchAsked asked, String value) {
        var prefixed = SearchPrefix.of(value, Prefix.EQ);
        var span =
                SearchTime.parse(prefixed.rest().replace(' ', '+'))
                        .orElseThrow(() -> unreadable(asked));
        if (prefixed.prefix() != Prefix.AP) {
            return new Test.When(prefixed.prefix(), span.low(), span.high());
        }
        var now = ChronoUnit.MICROS.between(Instant.EPOCH, asked.scene().clock().instant());
        return new Test.When(
                Prefix.AP,
                span.low() - Math.abs(now - span.low()) / APPROXIMATELY,
                span.high() + Math.abs(now - span.high()) / APPROXIMATELY);
    }

    private static RuntimeException unreadable(SearchAsked asked) {
        return SearchProblems.value(
                asked.name(),
                "\""
                        + asked.parameter().code()
                        + "\" takes a date: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss] with"
                        + " a zone such as Z or +01:00, after a prefix if one is wanted ("
                        + String.join(", ", prefixes())
                        + ").");
    }

    static List<String> prefixes() {
        return SearchPrefix.NAMES;
    }
}
