package trellis.summaries;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;

/// What a practice's summary says, read out of its narrative: tables and text, without its markup. Pure functions.
final class NarrativeRules {
    private static final Set<String> INLINE =
            Set.of("a", "abbr", "b", "em", "i", "small", "span", "strong", "sub", "sup", "u");

    private NarrativeRules() {}

    /// The sections of a summary as it was sent. One that cannot be read says so and is not left out.
    static List<Section> sections(JsonNode bundle) {
        return sections(bundle.at("/entry/0/resource/section").valueStream());
    }

    private static List<Section> sections(Stream<JsonNode> all) {
        return all.flatMap(section ->
                        Stream.concat(
                                section(section).stream(),
                                sections(section.path("section").valueStream()).stream()))
                .toList();
    }

    private static List<Section> section(JsonNode section) {
        var title = section.path("title").asString("");
        var code = section.at("/code/coding/0/code").asString("");
        if (!section.at("/text/div").isString()) {
            return section.has("entry") ? unreadable(title, code) : List.of();
        }
        try {
            var root = parse(section.at("/text/div").asString("<div/>"));
            var all = new ArrayList<Section>();
            elements(root.getElementsByTagName("table"))
                    .forEach(table -> {
                        all.add(table(all.isEmpty() ? title : "", code, table));
                        detach(table);
                    });
            var text = text(root);
            if (!text.isEmpty() || all.isEmpty()) {
                all.addFirst(
                        new Section(
                                all.isEmpty() ? title : "",
                                code,
                                title,
                                List.of(),
                                List.of(List.of(text.isEmpty() ? "Nothing recorded" : text))));
            }
            return all;
        } catch (SAXException | IOException | ParserConfigurationException e) {
            return unreadable(title, code);
        }
    }

    private static List<Section> unreadable(String title, String code) {
        var said = "This part cannot be shown. Ask the practice that sent it.";
        return List.of(new Section(title, code, title, List.of(), List.of(List.of(said))));
    }

    private static Element parse(String xhtml)
            throws ParserConfigurationException, SAXException, IOException {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        var builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder.parse(new InputSource(new StringReader(xhtml))).getDocumentElement();
    }

    private static List<Element> elements(NodeList nodes) {
        var all = new ArrayList<Element>();
        for (var i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element) {
                all.add(element);
            }
        }
        return all;
    }

    private static void detach(Node node) {
        var parent = node.getParentNode();
        if (parent != null) {
            parent.removeChild(node);
        }
    }

    private static Section table(String title, String code, Element table) {
        List<String> columns = List.of();
        var rows = new ArrayList<List<String>>();
        for (var row : elements(table.getElementsByTagName("tr"))) {
            var cells =
                    elements(row.getChildNodes()).stream()
                            .filter(cell -> Set.of("td", "th").contains(cell.getTagName()))
                            .toList();
            var words = cells.stream().map(NarrativeRules::text).toList();
            var heading = cells.stream().allMatch(cell -> cell.getTagName().equals("th"));
            if (heading && columns.isEmpty() && rows.isEmpty()) {
                columns = words;
            } else if (!words.isEmpty()) {
                rows.add(words);
            }
        }
        return new Section(title, code, title, columns, rows);
    }

    /// Its words; what stands in parts of their own stays apart.
    private static String text(Node node) {
        var words = new StringBuilder();
        append(node, words);
        return words.toString()
                .lines()
                .map(line -> line.strip().replaceAll("\\s+", " "))
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" \u00b7 "));
    }

    private static void append(Node node, StringBuilder words) {
        if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
            words.append(node.getNodeValue().replaceAll("\\s+", " "));
        }
        var apart = node instanceof Element element && !INLINE.contains(element.getTagName());
        if (apart) {
            words.append('\n');
        }
        for (var i = 0; i < node.getChildNodes().getLength(); i++) {
            append(node.getChildNodes().item(i), words);
        }
        if (apart) {
            words.append('\n');
        }
    }
}
