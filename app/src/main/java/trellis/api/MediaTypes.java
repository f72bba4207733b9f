package trellis.api;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Which formats are read and written: JSON and XML of FHIR R4 in UTF-8
/// (https://hl7.org/fhir/R4/http.html#mime-type).
final class MediaTypes {

    static final String FHIR_JSON = "application/fhir+json";

    private static final List<String> ANY = List.of("*/*", "application/*");

    private MediaTypes() {}

    /// A format, and the name of it that the caller knows.
    record Wanted(Format format, String mediaType) {
        /// JSON by its FHIR name.
        static final Wanted JSON = new Wanted(Format.JSON, FHIR_JSON);
    }

    /// What to answer with.
    ///
    /// @param format the parameter `_format`, which decides when it is there
    /// @param accept the header
    /// @throws Refused with [Problem.NotAcceptable] when there is none that the caller takes
    static Wanted answer(Optional<String> format, Optional<String> accept) {
        if (format.isPresent()) {
            // A plus sign in a query is read as a space; people write it all the same.
            var wanted = format.get().strip().replace(' ', '+');
            return byWord(wanted).orElseGet(() -> accepted(wanted));
        }
        return accepted(header(accept));
    }

    /// What to answer with before all of a request is understood.
    static Wanted answer(Optional<String> accept) {
        return acceptable(header(accept)).orElse(Wanted.JSON);
    }

    private static String header(Optional<String> accept) {
        return accept.map(String::strip).filter(text -> !text.isEmpty()).orElse("*/*");
    }

    private static Optional<Wanted> byWord(String word) {
        return Arrays.stream(Format.values())
                .filter(format -> format.word().equals(word))
                .map(format -> new Wanted(format, format.type()))
                .findFirst();
    }

    private static Wanted accepted(String header) {
        return acceptable(header)
                .orElseThrow(() ->
                        new Refused(
                                new Problem.NotAcceptable(
                                        "This server answers in application/fhir+json or"
                                                + " application/fhir+xml (FHIR R4, version 4.0) and"
                                                + " not in "
                                                + Addresses.quoted(header)
                                                + ". Ask for one of them with Accept, or with"
                                                + " _format=json or _format=xml.")));
    }

    /// The caller's favourite; among equals the one named first.
    private static Optional<Wanted> acceptable(String header) {
        if (header.equals(FHIR_JSON) || header.equals("*/*")) {
            return Optional.of(Wanted.JSON);
        }
        return Arrays.stream(header.split(","))
                .filter(MediaTypes::fits)
                .filter(range -> quality(range) > 0)
                .sorted(Comparator.comparingDouble(MediaTypes::quality).reversed())
                .flatMap(range -> meant(typeOf(range)).stream())
                .findFirst();
    }

    private static Optional<Wanted> meant(String type) {
        return ANY.contains(type) ? Optional.of(Wanted.JSON) : named(type);
    }

    private static Optional<Wanted> named(String type) {
        return Format.of(type).map(format -> new Wanted(format, format.answering(type)));
    }

    /// The format of what was sent.
    ///
    /// @param contentType the header; none means JSON
    /// @throws Refused with [Problem.UnsupportedMediaType]
    static Format sent(Optional<String> contentType) {
        if (contentType.isEmpty()) {
            return Format.JSON;
        }
        var sent = contentType.get();
        return named(typeOf(sent))
                .filter(_ -> fits(sent) && isUtf8(sent))
                .map(Wanted::format)
                .orElseThrow(() ->
                        new Refused(new Problem.UnsupportedMediaType(Addresses.quoted(sent))));
    }

    static String typeOf(String header) {
        return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static boolean fits(String header) {
        return parameter(header, "fhirVersion").map(v -> v.startsWith("4.0")).orElse(true);
    }

    /// From 0, never, to 1, gladly (RFC 9110, 12.4.2); what cannot be read counts as 1.
    private static double quality(String range) {
        return parameter(range, "q")
                .filter(q -> q.matches("[01](\\.\\d{0,3})?"))
                .map(Double::parseDouble)
                .orElse(1.0);
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
