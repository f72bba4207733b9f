package trellis.conversations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import trellis.conversations.Conversation.Act;
import trellis.conversations.Conversation.Message;
import trellis.conversations.Conversation.Part;
import trellis.conversations.Conversation.State;
import trellis.conversations.Conversation.Who;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Resource;
import trellis.fhir.validation.Validator;

/// What may be done with a conversation in every state, and how a message stands in the record.
class ConversationRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-09T14:05:00Z");

    private static List<State> states() {
        return List.of(
                new State.Open(true),
                new State.Open(false),
                new State.Closed(true, NOW, "Dr A"),
                new State.Closed(false, NOW, "Dr A"));
    }

    private static List<Act> acts() {
        var all = new ArrayList<Act>();
        for (var person : List.of(true, false)) {
            all.add(new Act.Write(person));
            all.add(new Act.Close(person, NOW.plusSeconds(60), "Dr B"));
            all.add(new Act.Reopen(person));
            all.add(new Act.Permit(person, true));
            all.add(new Act.Permit(person, false));
            all.add(new Act.Forward(person));
        }
        return all;
    }

    @TestFactory
    List<DynamicTest> every_state_answers_every_act() {
        var all = new ArrayList<DynamicTest>();
        for (var state : states()) {
            for (var act : acts()) {
                all.add(DynamicTest.dynamicTest(state + " and " + act, () -> answers(state, act)));
            }
        }
        assertThat(all).hasSize(4 * 12);
        return all;
    }

    private static void answers(State state, Act act) {
        var closed = state instanceof State.Closed;
        var writes = act instanceof Act.Write;
        var refusal = ConversationRules.refusal(state, act);
        var allowed =
                writes
                        ? !closed && (!act.person() || state.replies())
                        : !act.person() && !(closed && act instanceof Act.Forward);
        assertThat(refusal.isEmpty()).isEqualTo(allowed);
        if (act.person() && !writes) {
            assertThat(refusal.orElseThrow()).isInstanceOf(Problem.Forbidden.class);
        }
        var after = ConversationRules.after(state, act);
        var open = act instanceof Act.Reopen || (!closed && !(act instanceof Act.Close));
        assertThat(after instanceof State.Open).isEqualTo(open);
        assertThat(after.replies())
                .isEqualTo(act instanceof Act.Permit(_, var replies) ? replies : state.replies());
        if (closed && after instanceof State.Closed(_, var when, var by)) {
            assertThat(when).isEqualTo(NOW);
            assertThat(by).isEqualTo("Dr A");
        }
    }

    @Test
    void a_message_is_valid_in_the_record_and_keeps_who_and_when_and_to_whom() {
        var parts =
                List.of(
                        new Part(new Who.Staff(7), "Dr Amina Osei", NOW, "Dr Amina Osei", ""),
                        new Part(new Who.Person("ann"), "Ann Reed", NOW, "Dr Amina Osei", ""),
                        new Part(
                                new Who.Organisation("ZR9"),
                                "Rowan Vale",
                                NOW,
                                "Dr Amina Osei",
                                ""));
        var conversation =
                new Conversation("one", "Results", "ann", new State.Open(true), NOW, parts);
        var message =
                new Message(
                        "two",
                        7,
                        false,
                        "Dr Amina Osei",
                        "Rowan Vale",
                        "ZR9",
                        Optional.empty(),
                        true,
                        NOW);
        var json =
                ConversationRules.communication(
                        conversation, message, "Call us", Optional.of("first"));
        assertThat(Validator.r4().validate(Resource.of(json)))
                .filteredOn(issue -> issue.severity() == Issue.Severity.ERROR)
                .isEmpty();
        assertThat(json.at("/subject/reference").asString()).isEqualTo("Patient/ann");
        assertThat(json.at("/sender/display").asString()).isEqualTo("Dr Amina Osei, Rowan Vale");
        assertThat(json.at("/priority").asString()).isEqualTo("urgent");
        assertThat(json.at("/payload/0/contentString").asString()).isEqualTo("Call us");
        assertThat(json.at("/inResponseTo/0/reference").asString())
                .isEqualTo("Communication/first");
        assertThat(json.at("/recipient").size()).isEqualTo(2);
        assertThat(json.at("/sent").asString()).isEqualTo("2026-03-09T14:05:00Z");
        assertThat(json.has("meta")).as("the person takes part").isFalse();

        var staff = parts.stream().filter(part -> !(part.who() instanceof Who.Person)).toList();
        var among = new Conversation("one", "Results", "ann", new State.Open(true), NOW, staff);
        var kept = ConversationRules.communication(among, message, "Call me", Optional.empty());
        assertThat(kept.at("/meta/security/0/code").asString()).isEqualTo("TBOO");
        assertThat(Validator.r4().validate(Resource.of(kept)))
                .filteredOn(issue -> issue.severity() == Issue.Severity.ERROR)
                .isEmpty();
    }

    @Test
    void empty_and_endless_messages_are_refused_with_what_to_do() {
        assertThat(ConversationRules.faults(Optional.of(" "), "\n"))
                .containsEntry("subject", "Enter what the message is about")
                .containsEntry("text", "Enter your message");
        assertThat(ConversationRules.faults(Optional.of("x".repeat(101)), "y".repeat(5_001)))
                .containsOnlyKeys("subject", "text");
        assertThat(ConversationRules.faults(Optional.empty(), "y".repeat(5_000))).isEmpty();
    }

    @Test
    void words_to_look_for_are_taken_as_they_are() {
        assertThat(ConversationRules.like(" 50%_a\\ ")).isEqualTo("%50\\%\\_a\\\\%");
    }
}
