package trellis.api;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Problem;

/// OperationOutcomes: what went wrong, or that nothing did.
final class Outcome {

    private Outcome() {}

    /// Every refusal as an answer: the one place that gives a [Problem] its status.
    static Answer of(Problem problem) {
        return switch (problem) {
            case Problem.NotFound(var what) ->
                    error(404, "not-found", what + " was not found on this server.");
            case Problem.Hidden(var what) ->
                    error(
                            404,
                            "not-found",
                            what
                                    + " was not found among what you may see. If you need the record for"
                                    + " care now, open the patient from Find a patient, which asks you"
                                    + " why.");
            case Problem.Gone(var what) ->
                    error(
                            410,
                            "deleted",
                            what
                                    + " has been deleted. Its earlier versions are in its"
                                    + " history.");
            case Problem.BadRequest(var code, var why, var where) ->
                    answer(400, Issue.error(code, why, where));
            case Problem.Invalid(var issues) -> answer(statusOf(issues), issues);
            case Problem.Stale(var what, var sent, var now) ->
                    error(
                            412,
                            "conflict",
                            "You sent version "
                                    + sent
                                    + " of "
                                    + what
                                    + (now == 0 ? ", which does not exist." : ", it is now " + now)
                                    + (now == 0
                                            ? ""
                                            : ". Read it again and repeat your change on it."));
            case Problem.Ambiguous(var condition, var matches) ->
                    error(
                            412,
                            "multiple-matches",
                            "The condition of "
                                    + condition
                                    + " matches "
                                    + matches
                                    + " resources or more; it must match one.");
            case Problem.PreconditionFailed(var why) -> error(412, "conflict", why);
            case Problem.Conflict(var why, var where) ->
                    answer(409, Issue.error("conflict", why, where));
            case Problem.Unauthenticated(var why) ->
                    error(401, "login", why).header("WWW-Authenticate", "Bearer");
            case Problem.Forbidden(var why) -> error(403, "forbidden", why);
            case Problem.NotSupported(var what) -> error(405, "not-supported", what);
            case Problem.NotAcceptable(var why) -> error(406, "not-supported", why);
            case Problem.TooLarge(var why) -> error(413, "too-long", why);
            case Problem.UnsupportedMediaType(var sent) ->
                    error(
                            415,
                            "not-supported",
                            "Content of type "
                                    + sent
                                    + " is not read here. Send application/fhir+json or"
                                    + " application/fhir+xml in UTF-8.");
            case Problem.Unavailable(var why, var retryAfter) ->
                    error(503, "transient", why)
                            .header(
                                    "Retry-After",
                                    Long.toString(Math.max(1, retryAfter.toSeconds())));
        };
    }

    /// 500: a fault of this program. Says nothing but where the operator can find it in the log.
    static Answer fault(String id) {
        return error(
                500,
                "exception",
                "Something went wrong inside the server. The operator finds it in the log under "
                        + id
                        + ".");
    }

    /// All is well.
    static byte[] fine(String what) {
        return json(List.of(new Issue(Issue.Severity.INFORMATION, "informational", what, "")));
    }

    /// 400 when what was sent cannot be read as the resource it says it is, 422 when it can but
    /// breaks a rule (docs/clarifications.md).
    private static int statusOf(List<Issue> issues) {
        return issues.stream().anyMatch(issue -> issue.code().equals("structure")) ? 400 : 422;
    }

    private static Answer error(int status, String code, String diagnostics) {
        return answer(status, Issue.error(code, diagnostics, ""));
    }

    private static Answer answer(int status, Issue issue) {
        return answer(status, List.of(issue));
    }

    private static Answer answer(int status, List<Issue> issues) {
        return Answer.of(status).with(json(issues));
    }

    /// The JSON of an OperationOutcome.
    static byte[] json(List<Issue> issues) {
        var outcome = JsonNodeFactory.instance.objectNode();
        outcome.put("resourceType", "OperationOutcome");
        var array = outcome.putArray("issue");
        issues.forEach(issue -> describe(issue, array.addObject()));
        return Json.write(outcome);
    }

    private static void describe(Issue issue, ObjectNode into) {
        into.put("severity", issue.severity().code());
        into.put("code", issue.code());
        into.put("diagnostics", issue.diagnostics());
        if (!issue.expression().isEmpty()) {
            into.putArray("expression").add(issue.expression());
        }
    }
}
