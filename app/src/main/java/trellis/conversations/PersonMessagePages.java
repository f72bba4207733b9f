package trellis.conversations;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.audit.AuditEntry.Source;
import trellis.conversations.Conversation.Act;
import trellis.conversations.Conversation.Part;
import trellis.conversations.Conversation.Row;
import trellis.conversations.Conversation.Seen;
import trellis.conversations.Conversation.State;
import trellis.conversations.Conversation.Who;
import trellis.conversations.ConversationView.Choice;
import trellis.conversations.ConversationView.Form;
import trellis.conversations.Conversations.Draft;
import trellis.conversations.Conversations.Said;
import trellis.conversations.Conversations.Shown;
import trellis.conversations.Conversations.Viewer;
import trellis.fhir.Problem;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.PublicFormat;

/// A person's own messages, with those who care for them.
@PageController
final class PersonMessagePages {
    private static final int PAGE = 50;
    private static final int MOST_FROM = 1_000_000;
    private static final ConversationView.Colleagues NOBODY =
            new ConversationView.Colleagues(List.of(), "", false);

    private final Conversations conversations;
    private final Pages pages;

    PersonMessagePages(Conversations conversations, Pages pages) {
        this.conversations = conversations;
        this.pages = pages;
    }

    private Viewer viewer(HttpServletRequest request) {
        return conversations.person(Source.of(request));
    }

    /// @param from how many are passed over
    /// @param sent present when a message has just been sent
    @GetMapping("/me/messages")
    ResponseEntity<byte[]> list(
            @RequestParam(defaultValue = "0") int from,
            @RequestParam(required = false) String sent,
            HttpServletRequest request) {
        var viewer = viewer(request);
        var start = Math.clamp(from, 0, MOST_FROM);
        var found = conversations.list(viewer, Shown.MINE, "", start, PAGE);
        var after = start + found.rows().size();
        var view =
                new ConversationView.Listing(
                        "mine",
                        "",
                        found.rows().stream().map(PersonMessagePages::row).toList(),
                        found.rows().size() + " of " + found.total() + " shown",
                        after < found.total()
                                ? Optional.of("/me/messages?from=" + after)
                                : Optional.empty(),
                        false,
                        "",
                        sent != null);
        conversations.looked(viewer, "messages", Set.of(viewer.patient()), "");
        return pages.show(Page.of("conversations/mine", "Your messages", view), request);
    }

    private static ConversationView.Row row(Row row) {
        var one = row.conversation();
        return new ConversationView.Row(
                one.id(),
                one.subject(),
                others(one),
                "",
                PublicFormat.dateTime(one.latest()),
                row.unread(),
                false,
                one.state() instanceof State.Closed);
    }

    private static String others(Conversation one) {
        return one.parts().stream()
                .filter(part -> !(part.who() instanceof Who.Person))
                .map(Part::name)
                .collect(Collectors.joining(", "));
    }

    @GetMapping("/me/messages/{id}")
    ResponseEntity<byte[]> show(@PathVariable String id, HttpServletRequest request) {
        var viewer = viewer(request);
        var form = new Form(UUID.randomUUID().toString(), Map.of(), Map.of());
        return one(viewer, conversations.open(viewer, id), form, request);
    }

    private ResponseEntity<byte[]> one(
            Viewer viewer, Conversation one, Form form, HttpServletRequest request) {
        var messages = conversations.read(viewer, one);
        var refusal = ConversationRules.refusal(one.state(), new Act.Write(true));
        var view =
                new ConversationView.One(
                        one.id(),
                        one.subject(),
                        List.of(others(one)),
                        messages.stream().map(said -> said(viewer, said)).toList(),
                        one.state() instanceof State.Closed(_, var when, _)
                                ? PublicFormat.dateTime(when)
                                : "",
                        refusal.isEmpty(),
                        refusal.map(PersonMessagePages::words).orElse(""),
                        true,
                        one.state().replies(),
                        Map.of(),
                        "",
                        NOBODY,
                        form);
        conversations.looked(viewer, "a conversation", Set.of(viewer.patient()), one.id());
        return pages.show(
                Page.of(
                        "conversations/my",
                        form.errors().isEmpty() ? "Message" : "Error: Message",
                        view),
                request);
    }

    private static String words(Problem refusal) {
        return refusal instanceof Problem.Forbidden(var why)
                ? why
                : "Your GP surgery has closed this. You can send a new message.";
    }

    private static ConversationView.Said said(Viewer viewer, Said said) {
        var message = said.message();
        var own = message.sender() == viewer.caller().account();
        return new ConversationView.Said(
                message.id(),
                own ? "You" : message.name() + ", " + message.organisation(),
                PublicFormat.dateTime(message.sent()),
                own,
                message.urgent(),
                said.text()
                        .map(text -> text.lines().toList())
                        .orElse(
                                List.of(
                                        "You cannot see this message here. Call your GP surgery to ask"
                                                + " about it.")),
                own ? read(said.seen()) : "",
                said.mistaken());
    }

    /// To a person it matters that it was read, and when first.
    private static String read(List<Seen> seen) {
        return seen.stream()
                .findFirst()
                .map(one -> "Read on " + PublicFormat.dateTime(one.when()))
                .orElse("Not read yet");
    }

    @PostMapping("/me/messages/{id}")
    ResponseEntity<byte[]> reply(
            @PathVariable String id,
            @RequestParam Map<String, String> fields,
            HttpServletRequest request) {
        var viewer = viewer(request);
        var text = fields.getOrDefault("text", "");
        var key = fields.getOrDefault("key", "");
        var errors = ConversationRules.faults(Optional.empty(), text);
        if (!errors.isEmpty() || !ConversationRules.key(key)) {
            var form = new Form(UUID.randomUUID().toString(), fields, errors);
            return one(viewer, conversations.open(viewer, id), form, request);
        }
        conversations.reply(viewer, id, key, text, false);
        return to("/me/messages/" + id);
    }

    /// @param message of one's own, that was sent in error
    @PostMapping("/me/messages/{id}/mistaken")
    ResponseEntity<byte[]> mistaken(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String message,
            HttpServletRequest request) {
        conversations.mistaken(viewer(request), id, message);
        return to("/me/messages/" + id);
    }

    @GetMapping("/me/messages/new")
    ResponseEntity<byte[]> begin(HttpServletRequest request) {
        var viewer = viewer(request);
        var form = new Form(UUID.randomUUID().toString(), Map.of(), Map.of());
        return showing(viewer, form, Optional.empty(), request);
    }

    private ResponseEntity<byte[]> showing(
            Viewer viewer, Form form, Optional<Part> to, HttpServletRequest request) {
        var takers =
                conversations.reach().takers(viewer).stream()
                        .map(part -> new Choice(ConversationRules.who(part.who()), part.name()))
                        .toList();
        var checking = to.map(part -> new ConversationView.Check(part.name(), "", ""));
        var view =
                new ConversationView.New(viewer.patient(), "", "", NOBODY, takers, checking, form);
        var title = checking.isPresent() ? "Check your message" : "Send a message";
        conversations.looked(viewer, "a new message", Set.of(viewer.patient()), "");
        return pages.show(
                Page.of(
                        checking.isPresent() ? "conversations/mycheck" : "conversations/mynew",
                        form.errors().isEmpty() ? title : "Error: " + title,
                        view),
                request);
    }

    /// Shows what was typed, and sends it once that is confirmed.
    @PostMapping("/me/messages/new")
    ResponseEntity<byte[]> send(
            @RequestParam Map<String, String> fields, HttpServletRequest request) {
        var viewer = viewer(request);
        var text = fields.getOrDefault("text", "");
        var subject = fields.getOrDefault("subject", "");
        var key = fields.getOrDefault("key", "");
        if (!ConversationRules.key(key)) {
            key = UUID.randomUUID().toString();
        }
        var errors = new LinkedHashMap<String, String>();
        var wanted = new Who.Organisation(fields.getOrDefault("to", ""));
        var to =
                conversations.reach().takers(viewer).stream()
                        .filter(part -> part.who().equals(wanted))
                        .findFirst();
        if (to.isEmpty()) {
            errors.put("to", "Choose who to write to");
        }
        errors.putAll(ConversationRules.faults(Optional.of(subject), text));
        var form = new Form(key, fields, errors);
        if (!errors.isEmpty() || fields.getOrDefault("sure", "").equals("no")) {
            return showing(viewer, form, Optional.empty(), request);
        }
        if (!fields.getOrDefault("sure", "").equals("yes")) {
            return showing(viewer, form, to, request);
        }
        conversations.begin(
                viewer,
                new Draft(key, viewer.patient(), subject, to.orElseThrow(), text, false, true));
        return to("/me/messages?sent");
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
