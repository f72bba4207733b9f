package trellis.prescriptions;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.ServiceRefusal;

/// What can be wrong with a question to the tracker (`http-error-codes`).
enum TrackerError {
    BAD_REQUEST(400, "value", "The Server was unable to process the request."),
    UNAUTHORIZED(401, "forbidden", "The Server deemed you unauthorized to make this request."),
    FORBIDDEN(403, "forbidden", "Failed to Authenticate with the Server."),
    NOT_FOUND(404, "not-found", "The Server was unable to find the specified resource."),
    METHOD_NOT_ALLOWED(405, "not-supported", "The Server does not do this here."),
    TIMEOUT(408, "timeout", "The server has timed out whilst processing the request."),
    TOO_MANY_REQUESTS(429, "throttled", "Too many requests."),
    INTERNAL_SERVER_ERROR(
            500, "exception", "The Server has encountered an error processing the request."),
    SERVICE_UNAVAILABLE(503, "transient", "The Server is not available now.");

    private final int status;
    private final String issue;
    private final String words;

    TrackerError(int status, String issue, String words) {
        this.status = status;
        this.issue = issue;
        this.words = words;
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
        return new Refusal(this, why, now);
    }

    /// A question that is refused.
    static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final TrackerError error;
        private final String why;
        private final Instant when;

        private Refusal(TrackerError error, String why, Instant when) {
            super(error.name());
            this.error = error;
            this.why = why;
            this.when = when;
        }

        @Override
        public int status() {
            return error.status;
        }

        @Override
        public ObjectNode body() {
            return TrackerView.error(error, why, when);
        }
    }
}
