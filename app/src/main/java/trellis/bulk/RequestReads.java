package trellis.bulk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.api.Asked;
import trellis.api.Asking;
import trellis.api.Deferral;
import trellis.bulk.Job.Content;
import trellis.bulk.Job.Kind;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Requests that are answered later (`Prefer: respond-async`, https://hl7.org/fhir/R5/async-bundle.html): kept as they came, and
/// answered by the API itself.
@Component
final class RequestReads implements Bulk.Work, Deferral {
    /// The name of the answer's content.
    static final String ANSWER = "answer";

    private final ObjectProvider<Bulk> bulk;
    private final ObjectProvider<Asking> asking;
    private final ShownReads shown;

    RequestReads(ObjectProvider<Bulk> bulk, ObjectProvider<Asking> asking, ShownReads shown) {
        this.bulk = bulk;
        this.asking = asking;
        this.shown = shown;
    }

    @Override
    public Kind kind() {
        return Kind.REQUEST;
    }

    @Override
    public String keep(Caller caller, Asked asked) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("method", asked.method())
                .put("base", asked.base())
                .put("address", asked.address())
                .put("request", asked.url());
        var headers = json.putObject("headers");
        asked.headers().forEach(headers::put);
        var sent = asked.body().map(ByteArrayInputStream::new);
        json.put("content", sent.isPresent());
        var id = bulk.getObject().take(Kind.REQUEST, caller, json, sent.map(in -> in));
        return JobApi.PLACE + "/" + id;
    }

    /// What changes something is not begun twice: when a server stops in the middle of it, nobody knows whether it was done.
    @Override
    public ObjectNode done(Bulk.Turn turn) throws IOException {
        var json = turn.job().asked();
        var method = json.path("method").asString("GET");
        if (turn.job().tries() > 1 && !method.equals("GET")) {
            throw new Refused(
                    new Problem.Conflict(
                            "The server stopped while it was at this, and it is not known whether it was done. Look before you"
                                    + " send it again.",
                            ""));
        }
        var answered =
                asking.getObject()
                        .answer(
                                turn.caller(),
                                "job-" + turn.job().id(),
                                new Asked(
                                        method,
                                        json.path("base").asString(""),
                                        json.path("address").asString(""),
                                        headers(json.path("headers")),
                                        body(turn, json)));
        if (answered.status() == 503 && method.equals("GET")) {
            throw new Refused(
                    new Problem.Unavailable(
                            "It cannot be answered just now", Duration.ofSeconds(5)));
        }
        shown.note(turn.job(), turn.caller(), answered.patients());
        var detail = JsonNodeFactory.instance.objectNode();
        detail.put("status", answered.status());
        var headers = detail.putObject("headers");
        answered.headers().forEach(headers::put);
        if (answered.body().length > 0) {
            var file = turn.begin(ANSWER);
            file.all(new ByteArrayInputStream(answered.body()));
            file.finish(Content.Use.ANSWER, "application/fhir+json");
        }
        return detail;
    }

    private static Optional<byte[]> body(Bulk.Turn turn, JsonNode json) throws IOException {
        if (!json.path("content").asBoolean(false)) {
            return Optional.empty();
        }
        try (var in = new GZIPInputStream(turn.input(Bulk.INPUT))) {
            return Optional.of(in.readAllBytes());
        }
    }

    private static Map<String, String> headers(JsonNode json) {
        var headers = new LinkedHashMap<String, String>();
        json.properties().forEach(one -> headers.put(one.getKey(), one.getValue().asString("")));
        return headers;
    }
}
