package trellis.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;

/// Which requests are answered later when whoever asks prefers it (https://hl7.org/fhir/R5/async-bundle.html): searches, histories,
/// operations, batches and transactions. What is answered at once anyway, such as a read, is.
@Component
final class Deferring {
    private static final String WISH = "respond-async";

    /// Headers that change an answer.
    private static final List<String> KEPT =
            List.of("If-None-Match", "If-Modified-Since", "If-Match", "If-None-Exist");

    private final ObjectProvider<Deferral> deferral;
    private final Operations operations;

    Deferring(ObjectProvider<Deferral> deferral, Operations operations) {
        this.deferral = deferral;
        this.operations = operations;
    }

    /// Whether a request is to be answered later.
    boolean isFor(FhirRequest request) {
        return request.preferences().later() && suits(request) && !operations.deferred(request);
    }

    /// Whether there is anything to wait for.
    private static boolean suits(FhirRequest request) {
        var path = request.path();
        var last = path.isEmpty() ? "" : path.getLast();
        return switch (request.verb()) {
            // Not a read (two segments) and not a version (four).
            case GET ->
                    (path.size() % 2 == 1 && !path.equals(List.of("metadata")))
                            || path.isEmpty()
                            || last.equals("_history")
                            || last.startsWith("$");
            case POST -> path.isEmpty() || last.equals("_search") || last.startsWith("$");
            case HEAD, PUT, PATCH, DELETE -> false;
        };
    }

    /// Keeps a request.
    Answer kept(HttpServletRequest http, FhirRequest request, Bodies.Sent sent) {
        var path = deferral.getObject().keep(request.caller(), asked(http, request, sent));
        return Answer.of(202)
                .header("Content-Location", request.base() + "/" + path)
                .with(Outcome.fine("This is answered later, at the address in Content-Location."))
                .audited(
                        new Touched(
                                AuditEntry.Action.EXECUTE,
                                WISH,
                                AuditEntry.Target.search(
                                        request.path().isEmpty() ? "" : request.path().getFirst(),
                                        Parameter.query(request.parameters())),
                                Set.of(),
                                202));
    }

    private static Asked asked(HttpServletRequest http, FhirRequest request, Bodies.Sent sent) {
        var isForm =
                request.verb() == Verb.POST
                        && !request.path().isEmpty()
                        && request.path().getLast().equals("_search");
        var address = isForm ? request.url().replaceFirst("/_search(?=\\?|$)", "") : request.url();
        var below = address.substring(request.base().length()).replaceFirst("^/", "");
        var reads = isForm || request.verb() == Verb.GET;
        return new Asked(
                reads ? "GET" : "POST",
                request.base(),
                below,
                headers(http),
                reads ? Optional.empty() : sent.perhaps().map(Json::write));
    }

    private static Map<String, String> headers(HttpServletRequest http) {
        var headers = new LinkedHashMap<String, String>();
        for (var name : KEPT) {
            HttpRequests.header(http, name).ifPresent(value -> headers.put(name, value));
        }
        headers.put("Prefer", String.join(",", Collections.list(http.getHeaders("Prefer"))));
        return headers;
    }
}
