package trellis.fhir.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Resource;

/// What tests say of a resource: its issues in one line each.
final class Judged {

    private Judged() {}

    /// Issues of a resource given as JSON, with single quotes for double ones.
    static List<Issue> issues(String json) {
        var bytes = json.replace('\'', '"').getBytes(UTF_8);
        return Validator.r4().validate(Resource.of(Json.parse(bytes)));
    }

    /// Each issue as `code at expression`.
    static List<String> places(String json) {
        return issues(json).stream().map(i -> i.code() + " at " + i.expression()).toList();
    }
}
