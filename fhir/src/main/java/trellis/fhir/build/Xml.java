package trellis.fhir.build;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// One element of a FHIR XML file: its name, its attributes and its children. Text is left out,
/// because definitions hold it only in narratives.
///
/// @param name the local name
/// @param attributes by local name, such as `value` and `url`
/// @param children in file order
record Xml(String name, Map<String, String> attributes, List<Xml> children) {

    /// Streams the resources of a Bundle file, one tree at a time.
    static void eachResource(InputStream bundle, Consumer<Xml> use) throws XMLStreamException {
        var factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        var in = factory.createXMLStreamReader(bundle);
        while (in.hasNext()) {
            if (in.next() == XMLStreamConstants.START_ELEMENT
                    && in.getLocalName().equals("resource")) {
                in.nextTag();
                use.accept(element(in));
            }
        }
    }

    private static Xml element(XMLStreamReader in) throws XMLStreamException {
        var name = in.getLocalName();
        var attributes =
                switch (in.getAttributeCount()) {
                    case 0 -> Map.<String, String>of();
                    case 1 -> Map.of(in.getAttributeLocalName(0), in.getAttributeValue(0));
                    default ->
                            Map.of(
                                    in.getAttributeLocalName(0), in.getAttributeValue(0),
                                    in.getAttributeLocalName(1), in.getAttributeValue(1));
                };
        var children = new ArrayList<Xml>();
        while (in.next() != XMLStreamConstants.END_ELEMENT) {
            if (in.isStartElement()) {
                children.add(element(in));
            }
        }
        return new Xml(name, attributes, children);
    }

    Stream<Xml> all(String child) {
        return children.stream().filter(c -> c.name.equals(child));
    }

    Optional<Xml> first(String child) {
        return all(child).findFirst();
    }

    /// The `value` attribute of the first child of that name.
    Optional<String> value(String child) {
        return first(child).map(c -> c.attributes.get("value"));
    }

    /// Like [#value], where the definitions always give one.
    String need(String child) {
        return value(child)
                .orElseThrow(() -> new IllegalStateException("A " + name + " without " + child));
    }

    /// The `value` attribute of this element itself; empty text if it has none.
    String own() {
        return attributes.getOrDefault("value", "");
    }
}
