package trellis.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import trellis.access.AccountRefused;
import trellis.access.Attempts;
import trellis.access.Caller;
import trellis.access.Role;
import trellis.access.Throttle;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.consents.Consents;
import trellis.people.People;
import trellis.settings.Settings;
import trellis.store.Rounds;

/// The door of the message exchange: proves who asks, takes messages in, hands them out, and does what
/// happens by itself: the opt-out check, reports of what nobody collected, and removal after thirty days.
@Component
public final class Messages {
    private static final Logger LOG = LoggerFactory.getLogger(Messages.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern ID = Pattern.compile("[A-Z0-9]{3,20}");
    private static final int RANDOM_BYTES = 12;

    /// Wrong proofs from one address: more is somebody guessing.
    private static final int WRONG_PER_SECOND = 20;

    /// People that a mailbox names and that are not found, before it has to wait.
    private static final int LOST_FREE = 20;

    private static final Duration EVERY = Duration.ofSeconds(10);

    /// Longer than a proof is fresh, before and after.
    private static final Duration PROOFS_KEPT = MeshRules.CLOCK.multipliedBy(2).plusHours(1);

    private static final Duration UPLOADS_KEPT = Duration.ofDays(1);

    /// Bytes of the longest list that is checked: a million NHS numbers.
    private static final int LONGEST_LIST = 12_000_000;

    private final MeshSettings settings;
    private final MeshSql sql;
    private final RouteReads routes;
    private final Consents consents;
    private final AuditLog log;
    private final Clock clock;
    private final Throttle wrong;
    private final Attempts lost = new Attempts(LOST_FREE);
    private final Rounds rounds;

    Messages(
            Settings settings,
            DataSource database,
            Consents consents,
            People people,
            AuditLog log,
            Clock clock) {
        this.settings = MeshSettings.from(settings);
        this.sql = new MeshSql(database, log.table());
        this.routes = new RouteReads(sql, people);
        this.consents = consents;
        this.log = log;
        this.clock = clock;
        this.wrong = new Throttle(WRONG_PER_SECOND, clock);
        this.rounds = Rounds.of("messages", EVERY, () -> tidy(clock.instant()));
    }

    // --- who asks --------------------------------------------------------------------------------

    /// What a request shows of who sends it.
    ///
    /// @param authorization the header; may be empty
    /// @param certificate subject of the TLS certificate; empty without one
    /// @param source from where it comes
    record Shown(String authorization, String certificate, AuditEntry.Source source) {}

    /// A mailbox whose owner has proved to be it.
    record Asker(Mailbox mailbox, AuditEntry.Source source) {
        private AuditEntry line(
                Instant now, AuditEntry.Action action, String what, String about, int status) {
            return line(now, action, what, about, List.of(), status);
        }

        private AuditEntry line(
                Instant now,
                AuditEntry.Action action,
                String what,
                String about,
                List<Long> patients,
                int status) {
            var caller =
                    new Caller(0, mailbox.name(), Role.SYSTEM, "", mailbox.ods(), Caller.Came.APP);
            return new AuditEntry(
                    now,
                    caller,
                    action,
                    what,
                    AuditEntry.Target.search("", about),
                    patients,
                    status,
                    source);
        }
    }

    /// Proves who asks. The answer is the same, and takes as long, whatever is wrong: nobody learns here which
    /// mailboxes there are.
    ///
    /// @param mailbox whose address is asked; empty for any
    /// @throws MeshError.Refusal when it is not proved, or by a proof that has been used
    Asker prove(String mailbox, Shown shown) {
        var now = clock.instant();
        var proof =
                MeshRules.proof(shown.authorization())
                        .filter(sent -> mailbox.isEmpty() || sent.mailbox().equals(mailbox));
        var owned = proof.flatMap(sent -> sql.owned(sent.mailbox()));
        var good =
                proof.isPresent()
                        && proof.get()
                                .made(
                                        owned.map(MeshSql.Owned::password).orElse(""),
                                        settings.sharedKey())
                        && proof.get().fresh(now)
                        && owned.filter(found -> mayUse(found.mailbox(), shown)).isPresent();
        if (!good) {
            if (!wrong.take(shown.source().address())) {
                throw MeshError.TOO_MANY.refusal("");
            }
            throw MeshError.NOT_PROVEN.refusal("");
        }
        if (!sql.spend(proof.orElseThrow(), now)) {
            throw MeshError.SPENT.refusal("");
        }
        return new Asker(owned.orElseThrow().mailbox(), shown.source());
    }

    private static boolean mayUse(Mailbox mailbox, Shown shown) {
        return !mailbox.internal()
                && !mailbox.disabled()
                && (mailbox.certificate().isEmpty()
                        || (!shown.certificate().isEmpty()
                                && new X500Principal(mailbox.certificate())
                                        .equals(new X500Principal(shown.certificate()))));
    }

    // --- sending ---------------------------------------------------------------------------------

    /// Takes a message, or its first piece.
    ///
    /// @param header of the request, by name; empty without one
    /// @return its id
    String send(Asker asker, UnaryOperator<String> header, InputStream body) throws IOException {
        var sent = MeshRules.sent(asker.mailbox().id(), header);
        var route = route(asker, sent);
        var recipient = route.mailbox();
        var content = sql.bodies().take(body, settings.largest(), clock.instant());
        var now = clock.instant();
        var whole = sent.range().of() == 1;
        var message =
                new Message(
                        0,
                        id(now),
                        asker.mailbox().id(),
                        recipient.id(),
                        Message.Kind.DATA,
                        whole ? Message.State.ACCEPTED : Message.State.UPLOADING,
                        route.hidden() ? sent.about().to(sent.recipient()) : sent.about(),
                        new Message.Extent(sent.range().of(), content.bytes()),
                        new Message.Times(
                                now, Optional.of(now).filter(_ -> whole), Optional.empty()),
                        Optional.empty());
        var line =
                asker.line(
                        now,
                        AuditEntry.Action.CREATE,
                        route.patients().isEmpty()
                                ? "message sent"
                                : "message sent to the practice of a person",
                        "message=" + message.id() + "&to=" + recipient.id(),
                        route.patients(),
                        202);
        keep(content, () -> sql.send(message, content, line));
        if (whole) {
            arrived(message);
        }
        return message.id();
    }

    /// Where a message goes. Who names people that there are not, or not so, is written down, and soon has to wait: they may be
    /// guessing.
    private RouteReads.Route route(Asker asker, MeshRules.Sent sent) {
        var automatic = MeshRules.person(sent.recipient()).isPresent();
        var mailbox = asker.mailbox().id();
        if (automatic && lost.shut(mailbox, clock.instant())) {
            throw MeshError.TOO_MANY_LOST.refusal("");
        }
        try {
            return routes.route(sent.recipient(), sent.about().workflow());
        } catch (MeshError.Refusal e) {
            if (automatic) {
                lost.failed(mailbox, clock.instant());
                log.record(
                        asker.line(
                                clock.instant(),
                                AuditEntry.Action.EXECUTE,
                                "message to the practice of a person refused",
                                "code=" + e.error().code(),
                                routes.named(sent.recipient()),
                                e.error().status()));
            }
            throw e;
        }
    }

    /// Takes one more piece of a message.
    void chunk(Asker asker, String id, int chunk, UnaryOperator<String> header, InputStream body)
            throws IOException {
        var range = header.apply("Mex-Chunk-Range");
        if (range.isBlank()) {
            throw MeshError.WRONG_CHUNKS.refusal("send Mex-Chunk-Range").of(id);
        }
        MeshRules.range(range, chunk);
        var message =
                sql.message(id)
                        .filter(found -> found.sender().equals(asker.mailbox().id()))
                        .orElseThrow(() -> MeshError.NO_MESSAGE.refusal("").of(id));
        var encoding = MeshRules.encoding(header.apply("Content-Encoding"));
        mayTake(message, chunk, encoding);
        var content = sql.bodies().take(body, settings.largest(), clock.instant());
        var now = clock.instant();
        var line =
                asker.line(
                        now,
                        AuditEntry.Action.UPDATE,
                        "message sent on",
                        "message=" + id + "&chunk=" + chunk,
                        202);
        keep(
                content,
                () -> {
                    var complete =
                            sql.chunk(
                                    message.key(),
                                    chunk,
                                    content,
                                    locked -> {
                                        mayTake(locked, chunk, encoding);
                                        return line;
                                    },
                                    this::mayHold,
                                    now);
                    if (complete) {
                        arrived(message);
                    }
                });
    }

    private void mayHold(long bytes) {
        if (bytes > settings.whole()) {
            throw MeshError.TOO_LARGE.refusal(
                    "at most " + settings.whole() + " bytes in all chunks together");
        }
    }

    private static void mayTake(Message message, int chunk, String encoding) {
        if (message.state() != Message.State.UPLOADING) {
            throw MeshError.NOT_UPLOADING.refusal("").of(message.id());
        }
        if (chunk > message.extent().chunks()) {
            throw MeshError.BEYOND
                    .refusal("there are " + message.extent().chunks())
                    .of(message.id());
        }
        if (!encoding.equals(message.about().encoding())) {
            throw MeshError.OTHER_ENCODING.refusal("").of(message.id());
        }
    }

    /// Throws away what was taken when it cannot become part of a message, and keeps it when it did so unseen ([BodySql#drop]).
    private void keep(BodySql.Taken content, Runnable work) {
        var kept = false;
        try {
            work.run();
            kept = true;
        } finally {
            if (!kept && content.id() != 0) {
                sql.bodies().drop(content.id());
            }
        }
    }

    /// Puts a message of this server itself into an organisation's mailbox.
    ///
    /// @param odsCode of the organisation
    /// @return whether it has one for this workflow; without one nothing is kept
    public boolean deliver(String odsCode, String workflow, byte[] content) {
        var to =
                lookup(odsCode, workflow).stream()
                        .filter(found -> !found.disabled() && !found.internal())
                        .findFirst();
        if (to.isEmpty()) {
            return false;
        }
        var now = clock.instant();
        var message =
                new Message(
                        0,
                        id(now),
                        "",
                        to.get().id(),
                        Message.Kind.DATA,
                        Message.State.ACCEPTED,
                        new Message.About("", workflow, "", "", "", "", "", "", "", false, false),
                        new Message.Extent(1, content.length),
                        new Message.Times(now, Optional.of(now), Optional.empty()),
                        Optional.empty());
        sql.deliver(
                message,
                content,
                new AuditEntry(
                        now,
                        Caller.system("message exchange"),
                        AuditEntry.Action.CREATE,
                        "message delivered",
                        AuditEntry.Target.search(
                                "", "message=" + message.id() + "&to=" + to.get().id()),
                        List.of(),
                        0,
                        AuditEntry.Source.HERE));
        return true;
    }

    private void arrived(Message message) {
        if (message.recipient().equals(Mailbox.OPT_OUT)) {
            rounds.wake();
        }
    }

    // --- receiving -------------------------------------------------------------------------------

    /// What waits, and how to go on.
    ///
    /// @param ids of messages, the oldest first
    /// @param more whether there are others after them
    record Listed(List<String> ids, boolean more) {}

    /// What waits for a mailbox.
    Listed inbox(Asker asker, MeshRules.Filter filter, String from, int most) {
        var found = sql.inbox(asker.mailbox().id(), filter, from, most + 1);
        return new Listed(found.subList(0, Math.min(most, found.size())), found.size() > most);
    }

    /// Messages with what is known of each, and how to go on.
    ///
    /// @param messages the oldest first
    /// @param parties the mailboxes at their ends, by id
    /// @param more whether there are others after them
    record Told(List<Message> messages, Map<String, Mailbox> parties, boolean more) {}

    /// What came to a mailbox, or what it sent.
    ///
    /// @param sent whether what it sent is meant
    /// @param since sent not before
    /// @param from id of the message after which to begin; empty for the first
    Told told(Asker asker, boolean sent, Instant since, String from, int most) {
        var found = sql.told(asker.mailbox().id(), sent, since, from, most + 1);
        var messages =
                found.subList(0, Math.min(most, found.size())).stream()
                        .map(message -> sent ? message.forSender() : message)
                        .toList();
        var parties = new HashMap<String, Mailbox>();
        messages.stream()
                .flatMap(message -> Stream.of(message.sender(), message.recipient()))
                .distinct()
                .forEach(id -> party(id).ifPresent(mailbox -> parties.put(id, mailbox)));
        return new Told(messages, parties, found.size() > most);
    }

    Instant now() {
        return clock.instant();
    }

    /// How many messages wait for a mailbox.
    int count(Asker asker) {
        return sql.count(asker.mailbox().id());
    }

    /// What is known of a message, to whoever sent it or waits for it.
    Message head(Asker asker, String id) {
        var message =
                sql.message(id)
                        .filter(found ->
                                found.sender().equals(asker.mailbox().id())
                                        || (found.recipient().equals(asker.mailbox().id())
                                                && found.state() != Message.State.UPLOADING))
                        .orElseThrow(() -> MeshError.NO_MESSAGE.refusal("").of(id));
        looked(asker, "message headers read", id, 200);
        return message.recipient().equals(asker.mailbox().id()) ? message : message.forSender();
    }

    private void looked(Asker asker, String what, String id, int status) {
        log.record(
                asker.line(clock.instant(), AuditEntry.Action.READ, what, "message=" + id, status));
    }

    /// A piece of a message that is handed out.
    ///
    /// @param piece empty of a report
    record Opened(Message message, int chunk, Optional<BodySql.Piece> piece) {
        /// Whether there are more after it.
        boolean part() {
            return chunk < message.extent().chunks();
        }
    }

    /// Hands a piece of a message to its recipient, until it is acknowledged.
    Opened open(Asker asker, String id, int chunk) {
        var message = received(asker, id);
        if (message.state() != Message.State.ACCEPTED) {
            throw MeshError.GONE.refusal("").of(id);
        }
        var piece = sql.bodies().piece(message.key(), chunk);
        var report = message.kind() == Message.Kind.REPORT && chunk == 1;
        if (piece.isEmpty() && !report) {
            throw MeshError.NO_MESSAGE.refusal("it has no chunk " + chunk).of(id);
        }
        var opened = new Opened(message, chunk, piece);
        looked(asker, "message collected", id, opened.part() ? 206 : 200);
        return opened;
    }

    private Message received(Asker asker, String id) {
        return sql.message(id)
                .filter(found ->
                        found.recipient().equals(asker.mailbox().id())
                                && found.state() != Message.State.UPLOADING)
                .orElseThrow(() -> MeshError.NO_MESSAGE.refusal("").of(id));
    }

    /// The bytes of a piece.
    InputStream bytes(BodySql.Piece piece) {
        return sql.bodies().open(piece);
    }

    /// Takes a message out of the inbox; again is no error.
    void acknowledge(Asker asker, String id) {
        var message = received(asker, id);
        if (message.state() == Message.State.UNDELIVERABLE) {
            throw MeshError.GONE.refusal("").of(id);
        }
        var now = clock.instant();
        sql.acknowledge(
                message.key(),
                now,
                asker.line(
                        now,
                        AuditEntry.Action.UPDATE,
                        "message acknowledged",
                        "message=" + id,
                        200));
    }

    /// What has become of a message that a mailbox sent.
    Message tracked(Asker asker, String id) {
        var message =
                sql.message(id)
                        .filter(found -> found.sender().equals(asker.mailbox().id()))
                        .orElseThrow(() -> MeshError.NO_MESSAGE.refusal("").of(id));
        looked(asker, "message tracked", id, 200);
        return message.forSender();
    }

    /// What has become of the one message that a mailbox sent under an id of its own.
    Message trackedByLocalId(Asker asker, String localId) {
        var found =
                localId.isEmpty() ? List.<Message>of() : sql.sent(asker.mailbox().id(), localId, 2);
        if (found.isEmpty()) {
            throw MeshError.NO_MESSAGE.refusal("");
        }
        if (found.size() > 1) {
            throw MeshError.SEVERAL.refusal("ask by the message id");
        }
        looked(asker, "message tracked", found.getFirst().id(), 200);
        return found.getFirst().forSender();
    }

    /// Mailboxes of an organisation that take a workflow.
    List<Mailbox> lookup(String ods, String workflow) {
        return sql.mailboxes(ods, workflow);
    }

    /// Mailboxes that take a workflow by its name.
    List<Mailbox> takers(String workflow) {
        return sql.mailboxes(workflow);
    }

    /// Who a message is from or for; empty for the exchange itself.
    Optional<Mailbox> party(String id) {
        return id.isEmpty() ? Optional.empty() : sql.owned(id).map(MeshSql.Owned::mailbox);
    }

    private static String id(Instant now) {
        var random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return MeshRules.id(now, random);
    }

    // --- mailboxes -------------------------------------------------------------------------------

    /// Mailboxes as whoever runs the server keeps them, beside or without it.
    static final class Register {
        private final MeshSql sql;

        Register(DataSource database) {
            // A mailbox is no message: what is done to it is written down by the command.
            this.sql = new MeshSql(database, (_, _) -> {});
        }

        List<Mailbox> all() {
            return sql.mailboxes();
        }

        /// @throws AccountRefused when it cannot be
        void add(Mailbox mailbox, String password) {
            if (!ID.matcher(mailbox.id()).matches()) {
                throw new AccountRefused(
                        "A mailbox's id has 3 to 20 capital letters and digits, such as X26ABC1.");
            }
            if (!mailbox.certificate().isEmpty()) {
                subject(mailbox.certificate());
            }
            if (!sql.add(mailbox, password)) {
                throw new AccountRefused("There is a mailbox " + mailbox.id() + " already.");
            }
        }

        private static void subject(String text) {
            try {
                var _ = new X500Principal(text);
            } catch (IllegalArgumentException e) {
                throw new AccountRefused(
                        "The certificate's subject is written like \"CN=mesh.trust.nhs.uk,O=Trust\".");
            }
        }

        void password(String id, String password) {
            known(id, sql.password(id, password));
        }

        void disable(String id, boolean disabled) {
            known(id, sql.disable(id, disabled));
        }

        private static void known(String id, boolean found) {
            if (!found) {
                throw new AccountRefused(
                        "There is no mailbox "
                                + id
                                + " that somebody owns; `trellis mailbox list` shows them.");
            }
        }
    }

    // --- what happens by itself ------------------------------------------------------------------

    @PostConstruct
    void begin() {
        rounds.begin();
    }

    @PreDestroy
    void end() {
        rounds.close();
    }

    /// Answers what waits for the exchange itself, gives up what nobody collected, and throws away what is past its
    /// time.
    void tidy(Instant now) {
        var more = true;
        while (more && !rounds.closing()) {
            more = sql.answer(Mailbox.OPT_OUT, clock.instant(), this::checked);
        }
        while (sql.giveUp(now, MeshError.UNCOLLECTED, late -> givenUp(late, now)) > 0
                && !rounds.closing()) {
            LOG.info("Messages that nobody collected were given up, and their senders told");
        }
        sql.remove(now, Message.KEPT, this::removed);
        sql.forget(now.minus(PROOFS_KEPT));
        sql.bodies().sweep(now.minus(UPLOADS_KEPT));
    }

    private MeshSql.Answer givenUp(Message late, Instant now) {
        var report = report(late, MeshError.UNCOLLECTED, now);
        var about = "message=" + late.id() + "&to=" + late.recipient();
        return new MeshSql.Answer(report, Optional.empty(), line("message given up", about));
    }

    private AuditEntry removed(int count) {
        return line("messages removed after thirty days", "count=" + count);
    }

    private AuditEntry line(String what, String about) {
        return new AuditEntry(
                clock.instant(),
                Caller.system("message exchange"),
                AuditEntry.Action.UPDATE,
                what,
                AuditEntry.Target.search("", about),
                List.of(),
                0,
                AuditEntry.Source.HERE);
    }

    /// The answer to a list of NHS numbers: the same without those who have opted out of uses beyond their care.
    private MeshSql.Answer checked(Message list) {
        if (list.about().subject().isBlank() || list.about().localId().isEmpty()) {
            return refused(list, MeshError.MALFORMED);
        }
        var text = list(list);
        if (text.isEmpty()) {
            return refused(list, MeshError.WRONG_FILE);
        }
        var content = consents.check(text.get()).getBytes(UTF_8);
        var now = clock.instant();
        var answer =
                new Message(
                        0,
                        id(now),
                        Mailbox.OPT_OUT,
                        list.sender(),
                        Message.Kind.DATA,
                        Message.State.ACCEPTED,
                        list.about().plain(),
                        new Message.Extent(1, content.length),
                        new Message.Times(now, Optional.of(now), Optional.empty()),
                        Optional.empty());
        return new MeshSql.Answer(answer, Optional.of(content), answered(list, answer));
    }

    private MeshSql.Answer refused(Message list, MeshError error) {
        var report = report(list, error, clock.instant());
        return new MeshSql.Answer(report, Optional.empty(), answered(list, report));
    }

    private AuditEntry answered(Message list, Message answer) {
        return new AuditEntry(
                clock.instant(),
                Caller.system("opt-out list check"),
                AuditEntry.Action.EXECUTE,
                "opt-out list checked",
                AuditEntry.Target.search("", "message=" + list.id() + "&answer=" + answer.id()),
                List.of(),
                0,
                AuditEntry.Source.HERE);
    }

    /// The text of a list; empty when it is too long, or not what its headers say.
    private Optional<String> list(Message list) {
        var all = new ByteArrayOutputStream();
        try {
            if (list.extent().bytes() > LONGEST_LIST) {
                return Optional.empty();
            }
            for (var chunk = 1; chunk <= list.extent().chunks(); chunk++) {
                var piece = sql.bodies().piece(list.key(), chunk).orElseThrow();
                bytes(piece).transferTo(all);
            }
            var bytes = all.toByteArray();
            if (!list.about().encoding().isEmpty()) {
                try (var zipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    bytes = zipped.readNBytes(LONGEST_LIST + 1);
                }
            }
            return Optional.of(bytes)
                    .filter(sent -> sent.length <= LONGEST_LIST)
                    .map(sent -> new String(sent, UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// What the sender of a message is told that could not be delivered.
    private static Message report(Message of, MeshError error, Instant now) {
        var about = of.about().plain();
        return new Message(
                0,
                id(now),
                "",
                of.sender(),
                Message.Kind.REPORT,
                Message.State.ACCEPTED,
                new Message.About(
                        "",
                        about.workflow(),
                        "NDR: " + about.subject(),
                        about.localId(),
                        about.partnerId(),
                        about.fileName(),
                        about.type(),
                        "",
                        "",
                        false,
                        false),
                new Message.Extent(0, 0),
                new Message.Times(now, Optional.of(now), Optional.empty()),
                Optional.of(error.fault(of.id())));
    }
}
