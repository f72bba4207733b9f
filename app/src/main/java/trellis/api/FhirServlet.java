package trellis.api;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import trellis.access.Drain;
import trellis.access.Exemplars;
import trellis.fhir.Refused;
import trellis.store.Claims;

/// The API over HTTP: reads a request, has it answered, has the audit written, sends the answer.
final class FhirServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

    private final transient HttpRequests requests;
    private final transient Bodies bodies;
    private final transient Interactions interactions;
    private final transient Trails trails;
    private final transient NewId newId;
    private final transient Deferring deferring;
    private final transient InteractionTimes times;

    FhirServlet(
            HttpRequests requests,
            Bodies bodies,
            Interactions interactions,
            Trails trails,
            NewId newId,
            Deferring deferring,
            InteractionTimes times) {
        this.requests = requests;
        this.bodies = bodies;
        this.interactions = interactions;
        this.trails = trails;
        this.newId = newId;
        this.deferring = deferring;
        this.times = times;
    }

    @Override
    protected void service(HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        var begun = System.nanoTime();
        var id =
                HttpRequests.header(http, "X-Request-Id")
                        .filter(sent -> REQUEST_ID.matcher(sent).matches())
                        .orElseGet(newId::next);
        response.setHeader("X-Request-Id", id);
        try (var sent = bodies.of(http)) {
            var exchange = new Exchange(http, sent, requests.outline(http, id, sent));
            var answer = exchange.looks() ? Claims.answering(exchange::answer) : exchange.answer();
            if (answer.status() == 413) {
                Drain.before(response, http);
            }
            if (answer.parts().isEmpty()) {
                HttpAnswers.send(answer, exchange.request, exchange.wanted, response);
            } else {
                HttpAnswers.stream(
                        answer,
                        exchange.request,
                        exchange.wanted,
                        response,
                        touched -> trails.record(exchange.request, touched));
            }
            var took = System.nanoTime() - begun;
            Exemplars.of(
                    http,
                    response,
                    () -> times.took(http.getMethod(), exchange.request, answer, took));
        }
    }

    /// One request as it becomes understood.
    private final class Exchange {
        private final HttpServletRequest http;
        private final Bodies.Sent sent;
        private final FhirRequest outline;
        private FhirRequest request;
        private MediaTypes.Wanted wanted;

        Exchange(HttpServletRequest http, Bodies.Sent sent, FhirRequest outline) {
            this.http = http;
            this.sent = sent;
            this.outline = outline;
            this.request = outline;
            this.wanted = MediaTypes.answer(HttpRequests.header(http, "Accept"));
        }

        /// Whether it only looks, and so can be answered again: an operation, and what is answered later, may begin something.
        boolean looks() {
            return (http.getMethod().equals("GET") || http.getMethod().equals("HEAD"))
                    && outline.path().stream().noneMatch(step -> step.startsWith("$"))
                    && HttpRequests.header(http, "Prefer")
                            .filter(sent -> sent.contains("respond-async"))
                            .isEmpty();
        }

        Answer answer() {
            var answer = understood();
            try {
                trails.record(request, answer.touched());
                return answer;
            } catch (Refused e) {
                // What says already that nothing can be done shows nothing that must be written
                // down.
                return answer.status() == 503 ? answer : Outcome.of(e.problem());
            }
        }

        private Answer understood() {
            try {
                if (http.getMethod().equals("OPTIONS")) {
                    return interactions.options(request);
                }
                request = requests.read(http, outline);
                wanted =
                        MediaTypes.answer(
                                request.parameter("_format"), HttpRequests.header(http, "Accept"));
                return deferring.isFor(request)
                        ? deferring.kept(http, request, sent)
                        : interactions.answer(request);
            } catch (Refused e) {
                var answer = Outcome.of(e.problem());
                return answer.audited(Touched.refused(request, answer.status()));
            }
        }
    }
}
