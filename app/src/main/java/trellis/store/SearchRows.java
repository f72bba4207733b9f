package trellis.store;

import java.math.BigDecimal;
import java.util.List;

/// The rows by which one resource is found, as they go into the tables.
record SearchRows(
        long[] tokens,
        List<Text> texts,
        List<Date> dates,
        List<Amount> amounts,
        List<Link> links,
        long[] identifiers) {

    static final SearchRows NONE =
            new SearchRows(new long[0], List.of(), List.of(), List.of(), List.of(), new long[0]);

    record Text(int parameter, int element, String value) {}

    record Date(int parameter, int element, long low, long high) {}

    record Amount(int parameter, int element, BigDecimal value, long unit, long code) {}

    record Link(int parameter, long target) {}
}
