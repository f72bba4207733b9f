package trellis.fhir.xml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Text as XML holds it.
final class XmlText {
    private static final Pattern NAMED = Pattern.compile("&([A-Za-z][A-Za-z0-9]{1,8});");

    /// Characters by the names that XHTML 1.0 gives them, but those of XML itself.
    private static final Map<String, String> ENTITIES = entities();

    private XmlText() {}

    /// Writes text between tags so that a parser gives the same text again.
    static void content(String text, StringBuilder out) {
        for (var i = 0; i < text.length(); i++) {
            append(text.charAt(i), out);
        }
    }

    /// Writes the value of an attribute, in which a parser makes spaces of tabs and ends of lines.
    static void attribute(String text, StringBuilder out) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("&quot;");
                case '\t' -> out.append("&#9;");
                case '\n' -> out.append("&#10;");
                default -> append(c, out);
            }
        }
    }

    private static void append(char c, StringBuilder out) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '\r' -> out.append("&#13;");
            default -> out.append(isXml(c) ? c : '\uFFFD');
        }
    }

    /// XML 1.0 has no way to write the others; FHIR's strings have none of them.
    private static boolean isXml(char c) {
        return (c >= ' ' || c == '\t' || c == '\n') && c != '\uFFFE' && c != '\uFFFF';
    }

    /// Puts characters in place of the names that XHTML has for them and XML does not, such as `&nbsp;`.
    static String withoutNames(String xhtml) {
        return NAMED.matcher(xhtml)
                .replaceAll(found -> {
                    var named = ENTITIES.get(found.group(1));
                    return named == null ? "$0" : named;
                });
    }

    private static Map<String, String> entities() {
        try (var in = XmlText.class.getResourceAsStream("entities.txt")) {
            if (in == null) {
                throw new IllegalStateException("entities.txt is missing from this build");
            }
            return Arrays.stream(new String(in.readAllBytes(), UTF_8).split("\n"))
                    .map(line -> line.split(" "))
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    parts -> parts[0],
                                    parts -> Character.toString(Integer.parseInt(parts[1]))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
