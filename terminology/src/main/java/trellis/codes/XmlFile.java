package trellis.codes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Reads a large XML file one element at a time. What a file defines or refers to elsewhere is not followed.
final class XmlFile {
    private static final int DEEPEST = 30;

    /// An element with all that is in it.
    ///
    /// @param file its name
    /// @param line where it begins
    /// @param name without its namespace
    /// @param attributes by name without namespace
    /// @param text all of its own text and that of its children, white space made one
    record Element(
            String file,
            long line,
            String name,
            Map<String, String> attributes,
            List<Element> children,
            String text) {

        String attribute(String name) {
            return attributes.getOrDefault(name, "");
        }

        /// The text of the first child of a name; empty when there is none.
        String get(String child) {
            return children.stream()
                    .filter(one -> one.name().equals(child))
                    .map(Element::text)
                    .findFirst()
                    .orElse("");
        }

        /// The text that a child of a name must have.
        String need(String child) {
            var value = get(child);
            if (value.isEmpty()) {
                throw new Unreadable(file, line, name + " without " + child);
            }
            return value;
        }
    }

    /// What is done with each element.
    @FunctionalInterface
    interface Use {
        void element(Element element);
    }

    private XmlFile() {}

    /// Goes through the elements of some names, none of which is within another.
    static void each(ReleaseFiles.Entry entry, Set<String> names, Use use) throws IOException {
        var factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (var stream = entry.open()) {
            var in = factory.createXMLStreamReader(stream);
            while (in.hasNext()) {
                if (in.next() == XMLStreamConstants.START_ELEMENT
                        && names.contains(in.getLocalName())) {
                    use.element(element(entry.name(), in, 0));
                }
            }
        } catch (XMLStreamException e) {
            throw new Unreadable(
                    entry.name(),
                    e.getLocation() == null ? 0 : e.getLocation().getLineNumber(),
                    "it is not well-formed XML");
        }
    }

    private static Element element(String file, XMLStreamReader in, int depth)
            throws XMLStreamException {
        var line = in.getLocation().getLineNumber();
        if (depth > DEEPEST) {
            throw new Unreadable(file, line, "more than " + DEEPEST + " elements one in the other");
        }
        var name = in.getLocalName();
        var attributes = new HashMap<String, String>();
        for (var i = 0; i < in.getAttributeCount(); i++) {
            attributes.put(in.getAttributeLocalName(i), in.getAttributeValue(i));
        }
        var children = new ArrayList<Element>();
        var text = new StringBuilder();
        while (in.next() != XMLStreamConstants.END_ELEMENT) {
            if (in.isStartElement()) {
                var child = element(file, in, depth + 1);
                children.add(child);
                text.append(child.text());
            } else if (in.isCharacters()) {
                text.append(in.getText());
            }
        }
        return new Element(
                file,
                line,
                name,
                attributes,
                children,
                text.toString().strip().replaceAll("\\s+", " "));
    }
}
