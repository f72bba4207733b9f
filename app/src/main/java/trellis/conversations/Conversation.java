package trellis.conversations;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Messages about one thing, and who takes part.
///
/// @param id ours, which tells nothing
/// @param subject in words
/// @param patient id of the Patient it is about; empty for nobody
/// @param state open or closed
/// @param latest when something was last written
/// @param parts who takes part, in the order in which they came
record Conversation(
        String id, String subject, String patient, State state, Instant latest, List<Part> parts) {
    Conversation {
        parts = List.copyOf(parts);
    }

    /// Whether it is about a patient.
    boolean aboutPatient() {
        return !patient.isEmpty();
    }

    /// Whether it goes on.
    sealed interface State {

        /// Whether the person it is with may answer.
        boolean replies();

        /// It goes on.
        record Open(boolean replies) implements State {}

        /// Somebody has closed it.
        record Closed(boolean replies, Instant when, String by) implements State {}
    }

    /// What somebody does with it.
    sealed interface Act {

        /// Whether the person it is with does it, and not staff.
        boolean person();

        /// Writes.
        record Write(boolean person) implements Act {}

        /// Closes.
        record Close(boolean person, Instant when, String by) implements Act {}

        /// Opens it again.
        record Reopen(boolean person) implements Act {}

        /// Lets the person answer, or not.
        record Permit(boolean person, boolean replies) implements Act {}

        /// Brings a colleague in.
        record Forward(boolean person) implements Act {}
    }

    /// Somebody who takes part.
    sealed interface Who {
        /// A member of staff.
        record Staff(long account) implements Who {}

        /// Whoever works for an organisation: its shared inbox.
        record Organisation(String odsCode) implements Who {}

        /// The person it is about, on their own pages.
        record Person(String patient) implements Who {}
    }

    /// That somebody takes part.
    ///
    /// @param name as they were called when they came
    /// @param addedBy who brought them
    /// @param why the reason for which they were brought later; empty for those of the beginning
    record Part(Who who, String name, Instant added, String addedBy, String why) {}

    /// One message.
    ///
    /// @param id ours; of its Communication too
    /// @param sender number of the account
    /// @param person whether the person wrote it
    /// @param name of who wrote it
    /// @param organisation for which they wrote; empty for the person
    /// @param odsCode of that organisation
    /// @param body what it says; empty where that is in the record
    record Message(
            String id,
            long sender,
            boolean person,
            String name,
            String organisation,
            String odsCode,
            Optional<String> body,
            boolean urgent,
            Instant sent) {}

    /// That somebody has read a message.
    record Seen(String message, long account, String name, Instant when) {}

    /// A conversation in a list.
    ///
    /// @param unread messages that whoever looks has not read
    /// @param urgent whether one of them is
    record Row(Conversation conversation, int unread, boolean urgent) {

        /// The same with who takes part, by the conversation's id.
        Row with(Map<String, List<Part>> parts) {
            var one = conversation;
            return new Row(
                    new Conversation(
                            one.id(),
                            one.subject(),
                            one.patient(),
                            one.state(),
                            one.latest(),
                            parts.getOrDefault(one.id(), List.of())),
                    unread,
                    urgent);
        }
    }
}
