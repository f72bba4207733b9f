package trellis.conversations;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
import trellis.access.Openings;
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
import trellis.conversations.Reach.Reached;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.PatientBanner;
import trellis.page.StaffFormat;
import trellis.people.People;

/// The messages of staff.
@PageController
final class ConversationPages {
    private static final int PAGE = 50;
    private static final int MOST_FROM = 1_000_000;

    private final Conversations conversations;
    private final People people;
    private final Openings openings;
    private final Pages pages;

    ConversationPages(Conversations conversations, People people, Openings openings, Pages pages) {
        this.conversations = conversations;
        this.people = people;
        this.openings = openings;
        this.pages = pages;
    }

    private Viewer viewer(HttpServletRequest request) {
        return conversations.staff(Source.of(request));
    }

    // --- the list --------------------------------------------------------------------------------

    /// @param show `mine`, `organisation` or `closed`
    /// @param q words in subjects and names
    /// @param from how many are passed over
    @GetMapping("/messages")
    ResponseEntity<byte[]> list(
            @RequestParam(defaultValue = "mine") String show,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "0") int from,
            @RequestParam(required = false) String sent,
            HttpServletRequest request) {
        var viewer = viewer(request);
        var shown =
                switch (show) {
                    case "organisation" -> Shown.ORGANISATION;
                    case "closed" -> Shown.CLOSED;
                    default -> Shown.MINE;
                };
        var start = Math.clamp(from, 0, MOST_FROM);
        var found = conversations.list(viewer, shown, q, start, PAGE);
        var word = shown.name().toLowerCase(Locale.ROOT);
        var after = start + found.rows().size();
        var view =
                new ConversationView.Listing(
                        word,
                        q.strip(),
                        found.rows().stream().map(row -> row(viewer, row)).toList(),
                        StaffFormat.shown(found.rows().size(), found.total()),
                        after < found.total()
                                ? Optional.of(
                                        "/messages?show="
                                                + word
                                                + "&q="
                                                + java.net.URLEncoder.encode(
                                                        q.strip(),
                                                        java.nio.charset.StandardCharsets.UTF_8)
                                                + "&from="
                                                + after)
                                : Optional.empty(),
                        conversations.watches(viewer),
                        viewer.caller().organisation(),
                        sent != null);
        conversations.looked(viewer, "messages", patients(found.rows()), "");
        return pages.show(
                Page.of("conversations/list", "Messages", view).acrossTheWidth(), request);
    }

    private static Set<String> patients(List<Row> rows) {
        return rows.stream()
                .map(row -> row.conversation().patient())
                .filter(patient -> !patient.isEmpty())
                .collect(Collectors.toSet());
    }

    private ConversationView.Row row(Viewer viewer, Row row) {
        var one = row.conversation();
        var self = new Who.Staff(viewer.caller().account());
        return new ConversationView.Row(
                one.id(),
                one.subject(),
                one.parts().stream()
                        .filter(part -> !part.who().equals(self))
                        .map(ConversationPages::words)
                        .collect(Collectors.joining(", ")),
                one.aboutPatient() ? about(one.patient()) : "No patient",
                StaffFormat.dateTime(one.latest()),
                row.unread(),
                row.urgent(),
                one.state() instanceof State.Closed);
    }

    private String about(String patient) {
        var banner = people.banner(people.patient(patient));
        return banner.name()
                + ", born "
                + banner.born()
                + ", NHS\u00a0No.\u00a0"
                + banner.nhsNumber().replace(' ', '\u00a0');
    }

    private static String words(Part part) {
        return switch (part.who()) {
            case Who.Staff _ -> part.name();
            case Who.Organisation(var odsCode) -> part.name() + " (" + odsCode + ")";
            case Who.Person _ -> part.name() + " (the patient)";
        };
    }

    /// @param on `yes` to be told of new messages to one's organisation
    @PostMapping("/messages/watch")
    ResponseEntity<byte[]> watch(
            @RequestParam(defaultValue = "") String on, HttpServletRequest request) {
        conversations.watch(viewer(request), on.equals("yes"));
        return to("/messages?show=organisation");
    }

    // --- a new one -------------------------------------------------------------------------------

    /// @param patient id of whom it is about; empty for nobody
    @GetMapping("/messages/new")
    ResponseEntity<byte[]> begin(
            @RequestParam(defaultValue = "") String patient, HttpServletRequest request) {
        var viewer = viewer(request);
        var fields = Map.of("replies", "yes", "to", patient.isEmpty() ? "colleague" : "patient");
        return asking(viewer, patient, fields, Map.of(), UUID.randomUUID().toString(), request);
    }

    private ResponseEntity<byte[]> asking(
            Viewer viewer,
            String patient,
            Map<String, String> fields,
            Map<String, String> errors,
            String key,
            HttpServletRequest request) {
        return showing(viewer, patient, new Form(key, fields, errors), Optional.empty(), request);
    }

    private ResponseEntity<byte[]> showing(
            Viewer viewer,
            String patient,
            Form form,
            Optional<Part> to,
            HttpServletRequest request) {
        var banner = banner(viewer, patient);
        var reachable =
                patient.isEmpty()
                        ? ""
                        : switch (conversations
                                .reach()
                                .reach(viewer, patient, new Who.Person(patient))) {
                            case Reached.Yes _ -> "";
                            case Reached.No(var why) -> why;
                        };
        var view =
                new ConversationView.New(
                        patient,
                        banner.map(PatientBanner::name).orElse(""),
                        reachable,
                        colleagues(viewer, form),
                        List.of(),
                        to.map(part -> check(viewer, patient, part)),
                        form);
        var title = to.isPresent() ? "Check your message" : "New message";
        var page =
                Page.of(
                        to.isPresent() ? "conversations/check" : "conversations/new",
                        form.errors().isEmpty() ? title : "Error: " + title,
                        view);
        if (!patient.isEmpty()) {
            conversations.looked(viewer, "a new message", Set.of(patient), "");
        }
        return pages.show(banner.map(page::about).orElse(page), request);
    }

    private ConversationView.Check check(Viewer viewer, String patient, Part to) {
        return new ConversationView.Check(
                words(to),
                ConversationRules.readers(!patient.isEmpty(), to.who() instanceof Who.Person),
                conversations.reach().warning(viewer, patient, to.who()));
    }

    private Optional<PatientBanner> banner(Viewer viewer, String patient) {
        if (patient.isEmpty()) {
            return Optional.empty();
        }
        conversations.mustSee(viewer, patient);
        var banner = people.banner(people.patient(patient));
        return Optional.of(
                openings.of(viewer.caller(), patient)
                        .map(opening ->
                                banner.opened(
                                        "You opened this record with a reason ("
                                                + opening.reason().words()
                                                + "). It closes at "
                                                + StaffFormat.time(opening.until())
                                                + "."))
                        .orElse(banner));
    }

    private ConversationView.Colleagues colleagues(Viewer viewer, Form form) {
        var named = form.fields().getOrDefault("named", "").strip();
        var found = conversations.reach().colleagues(viewer, named);
        return new ConversationView.Colleagues(
                found.some().stream()
                        .map(one ->
                                new Choice(
                                        Long.toString(one.id()),
                                        one.person().name() + ", " + one.person().role().words()))
                        .toList(),
                named,
                found.more());
    }

    /// Shows what was typed and to whom it goes, and sends it once that is confirmed.
    @PostMapping("/messages/new")
    ResponseEntity<byte[]> send(
            @RequestParam Map<String, String> fields, HttpServletRequest request) {
        var viewer = viewer(request);
        var patient = fields.getOrDefault("patient", "");
        var text = fields.getOrDefault("text", "");
        var subject = fields.getOrDefault("subject", "");
        var key = fields.getOrDefault("key", "");
        if (!ConversationRules.key(key)) {
            key = UUID.randomUUID().toString();
        }
        if (!patient.isEmpty()) {
            conversations.mustSee(viewer, patient);
        }
        var errors = new LinkedHashMap<String, String>();
        var to = to(viewer, patient, fields, errors);
        errors.putAll(ConversationRules.faults(Optional.of(subject), text));
        if (!errors.isEmpty() || to.isEmpty() || fields.getOrDefault("sure", "").equals("no")) {
            return asking(viewer, patient, fields, errors, key, request);
        }
        if (!fields.getOrDefault("sure", "").equals("yes")) {
            return showing(viewer, patient, new Form(key, fields, Map.of()), to, request);
        }
        var id =
                conversations.begin(
                        viewer,
                        new Draft(
                                key,
                                patient,
                                subject,
                                to.get(),
                                text,
                                fields.getOrDefault("urgent", "").equals("yes"),
                                fields.getOrDefault("replies", "").equals("yes")));
        return to("/messages/" + id);
    }

    private Optional<Part> to(
            Viewer viewer, String patient, Map<String, String> fields, Map<String, String> errors) {
        var kind = fields.getOrDefault("to", "");
        var own = viewer.caller().odsCode();
        var who =
                switch (kind) {
                    case "patient" ->
                            Optional.<Who>of(new Who.Person(patient))
                                    .filter(_ -> !patient.isEmpty());
                    case "colleague" ->
                            number(fields.getOrDefault("colleague", "")).<Who>map(Who.Staff::new);
                    case "own" -> Optional.<Who>of(new Who.Organisation(own));
                    case "organisation" ->
                            Optional.<Who>of(
                                    new Who.Organisation(
                                            fields.getOrDefault("ods", "")
                                                    .strip()
                                                    .toUpperCase(Locale.ROOT)));
                    default -> Optional.<Who>empty();
                };
        var field =
                switch (kind) {
                    case "colleague" -> "colleague";
                    case "organisation" -> "ods";
                    default -> "to";
                };
        if (who.isEmpty()) {
            errors.put(
                    field,
                    field.equals("colleague") ? "Choose a colleague" : "Choose who to write to");
            return Optional.empty();
        }
        return switch (conversations.reach().reach(viewer, patient, who.get())) {
            case Reached.Yes(var part) -> Optional.of(part);
            case Reached.No(var why) -> {
                errors.put(field, why);
                yield Optional.empty();
            }
        };
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    // --- one -------------------------------------------------------------------------------------

    @GetMapping("/messages/{id}")
    ResponseEntity<byte[]> show(@PathVariable String id, HttpServletRequest request) {
        var viewer = viewer(request);
        var form = new Form(UUID.randomUUID().toString(), Map.of(), Map.of());
        return one(viewer, conversations.open(viewer, id), form, request);
    }

    private ResponseEntity<byte[]> one(
            Viewer viewer, Conversation one, Form form, HttpServletRequest request) {
        var messages = conversations.read(viewer, one);
        var last =
                messages.reversed().stream()
                        .map(Said::message)
                        .filter(message -> message.sender() == viewer.caller().account())
                        .findFirst();
        var refusal = ConversationRules.refusal(one.state(), new Act.Write(false));
        var view =
                new ConversationView.One(
                        one.id(),
                        one.subject(),
                        one.parts().stream().map(ConversationPages::part).toList(),
                        messages.stream().map(said -> said(viewer, said)).toList(),
                        closed(one.state()),
                        refusal.isEmpty(),
                        "",
                        ConversationRules.withPerson(one),
                        one.state().replies(),
                        last.map(message -> conversations.told(one, message)).orElse(Map.of()),
                        ConversationRules.readers(
                                one.aboutPatient(), ConversationRules.withPerson(one)),
                        colleagues(viewer, form),
                        form);
        conversations.looked(
                viewer,
                "a conversation",
                one.aboutPatient() ? Set.of(one.patient()) : Set.of(),
                one.id());
        var page =
                Page.of(
                        "conversations/one",
                        form.errors().isEmpty() ? "Conversation" : "Error: Conversation",
                        view);
        return pages.show(banner(viewer, one.patient()).map(page::about).orElse(page), request);
    }

    private static String part(Part part) {
        return part.why().isEmpty()
                ? words(part)
                : words(part)
                        + ", brought in by "
                        + part.addedBy()
                        + " on "
                        + StaffFormat.dateTime(part.added())
                        + ": "
                        + part.why();
    }

    private static ConversationView.Said said(Viewer viewer, Said said) {
        var message = said.message();
        return new ConversationView.Said(
                message.id(),
                message.person()
                        ? message.name() + " (the patient)"
                        : message.name() + ", " + message.organisation(),
                StaffFormat.dateTime(message.sent()),
                message.sender() == viewer.caller().account(),
                message.urgent(),
                said.text()
                        .map(text -> text.lines().toList())
                        .orElse(List.of("You may not see what this message says.")),
                said.seen().isEmpty()
                        ? ""
                        : said.seen().stream()
                                .map(ConversationPages::seen)
                                .collect(Collectors.joining("; ", "Read by ", "")),
                said.mistaken());
    }

    private static String seen(Seen seen) {
        return seen.name() + ", " + StaffFormat.dateTime(seen.when());
    }

    private static String closed(State state) {
        return switch (state) {
            case State.Open _ -> "";
            case State.Closed(_, var when, var by) ->
                    "Closed by " + by + " on " + StaffFormat.dateTime(when);
        };
    }

    @PostMapping("/messages/{id}")
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
        conversations.reply(viewer, id, key, text, fields.getOrDefault("urgent", "").equals("yes"));
        return to("/messages/" + id);
    }

    @PostMapping("/messages/{id}/forward")
    ResponseEntity<byte[]> forward(
            @PathVariable String id,
            @RequestParam Map<String, String> fields,
            HttpServletRequest request) {
        var viewer = viewer(request);
        var one = conversations.open(viewer, id);
        var why = fields.getOrDefault("why", "").strip();
        var colleague = number(fields.getOrDefault("colleague", ""));
        var errors = new LinkedHashMap<String, String>();
        if (colleague.isEmpty()) {
            errors.put("colleague", "Choose a colleague");
        }
        if (why.isEmpty() || why.length() > ConversationRules.LONGEST_REASON) {
            errors.put("why", "Say why, in 200 characters or fewer");
        }
        if (errors.isEmpty()) {
            conversations
                    .forward(viewer, id, colleague.orElseThrow(), why)
                    .ifPresent(words -> errors.put("colleague", words));
        }
        if (!errors.isEmpty()) {
            return one(
                    viewer, one, new Form(UUID.randomUUID().toString(), fields, errors), request);
        }
        return to("/messages/" + id);
    }

    /// @param message of one's own, that was sent in error
    @PostMapping("/messages/{id}/mistaken")
    ResponseEntity<byte[]> mistaken(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String message,
            HttpServletRequest request) {
        conversations.mistaken(viewer(request), id, message);
        return to("/messages/" + id);
    }

    @PostMapping("/messages/{id}/close")
    ResponseEntity<byte[]> close(@PathVariable String id, HttpServletRequest request) {
        var viewer = viewer(request);
        conversations.act(
                viewer, id, new Act.Close(false, conversations.now(), viewer.caller().name()));
        return to("/messages/" + id);
    }

    @PostMapping("/messages/{id}/reopen")
    ResponseEntity<byte[]> reopen(@PathVariable String id, HttpServletRequest request) {
        conversations.act(viewer(request), id, new Act.Reopen(false));
        return to("/messages/" + id);
    }

    /// @param allowed `yes` to let the person answer
    @PostMapping("/messages/{id}/replies")
    ResponseEntity<byte[]> replies(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String allowed,
            HttpServletRequest request) {
        conversations.act(viewer(request), id, new Act.Permit(false, allowed.equals("yes")));
        return to("/messages/" + id);
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
