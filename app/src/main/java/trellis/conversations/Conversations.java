package trellis.conversations;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.AuditedSql;
import trellis.conversations.Conversation.Act;
import trellis.conversations.Conversation.Message;
import trellis.conversations.Conversation.Part;
import trellis.conversations.Conversation.Row;
import trellis.conversations.Conversation.Seen;
import trellis.conversations.Conversation.State;
import trellis.conversations.Conversation.Who;
import trellis.conversations.ConversationSql.Asked;
import trellis.conversations.ConversationSql.Entry;
import trellis.conversations.ConversationSql.Mistake;
import trellis.conversations.ConversationSql.Taking;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.notices.Notices;
import trellis.store.Change;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.Preparation;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Write;

/// The door of conversations: beginning one, writing, reading, bringing a colleague in, closing. A message, its line in the
/// audit and the notices of it are one transaction.
@Component
public final class Conversations {
    static final String TYPE = "Communication";
    private static final String NOT = "-";
    private static final int PATIENTS_AT_ONCE = 1_000;

    private final ConversationSql sql;
    private final AuditedSql audited;
    private final AuditLog log;
    private final Access access;
    private final Accounts accounts;
    private final Persons persons;
    private final Reach reach;
    private final Notices notices;
    private final Store store;
    private final Clock clock;
    private final Preparation preparation;

    Conversations(
            DataSource database,
            AuditLog log,
            Access access,
            Accounts accounts,
            Persons persons,
            Notices notices,
            Store store,
            Preparation preparation,
            Clock clock) {
        this.sql = new ConversationSql(database);
        this.audited = new AuditedSql(database, log.table());
        this.log = log;
        this.access = access;
        this.accounts = accounts;
        this.persons = persons;
        this.reach = new Reach(access, accounts, persons, store, sql::watchers, clock);
        this.notices = notices;
        this.store = store;
        this.preparation = preparation;
        this.clock = clock;
    }

    // --- who takes part --------------------------------------------------------------------------

    /// Somebody on these pages.
    ///
    /// @param patient id of their own Patient; empty for staff
    record Viewer(Caller caller, AuditEntry.Source source, String patient) {
        boolean person() {
            return !patient.isEmpty();
        }

        Part part(Instant now, Who who, String name) {
            return new Part(who, name, now, caller.name(), "");
        }

        private Taking taking(boolean self, boolean organisation) {
            var ods = caller.odsCode();
            return person()
                    ? new Taking(caller.account(), NOT, NOT, patient)
                    : new Taking(
                            caller.account(),
                            self ? Long.toString(caller.account()) : NOT,
                            organisation && !ods.isEmpty() ? ods : NOT,
                            NOT);
        }
    }

    /// A member of staff who makes the request of this thread.
    ///
    /// @throws Refused with [Problem.Forbidden] for everybody else
    Viewer staff(AuditEntry.Source source) {
        var caller = access.current();
        if (caller.account() == 0 || caller.role() == Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden(
                            "These messages are for staff who sign in as themselves."));
        }
        return new Viewer(caller, source, "");
    }

    /// The person who makes the request of this thread, about themselves.
    ///
    /// @throws Refused with [Problem.Forbidden] for staff, and for who has not proved who they are
    Viewer person(AuditEntry.Source source) {
        var caller = access.current();
        var patient = persons.about(caller, "").patient();
        if (persons.level(caller) != Level.P9) {
            throw new Refused(
                    new Problem.Forbidden(
                            "You have not proved yet who you are. Show your identity document to your GP"
                                    + " surgery to read and send messages here."));
        }
        return new Viewer(caller, source, patient);
    }

    /// Goes on only when whoever looks may see messages about a patient.
    ///
    /// @throws Refused with [Problem.NotFound], or [Problem.Forbidden] when their role may not at all
    void mustSee(Viewer viewer, String patient) {
        access.require(viewer.caller(), Right.READ, TYPE);
        if (!reach.maySee(viewer.caller(), patient)) {
            throw new Refused(new Problem.NotFound("The patient"));
        }
    }

    // --- reading ---------------------------------------------------------------------------------

    /// Which conversations are listed.
    enum Shown {
        MINE,
        ORGANISATION,
        CLOSED
    }

    /// A page of a list, and how many there are in all.
    record Listing(List<Row> rows, int total) {}

    Listing list(Viewer viewer, Shown shown, String words, int from, int most) {
        var taking = viewer.taking(shown != Shown.ORGANISATION, shown != Shown.MINE);
        var closed =
                viewer.person() ? Optional.<Boolean>empty() : Optional.of(shown == Shown.CLOSED);
        var patients = visible(viewer, taking, closed);
        var asked = new Asked(patients, closed, words.strip(), from, most);
        var found = sql.list(taking, asked);
        return new Listing(found.rows(), found.total());
    }

    /// Patients whom the conversations of somebody are about and whose records they may see now: all of them, and decided before
    /// anything is counted.
    private Set<String> visible(Viewer viewer, Taking taking, Optional<Boolean> closed) {
        var visible = new HashSet<String>();
        if (access.mayRead(viewer.caller(), TYPE)) {
            var some = sql.patients(taking, closed, "", PATIENTS_AT_ONCE);
            while (!some.isEmpty()) {
                visible.addAll(visible(viewer, some));
                some = sql.patients(taking, closed, some.getLast(), PATIENTS_AT_ONCE);
            }
        }
        return visible;
    }

    private Set<String> visible(Viewer viewer, List<String> patients) {
        var byKey = new HashMap<Long, String>();
        patients.forEach(id -> byKey.put(Keys.resource("Patient", id), id));
        return byKey.isEmpty()
                ? Set.of()
                : store.known(byKey.keySet(), access.sight(viewer.caller())).stream()
                        .map(key -> byKey.getOrDefault(key, ""))
                        .collect(Collectors.toSet());
    }

    /// One that somebody takes part in.
    ///
    /// @throws Refused with [Problem.NotFound] when they do not, or may not see the patient any more
    Conversation open(Viewer viewer, String id) {
        return sql.one(viewer.taking(true, true), id)
                .filter(one -> !one.aboutPatient() || reach.maySee(viewer.caller(), one.patient()))
                .orElseThrow(() -> new Refused(new Problem.NotFound("The conversation")));
    }

    /// A message with what it says.
    ///
    /// @param text empty when whoever looks may not see it
    /// @param seen who has read it
    /// @param mistaken whether it was sent in error
    record Said(Message message, Optional<String> text, List<Seen> seen, boolean mistaken) {}

    /// Every message, with its readers; and whoever looks has read them from now on.
    List<Said> read(Viewer viewer, Conversation conversation) {
        var messages = sql.messages(conversation.id());
        var account = viewer.caller().account();
        var others = messages.stream().filter(one -> one.sender() != account).map(Message::id);
        sql.read(others.toList(), account, viewer.caller().name(), now());
        notices.seen(account, link(viewer.person(), conversation.id()));
        var texts = texts(viewer, messages);
        var seen = sql.seen(conversation.id());
        var mistaken = sql.mistaken(conversation.id());
        return messages.stream()
                .map(one ->
                        new Said(
                                one,
                                one.body().or(() -> Optional.ofNullable(texts.get(one.id()))),
                                seen.stream().filter(s -> s.message().equals(one.id())).toList(),
                                mistaken.contains(one.id())))
                .toList();
    }

    private Map<String, String> texts(Viewer viewer, List<Message> messages) {
        var ids =
                messages.stream()
                        .filter(one -> one.body().isEmpty())
                        .map(Message::id)
                        .collect(Collectors.toSet());
        if (ids.isEmpty()) {
            return Map.of();
        }
        var query =
                SearchQuery.of(TYPE, ids.size(), new Criterion.Ids(ids))
                        .seenBy(access.sight(viewer.caller()));
        return store.search(query).matches().stream()
                .collect(
                        Collectors.toMap(
                                found -> found.id(),
                                found -> found.json().at("/payload/0/contentString").asString("")));
    }

    /// How far telling the others of a message has come: in a sentence for each, by name.
    Map<String, String> told(Conversation conversation, Message message) {
        var told = new LinkedHashMap<String, String>();
        for (var part : conversation.parts()) {
            switch (part.who()) {
                case Who.Staff(var account) -> {
                    if (account != message.sender()) {
                        notices.told(key(message, account))
                                .ifPresent(words -> told.put(part.name(), words));
                    }
                }
                case Who.Organisation(var odsCode) -> {
                    if (!reach.toldBeside(message.sender(), odsCode, conversation.patient())) {
                        told.put(
                                part.name(),
                                "It waits in their inbox: nobody there has asked to be told of new"
                                        + " messages");
                    }
                }
                case Who.Person(var patient) ->
                        others(patient, message).stream()
                                .flatMap(account ->
                                        notices.told(key(message, account.id())).stream())
                                .findFirst()
                                .ifPresent(words -> told.put(part.name(), words));
            }
        }
        return told;
    }

    // --- writing ---------------------------------------------------------------------------------

    /// A message to begin with, as somebody typed it.
    ///
    /// @param key of the form: what is sent twice with it is one
    /// @param patient id of whom it is about; empty for nobody
    /// @param to to whom
    record Draft(
            String key,
            String patient,
            String subject,
            Part to,
            String text,
            boolean urgent,
            boolean replies) {}

    /// Who can be written to.
    Reach reach() {
        return reach;
    }

    /// Begins a conversation.
    ///
    /// @return its id; the same when it is sent twice
    String begin(Viewer viewer, Draft draft) {
        if (draft.to().who() instanceof Who.Person && draft.patient().isEmpty()) {
            throw new Refused(new Problem.BadRequest("required", "Choose the patient.", "to"));
        }
        if (!draft.patient().isEmpty() && !viewer.person()) {
            access.require(viewer.caller(), Right.WRITE, TYPE);
            if (!reach.maySee(viewer.caller(), draft.patient())) {
                throw new Refused(new Problem.NotFound("The patient"));
            }
        }
        if (!(reach.reach(viewer, draft.patient(), draft.to().who())
                instanceof Reach.Reached.Yes(var to))) {
            throw new Refused(
                    new Problem.BadRequest("forbidden", "They cannot be written to.", "to"));
        }
        var own =
                viewer.person()
                        ? new Who.Person(viewer.patient())
                        : new Who.Staff(viewer.caller().account());
        var parts = new ArrayList<Part>();
        parts.add(viewer.part(now(), own, viewer.caller().name()));
        parts.add(to);
        var conversation =
                new Conversation(
                        draft.key(),
                        draft.subject().strip(),
                        draft.patient(),
                        new State.Open(draft.replies()),
                        now(),
                        parts);
        return write(viewer, conversation, true, draft.key(), draft.text(), draft.urgent());
    }

    /// Writes another message.
    void reply(Viewer viewer, String id, String key, String text, boolean urgent) {
        var conversation = open(viewer, id);
        may(conversation.state(), new Act.Write(viewer.person()));
        if (conversation.aboutPatient() && !viewer.person()) {
            access.require(viewer.caller(), Right.WRITE, TYPE);
        }
        write(viewer, conversation, false, key, text, urgent);
    }

    private static void may(State state, Act act) {
        ConversationRules.refusal(state, act)
                .ifPresent(problem -> {
                    throw new Refused(problem);
                });
    }

    private String write(
            Viewer viewer,
            Conversation conversation,
            boolean begins,
            String key,
            String text,
            boolean urgent) {
        var caller = viewer.caller();
        var about = conversation.aboutPatient();
        var message =
                new Message(
                        key,
                        caller.account(),
                        viewer.person(),
                        caller.name(),
                        caller.organisation(),
                        caller.odsCode(),
                        about ? Optional.empty() : Optional.of(text.strip()),
                        urgent,
                        now());
        var entry = new Entry(conversation, begins, message);
        var what = begins ? "began a conversation" : "wrote in a conversation";
        var line = line(viewer, AuditEntry.Action.CREATE, what, conversation, key);
        var raised = raised(viewer, conversation, message);
        try {
            if (about) {
                record(entry, text.strip(), line, raised);
            } else {
                audited.together(
                        () -> {
                            sql.keep(entry);
                            notices.raise(raised);
                            return key;
                        },
                        _ -> List.of(line));
            }
        } catch (DuplicateKeyException e) {
            return again(viewer, entry, text.strip());
        } catch (Refused e) {
            if (e.problem() instanceof Problem.Conflict) {
                return again(viewer, entry, text.strip());
            }
            throw e;
        }
        return conversation.id();
    }

    /// The conversation of what was sent with this key before.
    ///
    /// @throws Refused when that was anything else than what is sent now: it would be lost, and look as if it were sent
    private String again(Viewer viewer, Entry entry, String text) {
        return sql.conversation(entry.message().id())
                .filter(entry.conversation().id()::equals)
                .filter(id -> same(viewer, entry, text, sql.messages(id)))
                .filter(id -> !entry.begins() || same(entry.conversation(), open(viewer, id)))
                .orElseThrow(() ->
                        new Refused(
                                new Problem.BadRequest(
                                        "conflict",
                                        "This form has been used for another message already, so this one"
                                                + " was not sent. Go back, copy what you wrote, and begin"
                                                + " the message anew.",
                                        "key")));
    }

    private boolean same(Viewer viewer, Entry entry, String text, List<Message> kept) {
        var sent = entry.message();
        return kept.stream()
                .filter(one -> one.id().equals(sent.id()))
                .filter(one -> one.sender() == sent.sender() && one.urgent() == sent.urgent())
                .map(one ->
                        one.body()
                                .orElseGet(() ->
                                        texts(viewer, List.of(one)).getOrDefault(one.id(), "")))
                .anyMatch(text::equals);
    }

    private static boolean same(Conversation sent, Conversation kept) {
        var parts = kept.parts().stream().map(Part::who).collect(Collectors.toSet());
        return sent.subject().equals(kept.subject())
                && sent.patient().equals(kept.patient())
                && sent.parts().stream().map(Part::who).allMatch(parts::contains);
    }

    private void record(Entry entry, String text, AuditEntry line, List<Notices.Raised> raised) {
        var first =
                entry.begins()
                        ? Optional.<String>empty()
                        : sql.messages(entry.conversation().id()).stream()
                                .map(Message::id)
                                .findFirst();
        var json =
                ConversationRules.communication(entry.conversation(), entry.message(), text, first);
        var content = preparation.prepare(Resource.of(json));
        store.write(
                new Write(
                        List.of(new Change.Put(content, OptionalLong.empty(), true)),
                        Write.References.UNCHECKED,
                        List.of(
                                new Write.Alongside<Entry>(
                                        ConversationSql::keep, _ -> List.of(entry)),
                                new Write.Alongside<>(log.table(), _ -> List.of(line)),
                                new Write.Alongside<>(notices.table(), _ -> raised))));
    }

    /// Says that a message of one's own was sent in error. It stays, in the record and struck through on the pages: others may
    /// have acted on it. Again is no error.
    void mistaken(Viewer viewer, String id, String message) {
        var conversation = open(viewer, id);
        var kept =
                sql.messages(id).stream()
                        .filter(one -> one.id().equals(message))
                        .findFirst()
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The message")));
        if (kept.sender() != viewer.caller().account()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Only who wrote a message can say that it was sent in error. Write another"
                                    + " that puts it right."));
        }
        if (sql.mistaken(id).contains(message)) {
            return;
        }
        var mistake = new Mistake(message, now());
        var what = "said that a message was sent in error";
        var line = line(viewer, AuditEntry.Action.UPDATE, what, conversation, message);
        if (!conversation.aboutPatient()) {
            audited.together(
                    () -> {
                        sql.mark(mistake);
                        return message;
                    },
                    _ -> List.of(line));
            return;
        }
        if (!viewer.person()) {
            access.require(viewer.caller(), Right.WRITE, TYPE);
        }
        var stored =
                store.read(TYPE, message)
                        .filter(found -> !found.deleted())
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The message")));
        var json = stored.json();
        json.put("status", "entered-in-error");
        var content = preparation.prepare(Resource.of(json));
        store.write(
                new Write(
                        List.of(new Change.Put(content, OptionalLong.of(stored.version()), false)),
                        Write.References.UNCHECKED,
                        List.of(
                                new Write.Alongside<Mistake>(
                                        ConversationSql::mark, _ -> List.of(mistake)),
                                new Write.Alongside<>(log.table(), _ -> List.of(line)))));
    }

    // --- telling the others ----------------------------------------------------------------------

    /// The accounts at which a person can be told of a message; none when they wrote it themselves, with whichever.
    private List<Account> others(String patient, Message message) {
        var all = accounts.allOfPatient(patient);
        return all.stream().anyMatch(account -> account.id() == message.sender()) ? List.of() : all;
    }

    private List<Notices.Raised> raised(Viewer viewer, Conversation conversation, Message message) {
        var people = new LinkedHashSet<Long>();
        var raised = new ArrayList<Notices.Raised>();
        for (var part : conversation.parts()) {
            switch (part.who()) {
                case Who.Staff(var account) -> people.add(account);
                case Who.Organisation(var odsCode) ->
                        people.addAll(reach.told(odsCode, conversation.patient()));
                case Who.Person(var patient) ->
                        others(patient, message).stream()
                                .findFirst()
                                .ifPresent(account ->
                                        raised.add(
                                                notice(message, account.id(), true, conversation)));
            }
        }
        people.remove(viewer.caller().account());
        people.stream()
                .filter(account -> concerned(conversation, account))
                .forEach(account -> raised.add(notice(message, account, false, conversation)));
        return raised;
    }

    /// Whether somebody still takes part and may see whom it is about: others are not told.
    private boolean concerned(Conversation conversation, long number) {
        return accounts.numbered(number)
                .map(account -> account.caller(Caller.Came.SESSION))
                .filter(caller ->
                        conversation.parts().stream().anyMatch(part -> takes(caller, part.who())))
                .filter(caller ->
                        !conversation.aboutPatient()
                                || reach.maySee(caller, conversation.patient()))
                .isPresent();
    }

    private static boolean takes(Caller caller, Who who) {
        return switch (who) {
            case Who.Staff(var account) -> account == caller.account();
            case Who.Organisation(var odsCode) -> odsCode.equals(caller.odsCode());
            case Who.Person _ -> false;
        };
    }

    private static String key(Message message, long account) {
        return "message " + message.id() + " " + account;
    }

    private static String link(boolean person, String conversation) {
        return (person ? "/me/messages/" : "/messages/") + conversation;
    }

    private static Notices.Raised notice(
            Message message, long account, boolean person, Conversation conversation) {
        return new Notices.Raised(
                key(message, account),
                account,
                Notices.Kind.MESSAGE,
                link(person, conversation.id()));
    }

    // --- the rest --------------------------------------------------------------------------------

    /// Brings a colleague in, for a reason that everybody in it sees.
    ///
    /// @return why not; empty when they are in it now
    Optional<String> forward(Viewer viewer, String id, long colleague, String why) {
        var conversation = open(viewer, id);
        may(conversation.state(), new Act.Forward(viewer.person()));
        if (!(reach.reach(viewer, conversation.patient(), new Who.Staff(colleague))
                instanceof Reach.Reached.Yes(var to))) {
            return Optional.of("This colleague cannot be brought in: they may not see the record");
        }
        var part = new Part(to.who(), to.name(), to.added(), to.addedBy(), why.strip());
        var last = sql.messages(id).getLast();
        var line =
                line(
                        viewer,
                        AuditEntry.Action.UPDATE,
                        "forwarded a conversation to a colleague",
                        conversation,
                        last.id());
        audited.together(
                () -> {
                    var added = sql.add(id, part);
                    if (added) {
                        notices.raise(
                                List.of(
                                        new Notices.Raised(
                                                "forwarded " + id + " " + colleague,
                                                colleague,
                                                Notices.Kind.MESSAGE,
                                                link(false, id))));
                    }
                    return added;
                },
                added -> Boolean.TRUE.equals(added) ? List.of(line) : List.of());
        return Optional.empty();
    }

    /// Closes, opens again, or lets the person answer or not.
    void act(Viewer viewer, String id, Act act) {
        var conversation = open(viewer, id);
        var what =
                switch (act) {
                    case Act.Close _ -> "closed a conversation";
                    case Act.Reopen _ -> "opened a conversation again";
                    case Act.Permit _ -> "said whether the person may answer";
                    case Act.Write _, Act.Forward _ -> throw new IllegalArgumentException("act");
                };
        var line = line(viewer, AuditEntry.Action.UPDATE, what, conversation, "");
        audited.together(
                () ->
                        sql.locked(
                                id,
                                current -> {
                                    may(current.state(), act);
                                    sql.state(id, ConversationRules.after(current.state(), act));
                                    return id;
                                }),
                _ -> List.of(line));
    }

    /// Whether somebody is told of new messages to the inbox of their organisation.
    boolean watches(Viewer viewer) {
        return sql.watches(viewer.caller().account(), viewer.caller().odsCode());
    }

    void watch(Viewer viewer, boolean wanted) {
        var caller = viewer.caller();
        if (wanted && !caller.odsCode().isEmpty()) {
            sql.watch(caller.account(), caller.odsCode());
        } else {
            sql.unwatch(caller.account());
        }
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /// Writes down that messages were looked at.
    void looked(Viewer viewer, String page, Set<String> patients, String about) {
        log.record(
                new AuditEntry(
                        clock.instant(),
                        viewer.caller(),
                        AuditEntry.Action.READ,
                        "page: " + page,
                        AuditEntry.Target.search(TYPE, about),
                        patients.stream().map(id -> Keys.resource("Patient", id)).toList(),
                        200,
                        viewer.source()));
    }

    private AuditEntry line(
            Viewer viewer,
            AuditEntry.Action action,
            String what,
            Conversation conversation,
            String message) {
        return new AuditEntry(
                clock.instant(),
                viewer.caller(),
                action,
                what,
                conversation.aboutPatient() && !message.isEmpty()
                        ? AuditEntry.Target.resource(TYPE, message, 0)
                        : AuditEntry.Target.search(TYPE, conversation.id()),
                conversation.aboutPatient()
                        ? List.of(Keys.resource("Patient", conversation.patient()))
                        : List.of(),
                200,
                viewer.source());
    }
}
