package trellis.demographics;

import tools.jackson.databind.node.ObjectNode;
import trellis.access.ServiceRefusal;

/// What can be wrong with a request, as the service says it: status, the issue's severity and code, and the words for its
/// code (`Spine-ErrorOrWarningCode`). A match that is in the way of a new record is said with status 200.
enum PdsError {
    INVALID_RESOURCE_ID(400, "value", "Resource Id is invalid"),
    UNSUPPORTED_SERVICE(400, "processing", "Unsupported Service"),
    MISSING_VALUE(400, "structure", "Required value is missing"),
    INVALID_VALUE(400, "value", "Provided value is invalid"),
    /// More than one result for an app that acts by itself.
    TOO_MUCH_ASKED(403, "forbidden", "Provided value is invalid", "INVALID_VALUE"),
    ADDITIONAL_PROPERTIES(400, "invariant", "Additional properties should not be included"),
    INVALID_SEARCH_DATA(400, "value", "Search data is invalid"),
    INVALID_UPDATE(400, "structure", "Update is invalid"),
    UNSUPPORTED_VALUE(400, "value", "Unsupported value"),
    UNSUPPORTED_CHARACTERS_IN_FIELD(400, "value", "Unsupported characters in field"),
    TOO_FEW_VALUES_SUBMITTED(400, "value", "Too few values submitted"),
    TOO_MANY_VALUES_SUBMITTED(400, "value", "Too many values submitted"),
    VALIDATION_ERROR(400, "value", "Validation error"),
    NOT_AUTHENTICATED(401, "forbidden", "Access Denied - Unauthorised", "ACCESS_DENIED"),
    NOT_THE_PATIENT(403, "forbidden", "Patient cannot perform this action", "ACCESS_DENIED"),
    NOT_ALLOWED(403, "forbidden", "Access Denied - Unauthorised", "ACCESS_DENIED"),
    FORBIDDEN_UPDATE(403, "forbidden", "Update is forbidden"),
    RESOURCE_NOT_FOUND(404, "not-found", "Resource not found"),
    INVALIDATED_RESOURCE(
            404,
            "processing",
            "Resource that has been marked as invalid was requested - invalid resources cannot be"
                    + " retrieved"),
    CANNOT_CREATE(
            403,
            "not-supported",
            "Cannot create resource with application-restricted access token",
            "INVALID_METHOD"),
    CANNOT_UPDATE(
            403,
            "not-supported",
            "Cannot update resource with Application-Restricted access token",
            "INVALID_METHOD"),
    INVALID_METHOD(405, "not-supported", "Invalid method"),
    UNABLE_TO_CALL_SERVICE(408, "timeout", "Unable to call service"),
    RESOURCE_VERSION_MISMATCH(
            409, "conflict", "Resource version supplied does not match actual version"),
    PRECONDITION_FAILED(412, "structure", "Required condition was not fulfilled"),
    TOO_LARGE(413, "too-long", "Too much content", "INVALID_VALUE"),
    TOO_MANY_REQUESTS(429, "throttled", "Too many requests"),
    /// A fault of this program.
    BROKEN(500, "unknown", "Unknown Error", "UNKNOWN_ERROR"),
    SERVICE_UNAVAILABLE(503, "timeout", "Service unavailable"),
    TOO_MANY_MATCHES(200, "multiple-matches", "Too Many Matches"),
    SINGLE_MATCH(200, "value", "Single match found"),
    MULTIPLE_MATCHES(200, "structure", "Multiple matches found");

    private final int status;
    private final String issue;
    private final String display;
    private final String code;

    PdsError(int status, String issue, String display) {
        this(status, issue, display, "");
    }

    PdsError(int status, String issue, String display, String code) {
        this.status = status;
        this.issue = issue;
        this.display = display;
        this.code = code;
    }

    /// Code of the issue (FHIR `issue-type`).
    String issue() {
        return issue;
    }

    String display() {
        return display;
    }

    String code() {
        return code.isEmpty() ? name() : code;
    }

    /// What is not there, forbidden or too much is told, not scolded.
    String severity() {
        return switch (this) {
            case RESOURCE_NOT_FOUND, FORBIDDEN_UPDATE, TOO_MANY_MATCHES -> "information";
            default -> "error";
        };
    }

    /// What is thrown.
    ///
    /// @param diagnostics where it was; empty when the code says all
    Refusal refusal(String diagnostics) {
        return new Refusal(this, diagnostics);
    }

    /// A value that may not be there.
    ///
    /// @param field its path, such as `name/0/given`
    static Refusal invalid(String value, String field) {
        return INVALID_VALUE.refusal("Invalid value - '" + value + "' in field '" + field + "'");
    }

    /// A value that is not there.
    static Refusal missing(String field) {
        return MISSING_VALUE.refusal("Missing value - '" + field + "'");
    }

    /// A change that cannot be made.
    static Refusal update(String why) {
        return INVALID_UPDATE.refusal("Invalid update with error - " + why);
    }

    /// A request that is refused.
    static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final PdsError error;
        private final String diagnostics;

        private Refusal(PdsError error, String diagnostics) {
            super(error.name());
            this.error = error;
            this.diagnostics = diagnostics;
        }

        @Override
        public int status() {
            return error.status;
        }

        @Override
        public ObjectNode body() {
            return PdsView.error(this);
        }

        PdsError error() {
            return error;
        }

        String diagnostics() {
            return diagnostics;
        }
    }
}
