package trellis.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import trellis.fhir.Json;

/// Facts from JSON in which `'` stands for `"`.
final class Facts {

    private Facts() {}

    static Fact fact(String json) {
        return new Fact(Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    static List<Fact> facts(String... json) {
        return Arrays.stream(json).map(Facts::fact).toList();
    }
}
