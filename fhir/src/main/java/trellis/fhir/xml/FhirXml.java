package trellis.fhir.xml;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Resources as XML (https://hl7.org/fhir/R4/xml.html).
///
/// Read without document types and without anything that leads out of the document; nesting and size are bounded as they are
/// for JSON. Comments, processing instructions and the order of different elements are not kept; the order of repetitions and the
/// text of numbers are.
public final class FhirXml {

    /// The namespace of every element but those of narratives.
    public static final String NAMESPACE = "http://hl7.org/fhir";

    /// The namespace of narratives.
    static final String XHTML = "http://www.w3.org/1999/xhtml";

    private FhirXml() {}

    /// Reads one resource.
    ///
    /// @param xml in the encoding that its declaration names; UTF-8 without one
    /// @return its JSON. What has no place in R4 is in it too, as JSON that the validator refuses by name
    /// @throws Refused with [Problem.BadRequest], code `structure` or `too-costly`, naming line and column
    public static ObjectNode parse(byte[] xml) {
        try {
            var in = reader(xml);
            try {
                return new XmlReading(in).document();
            } finally {
                in.close();
            }
        } catch (XMLStreamException e) {
            var at = e.getLocation();
            throw new Refused(
                    new Problem.BadRequest(
                            "structure",
                            "Not well-formed XML. A document type (DOCTYPE) is not read, and of"
                                    + " entities only those of XML itself.",
                            at == null ? "" : place(at.getLineNumber(), at.getColumnNumber())));
        }
    }

    /// Writes one resource as UTF-8.
    ///
    /// @param pretty whether to indent for a human reader; narratives stay as they are
    public static byte[] write(ObjectNode resource, boolean pretty) {
        return new XmlWriting(pretty).document(resource).getBytes(UTF_8);
    }

    /// A document up to the place where further elements of the resource can stand; [#element] writes them and [#closing] ends
    /// it.
    public static byte[] opening(ObjectNode resource) {
        return new XmlWriting(false).opening(resource).getBytes(UTF_8);
    }

    /// One element of a document that has been opened.
    ///
    /// @param type of the element, such as `Bundle.entry`
    public static byte[] element(String name, ObjectNode content, String type) {
        return new XmlWriting(false).element(name, content, type).getBytes(UTF_8);
    }

    /// The end of a document that has been opened.
    public static byte[] closing(String type) {
        return ("</" + type + ">").getBytes(UTF_8);
    }

    /// A reader that knows no entities but XML's own and follows nothing.
    static XMLStreamReader reader(byte[] xml) throws XMLStreamException {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        // The JDK's own limits count the text of the document too; ours are on what is made of it.
        factory.setProperty("jdk.xml.totalEntitySizeLimit", "0");
        factory.setProperty("jdk.xml.maxGeneralEntitySizeLimit", "0");
        factory.setProperty("jdk.xml.maxElementDepth", "0");
        return factory.createXMLStreamReader(new ByteArrayInputStream(xml));
    }

    static String place(int line, int column) {
        return "line " + line + ", column " + column;
    }

    /// Whether there is nothing of an element or its content here.
    static boolean isAside(int event) {
        return event == XMLStreamConstants.COMMENT
                || event == XMLStreamConstants.PROCESSING_INSTRUCTION
                || event == XMLStreamConstants.SPACE;
    }

    /// Deepest nesting that is read: the same as of JSON.
    static int maxDepth() {
        return Json.MAX_DEPTH;
    }
}
