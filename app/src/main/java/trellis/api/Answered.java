package trellis.api;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.Problem;

/// An answer of the API that is ready to be sent, or kept to be sent later.
///
/// @param status of HTTP
/// @param headers further ones
/// @param body JSON as UTF-8; empty for none
/// @param patients keys of those whose records it shows or changed
public record Answered(int status, Map<String, String> headers, byte[] body, Set<Long> patients) {
    public Answered {
        headers = Map.copyOf(headers);
        patients = Set.copyOf(patients);
    }

    /// A refusal, with its OperationOutcome.
    public static Answered of(Problem problem) {
        return of(Outcome.of(problem));
    }

    /// A fault of the program.
    ///
    /// @param id by which it is found in the log
    public static Answered fault(String id) {
        return of(Outcome.fault(id));
    }

    static Answered of(Answer answer) {
        var headers = new LinkedHashMap<>(answer.headers());
        answer.location().ifPresent(url -> headers.put("Location", url));
        answer.version()
                .ifPresent(version -> {
                    headers.put("ETag", version.etag());
                    headers.put("Last-Modified", HttpAnswers.date(version.lastUpdated()));
                });
        var patients =
                answer.touched().stream()
                        .flatMap(touched -> touched.patients().stream())
                        .collect(Collectors.toSet());
        return new Answered(answer.status(), headers, answer.body(), patients);
    }

    /// Sends it as FHIR's JSON.
    public void send(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        headers.forEach(response::setHeader);
        if (body.length > 0) {
            response.setContentType(MediaTypes.FHIR_JSON + ";charset=utf-8");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
