package trellis.conversations;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.conversations.Conversation.Act;
import trellis.conversations.Conversation.Message;
import trellis.conversations.Conversation.State;
import trellis.conversations.Conversation.Who;
import trellis.fhir.Problem;

/// What may be done with a conversation, what a message must be, and how it stands in the record. Pure functions.
final class ConversationRules {
    static final int LONGEST_SUBJECT = 100;
    static final int LONGEST_TEXT = 5_000;
    static final int LONGEST_REASON = 200;

    /// The system of the identifier by which the messages of a conversation know each other.
    static final String SYSTEM = "urn:trellis:conversation";

    /// The label of what staff write among themselves (`permissions.md`): neither the person nor whoever acts for them sees it.
    private static final String LABELS = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    private static final String STAFF_ONLY = "TBOO";

    private static final Pattern KEY =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    private ConversationRules() {}

    /// Why something may not be done; empty when it may.
    static Optional<Problem> refusal(State state, Act act) {
        return switch (act) {
            case Act.Write(var person) -> write(state, person);
            case Act.Close(var person, _, _) -> staff(person);
            case Act.Reopen(var person) -> staff(person);
            case Act.Permit(var person, _) -> staff(person);
            case Act.Forward(var person) ->
                    staff(person)
                            .or(() ->
                                    state instanceof State.Closed
                                            ? Optional.of(closed())
                                            : Optional.empty());
        };
    }

    private static Optional<Problem> write(State state, boolean person) {
        return switch (state) {
            case State.Closed _ -> Optional.of(closed());
            case State.Open(var replies) ->
                    person && !replies
                            ? Optional.of(
                                    new Problem.Forbidden(
                                            "You cannot answer this message here. Call your GP surgery"
                                                    + " if you need to talk about it."))
                            : Optional.empty();
        };
    }

    private static Problem closed() {
        return new Problem.BadRequest(
                "conflict", "This conversation is closed. Open it again, or begin another.", "");
    }

    private static Optional<Problem> staff(boolean person) {
        return person
                ? Optional.of(new Problem.Forbidden("Only staff can do this."))
                : Optional.empty();
    }

    /// The state after what may be done was done. Closing again keeps who closed it first.
    static State after(State state, Act act) {
        return switch (act) {
            case Act.Write _, Act.Forward _ -> state;
            case Act.Close(_, var when, var by) ->
                    switch (state) {
                        case State.Open(var replies) -> new State.Closed(replies, when, by);
                        case State.Closed _ -> state;
                    };
            case Act.Reopen _ -> new State.Open(state.replies());
            case Act.Permit(_, var replies) ->
                    switch (state) {
                        case State.Open _ -> new State.Open(replies);
                        case State.Closed(_, var when, var by) ->
                                new State.Closed(replies, when, by);
                    };
        };
    }

    /// What is wrong with what was typed, by field; empty when nothing is.
    static Map<String, String> faults(Optional<String> subject, String text) {
        var faults = new LinkedHashMap<String, String>();
        subject.ifPresent(typed -> {
            if (typed.isBlank()) {
                faults.put("subject", "Enter what the message is about");
            } else if (typed.strip().length() > LONGEST_SUBJECT) {
                faults.put("subject", "Use " + LONGEST_SUBJECT + " characters or fewer");
            }
        });
        if (text.isBlank()) {
            faults.put("text", "Enter your message");
        } else if (text.strip().length() > LONGEST_TEXT) {
            faults.put("text", "Use 5,000 characters or fewer");
        }
        return faults;
    }

    /// Whether a text is the key of a form: what is sent twice with it is one message.
    static boolean key(String text) {
        return KEY.matcher(text).matches();
    }

    /// How a part is kept: its kind and who it is.
    static String kind(Who who) {
        return switch (who) {
            case Who.Staff _ -> "account";
            case Who.Organisation _ -> "organisation";
            case Who.Person _ -> "person";
        };
    }

    /// Who a part is, as it is kept.
    static String who(Who who) {
        return switch (who) {
            case Who.Staff(var account) -> Long.toString(account);
            case Who.Organisation(var odsCode) -> odsCode;
            case Who.Person(var patient) -> patient;
        };
    }

    /// Whether the person whom it is about takes part.
    static boolean withPerson(Conversation conversation) {
        return conversation.parts().stream().anyMatch(part -> part.who() instanceof Who.Person);
    }

    /// Who can read what is written, for whoever is about to write.
    ///
    /// @param about whether it is about a patient
    /// @param person whether the patient takes part
    static String readers(boolean about, boolean person) {
        if (!about) {
            return "Those who take part can read it.";
        }
        return person
                ? "Those who take part can read it, and staff who may see this patient's record, and"
                        + " whoever acts for the patient with their whole record."
                : "Those who take part can read it, and staff who may see this patient's record. The"
                        + " patient and whoever acts for them do not see it here, but it is part of the"
                        + " record, of which they may ask for a copy.";
    }

    /// A message about a patient as it stands in the record. Who takes part while it is written decides whether the person sees
    /// it, for good: what was said without them stays so.
    ///
    /// @param first id of the first message, which this one answers; empty for the first
    static ObjectNode communication(
            Conversation conversation, Message message, String text, Optional<String> first) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("resourceType", "Communication");
        json.put("id", message.id());
        if (!withPerson(conversation)) {
            json.putObject("meta")
                    .putArray("security")
                    .addObject()
                    .put("system", LABELS)
                    .put("code", STAFF_ONLY);
        }
        var identifier = json.putArray("identifier").addObject();
        identifier.put("system", SYSTEM).put("value", conversation.id());
        first.ifPresent(id ->
                json.putArray("inResponseTo").addObject().put("reference", "Communication/" + id));
        json.put("status", "completed");
        json.put("priority", message.urgent() ? "urgent" : "routine");
        json.putObject("subject").put("reference", "Patient/" + conversation.patient());
        json.putObject("topic").put("text", conversation.subject());
        json.put("sent", time(message.sent()));
        var recipients = json.putArray("recipient");
        conversation.parts().stream()
                .filter(part -> !part.who().equals(new Who.Staff(message.sender())))
                .filter(part -> !(message.person() && part.who() instanceof Who.Person))
                .forEach(part -> reference(recipients.addObject(), part.who(), part.name()));
        var sender = json.putObject("sender");
        if (message.person()) {
            sender.put("reference", "Patient/" + conversation.patient());
        } else {
            sender.put("type", "Practitioner");
            sender.put("display", message.name() + ", " + message.organisation());
        }
        json.putArray("payload").addObject().put("contentString", text);
        return json;
    }

    private static void reference(ObjectNode json, Who who, String name) {
        switch (who) {
            case Who.Staff _ -> json.put("type", "Practitioner").put("display", name);
            case Who.Organisation(var odsCode) ->
                    json.put("reference", "Organization/" + odsCode).put("display", name);
            case Who.Person(var patient) -> json.put("reference", "Patient/" + patient);
        }
    }

    private static String time(Instant when) {
        return when.truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString();
    }

    /// Words to look for as SQL's `like` takes them.
    static String like(String words) {
        return "%"
                + words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                + "%";
    }
}
