package trellis.summaries;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
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
    private NarrativeRules() {}

    /// The sections of a summary as it was sent. One that cannot be read says so and is not left out.
    static List<Section> sections(JsonNode bundle) {
        return bundle.at("/entry/0/resource/section")
                .valueStream()
                .flatMap(section -> section(section).stream())
                .toList();
    }

    private static List<Section> section(JsonNode section) {
        var title = section.path("title").asString("");
        var code = section.at("/code/coding/0/code").asString("");
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
            return List.of(
                    new Section(
                            title,
                            code,
                            title,
                            List.of(),
                            List.of(
                                    List.of(
                                            "This part cannot be shown. Ask the practice that sent it."))));
        }
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
        var columns =
                elements(table.getElementsByTagName("th")).stream()
                        .map(NarrativeRules::text)
                        .toList();
        var rows =
                elements(table.getElementsByTagName("tr")).stream()
                        .map(row ->
                                elements(row.getElementsByTagName("td")).stream()
                                        .map(NarrativeRules::text)
                                        .toList())
                        .filter(row -> !row.isEmpty())
                        .toList();
        return new Section(title, code, title, columns, rows);
    }

    private static String text(Node node) {
        return node.getTextContent().strip().replaceAll("\\s+", " ");
    }
}
