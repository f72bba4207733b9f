package trellis.fhir.validation;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The primitive types of R4: how JSON holds each, which text fits, and what to say if it does not
/// (FHIR R4 datatypes, primitive types).
enum Primitive {
    BOOLEAN("boolean", Wire.BOOLEAN, "must be true or false, without quotes"),
    INTEGER(
            "integer",
            Wire.NUMBER,
            "must be a whole number between -2147483648 and 2147483647, without quotes"),
    UNSIGNED_INT(
            "unsignedInt",
            Wire.NUMBER,
            "must be a whole number between 0 and 2147483647, without quotes"),
    POSITIVE_INT(
            "positiveInt",
            Wire.NUMBER,
            "must be a whole number between 1 and 2147483647, without quotes"),
    DECIMAL("decimal", Wire.NUMBER, "must be a number, without quotes"),
    STRING("string", Wire.STRING, "must be text of at most 1 MB without control characters"),
    MARKDOWN("markdown", Wire.STRING, "must be text of at most 1 MB without control characters"),
    CODE(
            "code",
            Wire.STRING,
            "must be a code: no space at the start or end, and single spaces only within"),
    ID("id", Wire.STRING, "must be an id: 1 to 64 letters, digits, '-' and '.'"),
    URI(
            "uri",
            Wire.STRING,
            "must be a URI: without spaces, and well formed where it begins urn:uuid or urn:oid"),
    URL("url", Wire.STRING, "must be a URL without spaces"),
    CANONICAL(
            "canonical",
            Wire.STRING,
            "must be an absolute URL, or '#' and the id of a contained resource"),
    OID("oid", Wire.STRING, "must be an OID such as urn:oid:1.2.3.4"),
    UUID(
            "uuid",
            Wire.STRING,
            "must be a UUID such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
    DATE("date", Wire.STRING, "must be a real date: YYYY, YYYY-MM or YYYY-MM-DD"),
    DATE_TIME(
            "dateTime",
            Wire.STRING,
            "must be a real date, YYYY, YYYY-MM or YYYY-MM-DD, or one with a time and a zone,"
                    + " YYYY-MM-DDThh:mm:ssZ or with an offset"),
    INSTANT(
            "instant",
            Wire.STRING,
            "must be a real time with a zone: YYYY-MM-DDThh:mm:ssZ or with an offset"),
    TIME("time", Wire.STRING, "must be a time of day: hh:mm:ss"),
    BASE64_BINARY("base64Binary", Wire.STRING, "must be base64"),
    XHTML(
            "xhtml",
            Wire.STRING,
            "must be one well-formed XHTML div with content, made of formatting elements and"
                    + " attributes only");

    /// How JSON writes it.
    enum Wire {
        STRING,
        NUMBER,
        BOOLEAN
    }

    private static final Map<String, Primitive> BY_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toUnmodifiableMap(p -> p.typeName, Function.identity()));

    private final String typeName;
    private final Wire wire;
    private final String demand;

    Primitive(String typeName, Wire wire, String demand) {
        this.typeName = typeName;
        this.wire = wire;
        this.demand = demand;
    }

    /// The primitive of that FHIR name.
    static Primitive named(String typeName) {
        var found = BY_NAME.get(typeName);
        if (found == null) {
            throw new IllegalArgumentException("No primitive type " + typeName);
        }
        return found;
    }

    Wire wire() {
        return wire;
    }

    /// The rest of a sentence that begins with the element's name.
    String demand() {
        return demand;
    }

    /// Whether the text of a value of the right kind in JSON has the format.
    boolean fits(String text) {
        return switch (this) {
            case BOOLEAN, DECIMAL -> true;
            case INTEGER -> Numbers.isInteger(text);
            case UNSIGNED_INT -> Numbers.isUnsigned(text);
            case POSITIVE_INT -> Numbers.isPositive(text);
            case STRING, MARKDOWN -> Texts.isString(text);
            case CODE -> Texts.isCode(text);
            case ID -> Texts.isId(text);
            case URI, URL -> Texts.isUri(text);
            case CANONICAL -> Texts.isCanonical(text);
            case OID -> Texts.isOid(text);
            case UUID -> Texts.isUuid(text);
            case DATE -> Times.isDate(text);
            case DATE_TIME -> Times.isDateTime(text);
            case INSTANT -> Times.isInstant(text);
            case TIME -> Times.isTime(text);
            case BASE64_BINARY -> Texts.isBase64(text);
            case XHTML -> Xhtml.isSafe(text);
        };
    }
}
