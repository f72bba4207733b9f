package trellis.ips;

import java.util.List;

/// Narratives: what a reader without software for the rest sees.
final class NarrativeRules {
    private static final String OPEN = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    private NarrativeRules() {}

    static String paragraph(String text) {
        return OPEN + "<p>" + escaped(text) + "</p></div>";
    }

    static String list(List<String> lines) {
        var out = new StringBuilder(OPEN).append("<ul>");
        lines.forEach(line -> out.append("<li>").append(escaped(line)).append("</li>"));
        return out.append("</ul></div>").toString();
    }

    private static String escaped(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                default -> out.append(c < ' ' ? ' ' : c);
            }
        }
        return out.toString();
    }
}
