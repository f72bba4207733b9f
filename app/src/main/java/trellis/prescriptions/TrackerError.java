package trellis.prescriptions;

/// What can be wrong with a question to the tracker (`http-error-codes`).
enum TrackerError {
    BAD_REQUEST(400, "value", "The Server was unable to process the request."),
    UNAUTHORIZED(401, "forbidden", "The Server deemed you unauthorized to make this request."),
    FORBIDDEN(403, "forbidden", "Failed to Authenticate with the Server."),
    NOT_FOUND(404, "not-found", "The Server was unable to find the specified resource."),
    METHOD_NOT_ALLOWED(405, "not-supported", "The Server does not do this here."),
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
}
