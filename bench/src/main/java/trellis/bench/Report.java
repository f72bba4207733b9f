package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.fhir.Json;

/// The figures as a table, as JSON, and as one HTML file that needs nothing else.
final class Report {
    private static final int CHART = 480;

    private final Figures figures;

    Report(Figures figures) {
        this.figures = figures;
    }

    /// For the terminal.
    void print(PrintStream out) {
        figures.facts().forEach(fact -> out.println(fact.getKey() + ": " + fact.getValue()));
        out.println();
        out.println(
                "%-44s %10s %9s %9s %9s %9s %6s %8s %8s %8s %8s"
                        .formatted(
                                "workload",
                                "per s",
                                "p50 ms",
                                "p95 ms",
                                "p99 ms",
                                "max ms",
                                "errors",
                                "srv cpu",
                                "pg cpu",
                                "drv cpu",
                                "srv MB"));
        for (var row : figures.rows()) {
            var usage = row.usage();
            var seconds = row.seconds();
            out.println(
                    String.format(
                            Locale.UK,
                            "%-44s %,10.0f %9.1f %9.1f %9.1f %9.1f %6d %8.1f %8.1f %8.1f %,8d",
                            row.what(),
                            row.perSecond(),
                            row.millis().get(0),
                            row.millis().get(1),
                            row.millis().get(2),
                            row.millis().get(3),
                            row.errors(),
                            usage.server() / seconds,
                            usage.postgres() / seconds,
                            usage.driver() / seconds,
                            usage.serverMegabytes()));
        }
        out.println("cpu: cores in use on average");
    }

    /// Writes `bench.json` and `bench.html`.
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("bench.json"), json());
        Files.writeString(folder.resolve("bench.html"), html(), UTF_8);
    }

    private byte[] json() {
        var json = JsonNodeFactory.instance.objectNode();
        var facts = json.putObject("facts");
        figures.facts().forEach(fact -> facts.put(fact.getKey(), fact.getValue()));
        var rows = json.putArray("rows");
        for (var row : figures.rows()) {
            var one = rows.addObject();
            one.put("what", row.what());
            one.put("perSecond", text(row.perSecond()));
            one.put("p50ms", text(row.millis().get(0)));
            one.put("p95ms", text(row.millis().get(1)));
            one.put("p99ms", text(row.millis().get(2)));
            one.put("maxms", text(row.millis().get(3)));
            one.put("errors", row.errors());
            one.put("seconds", text(row.seconds()));
            one.put("serverCpuSeconds", text(row.usage().server()));
            one.put("postgresCpuSeconds", text(row.usage().postgres()));
            one.put("driverCpuSeconds", text(row.usage().driver()));
            one.put("serverMegabytes", row.usage().serverMegabytes());
            one.put("postgresMegabytes", row.usage().postgresMegabytes());
        }
        return Json.write(json);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private String html() {
        var page =
                new StringBuilder(
                        """
                        <!doctype html><html lang="en"><head><meta charset="utf-8">
                        <title>Trellis benchmark</title><style>
                        body{font:16px sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
                        table{border-collapse:collapse}td,th{padding:.2em .7em;text-align:right}
                        td:first-child,th:first-child{text-align:left}tr+tr{border-top:1px solid #ccc}
                        </style></head><body><h1>Trellis benchmark</h1><table>
                        """);
        figures.facts()
                .forEach(fact ->
                        page.append("<tr><td>")
                                .append(escaped(fact.getKey()))
                                .append("</td><td>")
                                .append(escaped(fact.getValue()))
                                .append("</td></tr>\n"));
        page.append("</table>");
        chart(page, "Requests a second", "%.0f", Figures.Row::perSecond);
        chart(page, "95 of 100 answered within, ms", "%.1f", row -> row.millis().get(1));
        chart(page, "99 of 100 answered within, ms", "%.1f", row -> row.millis().get(2));
        chart(
                page,
                "Server and PostgreSQL, processor milliseconds a request",
                "%.2f",
                row ->
                        (row.usage().server() + row.usage().postgres())
                                * 1_000
                                / Math.max(1, row.perSecond() * row.seconds()));
        return page.append("</body></html>\n").toString();
    }

    /// One bar a row, drawn as SVG, with its figure beside it.
    private void chart(
            StringBuilder page, String title, String format, ToDoubleFunction<Figures.Row> value) {
        var rows = figures.rows();
        var most =
                rows.stream().mapToDouble(value).max().stream()
                        .map(max -> Math.max(max, 0.001))
                        .findFirst()
                        .orElse(1);
        page.append("<h2>").append(escaped(title)).append("</h2>");
        page.append("<svg role=\"img\" aria-label=\"").append(escaped(title));
        page.append("\" width=\"960\" height=\"").append(rows.size() * 26).append("\">");
        for (var i = 0; i < rows.size(); i++) {
            bar(page, i * 26, rows.get(i).what(), value.applyAsDouble(rows.get(i)), most, format);
        }
        page.append("</svg>");
    }

    private static void bar(
            StringBuilder page, int y, String what, double value, double most, String format) {
        var width = Math.max(1, (int) (value / most * CHART));
        page.append(
                "<text x=\"0\" y=\"%d\" font-size=\"14\">%s</text>"
                        .formatted(y + 17, escaped(what)));
        page.append(
                "<rect x=\"340\" y=\"%d\" width=\"%d\" height=\"18\" fill=\"#005eb8\"/>"
                        .formatted(y + 3, width));
        page.append(
                "<text x=\"%d\" y=\"%d\" font-size=\"14\">%s</text>"
                        .formatted(346 + width, y + 17, String.format(Locale.UK, format, value)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    /// The row of a workload that was run several times: that with the median throughput.
    static Figures.Row median(List<Figures.Row> runs) {
        return runs.stream()
                .sorted(Comparator.comparingDouble(Figures.Row::perSecond))
                .toList()
                .get(runs.size() / 2);
    }
}
