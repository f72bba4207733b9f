package trellis.matching;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Exchange;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchTime;
import trellis.people.People;

/// `Patient/$match` (https://hl7.org/fhir/R4/patient-operation-match.html): who somebody may be, with why.
@Component
@ServletRegistration(name = "match", urlMappings = MatchApi.PATH)
final class MatchApi extends HttpServlet {
    static final String PATH = "/fhir/Patient/$match";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(MatchApi.class);
    private static final int LARGEST = 1_000_000;
    private static final int MOST = 50;
    private static final double PROBABLE = 0.9;
    private static final String GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade";

    /// What a field says for or against, in words.
    static final String EVIDENCE = "urn:trellis:match-evidence";

    private final transient Matching matching;
    private final transient Access access;

    MatchApi(Matching matching, Access access) {
        this.matching = matching;
        this.access = access;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var exchange = new Exchange(request, response);
        try {
            if (!exchange.method().equals("POST")) {
                exchange.refuse(405, outcome("not-supported", "Send a POST with the person."));
                return;
            }
            exchange.json(200, answer(exchange));
        } catch (Refused e) {
            refuse(exchange, e.problem());
        } catch (DataAccessException e) {
            LOG.warn("Matching cannot answer: {}", e.getClass().getSimpleName());
            exchange.refuse(503, outcome("transient", "The records cannot be reached now."));
        }
    }

    /// What is asked.
    ///
    /// @param certain whether only one who is certainly the same is wanted
    private record Asked(ObjectNode patient, boolean certain, int most) {}

    private ObjectNode answer(Exchange exchange) throws IOException {
        var caller = access.current();
        if (caller.role() == Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden("Only staff and systems look for who somebody is."));
        }
        access.require(caller, Right.SEARCH, "Patient");
        var asked = dated(asked(Json.parse(exchange.body(LARGEST))));
        var found =
                matching.candidates(asked.patient(), access.sight(caller)).stream()
                        .filter(one -> People.seesAddress(caller, one.patient()))
                        .filter(one -> !asked.certain() || one.verdict() instanceof Verdict.Same)
                        .limit(asked.most())
                        .toList();
        var source = AuditEntry.Source.of(exchange.request());
        matching.recorded(new Matching.Asker(caller, source), found);
        return bundle(found);
    }

    private static Asked asked(ObjectNode body) {
        if (body.path("resourceType").asString("").equals("Patient")) {
            return new Asked(body, false, MOST);
        }
        ObjectNode patient = null;
        var certain = false;
        var most = MOST;
        for (var parameter : body.path("parameter")) {
            switch (parameter.path("name").asString("")) {
                case "resource" -> {
                    if (parameter.path("resource") instanceof ObjectNode sent
                            && sent.path("resourceType").asString("").equals("Patient")) {
                        patient = sent;
                    }
                }
                case "onlyCertainMatches" ->
                        certain = parameter.path("valueBoolean").asBoolean(false);
                case "count" ->
                        most = Math.clamp(parameter.path("valueInteger").asInt(MOST), 1, MOST);
                default -> {
                    // What is not known is no reason to refuse.
                }
            }
        }
        if (patient == null) {
            throw new Refused(
                    new Problem.BadRequest(
                            "required",
                            "Send Parameters with a Patient as the parameter resource.",
                            "Parameters.parameter"));
        }
        return new Asked(patient, certain, most);
    }

    /// A date that is none would be compared with nobody's, and nobody be found.
    private static Asked dated(Asked asked) {
        var born = asked.patient().path("birthDate");
        if (!born.isMissingNode()
                && (!born.isString()
                        || SearchTime.parse(born.stringValue()).isEmpty()
                        || !born.stringValue().matches("\\d{4}(-\\d{2}(-\\d{2})?)?"))) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value",
                            "The birthDate is no date. Send one such as 1945-07-14, 1945-07 or 1945.",
                            "Patient.birthDate"));
        }
        return asked;
    }

    private static ObjectNode bundle(List<Candidate> found) {
        var bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "searchset").put("total", found.size());
        for (var one : found) {
            var entry = bundle.withArray("entry").addObject();
            entry.set("resource", one.patient().json());
            var search = entry.putObject("search");
            var extensions = search.putArray("extension");
            extensions.addObject().put("url", GRADE).put("valueCode", grade(one.verdict()));
            reasons(one.verdict())
                    .forEach(reason ->
                            extensions.addObject().put("url", EVIDENCE).put("valueString", reason));
            search.put("mode", "match");
            search.put("score", Math.round(1e6 * one.verdict().score().probability()) / 1e6);
        }
        return bundle;
    }

    private static String grade(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Same _ -> "certain";
            case Verdict.Perhaps(var score, _) ->
                    score.probability() >= PROBABLE ? "probable" : "possible";
            case Verdict.Different _ -> "certainly-not";
        };
    }

    private static List<String> reasons(Verdict verdict) {
        var reasons = new ArrayList<String>();
        for (var evidence : verdict.score().evidence()) {
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "%s: %s (%+.1f)",
                            evidence.agreement().field().words(),
                            evidence.agreement().words(),
                            evidence.weight()));
        }
        if (verdict instanceof Verdict.Perhaps(_, var guards)) {
            guards.stream().sorted().map(Guard::words).forEach(reasons::add);
        }
        return reasons;
    }

    private static void refuse(Exchange exchange, Problem problem) throws IOException {
        switch (problem) {
            case Problem.Forbidden(var why) -> exchange.refuse(403, outcome("forbidden", why));
            case Problem.Unauthenticated(var why) -> exchange.refuse(401, outcome("login", why));
            case Problem.TooLarge(var why) -> exchange.refuse(413, outcome("too-long", why));
            case Problem.BadRequest(var code, var why, _) ->
                    exchange.refuse(400, outcome(code, why));
            case Problem.Invalid(var issues) ->
                    exchange.refuse(400, outcome("invalid", issues.getFirst().diagnostics()));
            case Problem.NotFound _,
                    Problem.Hidden _,
                    Problem.Gone _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.UnsupportedMediaType _,
                    Problem.Unavailable _ ->
                    exchange.refuse(503, outcome("transient", "Try again in a while."));
        }
    }

    private static ObjectNode outcome(String code, String why) {
        var json = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        json.putArray("issue")
                .addObject()
                .put("severity", "error")
                .put("code", code)
                .put("diagnostics", why);
        return json;
    }
}
