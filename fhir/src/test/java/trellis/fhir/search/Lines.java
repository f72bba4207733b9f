package trellis.fhir.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import trellis.fhir.Json;
import trellis.fhir.Resource;

/// Search values as lines that a person can review.
final class Lines {

    private Lines() {}

    /// The lines of one parameter's values.
    ///
    /// @param json a resource, with apostrophes for quotes
    static List<String> of(String json, String code) {
        return all(Resource.of(Json.parse(json.replace('\'', '"').getBytes(UTF_8)))).stream()
                .filter(line -> line.startsWith(code + " "))
                .toList();
    }

    static List<String> all(Resource resource) {
        return Extractor.r4().extract(resource).stream().map(Lines::line).toList();
    }

    private static String line(SearchValue value) {
        return value.parameter().code()
                + " "
                + switch (value) {
                    case SearchValue.Token t ->
                            (t.identifier() ? "identifier " : "token ")
                                    + t.system()
                                    + "|"
                                    + t.code();
                    case SearchValue.Label l -> "label " + l.text();
                    case SearchValue.Typed t ->
                            "typed " + t.system() + "|" + t.code() + "|" + t.value();
                    case SearchValue.Text t -> "text " + t.value().replace("\n", "\\n");
                    case SearchValue.Span s -> "span " + time(s.low()) + " to " + time(s.high());
                    case SearchValue.Numeric n -> "number " + n.value();
                    case SearchValue.Quantity q ->
                            "quantity %s|%s|%s (%s)"
                                    .formatted(q.value(), q.system(), q.code(), q.unit());
                    case SearchValue.Reference r -> "reference " + r.type() + "/" + r.id();
                    case SearchValue.Elsewhere e -> "elsewhere " + e.url();
                    case SearchValue.Logical l -> "logical " + l.system() + "|" + l.value();
                    case SearchValue.Uri u -> "uri " + u.value();
                    case SearchValue.Position p ->
                            "position " + p.latitude() + ", " + p.longitude();
                    case SearchValue.Composite c ->
                            "composite "
                                    + c.element()
                                    + " "
                                    + c.parts().stream()
                                            .map(Lines::part)
                                            .collect(Collectors.joining(" with "));
                };
    }

    private static String part(List<SearchValue> part) {
        return part.stream().map(Lines::line).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String time(long micros) {
        if (micros == Long.MIN_VALUE || micros == Long.MAX_VALUE) {
            return "open";
        }
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
