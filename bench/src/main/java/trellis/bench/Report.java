package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// The figures as a table, as JSON, and as one HTML file that needs nothing else.
final class Report {
    /// A column of the tables, and a member of the JSON.
    ///
    /// @param name in the JSON
    /// @param title in a table
    /// @param digits behind the point, in a table
    record Column(String name, String title, int digits, Value value) {

        /// As it stands in a table.
        String text(Figures.Row row) {
            var number = value.of(row);
            return Double.isNaN(number)
                    ? "–"
                    : String.format(Locale.UK, "%,." + digits + "f", number);
        }
    }

    /// A figure of a row; not a number where it is not known.
    @FunctionalInterface
    interface Value {
        double of(Figures.Row row);
    }

    static final List<Column> SPEED =
            List.of(
                    new Column("perSecond", "a second", 0, Figures.Row::perSecond),
                    new Column("p50ms", "p50 ms", 1, row -> row.latency().within(50)),
                    new Column("p95ms", "p95 ms", 1, row -> row.latency().within(95)),
                    new Column("p99ms", "p99 ms", 1, row -> row.latency().within(99)),
                    new Column("maxms", "max ms", 1, row -> row.latency().most()),
                    new Column("errors", "errors", 0, Figures.Row::errors));

    static final List<Column> COST =
            List.of(
                    new Column(
                            "serverCpuMillisEach",
                            "server CPU ms each",
                            2,
                            row -> row.each(row.usage().server() * 1_000)),
                    new Column(
                            "databaseCpuMillisEach",
                            "database CPU ms each",
                            2,
                            row -> row.each(row.usage().database() * 1_000)),
                    new Column(
                            "driverCpuMillisEach",
                            "driver CPU ms each",
                            2,
                            row -> row.each(row.usage().driver() * 1_000)),
                    new Column(
                            "allocatedKilobytesEach",
                            "allocated kB each",
                            0,
                            row -> row.each(row.usage().allocated() / 1_000)),
                    new Column(
                            "walBytesEach",
                            "WAL bytes each",
                            0,
                            row -> row.each(row.usage().wal())),
                    new Column(
                            "diskBytesEach",
                            "disk bytes each",
                            0,
                            row -> row.each(row.usage().disk())),
                    new Column(
                            "heapMegabytes",
                            "heap in use MB",
                            0,
                            row -> row.usage().memory().heap() / 1e6),
                    new Column(
                            "serverMegabytes",
                            "server memory MB",
                            0,
                            row -> row.usage().memory().server() / 1e6),
                    new Column(
                            "databaseMegabytes",
                            "database memory MB",
                            0,
                            row -> row.usage().memory().database() / 1e6));

    private final Figures figures;

    Report(Figures figures) {
        this.figures = figures;
    }

    /// For the terminal.
    void print(PrintStream out) {
        out.println();
        figures.facts().forEach(fact -> out.println(fact.getKey() + ": " + fact.getValue()));
        figures.notes().forEach(out::println);
        out.println();
        var head = new StringBuilder("%-13s %-22s".formatted("workload", "loop"));
        SPEED.forEach(column -> head.append("%10s".formatted(column.title())));
        COST.subList(0, 3)
                .forEach(column ->
                        head.append(
                                "%14s".formatted(column.title().replace(" CPU ms each", " CPU"))));
        out.println(head);
        for (var row : figures.rows()) {
            var line = new StringBuilder("%-13s %-22s".formatted(row.workload().key(), row.loop()));
            SPEED.forEach(column -> line.append("%10s".formatted(column.text(row))));
            COST.subList(0, 3).forEach(column -> line.append("%14s".formatted(column.text(row))));
            out.println(line);
        }
        out.println(
                "CPU: milliseconds of processor time for one request, or one resource of the import");
    }

    /// Writes `bench.json` and `bench.html`.
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("bench.json"), json());
        Files.writeString(folder.resolve("bench.html"), new ReportPage(figures).html(), UTF_8);
    }

    /// All figures; what is not known is left out.
    byte[] json() {
        var json = JsonNodeFactory.instance.objectNode();
        var facts = json.putObject("facts");
        figures.facts().forEach(fact -> facts.put(fact.getKey(), fact.getValue()));
        var notes = json.putArray("notes");
        figures.notes().forEach(notes::add);
        var rows = json.putArray("rows");
        for (var row : figures.rows()) {
            var one = rows.addObject();
            one.put("server", row.server());
            one.put("workload", row.workload().key());
            one.put("what", row.workload().what());
            one.put("loop", row.loop());
            one.put("unit", row.unit());
            one.put("count", row.count());
            number(one, "seconds", row.seconds());
            var rounds = one.putArray("rounds");
            row.rounds().forEach(rate -> rounds.add(rounded(rate)));
            SPEED.forEach(column -> number(one, column.name(), column.value().of(row)));
            COST.forEach(column -> number(one, column.name(), column.value().of(row)));
            if (!row.trouble().isEmpty()) {
                one.put("firstError", row.trouble());
            }
        }
        return Json.write(json);
    }

    private static void number(ObjectNode to, String name, double value) {
        if (Double.isFinite(value)) {
            to.put(name, rounded(value));
        }
    }

    /// Six digits: more are not known of anything here.
    private static BigDecimal rounded(double value) {
        var rounded = new BigDecimal(value, new MathContext(6)).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }
}
