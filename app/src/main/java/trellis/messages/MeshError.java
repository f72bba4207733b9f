package trellis.messages;

/// What can be wrong with a request, as the MESH API says it: status, event, code and words. Codes without a number
/// are words there too.
enum MeshError {
    MALFORMED(400, "TRANSFER", "06", "MalformedControlFile"),
    WRONG_SENDER(400, "SEND", "07", "Invalid From Address in the control file"),
    NO_RECIPIENT(400, "SEND", "08", "TO_DTS missing"),
    WRONG_VERSION(400, "SEND", "09", "Invalid version of the control file"),
    WRONG_KIND(400, "SEND", "11", "Invalid Message Type for the transfer"),
    UNREGISTERED(417, "SEND", "12", "Unregistered to address"),
    UNCOLLECTED(417, "SEND", "14", "Message not collected by recipient after 5 days"),
    WRONG_WORKFLOW(417, "SEND", "17", "Workflow ID not registered for mailbox"),
    SEVERAL_MATCH(417, "SEND", "EPL-150", "Multiple mailboxes matches"),
    NO_MATCH(417, "SEND", "EPL-151", "No mailbox matched"),
    WRONG_NUMBER(417, "SEND", "EPL-152", "Invalid NHS Number"),
    NO_PERSON(417, "SEND", "EPL-153", "NHS Number not found"),
    OTHER_PERSON(417, "SEND", "EPL-154", "NHS Number supplied does not match the demographics"),
    NO_MESSAGE(404, "RECEIVE", "20", "Message does not exist"),
    GONE(410, "SEND", "Message already accepted", "Message no longer available for download"),
    WRONG_CHUNKS(
            417,
            "SEND",
            "InvalidHeaderChunks",
            "Invalid chunk values sent in mex-Chunk-Range header"),
    WRONG_ENCODING(422, "SEND", "UnsupportedContentEncoding", "Unsupported content encoding"),
    OTHER_ENCODING(417, "", "", "cannot change content encoding"),
    NO_CONTENT(417, "COLLECT", "02", "Data file is missing or inaccessible."),
    WRONG_CHECKSUM(400, "SEND", "Invalid checksum", "Invalid checksum"),
    WRONG_FILE(417, "SEND", "Invalid file format", "File Level Error (file not formed correctly)"),
    TOO_LARGE(413, "SEND", "", "The content is larger than one piece may be: send it in chunks"),
    NOT_UPLOADING(423, "SEND", "", "All of this message has been sent already"),
    BEYOND(406, "SEND", "", "The message has fewer chunks than this"),
    SEVERAL(300, "", "", "Several messages have this local id"),
    WRONG_FORMAT(400, "", "", "Accept header api format incorrect"),
    WRONG_QUERY(400, "", "", "The query holds a value that is not allowed"),
    SPENT(403, "", "", "Error Duplicated Authentication Token"),
    BROKEN(500, "", "", "Something went wrong inside the server"),
    AWAY(503, "", "", "The database is away: try again in a minute"),
    NO_ADDRESS(404, "", "", "There is nothing at this address"),
    WRONG_METHOD(405, "", "", "This address is not asked like this"),
    TOO_MANY(429, "", "", "Too many wrong proofs"),
    TOO_MANY_LOST(429, "SEND", "", "Too many people were not found: wait some minutes"),
    /// Answered without a word.
    NOT_PROVEN(403, "", "", "");

    private final int status;
    private final String event;
    private final String code;
    private final String words;

    MeshError(int status, String event, String code, String words) {
        this.status = status;
        this.event = event;
        this.code = code;
        this.words = words;
    }

    int status() {
        return status;
    }

    String event() {
        return event;
    }

    String code() {
        return code;
    }

    String words() {
        return words;
    }

    /// As a report says it of another message.
    ///
    /// @param linked id of that message; empty on the message itself
    Message.Fault fault(String linked) {
        return new Message.Fault(event, code, words, linked);
    }

    /// What is thrown.
    ///
    /// @param more where it was and what to do; empty when the words say all
    Refusal refusal(String more) {
        return new Refusal(this, "", more);
    }

    /// A request that is refused.
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final MeshError error;
        private final String message;
        private final String more;

        private Refusal(MeshError error, String message, String more) {
            super(error.words, null, false, false);
            this.error = error;
            this.message = message;
            this.more = more;
        }

        /// The same of a message.
        Refusal of(String id) {
            return new Refusal(error, id, more);
        }

        MeshError error() {
            return error;
        }

        /// Which message it is about; empty for none.
        String message() {
            return message;
        }

        /// Everything that is said.
        String words() {
            return more.isEmpty() ? error.words : error.words + ": " + more;
        }
    }
}
