package trellis.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Which formats are read and written: JSON of FHIR R4 in UTF-8
/// (https://hl7.org/fhir/R4/http.html#mime-type).
final class MediaTypes {

    static final String FHIR_JSON = "application/fhir+json";

    private static final List<String> JSON =
            List.of(FHIR_JSON, "application/json", "text/json", "application/json+fhir");
    private static final List<String> ANY = List.of("*/*", "application/*");

    private MediaTypes() {}

    /// The type to answer with.
    ///
    /// @param format the parameter `_format`, which decides when it is there
    /// @param accept the header
    /// @throws Refused with [Problem.NotAcceptable] when there is none that the caller takes
    static String answerType(Optional<String> format, Optional<String> accept) {
        if (format.isPresent()) {
            // A plus sign in a query is read as a space; people write it all the same.
            var wanted = format.get().strip().replace(' ', '+');
            return wanted.equals("json") ? FHIR_JSON : accepted(wanted, wanted);
        }
        var header = accept.map(String::strip).filter(text -> !text.isEmpty()).orElse("*/*");
        return accepted(header, header);
    }

    private static String accepted(String header, String shown) {
        for (var range : header.split(",")) {
            var type = typeOf(range);
            if (fits(range)) {
                if (JSON.contains(type)) {
                    return type.equals("application/json+fhir") ? FHIR_JSON : type;
                }
                if (ANY.contains(type)) {
                    return FHIR_JSON;
                }
            }
        }
        throw new Refused(
                new Problem.NotAcceptable(
                        "This server answers in application/fhir+json (FHIR R4, version 4.0) and not"
                                + " in "
                                + Addresses.quoted(shown)
                                + ". Ask for that with Accept or _format=json."));
    }

    /// Checks what was sent.
    ///
    /// @param contentType the header; none means JSON
    /// @throws Refused with [Problem.UnsupportedMediaType]
    static void checkSent(Optional<String> contentType) {
        contentType
                .filter(sent -> !JSON.contains(typeOf(sent)) || !fits(sent) || !isUtf8(sent))
                .ifPresent(sent -> {
                    throw new Refused(new Problem.UnsupportedMediaType(Addresses.quoted(sent)));
                });
    }

    static String typeOf(String header) {
        return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static boolean fits(String header) {
        return parameter(header, "fhirVersion").map(v -> v.startsWith("4.0")).orElse(true)
                && parameter(header, "q").map(q -> !q.matches("0(\\.0*)?")).orElse(true);
    }

    private static boolean isUtf8(String header) {
        return parameter(header, "charset")
                .map(c -> c.equalsIgnoreCase("utf-8") || c.equalsIgnoreCase("us-ascii"))
                .orElse(true);
    }

    private static Optional<String> parameter(String header, String name) {
        return Arrays.stream(header.split(";"))
                .skip(1)
                .map(String::strip)
                .filter(part -> part.regionMatches(true, 0, name + "=", 0, name.length() + 1))
                .map(part -> part.substring(name.length() + 1).replace("\"", "").strip())
                .findFirst();
    }
}
