package trellis.notices;

import java.util.Arrays;
import java.util.Optional;

/// Where one step of telling somebody stands, in the words of NHS Notify: created, sending, delivered, failed, skipped; and
/// sent, when the carrier has it and nothing more is known.
public sealed interface Delivery {

    /// Its turn has not come.
    record Created() implements Delivery {}

    /// It is being handed to the carrier.
    ///
    /// @param tries how often that has failed for the moment
    record Sending(int tries) implements Delivery {}

    /// The carrier has it. In the app: it stands in the inbox.
    record Sent() implements Delivery {}

    /// It has arrived. In the app: it has been read.
    record Delivered() implements Delivery {}

    /// It cannot arrive this way.
    record Failed(Why why) implements Delivery {}

    /// It was not tried.
    record Skipped(Why why) implements Delivery {}

    /// Why a step failed or was skipped.
    enum Why {
        /// The carrier could not be had, as often as it was tried.
        NO_CARRIER("The service that carries it could not be reached"),
        /// The carrier refused it for good.
        REFUSED("The service that carries it refused it"),
        /// A receipt: there is no such address or number.
        PERMANENT("The address or number is not in use"),
        /// A receipt: the telephone is off or full.
        TEMPORARY("The phone was off, full or out of reach for too long"),
        /// A receipt: a fault of the carrier's own.
        TECHNICAL("A fault of the service that carries it"),
        /// Nobody has set this channel up.
        NOT_SET_UP("This is not set up here"),
        /// No address or number is known.
        NO_ADDRESS("No address or number is known"),
        /// The person has chosen otherwise.
        CHOICE("The person does not want it this way"),
        /// The account may not be used, or the person has died.
        NOBODY("There is nobody to tell any more"),
        /// They know already.
        READ("It had been read by then");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        /// As staff read it.
        public String words() {
            return words;
        }
    }

    /// What happens to a step.
    sealed interface Event {

        /// Its turn has come, and it is about to be handed over.
        record Begun() implements Event {}

        /// The carrier took it.
        record Accepted() implements Event {}

        /// The carrier could not be had, or cannot take it at the moment.
        record Faltered() implements Event {}

        /// The carrier will never take it.
        record Rejected() implements Event {}

        /// It is not to be tried.
        record Spared(Why why) implements Event {}

        /// The carrier says what became of it.
        record Received(Receipt receipt) implements Event {}
    }

    /// What a carrier says became of it, in GOV.UK Notify's words.
    enum Receipt {
        DELIVERED("delivered"),
        PERMANENT_FAILURE("permanent-failure"),
        TEMPORARY_FAILURE("temporary-failure"),
        TECHNICAL_FAILURE("technical-failure");

        private final String status;

        Receipt(String status) {
            this.status = status;
        }

        /// Reads a status as the carrier writes it; empty for one that says nothing yet.
        static Optional<Receipt> of(String status) {
            return Arrays.stream(values()).filter(one -> one.status.equals(status)).findFirst();
        }
    }
}
