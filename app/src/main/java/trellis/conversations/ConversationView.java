package trellis.conversations;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pages of conversations, of staff and of people themselves.
final class ConversationView {
    private ConversationView() {}

    /// A list of conversations.
    ///
    /// @param show which: `mine`, `organisation`, `closed`
    /// @param words that were looked for
    /// @param rows urgent and unread ones first
    /// @param shown how many of how many
    /// @param next address of the next page
    /// @param watches whether whoever looks is told of what comes to their organisation
    /// @param organisation the name of their organisation; empty without one
    /// @param sent whether something was just sent
    public record Listing(
            String show,
            String words,
            List<Row> rows,
            String shown,
            Optional<String> next,
            boolean watches,
            String organisation,
            boolean sent) {}

    /// One of a list.
    ///
    /// @param with who takes part besides
    /// @param about in words: whom it is about
    public record Row(
            String id,
            String subject,
            String with,
            String about,
            String latest,
            int unread,
            boolean urgent,
            boolean closed) {}

    /// One conversation.
    ///
    /// @param parts who takes part, in words
    /// @param closed in words; empty while it is open
    /// @param mayWrite whether whoever looks may write
    /// @param refused why not
    /// @param person whether a person takes part on their own pages
    /// @param replies whether they may answer
    /// @param told of the last message of whoever looks: how far telling the others has come
    /// @param readers who can read what is written now, in words
    /// @param colleagues who can be brought in
    /// @param form what was typed and what is wrong with it
    public record One(
            String id,
            String subject,
            List<String> parts,
            List<Said> messages,
            String closed,
            boolean mayWrite,
            String refused,
            boolean person,
            boolean replies,
            Map<String, String> told,
            String readers,
            Colleagues colleagues,
            Form form) {}

    /// One message.
    ///
    /// @param lines of what it says
    /// @param read who has read it, in words; empty for nobody
    /// @param mistaken whether it was sent in error
    public record Said(
            String id,
            String who,
            String when,
            boolean own,
            boolean urgent,
            List<String> lines,
            String read,
            boolean mistaken) {}

    /// Something to choose.
    public record Choice(String value, String words) {}

    /// Colleagues to choose from.
    ///
    /// @param named what was looked for in their names; may be empty
    /// @param more whether there are others, who are found by their names
    public record Colleagues(List<Choice> some, String named, boolean more) {}

    /// What is shown before a message goes.
    ///
    /// @param to who it goes to
    /// @param readers who can read it, in words
    /// @param warning what to know before; empty for nothing
    public record Check(String to, String readers, String warning) {}

    /// What was typed.
    ///
    /// @param key of the form: what is sent twice with it is one
    /// @param fields by name
    /// @param errors by field
    public record Form(String key, Map<String, String> fields, Map<String, String> errors) {}

    /// The page of a new message, and of checking it before it goes.
    ///
    /// @param patient id of whom it is about; empty for nobody
    /// @param name how the patient is shown; empty for nobody
    /// @param reachable why the patient cannot be written to; empty when they can
    /// @param colleagues to choose from
    /// @param organisations to choose from, for people
    /// @param checking what is shown before it goes, once everything is there; empty before
    /// @param form what was typed
    public record New(
            String patient,
            String name,
            String reachable,
            Colleagues colleagues,
            List<Choice> organisations,
            Optional<Check> checking,
            Form form) {}
}
