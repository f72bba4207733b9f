package trellis.messages;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// One message, without its content.
///
/// @param key what the tables know it by
/// @param id what everybody else knows it by
/// @param sender id of the mailbox it comes from; empty for the exchange itself
/// @param recipient id of the mailbox it goes to
/// @param kind what it is
/// @param state what has become of it
/// @param about what the sender says of it
/// @param extent how much there is of it
/// @param times when what happened
/// @param fault what went wrong; empty while nothing has
record Message(
        long key,
        String id,
        String sender,
        String recipient,
        Kind kind,
        State state,
        About about,
        Extent extent,
        Times times,
        Optional<Fault> fault) {

    /// How long a message waits to be collected.
    static final Duration COLLECTED_WITHIN = Duration.ofDays(5);

    /// How long it is known.
    static final Duration KEPT = Duration.ofDays(30);

    /// What a message is.
    enum Kind {
        /// Content for the recipient.
        DATA,
        /// That another message could not be delivered.
        REPORT
    }

    /// What becomes of a message: uploading, accepted, then one of the last two.
    enum State {
        /// Not all of its pieces are there.
        UPLOADING("Uploading"),
        /// In the recipient's inbox.
        ACCEPTED("Accepted"),
        /// The recipient has it.
        ACKNOWLEDGED("Acknowledged"),
        /// Nobody collected it, or it could not be used.
        UNDELIVERABLE("Undeliverable");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /// As version 1 of the format writes it.
        String word() {
            return word;
        }
    }

    /// What the sender says of a message; empty texts for what is not said.
    ///
    /// @param addressed how it wrote the recipient, where it may not learn which mailbox that is; empty for all others
    /// @param workflow id of the business it belongs to
    /// @param encoding `gzip` or empty
    /// @param encrypted whether the sender says that it is encrypted
    /// @param compressed whether the sender says that it is compressed
    record About(
            String addressed,
            String workflow,
            String subject,
            String localId,
            String partnerId,
            String fileName,
            String type,
            String encoding,
            String checksum,
            boolean encrypted,
            boolean compressed) {

        /// The same of a message whose sender may not learn more of its recipient than what it wrote.
        About to(String written) {
            return new About(
                    written,
                    workflow,
                    subject,
                    localId,
                    partnerId,
                    fileName,
                    type,
                    encoding,
                    checksum,
                    encrypted,
                    compressed);
        }

        /// The same for the content of an answer of our own.
        About plain() {
            return new About(
                    "", workflow, subject, localId, partnerId, fileName, type, "", "", false,
                    false);
        }
    }

    /// How much there is.
    ///
    /// @param chunks into how many pieces it was cut; 0 for a report
    /// @param bytes of all pieces, as they were sent
    record Extent(int chunks, long bytes) {}

    /// When what happened.
    ///
    /// @param sent when the first piece came
    /// @param accepted when the last did
    /// @param ended when it was acknowledged or given up
    record Times(Instant sent, Optional<Instant> accepted, Optional<Instant> ended) {}

    /// Why a message could not be delivered.
    ///
    /// @param linked id of the message that a report is of; empty on the message itself
    record Fault(String event, String code, String text, String linked) {}

    /// The name of its file; everything has one.
    String fileName() {
        return about.fileName().isEmpty() ? id + ".dat" : about.fileName();
    }

    /// The same as its sender may see it.
    Message forSender() {
        return about.addressed().isEmpty()
                ? this
                : new Message(
                        key,
                        id,
                        sender,
                        about.addressed(),
                        kind,
                        state,
                        about,
                        extent,
                        times,
                        fault);
    }

    /// When it leaves the inbox by itself.
    Optional<Instant> expires() {
        return times.accepted().map(since -> since.plus(COLLECTED_WITHIN));
    }
}
