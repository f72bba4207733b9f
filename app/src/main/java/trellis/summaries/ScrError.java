package trellis.summaries;

import tools.jackson.databind.node.ObjectNode;
import trellis.access.ServiceRefusal;

/// What can be wrong with a request, as the service says it: a status and the code of the issue; the rest is words.
enum ScrError {
    INVALID(400, "invalid"),
    NOT_AUTHENTICATED(401, "forbidden"),
    FORBIDDEN(403, "forbidden"),
    NOTHING(404, "not-found"),
    WRONG_METHOD(405, "not-supported"),
    TOO_LARGE(413, "invalid"),
    NOT_SUPPORTED(415, "not-supported"),
    NOT_PERMITTED(420, "forbidden"),
    TOO_MANY(429, "throttled"),
    /// A fault of this program.
    BROKEN(500, "unknown"),
    AWAY(503, "transient");

    private final int status;
    private final String issue;

    ScrError(int status, String issue) {
        this.status = status;
        this.issue = issue;
    }

    String issue() {
        return issue;
    }

    /// What is thrown.
    ///
    /// @param text in a sentence
    Refusal refusal(String text) {
        return new Refusal(this, text);
    }

    /// The person has chosen to have no summary.
    static Refusal dissent() {
        return FORBIDDEN.refusal("There's no patient's consent to store SCR");
    }

    /// Whoever asks has nothing to do with the person.
    static Refusal stranger() {
        return NOT_PERMITTED.refusal(
                "Code: 420, Display: Business condition related to access control  which prevents the"
                        + " action being performed by PSIS;Code: 30418, Display: [PSIS-30418] - ACF does"
                        + " not permit access to resource");
    }

    /// A request that is refused.
    static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final ScrError error;
        private final String text;

        private Refusal(ScrError error, String text) {
            super(error.name());
            this.error = error;
            this.text = text;
        }

        ScrError error() {
            return error;
        }

        String text() {
            return text;
        }

        @Override
        public int status() {
            return error.status;
        }

        @Override
        public ObjectNode body() {
            return ScrView.error(error, text);
        }
    }
}
