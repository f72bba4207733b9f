package trellis.store;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import trellis.fhir.search.SearchParameter;

/// One condition of a search. The family is closed: the compiler of SQL answers every case.
public sealed interface Criterion {

    /// The id is one of these.
    record Ids(Set<String> ids) implements Criterion {}

    /// Belongs to the record of one of these patients (the patients' own resources included).
    record OfPatients(Set<String> ids) implements Criterion {}

    /// The last change lies in a span (microseconds, `low` up to and not including `high`).
    record Updated(long low, long high) implements Criterion {}

    /// Has one of these hashes among its tokens (see [Keys]).
    record AnyToken(Set<Long> hashes) implements Criterion {}

    /// A text parameter's value matches one of these.
    record AnyText(SearchParameter parameter, List<String> normal, Match match)
            implements Criterion {
        /// How a normalised text is compared.
        public enum Match {
            STARTS,
            CONTAINS
        }
    }

    /// A date parameter's span compares with a given one.
    record When(SearchParameter parameter, Prefix prefix, long low, long high)
            implements Criterion {}

    /// A number's or quantity's value lies between two bounds; the unit must agree unless 0.
    ///
    /// @param low lower bound, or null for none
    /// @param high upper bound, or null for none
    record HowMuch(
            SearchParameter parameter,
            @org.jspecify.annotations.Nullable BigDecimal low,
            boolean lowIncluded,
            @org.jspecify.annotations.Nullable BigDecimal high,
            boolean highIncluded,
            long unit,
            long code)
            implements Criterion {}

    /// Parts of a composite that hold in the same element.
    record Together(SearchParameter parameter, List<Criterion> parts) implements Criterion {}

    /// The parameter has a value, or has none.
    record Present(SearchParameter parameter, boolean present) implements Criterion {}

    /// Refers, by this parameter, to a resource of this type for which all of these hold (a chain).
    record Refers(SearchParameter parameter, String target, List<Criterion> criteria)
            implements Criterion {}

    /// Is referred to, by this parameter, from a resource for which all of these hold (`_has`).
    record ReferredFrom(SearchParameter parameter, List<Criterion> criteria) implements Criterion {}

    /// One of these holds.
    record AnyOf(List<Criterion> options) implements Criterion {}

    /// This does not hold.
    record Not(Criterion criterion) implements Criterion {}

    /// How a date compares (https://hl7.org/fhir/R4/search.html#prefix).
    enum Prefix {
        EQ,
        NE,
        GT,
        LT,
        GE,
        LE,
        SA,
        EB,
        AP
    }
}
