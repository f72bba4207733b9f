package trellis.access;

import static java.util.Objects.requireNonNullElse;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// One request to a service beside the API and its answer: what all such services do alike. Their words are their own.
public final class Exchange {
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int LONGEST_MIRRORED = 200;

    private final HttpServletRequest request;
    private final HttpServletResponse response;

    public Exchange(HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.response = response;
    }

    public HttpServletRequest request() {
        return request;
    }

    public HttpServletResponse response() {
        return response;
    }

    public String method() {
        return request.getMethod();
    }

    /// A header without the space around it; empty when it is not there.
    public String header(String name) {
        return requireNonNullElse(request.getHeader(name), "").strip();
    }

    /// Whether a header's value has the shape of a UUID.
    public static boolean uuid(String value) {
        return UUID.matcher(value).matches();
    }

    /// The parts of the path below the service's.
    public List<String> path() {
        return Arrays.stream(requireNonNullElse(request.getPathInfo(), "").split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /// What was asked, in the query or in a form.
    public Map<String, List<String>> parameters() {
        Map<String, List<String>> sent = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> sent.put(name, List.of(values)));
        return sent;
    }

    /// The body.
    ///
    /// @throws Refused with [Problem.TooLarge] when it has more bytes than that
    public byte[] body(int largest) throws IOException {
        var bytes = request.getInputStream().readNBytes(largest + 1);
        if (bytes.length > largest) {
            throw new Refused(new Problem.TooLarge("At most " + largest + " bytes may be sent"));
        }
        return bytes;
    }

    /// Answers with JSON, and with what the request calls itself.
    public void json(int status, ObjectNode body) throws IOException {
        head(status);
        response.setContentType("application/fhir+json");
        var bytes = Json.write(body);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /// Answers with nothing but a status.
    public void head(int status) {
        mirror("X-Request-ID");
        mirror("X-Correlation-ID");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "no-store");
        response.setStatus(status);
    }

    /// What a header says goes back with the answer; never what would not be one header.
    private void mirror(String name) {
        var value = header(name);
        if (!value.isEmpty()
                && value.length() <= LONGEST_MIRRORED
                && value.chars().noneMatch(Character::isISOControl)) {
            response.setHeader(name, value);
        }
    }

    /// Answers that it is refused, with what goes with the status.
    ///
    /// @param body in the service's own words
    public void refuse(int status, ObjectNode body) throws IOException {
        switch (status) {
            case HttpServletResponse.SC_UNAUTHORIZED -> {
                response.setHeader("WWW-Authenticate", "Bearer realm=\"trellis\"");
                response.setHeader("Connection", "close");
            }
            case HttpServletResponse.SC_SERVICE_UNAVAILABLE ->
                    response.setHeader("Retry-After", "30");
            case 429 -> response.setHeader("Retry-After", "1");
            case HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE -> Drain.before(response, request);
            default -> {
                // Nothing more to say.
            }
        }
        json(status, body);
    }
}
