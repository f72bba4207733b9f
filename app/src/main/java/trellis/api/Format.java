package trellis.api;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.xml.FhirXml;

/// A format in which resources travel (https://hl7.org/fhir/R4/http.html#mime-type). What is stored and worked on is JSON;
/// XML is made of it at the door.
enum Format {
    JSON("json", MediaTypes.FHIR_JSON),
    XML("xml", "application/fhir+xml");

    private final String word;
    private final String type;

    Format(String word, String type) {
        this.word = word;
        this.type = type;
    }

    /// What `_format` calls it for short.
    String word() {
        return word;
    }

    /// The media type that R4 gives it.
    String type() {
        return type;
    }

    /// The format that a media type means, in small letters and without parameters; also by the names that older versions of
    /// FHIR had.
    static Optional<Format> of(String mediaType) {
        return switch (mediaType) {
            case MediaTypes.FHIR_JSON, "application/json", "text/json", "application/json+fhir" ->
                    Optional.of(JSON);
            case "application/fhir+xml", "application/xml", "text/xml", "application/xml+fhir" ->
                    Optional.of(XML);
            default -> Optional.empty();
        };
    }

    /// The media type to answer with when that one was asked for: the same, but for the names of older versions of FHIR.
    String answering(String mediaType) {
        return mediaType.endsWith("+fhir") ? type : mediaType;
    }

    /// Reads a resource.
    ///
    /// @throws trellis.fhir.Refused with [trellis.fhir.Problem.BadRequest] naming line and column
    ObjectNode read(byte[] content) {
        return switch (this) {
            case JSON -> Json.parse(content);
            case XML -> FhirXml.parse(content);
        };
    }

    /// Brings a resource from JSON into this format.
    ///
    /// @param pretty whether to indent for a human reader
    byte[] of(byte[] json, boolean pretty) {
        return switch (this) {
            case JSON -> pretty ? indented(json) : json;
            case XML -> FhirXml.write(Json.parse(json), pretty);
        };
    }

    /// Begins a Bundle that is put together entry by entry.
    ///
    /// @param heading everything but the entries
    BundlePieces bundle(ObjectNode heading) {
        return switch (this) {
            case JSON -> BundleBytes.under(heading);
            case XML -> new BundleXml(heading);
        };
    }

    private static byte[] indented(byte[] json) {
        var out = new ByteArrayOutputStream(json.length * 2);
        Json.write(Json.parse(json), out, true);
        return out.toByteArray();
    }
}
