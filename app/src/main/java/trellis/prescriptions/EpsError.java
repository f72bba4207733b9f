package trellis.prescriptions;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.ServiceRefusal;

/// What can be wrong with a request, as the service says it: a status, the code of the issue, and for what the service itself
/// finds (not the shape of the request) a code of its own. Source: the published tables of errors, and UK Core's EPSIssueCode.
enum EpsError {
    VALUE(400, "value"),
    STRUCTURE(400, "structure"),
    INVALID(400, "invalid"),
    DISABLED(400, "not-supported"),
    MISSING_VALUE(400, "required", "MISSING_VALUE"),
    TOO_FEW_VALUES_SUBMITTED(400, "invalid", "TOO_FEW_VALUES_SUBMITTED"),
    INVALID_MESSAGE(400, "structure", "INVALID_MESSAGE"),
    FAILURE_TO_PROCESS_MESSAGE(400, "processing", "FAILURE_TO_PROCESS_MESSAGE"),
    INVALID_CHECK_DIGIT(400, "value", "FAILURE_TO_PROCESS_MESSAGE", "INVALID_CHECK_DIGIT"),
    INVALID_NUMBER_MEDICATIONREQUESTS(400, "value", "INVALID_NUMBER_MEDICATIONREQUESTS"),
    INVALID_DATE_FORMAT(400, "value", "INVALID_DATE_FORMAT"),
    INVALID_REPEAT_COUNT(400, "value", "INVALID_REPEAT_COUNT"),
    DUPLICATE_PRESCRIPTION_ID(400, "duplicate", "DUPLICATE_PRESCRIPTION_ID"),
    DUPLICATE_MEDICATIONREQUEST_ID(400, "duplicate", "DUPLICATE_MEDICATIONREQUEST_ID"),
    MISSING_DIGITAL_SIGNATURE(400, "required", "MISSING_DIGITAL_SIGNATURE"),
    INVALID_DIGITAL_SIGNATURE(400, "security", "FAILURE_TO_PROCESS_MESSAGE"),
    PATIENT_DECEASED(400, "business-rule", "PATIENT_DECEASED"),
    PRESCRIPTION_NOT_FOUND(400, "not-found", "PRESCRIPTION_NOT_FOUND"),
    RESOURCE_NOT_FOUND(400, "not-found", "RESOURCE_NOT_FOUND"),
    PRESCRIPTION_CANCELLED(400, "business-rule", "PRESCRIPTION_CANCELLED"),
    PRESCRIPTION_EXPIRED(400, "business-rule", "PRESCRIPTION_EXPIRED"),
    PRESCRIPTION_DISPENSED(400, "business-rule", "PRESCRIPTION_DISPENSED"),
    PRESCRIPTION_WITH_ANOTHER_DISPENSER(
            400, "business-rule", "PRESCRIPTION_WITH_ANOTHER_DISPENSER"),
    PRESCRIPTION_INVALID_STATE_TRANSITION(
            400, "business-rule", "PRESCRIPTION_INVALID_STATE_TRANSITION"),
    PRESCRIPTION_INVALID_LINE_STATE_TRANSITION(
            400, "business-rule", "PRESCRIPTION_INVALID_LINE_STATE_TRANSITION"),
    ITEM_NOT_FOUND(400, "not-found", "ITEM_NOT_FOUND"),
    MISMATCH_AUTHORISED_REPEAT_COUNTS(400, "business-rule", "MISMATCH_AUTHORISED_REPEAT_COUNTS"),
    CLAIM_INVALID_NOT_DISPENSED(400, "business-rule", "CLAIM_INVALID_NOT_DISPENSED"),
    DISPENSE_AMEND_IDENTIFIER_MISMATCH(400, "business-rule", "DISPENSE_AMEND_IDENTIFIER_MISMATCH"),
    CLAIM_AMEND_PERIOD_ISSUE(400, "business-rule", "CLAIM_AMEND_PERIOD_ISSUE"),
    NOT_AUTHENTICATED(401, "forbidden", "ACCESS_DENIED"),
    FORBIDDEN(403, "forbidden"),
    NOTHING(404, "not-found", "NOT_FOUND"),
    WRONG_METHOD(405, "not-supported"),
    TOO_LARGE(413, "too-long"),
    NOT_SUPPORTED(415, "not-supported"),
    TOO_MANY(429, "throttled", "TOO_MANY_REQUESTS"),
    LATE(408, "timeout", "UNABLE_TO_CALL_SERVICE"),
    INTERNAL(500, "exception", "INTERNAL_SERVER_ERROR"),
    AWAY(503, "transient", "SERVICE_UNAVAILABLE");

    private final int status;
    private final String issue;
    private final String codes;

    EpsError(int status, String issue, String... codes) {
        this.status = status;
        this.issue = issue;
        this.codes = String.join(" ", codes);
    }

    /// Code of the issue.
    String issue() {
        return issue;
    }

    /// The service's own codes; none when it has none for this.
    List<String> codes() {
        return codes.isEmpty() ? List.of() : List.of(codes.split(" "));
    }

    /// What is thrown.
    ///
    /// @param why in a sentence
    Refusal refusal(String why) {
        return new Refusal(this, why, "");
    }

    /// What is thrown about something that somebody else has.
    ///
    /// @param holder ODS code of the dispenser who has it
    Refusal heldBy(String holder, String why) {
        return new Refusal(this, why, holder);
    }

    /// A request that is refused.
    static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final EpsError error;
        private final String why;
        private final String holder;

        private Refusal(EpsError error, String why, String holder) {
            super(error.name());
            this.error = error;
            this.why = why;
            this.holder = holder;
        }

        EpsError error() {
            return error;
        }

        String why() {
            return why;
        }

        @Override
        public int status() {
            return error.status;
        }

        @Override
        public ObjectNode body() {
            return EpsView.error(this);
        }

        /// ODS code of the dispenser who has it; empty when that is not why.
        String holder() {
            return holder;
        }
    }
}
