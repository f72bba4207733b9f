package trellis.fhir.xml;

import static javax.xml.stream.XMLStreamConstants.CDATA;
import static javax.xml.stream.XMLStreamConstants.CHARACTERS;
import static javax.xml.stream.XMLStreamConstants.COMMENT;
import static javax.xml.stream.XMLStreamConstants.END_ELEMENT;
import static javax.xml.stream.XMLStreamConstants.SPACE;
import static javax.xml.stream.XMLStreamConstants.START_ELEMENT;

import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Copies a narrative from a reader to text: XHTML in its namespace without prefixes, as JSON holds it.
final class XhtmlCopy {
    private final XMLStreamReader in;
    private final int deepest;
    private final StringBuilder out = new StringBuilder(256);

    /// @param deepest how many levels of elements are read
    XhtmlCopy(XMLStreamReader in, int deepest) {
        this.in = in;
        this.deepest = deepest;
    }

    /// The element that has just begun, to its end.
    String element() throws XMLStreamException {
        open(true);
        var depth = 1;
        var empty = true;
        while (depth > 0) {
            var event = in.next();
            switch (event) {
                case START_ELEMENT -> {
                    close(empty);
                    open(false);
                    depth++;
                    if (depth > deepest) {
                        throw new Refused(
                                new Problem.BadRequest(
                                        "too-costly", "A narrative is nested too deep.", ""));
                    }
                }
                case END_ELEMENT -> {
                    out.append(empty ? "/>" : "</" + in.getLocalName() + ">");
                    depth--;
                }
                case CHARACTERS, CDATA, SPACE -> {
                    close(empty);
                    XmlText.content(in.getText(), out);
                }
                case COMMENT -> {
                    close(empty);
                    out.append("<!--").append(in.getText()).append("-->");
                }
                default -> {} // an instruction to some program
            }
            empty = event == START_ELEMENT || (empty && !isContent(event));
        }
        return out.toString();
    }

    private static boolean isContent(int event) {
        return event != START_ELEMENT
                && event != javax.xml.stream.XMLStreamConstants.PROCESSING_INSTRUCTION;
    }

    /// A begun tag is closed when its first content comes, so that an empty one can end in `/>`.
    private void close(boolean empty) {
        if (empty) {
            out.append('>');
        }
    }

    private void open(boolean outermost) {
        out.append('<').append(in.getLocalName());
        if (outermost) {
            out.append(" xmlns=\"").append(FhirXml.XHTML).append('"');
        }
        for (var i = 0; i < in.getAttributeCount(); i++) {
            var prefix = in.getAttributePrefix(i);
            out.append(' ');
            if (prefix != null && !prefix.isEmpty()) {
                out.append(prefix).append(':');
            }
            out.append(in.getAttributeLocalName(i)).append("=\"");
            XmlText.attribute(in.getAttributeValue(i), out);
            out.append('"');
        }
    }
}
