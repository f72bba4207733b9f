package trellis.custodians;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.access.Denial;
import trellis.access.Exchange;
import trellis.access.Service;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.people.NhsNumber;

/// The documents of a person from every source, over HTTP.
@Component
@ServletRegistration(name = "custodians", urlMappings = CustodiansApi.BASE + "/*")
final class CustodiansApi extends HttpServlet implements Service {
    /// Where it is.
    static final String BASE = "/documents-everywhere/FHIR/R4";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(CustodiansApi.class);
    private static final String SUBJECT = "subject:identifier";
    private static final Set<String> PARAMETERS = Set.of("patient", SUBJECT, "type");

    private final transient Custodians custodians;

    CustodiansApi(Custodians custodians) {
        this.custodians = custodians;
    }

    @Override
    public String path() {
        return BASE;
    }

    @Override
    public void refuse(
            Denial why, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var exchange = new Exchange(request, response);
        switch (why) {
            case ELSEWHERE, NOT_MACHINE -> refuse(exchange, 403, "forbidden", detail);
            case NO_HEADER, EMPTY_HEADER, NO_TOKEN ->
                    refuse(
                            exchange,
                            401,
                            "login",
                            "Send a bearer token in the Authorization header.");
            case BAD_TOKEN ->
                    refuse(exchange, 401, "login", "The token is mistyped, expired or revoked.");
            case TOO_MANY ->
                    refuse(exchange, 429, "throttled", "Too many requests at once. Send fewer.");
            case AWAY -> away(exchange);
        }
    }

    private static void away(Exchange exchange) throws IOException {
        refuse(exchange, 503, "transient", "The database is away. Try again in a minute.");
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var exchange = new Exchange(request, response);
        try {
            answer(exchange);
        } catch (Refused e) {
            refuse(exchange, e.problem());
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Documents cannot be told of: {}", e.getClass().getSimpleName());
            away(exchange);
        }
    }

    private void answer(Exchange exchange) throws IOException {
        var path = exchange.path();
        var search = path.equals(List.of("DocumentReference"));
        var posted = path.equals(List.of("DocumentReference", "_search"));
        if ((search && exchange.method().equals("GET"))
                || (posted && exchange.method().equals("POST"))) {
            search(exchange);
        } else if (path.size() == 5
                && path.getFirst().equals("Patient")
                && exchange.method().equals("GET")) {
            open(exchange, path);
        } else {
            throw new Refused(
                    search || posted
                            ? new Problem.NotSupported("Search with GET, or POST to _search.")
                            : new Problem.NotFound("The address"));
        }
    }

    private void search(Exchange exchange) throws IOException {
        var sent = exchange.parameters();
        for (var parameter : sent.entrySet()) {
            if (!PARAMETERS.contains(parameter.getKey()) || parameter.getValue().size() != 1) {
                throw bad("Ask by patient or subject:identifier, and type, each once");
            }
        }
        var asker = asker(exchange, sent);
        var found = custodians.find(asker);
        var type = Optional.ofNullable(sent.get("type")).map(List::getFirst);
        var rows =
                found.rows().stream()
                        .filter(row -> type.map(row.type()::equals).orElse(true))
                        .toList();
        exchange.json(
                200,
                BundleRules.everything(
                        new Custodians.Found(found.sources(), rows),
                        BASE,
                        asker.patients().stream().sorted().findFirst(),
                        asker.number(),
                        custodians.addresses()));
    }

    private Custodians.Asker asker(Exchange exchange, Map<String, List<String>> sent) {
        var source = AuditEntry.Source.of(exchange.request());
        var patient = Optional.ofNullable(sent.get("patient")).map(List::getFirst);
        var subject = Optional.ofNullable(sent.get(SUBJECT)).map(List::getFirst);
        if (patient.isPresent() == subject.isPresent()) {
            throw bad("Ask by patient or by subject:identifier");
        }
        if (patient.isPresent()) {
            return custodians.asker(source, patient.get().replaceFirst("^Patient/", ""));
        }
        var bar = subject.get().indexOf('|');
        var number =
                bar > 0 && subject.get().substring(0, bar).equals(NhsNumber.SYSTEM)
                        ? NhsNumber.of(subject.get().substring(bar + 1))
                        : Optional.<NhsNumber>empty();
        return custodians.asker(
                source,
                number.orElseThrow(
                        () -> bad("subject:identifier is " + NhsNumber.SYSTEM + "|NUMBER")));
    }

    private static Refused bad(String why) {
        return new Refused(new Problem.BadRequest("invalid", why + ".", ""));
    }

    private void open(Exchange exchange, List<String> path) throws IOException {
        if (!path.get(4).matches("\\d{1,4}")) {
            throw new Refused(new Problem.NotFound("The document"));
        }
        var asker = custodians.asker(AuditEntry.Source.of(exchange.request()), path.get(1));
        var opened =
                custodians.open(asker, path.get(2), path.get(3), Integer.parseInt(path.get(4)));
        switch (opened) {
            case Custodians.Opened.Shown(var content) -> send(exchange, content);
            case Custodians.Opened.Closed(var source) -> closed(exchange, source);
        }
    }

    private static void send(Exchange exchange, Content content) throws IOException {
        try (var bytes = ContentRules.looking(content)) {
            var headers = ContentRules.headers(content.type(), bytes);
            exchange.head(200);
            var response = exchange.response();
            response.setContentType(headers.type());
            response.setContentLengthLong(content.length());
            response.setHeader("Content-Disposition", headers.disposition());
            response.setHeader("Content-Security-Policy", headers.policy());
            bytes.transferTo(response.getOutputStream());
        }
    }

    private static void closed(Exchange exchange, Source source) throws IOException {
        switch (source) {
            case Source.NotReached away ->
                    refuse(
                            exchange,
                            504,
                            "incomplete",
                            away.organisation() + " is not reached: " + away.why().words() + ".");
            case Source.Refused refused ->
                    refuse(
                            exchange,
                            403,
                            "suppressed",
                            refused.organisation() + " refuses: " + refused.why());
            case Source.Shown _ -> throw new IllegalStateException("shown and closed");
        }
    }

    private static void refuse(Exchange exchange, Problem problem) throws IOException {
        switch (problem) {
            case Problem.Forbidden(var why) -> refuse(exchange, 403, "forbidden", why);
            case Problem.Unauthenticated(var why) -> refuse(exchange, 401, "login", why);
            case Problem.BadRequest(var code, var why, _) -> refuse(exchange, 400, code, why);
            case Problem.Unavailable(var why, _) -> refuse(exchange, 503, "transient", why);
            case Problem.TooLarge(var why) -> refuse(exchange, 413, "too-long", why);
            case Problem.NotSupported(var why) -> refuse(exchange, 405, "not-supported", why);
            case Problem.NotFound(var what) ->
                    refuse(exchange, 404, "not-found", what + " was not found.");
            case Problem.Hidden(var what) ->
                    refuse(exchange, 404, "not-found", what + " was not found.");
            case Problem.Gone(var what) ->
                    refuse(exchange, 404, "not-found", what + " was not found.");
            case Problem.Invalid _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.NotAcceptable _,
                    Problem.UnsupportedMediaType _ ->
                    refuse(exchange, 400, "invalid", "The request was not understood.");
        }
    }

    private static void refuse(Exchange exchange, int status, String code, String why)
            throws IOException {
        var outcome = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        outcome.putArray("issue")
                .addObject()
                .put("severity", "error")
                .put("code", code)
                .put("diagnostics", why);
        exchange.refuse(status, outcome);
    }
}
