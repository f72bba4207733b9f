package trellis.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// The charts of the report: words are HTML, so that they keep their size on a narrow screen, and bars are SVG, which stretches.
final class Charts {
    private static final List<String> COLOURS =
            List.of("#005eb8", "#ed8b00", "#006747", "#7c2855", "#425563");
    private static final List<String> SPREAD = List.of("#003087", "#005eb8", "#41b6e6", "#d3e8f5");
    private static final List<String> PROCESSES = List.of("#005eb8", "#41b6e6", "#aeb7bd");

    private final Figures figures;
    private final List<String> servers;
    private final StringBuilder page = new StringBuilder(1 << 15);

    Charts(Figures figures) {
        this.figures = figures;
        this.servers = figures.rows().stream().map(Figures.Row::server).distinct().toList();
    }

    String html() {
        rates();
        times();
        curves();
        processors();
        return page.toString();
    }

    private void add(String html) {
        page.append(html);
    }

    private void head(String title, String text) {
        add(ReportPage.heading(title, text));
    }

    private void rates() {
        var rows =
                figures.rows().stream()
                        .filter(row -> row.unit().equals("requests"))
                        .filter(row -> row.loop().startsWith("closed"))
                        .toList();
        var most = rows.stream().mapToDouble(Figures.Row::perSecond).max().orElse(1);
        head("Requests a second", "In a closed loop; longer is better.");
        key(servers, COLOURS);
        each(
                rows,
                row ->
                        bar(
                                List.of(100 * row.perSecond() / most),
                                List.of(colour(row)),
                                number(row.perSecond(), 0)));
    }

    /// A page of rates or times: rows of one workload and one loop stand together.
    private void each(List<Figures.Row> rows, Function<Figures.Row, String> bar) {
        var before = "";
        for (var row : rows) {
            var label =
                    "<div>%s<small>%s</small></div>"
                            .formatted(
                                    ReportPage.escaped(row.workload().what()),
                                    ReportPage.escaped(row.loop()));
            if (!label.equals(before)) {
                add(before.isEmpty() ? "" : "</div></div>\n");
                add("<div class=\"row\">" + label + "<div>");
            }
            before = label;
            // Bars of several parts have no colour left to say whose they are.
            add(
                    servers.size() > 1
                            ? "<div style=\"border-left:.4rem solid %s\">%s</div>"
                                    .formatted(colour(row), bar.apply(row))
                            : bar.apply(row));
        }
        add(rows.isEmpty() ? "" : "</div></div>\n");
    }

    /// From left to right, in hundredths of the width.
    private static String bar(List<Double> parts, List<String> colours, String value) {
        var svg = new StringBuilder();
        var x = 0.0;
        for (var i = 0; i < parts.size(); i++) {
            var width = Math.max(0.3, parts.get(i));
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<rect x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"10\" fill=\"%s\"/>",
                            x,
                            width,
                            colours.get(i)));
            x += width;
        }
        return "<div class=\"bar\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">%s</svg><span>%s</span></div>"
                .formatted(ReportPage.escaped(value), svg, ReportPage.escaped(value));
    }

    private String colour(Figures.Row row) {
        return COLOURS.get(servers.indexOf(row.server()) % COLOURS.size());
    }

    private void servers() {
        if (servers.size() > 1) {
            key(servers, COLOURS);
        }
    }

    private void key(List<String> names, List<String> colours) {
        add("<p class=\"key\">");
        for (var i = 0; i < names.size(); i++) {
            add(
                    "<span><i style=\"background:%s\"></i>%s</span>"
                            .formatted(
                                    colours.get(i % colours.size()),
                                    ReportPage.escaped(names.get(i))));
        }
        add("</p>\n");
    }

    /// On a logarithmic scale, because a read takes a hundredth of what a whole record takes.
    private void times() {
        var rows = figures.rows();
        var most = rows.stream().mapToDouble(row -> row.latency().most()).max().orElse(1);
        var scale = new Scale(0.5, Math.max(most, 1));
        head(
                "How long answers take",
                "Milliseconds on a logarithmic scale from 0.5 to "
                        + number(scale.most(), 0)
                        + "; shorter is better. Beside the bar: p50, p99.");
        servers();
        key(List.of("half within", "95 of 100", "99 of 100", "all"), SPREAD);
        each(
                rows,
                row -> {
                    var ends =
                            List.of(
                                    scale.place(row.latency().within(50)),
                                    scale.place(row.latency().within(95)),
                                    scale.place(row.latency().within(99)),
                                    scale.place(row.latency().most()));
                    var parts = new ArrayList<Double>();
                    var before = 0.0;
                    for (var end : ends) {
                        parts.add(Math.max(0, end - before));
                        before = end;
                    }
                    return bar(
                            parts,
                            SPREAD,
                            millis(row.latency().within(50))
                                    + ", "
                                    + millis(row.latency().within(99))
                                    + " ms");
                });
    }

    /// A logarithmic scale.
    ///
    /// @param least that has a place of its own
    private record Scale(double least, double most) {
        /// In hundredths of the width.
        double place(double value) {
            return value <= least ? 0 : 100 * Math.log(value / least) / Math.log(most / least);
        }
    }

    private void processors() {
        var cores = Machine.cores();
        head(
                "Who had the processors",
                "Cores in use on average, of "
                        + cores
                        + ": of the server, the database and the driver. A full bar is a machine that cannot do more.");
        servers();
        key(List.of("server", "database", "driver"), PROCESSES);
        each(
                figures.rows(),
                row -> {
                    var used =
                            List.of(
                                    row.usage().server() / row.seconds(),
                                    row.usage().database() / row.seconds(),
                                    row.usage().driver() / row.seconds());
                    var words = new ArrayList<String>();
                    used.forEach(one -> words.add(number(one, 1)));
                    return bar(
                            used.stream()
                                    .map(one -> Double.isNaN(one) ? 0 : 100 * one / cores)
                                    .toList(),
                            PROCESSES,
                            String.join(" + ", words));
                });
    }

    /// The whole spread of the mix.
    private void curves() {
        var rows =
                figures.rows().stream().filter(row -> !row.workload().shares().isEmpty()).toList();
        if (rows.isEmpty()) {
            return;
        }
        head("The mix, from the median to the slowest", "Milliseconds on a logarithmic scale.");
        var lines = rows.stream().map(row -> row.server() + ", " + row.loop()).toList();
        key(lines, COLOURS);
        var most = rows.stream().mapToDouble(row -> row.latency().most()).max().orElse(1);
        var scale = new Scale(0.5, Math.max(1, most));
        add(
                "<svg class=\"curve\" viewBox=\"0 0 400 230\" role=\"img\" aria-label=\"Percentiles of the mix\" font-size=\"11\" fill=\"#212b32\">\n");
        for (var line = 1.0; line <= most; line *= 10) {
            var y = 200 - 1.9 * scale.place(line);
            add(
                    String.format(
                            Locale.UK,
                            "<path d=\"M34 %.1fH396\" stroke=\"#d8dde0\"/><text x=\"30\" y=\"%.1f\" text-anchor=\"end\">%,.0f</text>\n",
                            y,
                            y + 4,
                            line));
        }
        var names = new ArrayList<String>();
        Figures.Latency.TAIL.forEach(one -> names.add(one == 99.9 ? "99.9" : number(one, 0)));
        names.add("max");
        for (var i = 0; i < names.size(); i++) {
            add(
                    "<text x=\"%d\" y=\"220\" text-anchor=\"middle\">%s</text>\n"
                            .formatted(44 + 56 * i, names.get(i)));
        }
        for (var i = 0; i < rows.size(); i++) {
            var points = new ArrayList<>(rows.get(i).latency().tail());
            points.add(rows.get(i).latency().most());
            var path = new StringBuilder();
            for (var j = 0; j < points.size(); j++) {
                path.append(
                        String.format(
                                Locale.ROOT,
                                "%s%d %.1f",
                                j == 0 ? "M" : "L",
                                44 + 56 * j,
                                200 - 1.9 * scale.place(points.get(j))));
            }
            add(
                    "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n"
                            .formatted(path, COLOURS.get(i % COLOURS.size())));
        }
        add("</svg>\n");
    }

    /// Tenths where they tell something, so that there is room beside the bar.
    private static String millis(double value) {
        return number(value, value < 100 ? 1 : 0);
    }

    /// As it is read; a dash for what is not known.
    static String number(double value, int digits) {
        return Double.isNaN(value) ? "–" : String.format(Locale.UK, "%,." + digits + "f", value);
    }
}
