package trellis.fhir.xml;

import static javax.xml.stream.XMLStreamConstants.CDATA;
import static javax.xml.stream.XMLStreamConstants.CHARACTERS;
import static javax.xml.stream.XMLStreamConstants.END_ELEMENT;
import static javax.xml.stream.XMLStreamConstants.START_ELEMENT;

import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.definitions.TypedElement;

/// One document of XML on its way to JSON.
final class XmlReading {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Definitions R4 = Definitions.r4();

    private final XMLStreamReader in;
    private int depth;
    private int elements;

    XmlReading(XMLStreamReader in) {
        this.in = in;
    }

    ObjectNode document() throws XMLStreamException {
        for (var event = in.next(); event != START_ELEMENT; event = in.next()) {
            requireAside(event);
        }
        var resource = resource();
        while (in.hasNext()) {
            var event = in.next();
            if (event != END_DOCUMENT) {
                requireAside(event);
            }
        }
        return resource;
    }

    private static final int END_DOCUMENT = javax.xml.stream.XMLStreamConstants.END_DOCUMENT;

    /// The resource whose element has just begun.
    private ObjectNode resource() throws XMLStreamException {
        requireNamespace();
        var name = in.getLocalName();
        for (var i = 0; i < in.getAttributeCount(); i++) {
            if (!isSchemaHint(i)) {
                throw attribute(i);
            }
        }
        var members = new Members();
        members.add("resourceType", false, NODES.stringNode(name), NODES.nullNode());
        content(members, R4.type(name));
        return members.object();
    }

    /// A data type, or elements within one place, whose element has just begun.
    private ObjectNode object(Optional<TypeDefinition> type) throws XMLStreamException {
        var members = new Members();
        for (var i = 0; i < in.getAttributeCount(); i++) {
            var name = in.getAttributeLocalName(i);
            if (isPlain(i) && (name.equals("id") || name.equals("url"))) {
                members.add(
                        name, false, NODES.stringNode(in.getAttributeValue(i)), NODES.nullNode());
            } else if (!isSchemaHint(i)) {
                throw attribute(i);
            }
        }
        content(members, type);
        return members.object();
    }

    private void content(Members members, Optional<TypeDefinition> type) throws XMLStreamException {
        deeper();
        for (var event = in.next(); event != END_ELEMENT; event = in.next()) {
            if (event == START_ELEMENT) {
                child(members, type);
            } else {
                requireAside(event);
            }
        }
        depth--;
    }

    private void child(Members members, Optional<TypeDefinition> type) throws XMLStreamException {
        var name = in.getLocalName();
        if (FhirXml.XHTML.equals(in.getNamespaceURI())) {
            var div = new XhtmlCopy(in, FhirXml.maxDepth() - depth).element();
            members.add(name, false, NODES.stringNode(div), NODES.nullNode());
            return;
        }
        requireNamespace();
        var typed = type.flatMap(t -> t.named(name));
        var repeats = typed.map(TypedElement::element).map(e -> e.repeats()).orElse(false);
        var typeName = typed.map(TypedElement::type).map(t -> t.name()).orElse("");
        if (typeName.equals("Resource")) {
            members.add(name, repeats, held(), NODES.nullNode());
            return;
        }
        var definition = R4.type(typeName);
        var isValue =
                definition.isPresent()
                        ? definition.get().kind() == TypeDefinition.Kind.PRIMITIVE
                        : in.getAttributeValue(null, "value") != null;
        if (isValue) {
            primitive(members, name, repeats, typeName);
        } else {
            members.add(name, repeats, object(definition), NODES.nullNode());
        }
    }

    /// The one resource within an element that holds a resource.
    private JsonNode held() throws XMLStreamException {
        deeper();
        ObjectNode resource = null;
        for (var event = in.next(); event != END_ELEMENT; event = in.next()) {
            if (event == START_ELEMENT && resource == null) {
                resource = resource();
            } else if (event == START_ELEMENT) {
                throw refused("There is a second resource where one is held");
            } else {
                requireAside(event);
            }
        }
        depth--;
        return resource == null ? NODES.nullNode() : resource;
    }

    private void primitive(Members members, String name, boolean repeats, String type)
            throws XMLStreamException {
        JsonNode value = NODES.nullNode();
        var about = new Members();
        for (var i = 0; i < in.getAttributeCount(); i++) {
            var attribute = in.getAttributeLocalName(i);
            if (isPlain(i) && attribute.equals("value")) {
                value = value(in.getAttributeValue(i), type);
            } else if (isPlain(i) && attribute.equals("id")) {
                about.add("id", false, NODES.stringNode(in.getAttributeValue(i)), NODES.nullNode());
            } else if (!isSchemaHint(i)) {
                throw attribute(i);
            }
        }
        content(about, R4.type("Element"));
        var more = about.object();
        members.add(name, repeats, value, more.isEmpty() ? NODES.nullNode() : more);
    }

    /// What cannot be read as its type stays a text, which the validator refuses.
    private static JsonNode value(String text, String type) {
        return switch (type) {
            case "boolean" ->
                    switch (text) {
                        case "true" -> NODES.booleanNode(true);
                        case "false" -> NODES.booleanNode(false);
                        default -> NODES.stringNode(text);
                    };
            case "integer", "positiveInt", "unsignedInt", "decimal" ->
                    Json.number(text).orElseGet(() -> NODES.stringNode(text));
            default -> NODES.stringNode(text);
        };
    }

    private void deeper() {
        depth++;
        elements++;
        if (depth > FhirXml.maxDepth()) {
            throw tooCostly("more than " + FhirXml.maxDepth() + " levels of nesting");
        }
        // An element becomes four tokens of JSON and more: two braces, a name, a value.
        if (elements > Json.MAX_TOKENS / 4) {
            throw tooCostly("more than " + Json.MAX_TOKENS / 4 + " elements");
        }
    }

    private void requireNamespace() {
        if (!FhirXml.NAMESPACE.equals(in.getNamespaceURI())) {
            throw refused(
                    "An element is not in the namespace "
                            + FhirXml.NAMESPACE
                            + ", which every element of a resource is in but those of its narrative");
        }
    }

    private void requireAside(int event) {
        var isText = event == CHARACTERS || event == CDATA;
        if (!FhirXml.isAside(event) && !(isText && in.isWhiteSpace())) {
            throw refused(
                    isText
                            ? "There is text between elements; a value stands in the attribute value"
                            : "A document type (DOCTYPE) is not read; leave it out");
        }
    }

    private boolean isPlain(int attribute) {
        var namespace = in.getAttributeNamespace(attribute);
        return namespace == null || namespace.isEmpty();
    }

    private boolean isSchemaHint(int attribute) {
        return "http://www.w3.org/2001/XMLSchema-instance"
                .equals(in.getAttributeNamespace(attribute));
    }

    private Refused attribute(int attribute) {
        var name = in.getAttributeLocalName(attribute);
        return refused(
                "An element has the attribute "
                        + (name.length() > 40 ? name.substring(0, 40) + "..." : name)
                        + "; FHIR knows id, value and, of an extension, url");
    }

    private Refused refused(String why) {
        return new Refused(new Problem.BadRequest("structure", why + ".", place()));
    }

    private Refused tooCostly(String what) {
        return new Refused(
                new Problem.BadRequest("too-costly", "The content has " + what + ".", place()));
    }

    private String place() {
        return FhirXml.place(in.getLocation().getLineNumber(), in.getLocation().getColumnNumber());
    }
}
