package trellis.bench;

import java.util.ArrayList;
import java.util.List;

/// The report as a page without scripts: words are HTML, so that they keep their size on a narrow screen, and bars are SVG, which
/// stretches.
final class ReportPage {
    private static final String STYLE =
            """
            :root{color-scheme:light;--server:#005eb8;--database:#41b6e6;--driver:#aeb7bd}
            *{box-sizing:border-box}
            body{font:1rem/1.45 system-ui,sans-serif;color:#212b32;max-width:76rem;margin:0 auto;padding:1rem}
            h1{font-size:1.8rem;margin:.5rem 0 1rem}h2{font-size:1.3rem;margin:2.2rem 0 .3rem}
            p{max-width:48rem;margin:.3rem 0 .8rem}
            dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.2rem 1.2rem;margin:0}
            dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
            ul{padding-left:1.2rem;max-width:60rem}
            .row{display:grid;grid-template-columns:minmax(0,24rem) 1fr;gap:.1rem 1rem;padding:.35rem 0;border-top:1px solid #e8edee}
            .row small{display:block;color:#4c6272}
            .bar{display:grid;grid-template-columns:1fr 9.5rem;gap:.7rem;align-items:center}
            .bar svg{display:block;width:100%;height:1rem;background:#f0f4f5}
            .bar span{font-variant-numeric:tabular-nums;white-space:nowrap}
            .key span{display:inline-block;margin-right:1.2rem}.key i{display:inline-block;width:.9rem;height:.9rem;margin-right:.4rem;vertical-align:-.1rem}
            .scroll{overflow-x:auto}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums}
            th,td{padding:.3rem .6rem;text-align:right;vertical-align:top;border-top:1px solid #d8dde0}
            thead th{border-top:0;font-size:.85rem;line-height:1.2;vertical-align:bottom}
            th:first-child,td:first-child{text-align:left;padding-left:0;min-width:11rem;position:sticky;left:0;background:#fff}
            td:nth-child(2),th:nth-child(2){text-align:left;white-space:nowrap}
            td small{color:#4c6272;white-space:nowrap}.wrong{color:#b10f0f;font-weight:600}
            .curve{display:block;width:100%;max-width:34rem;height:auto}
            @media(max-width:44rem){.row{grid-template-columns:1fr}.bar{grid-template-columns:1fr 8rem;gap:.5rem}.bar span{font-size:.9rem}
            dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}h1{font-size:1.5rem}}
            """;

    private final Figures figures;
    private final StringBuilder page = new StringBuilder(1 << 16);
    private final List<String> servers;

    ReportPage(Figures figures) {
        this.figures = figures;
        this.servers = figures.rows().stream().map(Figures.Row::server).distinct().toList();
    }

    String html() {
        add(
                """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
                <title>Trellis benchmark</title><style>
                """);
        add(STYLE);
        add("</style></head><body>\n<h1>Trellis benchmark</h1>\n<dl>\n");
        figures.facts()
                .forEach(fact ->
                        add(
                                "<dt>%s</dt><dd>%s</dd>\n"
                                        .formatted(
                                                escaped(fact.getKey()), escaped(fact.getValue()))));
        add("</dl>\n");
        if (!figures.notes().isEmpty()) {
            add("<h2>To know</h2>\n<ul>\n");
            figures.notes().forEach(note -> add("<li>" + escaped(note) + "</li>\n"));
            add("</ul>\n");
        }
        add(new Charts(figures).html());
        table(
                "Figures",
                "Rates are medians of the rounds, which stand below; times are those of the round with the median rate. In a closed loop"
                        + " each client asks again as soon as it is answered. In an open loop requests come at a fixed rate, and their"
                        + " time counts from when they were due.",
                Report.SPEED,
                true);
        table(
                "What they cost",
                "For each request; of the import, for each resource. The driver shares the machine with server and database.",
                Report.COST,
                false);
        return page.append("</body></html>\n").toString();
    }

    private void add(String html) {
        page.append(html);
    }

    static String heading(String title, String text) {
        return "<h2>%s</h2>\n<p>%s</p>\n".formatted(escaped(title), escaped(text));
    }

    private void head(String title, String text) {
        add(heading(title, text));
    }

    // --- tables ----------------------------------------------------------------------------------

    private void table(String title, String text, List<Report.Column> columns, boolean hasRounds) {
        head(title, text);
        add(
                "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>Workload</th><th>Loop</th>");
        columns.forEach(column -> add("<th>" + escaped(column.title()) + "</th>"));
        add("</tr></thead><tbody>\n");
        for (var row : figures.rows()) {
            add(
                    "<tr><td>%s%s</td><td>%s</td>"
                            .formatted(
                                    escaped(row.workload().what()),
                                    servers.size() > 1
                                            ? "<br><small>" + escaped(row.server()) + "</small>"
                                            : "",
                                    escaped(row.loop())));
            for (var column : columns) {
                var isWrong = column.name().equals("errors") && row.errors() > 0;
                add(
                        "<td%s>%s%s</td>"
                                .formatted(
                                        isWrong ? " class=\"wrong\"" : "",
                                        escaped(column.text(row)),
                                        hasRounds && column.name().equals("perSecond")
                                                ? unit(row) + rounds(row)
                                                : ""));
            }
            add("</tr>\n");
        }
        add("</tbody></table></div>\n");
        figures.rows().stream()
                .filter(row -> hasRounds && !row.trouble().isEmpty())
                .forEach(row ->
                        add(
                                "<p class=\"wrong\">%s, %s: the first error: %s</p>\n"
                                        .formatted(
                                                escaped(row.workload().what()),
                                                escaped(row.server()),
                                                escaped(row.trouble()))));
    }

    private static String unit(Figures.Row row) {
        return row.unit().equals("requests") ? "" : " " + escaped(row.unit());
    }

    private static String rounds(Figures.Row row) {
        if (row.rounds().size() < 2) {
            return "";
        }
        var words = new ArrayList<String>();
        row.rounds().forEach(rate -> words.add(Charts.number(rate, 0)));
        return "<br><small>" + escaped(String.join(" · ", words)) + "</small>";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
