package trellis.fhir;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// JSON in and out. What [#write] gives is what [#parse] was given, apart from white space between
/// tokens and from escapes that JSON does not need: order of names, unknown names and the text of
/// numbers are kept.
///
/// A name given twice, bytes that are not UTF-8, nesting beyond [#MAX_DEPTH] and anything after the
/// value are refused with the line and column.
public final class Json {

    /// Deepest nesting that is read. The deepest published FHIR R4 example has 25 levels.
    public static final int MAX_DEPTH = 200;

    /// Largest exponent of a number: enough for any measure, too small to exhaust memory.
    private static final int MAX_EXPONENT = 1000;

    /// Most tokens (braces, brackets, names, values) of one object: a tree takes some 50 bytes of
    /// memory for each, however few bytes they were sent in.
    public static final int MAX_TOKENS = 8_000_000;

    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(256 << 20)
                                    .maxTokenCount(MAX_TOKENS)
                                    .maxNumberLength(400)
                                    .build())
                    .build();

    private Json() {}

    /// Reads one JSON object.
    ///
    /// @throws Refused with [Problem.BadRequest], code `structure`, naming line and column
    public static ObjectNode parse(byte[] utf8) {
        return parse(utf8, 0, utf8.length);
    }

    /// Reads one JSON object from part of a buffer.
    ///
    /// @throws Refused as [#parse(byte[])]
    public static ObjectNode parse(byte[] utf8, int offset, int length) {
        return (ObjectNode) parse(utf8, offset, length, JsonToken.START_OBJECT, "object");
    }

    /// Reads one JSON array.
    ///
    /// @throws Refused as [#parse(byte[])]
    public static ArrayNode parseArray(byte[] utf8) {
        return (ArrayNode) parse(utf8, 0, utf8.length, JsonToken.START_ARRAY, "array");
    }

    private static JsonNode parse(
            byte[] utf8, int offset, int length, JsonToken start, String expected) {
        try (var in = FACTORY.createParser(ObjectReadContext.empty(), utf8, offset, length)) {
            if (in.nextToken() != start) {
                throw malformed("expected a JSON " + expected, in);
            }
            var root = value(in);
            if (in.nextToken() != null) {
                throw malformed("there is something after the JSON " + expected, in);
            }
            return root;
        } catch (StreamConstraintsException e) {
            throw new Refused(new Problem.BadRequest("too-costly", firstLine(e), ""));
        } catch (StreamReadException e) {
            var at = e.getLocation();
            var where = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new Refused(
                    new Problem.BadRequest(
                            "structure", "Not well-formed JSON: " + firstLine(e), where));
        }
    }

    private static String firstLine(Exception e) {
        var message = String.valueOf(e.getMessage());
        var end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static Refused malformed(String why, JsonParser in) {
        var at = in.currentTokenLocation();
        return new Refused(
                new Problem.BadRequest(
                        "structure",
                        "Not well-formed JSON: " + why,
                        "line " + at.getLineNr() + ", column " + at.getColumnNr()));
    }

    private static ObjectNode object(JsonParser in) {
        var object = NODES.objectNode();
        for (var name = in.nextName(); name != null; name = in.nextName()) {
            in.nextToken();
            if (object.replace(name, value(in)) != null) {
                throw malformed("the name \"" + name + "\" is given twice", in);
            }
        }
        return object;
    }

    private static ArrayNode array(JsonParser in) {
        var array = NODES.arrayNode();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(in));
        }
        return array;
    }

    private static JsonNode value(JsonParser in) {
        return switch (in.currentToken()) {
            case START_OBJECT -> object(in);
            case START_ARRAY -> array(in);
            case VALUE_STRING -> NODES.stringNode(text(in));
            case VALUE_NUMBER_INT -> integer(in.getString(), in);
            case VALUE_NUMBER_FLOAT -> exact(in.getString(), in);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw malformed("expected a value", in);
        };
    }

    /// A half of a surrogate pair is no character, and could not be written again.
    private static String text(JsonParser in) {
        var text = in.getString();
        for (var i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length()
                        || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw malformed("a text holds half a character (an unpaired surrogate)", in);
                }
                i++;
            }
        }
        return text;
    }

    private static JsonNode integer(String text, JsonParser in) {
        if (text.length() < 10 && !text.equals("-0")) {
            return NODES.numberNode(Integer.parseInt(text));
        }
        return exact(text, in);
    }

    private static JsonNode exact(String text, JsonParser in) {
        try {
            var value = new BigDecimal(text);
            if (Math.abs((long) value.scale()) <= MAX_EXPONENT) {
                return new ExactNumber(text, value);
            }
        } catch (NumberFormatException e) {
            // An exponent beyond all bounds; refused below like any that is too large.
        }
        throw malformed("a number's exponent lies beyond " + MAX_EXPONENT, in);
    }

    /// A number by its text, which is kept.
    ///
    /// @return empty when JSON has no such number, or its exponent lies beyond all measure
    public static Optional<JsonNode> number(String text) {
        if (text.length() > 400 || !NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        if (text.length() < 10 && !text.equals("-0") && text.matches("-?\\d+")) {
            return Optional.of(NODES.numberNode(Integer.parseInt(text)));
        }
        try {
            var value = new BigDecimal(text);
            return Math.abs((long) value.scale()) <= MAX_EXPONENT
                    ? Optional.of(new ExactNumber(text, value))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// Writes compact UTF-8.
    public static byte[] write(JsonNode json) {
        var out = new ByteArrayOutputStream(1024);
        write(json, out, false);
        return out.toByteArray();
    }

    /// Writes UTF-8 to a stream, which stays open.
    ///
    /// @param pretty whether to indent for a human reader
    public static void write(JsonNode json, OutputStream out, boolean pretty) {
        try (var generator = generator(out, pretty)) {
            write(json, generator);
        }
    }

    /// A generator that leaves the stream open.
    static JsonGenerator generator(OutputStream out, boolean pretty) {
        var generator =
                FACTORY.createGenerator(pretty ? Pretty.CONTEXT : ObjectWriteContext.empty(), out);
        generator.configure(StreamWriteFeature.AUTO_CLOSE_TARGET, false);
        return generator;
    }

    static void write(JsonNode json, JsonGenerator out) {
        switch (json) {
            case ObjectNode object -> {
                out.writeStartObject();
                object.forEachEntry((name, value) -> {
                    out.writeName(name);
                    write(value, out);
                });
                out.writeEndObject();
            }
            case ArrayNode array -> {
                out.writeStartArray();
                for (var value : array) {
                    write(value, out);
                }
                out.writeEndArray();
            }
            case ExactNumber number -> out.writeNumber(number.text());
            case StringNode string -> out.writeString(string.stringValue());
            case IntNode integer -> out.writeNumber(integer.intValue());
            case BooleanNode bool -> out.writeBoolean(bool.booleanValue());
            case NullNode _ -> out.writeNull();
            default -> out.writeRawValue(json.toString());
        }
    }

    /// Indents by two spaces.
    private static final class Pretty extends ObjectWriteContext.Base {
        static final Pretty CONTEXT = new Pretty();

        @Override
        public tools.jackson.core.PrettyPrinter getPrettyPrinter() {
            return new tools.jackson.core.util.DefaultPrettyPrinter();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
