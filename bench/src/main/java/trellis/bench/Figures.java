package trellis.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// Everything a run of the benchmark measured.
final class Figures {
    private final List<Row> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    /// How long answers took, in milliseconds.
    ///
    /// @param tail what so many of a hundred were within, for the percentiles of [#TAIL]
    record Latency(List<Double> tail, double most) {
        static final List<Double> TAIL = List.of(50.0, 75.0, 90.0, 95.0, 99.0, 99.9);

        static Latency of(Histogram micros) {
            return new Latency(
                    TAIL.stream().map(one -> micros.getValueAtPercentile(one) / 1_000.0).toList(),
                    micros.getMaxValue() / 1_000.0);
        }

        /// @param percentile one of [#TAIL]
        double within(double percentile) {
            return tail.get(TAIL.indexOf(percentile));
        }
    }

    /// One measured workload.
    ///
    /// @param server whose it is
    /// @param workload what was asked
    /// @param loop how it was driven
    /// @param unit what is counted: requests or resources
    /// @param count of them, in all rounds
    /// @param seconds of all rounds
    /// @param rounds the rate of each, in order
    /// @param latency of the round with the median rate
    /// @param errors answers that were not the right ones, in all rounds
    /// @param trouble what the first of them was
    /// @param usage of the processes, in all rounds
    record Row(
            String server,
            Workload workload,
            String loop,
            String unit,
            long count,
            double seconds,
            List<Double> rounds,
            Latency latency,
            long errors,
            String trouble,
            Usage usage) {

        /// The median of the rounds.
        double perSecond() {
            return rounds.stream().sorted().toList().get(rounds.size() / 2);
        }

        /// Of something that was used in all rounds: how much for one.
        double each(double used) {
            return used / Math.max(1, count);
        }
    }

    void add(Row row) {
        rows.add(row);
    }

    void fact(String name, String value) {
        facts.put(name, value);
    }

    /// Something to know when the figures are read.
    void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    /// What was asked of several servers stands together.
    List<Row> rows() {
        var together = new LinkedHashMap<String, List<Row>>();
        for (var row : rows) {
            var isOpen = row.loop().startsWith("open");
            together.computeIfAbsent(row.workload().key() + isOpen, _ -> new ArrayList<>())
                    .add(row);
        }
        return together.values().stream().flatMap(List::stream).toList();
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /// The facts in the order in which they were found.
    List<Map.Entry<String, String>> facts() {
        return List.copyOf(facts.entrySet());
    }
}
