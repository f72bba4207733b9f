package trellis.access;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.fhir.Problem;

/// What the gate of the API answers when it lets nobody in: an OperationOutcome, as everywhere at the
/// API. The API itself stands above this package and renders everything else.
final class FhirRefusal {
    private FhirRefusal() {}

    static void answer(Problem problem, HttpServletResponse response) throws IOException {
        switch (problem) {
            case Problem.Unauthenticated(var why) -> write(401, "login", why, response);
            case Problem.Forbidden(var why) -> write(403, "forbidden", why, response);
            case Problem.Unavailable(var why, var after) -> {
                response.setHeader("Retry-After", Long.toString(after.toSeconds()));
                write(503, "transient", why, response);
            }
            case Problem.BadRequest(var code, var why, _) -> write(400, code, why, response);
            case Problem.NotFound _,
                    Problem.Hidden _,
                    Problem.Gone _,
                    Problem.Invalid _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.TooLarge _,
                    Problem.UnsupportedMediaType _ ->
                    throw new IllegalArgumentException("not the gate's to refuse");
        }
    }

    static void write(int status, String code, String why, HttpServletResponse response)
            throws IOException {
        var json = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        json.putArray("issue")
                .addObject()
                .put("severity", "error")
                .put("code", code)
                .put("diagnostics", why);
        var body = json.toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/fhir+json;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
