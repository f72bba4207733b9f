package trellis.documents;

import tools.jackson.databind.node.ObjectNode;
import trellis.access.ServiceRefusal;

/// What can be wrong with a request, as the locator says it: status, code of the issue, and the service's own code
/// (`Spine-ErrorOrWarningCode-1`).
enum NrlError {
    ACCESS_DENIED(
            403, "forbidden", "ACCESS DENIED", "Access has been denied to process this request"),
    NOT_AUTHENTICATED(
            401, "security", "ACCESS DENIED", "Access has been denied to process this request"),
    INVALID_RESOURCE(400, "invalid", "Invalid validation of resource"),
    MISSING_FIELD(400, "required", "INVALID_RESOURCE", "Invalid validation of resource"),
    WRONG_FIELD(400, "value", "INVALID_RESOURCE", "Invalid validation of resource"),
    NO_RECORD_FOUND(404, "not-found", "No record found"),
    INVALID_NHS_NUMBER(400, "invalid", "Invalid NHS number"),
    INVALID_CODE_SYSTEM(400, "code-invalid", "Invalid code system"),
    INTERNAL_SERVER_ERROR(500, "exception", "Unexpected internal server error"),
    AWAY(503, "transient", "INTERNAL_SERVER_ERROR", "Unexpected internal server error"),
    BAD_REQUEST(400, "invalid", "Bad request"),
    AUTHOR_CREDENTIALS_ERROR(403, "forbidden", "Author credentials error"),
    DUPLICATE_REJECTED(409, "conflict", "Create would lead to creation of a duplicate resource"),
    INVALID_PARAMETER(400, "invalid", "Invalid parameter"),
    MESSAGE_NOT_WELL_FORMED(400, "invalid", "Message not well formed"),
    MISSING_OR_INVALID_HEADER(400, "invalid", "There is a required header missing or invalid"),
    INVALID_IDENTIFIER_SYSTEM(400, "invalid", "Invalid identifier system"),
    INVALID_CODE_VALUE(400, "value", "Invalid code value"),
    INVALID_IDENTIFIER_VALUE(400, "invalid", "Invalid identifier value"),
    WRONG_IDENTIFIER_VALUE(400, "value", "INVALID_IDENTIFIER_VALUE", "Invalid identifier value"),
    MISSING_IDENTIFIER_VALUE(
            400, "required", "INVALID_IDENTIFIER_VALUE", "Invalid identifier value"),
    TOO_MANY(429, "throttled", "BAD_REQUEST", "Bad request"),
    TOO_LARGE(413, "too-long", "BAD_REQUEST", "Bad request"),
    WRONG_METHOD(405, "not-supported", "BAD_REQUEST", "Bad request");

    private final int status;
    private final String issue;
    private final String code;
    private final String display;

    NrlError(int status, String issue, String display) {
        this(status, issue, "", display);
    }

    NrlError(int status, String issue, String code, String display) {
        this.status = status;
        this.issue = issue;
        this.code = code;
        this.display = display;
    }

    String issue() {
        return issue;
    }

    String code() {
        return code.isEmpty() ? name() : code;
    }

    String display() {
        return display;
    }

    /// What is thrown.
    ///
    /// @param diagnostics in a sentence
    Refusal refusal(String diagnostics) {
        return refusal(diagnostics, "");
    }

    /// What is thrown.
    ///
    /// @param expression where it was; empty for nowhere in particular
    Refusal refusal(String diagnostics, String expression) {
        return new Refusal(this, diagnostics, expression);
    }

    /// A request that is refused.
    static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final NrlError error;
        private final String diagnostics;
        private final String expression;

        private Refusal(NrlError error, String diagnostics, String expression) {
            super(error.name());
            this.error = error;
            this.diagnostics = diagnostics;
            this.expression = expression;
        }

        @Override
        public int status() {
            return error.status;
        }

        @Override
        public ObjectNode body() {
            return NrlView.error(this);
        }

        NrlError error() {
            return error;
        }

        String diagnostics() {
            return diagnostics;
        }

        String expression() {
            return expression;
        }
    }
}
