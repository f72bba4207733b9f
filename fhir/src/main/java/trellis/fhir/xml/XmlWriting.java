package trellis.fhir.xml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.definitions.TypedElement;

/// One resource on its way from JSON to XML: elements in the order of the definitions, then what they do not know.
final class XmlWriting {
    private static final Definitions R4 = Definitions.r4();
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*");
    private static final JsonNode NULL = JsonNodeFactory.instance.nullNode();

    private final boolean pretty;
    private final StringBuilder out = new StringBuilder(4096);
    private int depth;

    XmlWriting(boolean pretty) {
        this.pretty = pretty;
    }

    String document(ObjectNode resource) {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        resource(resource, " xmlns=\"" + FhirXml.NAMESPACE + "\"");
        if (pretty) {
            out.append('\n');
        }
        return out.toString();
    }

    /// A document without the end of its outermost element.
    String opening(ObjectNode resource) {
        var document = document(resource);
        return document.substring(0, document.lastIndexOf("</"));
    }

    String element(String name, ObjectNode content, String type) {
        element(name, NULL, content, R4.type(type));
        return out.toString();
    }

    private void resource(ObjectNode resource, String namespace) {
        var name = resource.path("resourceType").asString("");
        if (!NAME.matcher(name).matches()) {
            throw new Refused(
                    new Problem.BadRequest(
                            "structure",
                            "A resource without a type cannot be written.",
                            "resourceType"));
        }
        line();
        out.append('<').append(name).append(namespace).append('>');
        children(resource, R4.type(name));
        end(name);
    }

    private void children(ObjectNode object, Optional<TypeDefinition> type) {
        depth++;
        for (var name : inOrder(object, type)) {
            if (!isAttribute(name, type)) {
                member(object, name, type.flatMap(t -> t.named(name)));
            }
        }
        depth--;
    }

    /// The id of anything but a resource, and the address of an extension.
    private static boolean isAttribute(String name, Optional<TypeDefinition> type) {
        var isResource = type.map(t -> t.kind() == TypeDefinition.Kind.RESOURCE).orElse(false);
        return (name.equals("resourceType") && (isResource || type.isEmpty()))
                || (name.equals("id") && type.isPresent() && !isResource)
                || (name.equals("url") && isExtension(type));
    }

    private static boolean isExtension(Optional<TypeDefinition> type) {
        return type.map(t -> t.name().equals("Extension")).orElse(false);
    }

    /// Names of members, each once, with or without a value of its own (`_name`).
    private static List<String> inOrder(ObjectNode object, Optional<TypeDefinition> type) {
        var names = new LinkedHashSet<String>();
        for (var name : object.propertyNames()) {
            var element = name.startsWith("_") ? name.substring(1) : name;
            // No definition has another, and a name of JSON may hold anything, tags too.
            if (NAME.matcher(element).matches()) {
                names.add(element);
            }
        }
        if (type.isEmpty()) {
            return List.copyOf(names);
        }
        var known = new IdentityHashMap<ElementDefinition, List<String>>();
        var unknown = new ArrayList<String>();
        for (var name : names) {
            type.get()
                    .named(name)
                    .map(TypedElement::element)
                    .map(element -> known.computeIfAbsent(element, _ -> new ArrayList<>()))
                    .orElse(unknown)
                    .add(name);
        }
        var ordered = new ArrayList<String>();
        for (var element : type.get().elements()) {
            ordered.addAll(known.getOrDefault(element, List.of()));
        }
        ordered.addAll(unknown);
        return ordered;
    }

    private void member(ObjectNode object, String name, Optional<TypedElement> typed) {
        var value = object.path(name);
        var about = object.path("_" + name);
        var count =
                value instanceof ArrayNode || about instanceof ArrayNode
                        ? Math.max(value.size(), about.size())
                        : 1;
        for (var i = 0; i < count; i++) {
            one(name, at(value, i), at(about, i), typed);
        }
    }

    private static JsonNode at(JsonNode node, int index) {
        return node instanceof ArrayNode ? node.path(index) : node;
    }

    private void one(String name, JsonNode value, JsonNode about, Optional<TypedElement> typed) {
        var typeName = typed.map(TypedElement::type).map(type -> type.name()).orElse("");
        if (typeName.equals("xhtml")) {
            line();
            out.append(narrative(value.asString("")));
        } else if (typeName.equals("Resource") && value instanceof ObjectNode held) {
            line();
            out.append('<').append(name).append('>');
            depth++;
            resource(held, "");
            depth--;
            end(name);
        } else if (value instanceof ObjectNode held) {
            element(name, NULL, held, R4.type(typeName));
        } else {
            var more =
                    about instanceof ObjectNode there
                            ? there
                            : JsonNodeFactory.instance.objectNode();
            element(name, value, more, R4.type("Element"));
        }
    }

    private void element(
            String name, JsonNode value, ObjectNode content, Optional<TypeDefinition> type) {
        line();
        out.append('<').append(name);
        if (type.isPresent()) {
            attribute("id", content.path("id"));
        }
        if (isExtension(type)) {
            attribute("url", content.path("url"));
        }
        attribute("value", value);
        var start = out.length();
        out.append('>');
        children(content, type);
        if (out.length() == start + 1) {
            out.setLength(start);
            out.append("/>");
        } else {
            end(name);
        }
    }

    private void attribute(String name, JsonNode value) {
        if (value.isValueNode() && !value.isNull()) {
            out.append(' ').append(name).append("=\"");
            XmlText.attribute(value.asString(), out);
            out.append('"');
        }
    }

    private void end(String name) {
        line();
        out.append("</").append(name).append('>');
    }

    private void line() {
        if (pretty) {
            out.append('\n').append("  ".repeat(depth));
        }
    }

    /// A narrative that is no well-formed XML, which none is that has been validated, is shown as text.
    private static String narrative(String div) {
        try {
            var in = FhirXml.reader(XmlText.withoutNames(div).getBytes(UTF_8));
            in.nextTag();
            return new XhtmlCopy(in, FhirXml.maxDepth()).element();
        } catch (XMLStreamException _) {
            var text = new StringBuilder("<div xmlns=\"" + FhirXml.XHTML + "\">");
            XmlText.content(div, text);
            return text.append("</div>").toString();
        }
    }
}
