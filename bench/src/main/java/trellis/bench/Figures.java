package trellis.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything a run of the benchmark measured.
final class Figures {
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    /// One measured workload.
    ///
    /// @param what the workload and how it was driven
    /// @param perSecond requests, or resources where the workload says so
    /// @param millis latency at the 50th, 95th and 99th percentile, and the longest
    /// @param errors answers that were not the right ones
    /// @param usage of the processes, meanwhile
    /// @param seconds how long it took
    record Row(
            String what,
            double perSecond,
            List<Double> millis,
            long errors,
            Usage usage,
            double seconds) {}

    void add(Row row) {
        rows.add(row);
    }

    void fact(String name, String value) {
        facts.put(name, value);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /// The facts in the order in which they were found.
    List<Map.Entry<String, String>> facts() {
        return List.copyOf(facts.entrySet());
    }
}
