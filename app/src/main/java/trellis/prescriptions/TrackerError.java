package trellis.prescriptions;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Fault;
import trellis.access.ServiceRefusal;

/// What can be wrong with a question to a tracker, the clinical one or people's own (`http-error-codes`).
enum TrackerError {
    BAD_REQUEST(400, "value", "BAD_REQUEST", "The Server was unable to process the request."),
    UNAUTHORIZED(
            401,
            "forbidden",
            "ACCESS_DENIED",
            "The Server deemed you unauthorized to make this request."),
    FORBIDDEN(403, "forbidden", "FORBIDDEN", "Failed to Authenticate with the Server."),
    NOT_FOUND(
            404, "not-found", "NOT_FOUND", "The Server was unable to find the specified resource."),
    METHOD_NOT_ALLOWED(
            405, "not-supported", "METHOD_NOT_ALLOWED", "The Server does not do this here."),
    TIMEOUT(408, "timeout", "timeout", "The server has timed out whilst processing the request."),
    TOO_MANY_REQUESTS(429, "throttled", "throttled", "Too many requests."),
    INTERNAL_SERVER_ERROR(
            500,
            "exception",
            "SERVER_ERROR",
            "The Server has encountered an error processing the request."),
    SERVICE_UNAVAILABLE(
            503, "transient", "SERVICE_UNAVAILABLE", "The Server is not available now.");

    private final int status;
    private final String issue;
    private final String own;
    private final String words;

    /// @param own its code where people are told of their own prescriptions
    TrackerError(int status, String issue, String own, String words) {
        this.status = status;
        this.issue = issue;
        this.own = own;
        this.words = words;
    }

    /// What a fault on the way to a tracker is called there.
    static TrackerError of(Fault fault) {
        return switch (fault) {
            case NOT_AUTHENTICATED -> UNAUTHORIZED;
            case FORBIDDEN -> FORBIDDEN;
            case UNREADABLE, INVALID, TOO_LARGE, STALE -> BAD_REQUEST;
            case NOT_FOUND -> NOT_FOUND;
            case TOO_MANY -> TOO_MANY_REQUESTS;
            case LATE -> TIMEOUT;
            case AWAY -> SERVICE_UNAVAILABLE;
            case BROKEN -> INTERNAL_SERVER_ERROR;
        };
    }

    int status() {
        return status;
    }

    String issue() {
        return issue;
    }

    String words() {
        return words;
    }

    /// What is thrown.
    ///
    /// @param why in a sentence
    Refusal refusal(String why, Instant now) {
        return new Refusal(this, name(), why, now);
    }

    /// What is thrown where people are told of their own prescriptions.
    ///
    /// @param why in a sentence
    Refusal ownRefusal(String why, Instant now) {
        return new Refusal(this, own, why, now);
    }

    /// A question that is refused.
    static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final TrackerError error;
        private final String code;
        private final String why;
        private final Instant when;

        private Refusal(TrackerError error, String code, String why, Instant when) {
            super(code);
            this.error = error;
            this.code = code;
            this.why = why;
            this.when = when;
        }

        @Override
        public int status() {
            return error.status;
        }

        @Override
        public ObjectNode body() {
            return TrackerView.error(error, code, why, when);
        }
    }
}
