package trellis.store;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The rows by which one resource is found, as they go into the tables.
///
/// @param dated what stands in the resource's own row (see [RecordDates]), microseconds; empty for none
record SearchRows(
        long[] tokens,
        List<Text> texts,
        List<Date> dates,
        List<Amount> amounts,
        List<Link> links,
        long[] identifiers,
        List<Term> terms,
        List<Words> words,
        List<Related> relationships,
        OptionalLong dated) {

    static final SearchRows NONE =
            new SearchRows(
                    new long[0],
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    new long[0],
                    List.of(),
                    List.of(),
                    List.of(),
                    OptionalLong.empty());

    record Text(int parameter, int element, String value) {}

    record Date(int parameter, int element, long low, long high) {}

    record Amount(int parameter, int element, BigDecimal value, long unit, long code) {}

    record Link(int parameter, long target) {}

    /// Words that say what a code or an identifier is. They stand once for all resources that bear them, which have the hash among
    /// their tokens.
    record Term(int parameter, String normal, long hash) {}

    /// Words of a resource, normalised, not yet taken apart.
    record Words(int kind, String text) {}

    /// An organisation has to do with a patient.
    ///
    /// @param patient key of the patient
    /// @param party key of the organisation
    /// @param starts microseconds, from
    /// @param ends microseconds, up to and not including
    record Related(long patient, long party, Optional<Basis> basis, long starts, long ends) {}
}
