package trellis.messages;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.audit.AuditEntry;
import trellis.audit.AuditedSql;
import trellis.store.Write;

/// The tables of mailboxes and messages. What changes a message is one transaction with its line in the audit.
final class MeshSql {
    private static final int GIVEN_UP_AT_ONCE = 100;

    private final AuditedSql audited;
    private final JdbcClient db;
    private final BodySql bodies;

    MeshSql(DataSource database, Write.Table<AuditEntry> audit) {
        this.audited = new AuditedSql(database, audit);
        this.db = audited.db();
        this.bodies = new BodySql(database);
    }

    BodySql bodies() {
        return bodies;
    }

    // --- mailboxes -------------------------------------------------------------------------------

    /// A mailbox with what proves that somebody is its owner.
    record Owned(Mailbox mailbox, String password) {}

    Optional<Owned> owned(String id) {
        if (id.equals(Mailbox.OPT_OUT)) {
            return Optional.of(new Owned(Mailbox.OPT_OUT_CHECK, ""));
        }
        return db.sql("select * from mailbox where id = ?")
                .param(id)
                .query((row, _) -> new Owned(mailbox(row), row.getString("password")))
                .optional();
    }

    List<Mailbox> mailboxes() {
        return with(
                db.sql("select * from mailbox order by id").query((row, _) -> mailbox(row)).list(),
                true);
    }

    private static List<Mailbox> with(List<Mailbox> found, boolean internal) {
        return internal
                ? Stream.concat(Stream.of(Mailbox.OPT_OUT_CHECK), found.stream()).toList()
                : found;
    }

    /// Those of an organisation that take a workflow.
    List<Mailbox> mailboxes(String ods, String workflow) {
        var found =
                db.sql(
                                """
                                select * from mailbox
                                 where ods = upper(?) and not disabled
                                   and (workflows = '{}' or ? = any (workflows))
                                 order by id
                                """)
                        .params(ods, workflow)
                        .query((row, _) -> mailbox(row))
                        .list();
        var own = Mailbox.OPT_OUT_CHECK;
        return with(found, own.ods().equalsIgnoreCase(ods) && own.takes(workflow));
    }

    /// Those that take a workflow by its name.
    List<Mailbox> mailboxes(String workflow) {
        var found =
                db.sql(
                                """
                                select * from mailbox where not disabled and ? = any (workflows) order by id
                                """)
                        .param(workflow)
                        .query((row, _) -> mailbox(row))
                        .list();
        return with(found, Mailbox.OPT_OUT_CHECK.takes(workflow));
    }

    private static Mailbox mailbox(ResultSet row) throws SQLException {
        var workflows = (String[]) row.getArray("workflows").getArray();
        return new Mailbox(
                row.getString("id"),
                row.getString("name"),
                row.getString("ods"),
                row.getString("certificate"),
                Set.copyOf(Arrays.asList(workflows)),
                false,
                row.getBoolean("disabled"));
    }

    /// @return whether its id was free
    boolean add(Mailbox mailbox, String password) {
        return !mailbox.id().equals(Mailbox.OPT_OUT)
                && db.sql(
                                        """
                                        insert into mailbox (id, name, ods, certificate, workflows, password)
                                        values (:id, :name, :ods, :certificate, :workflows, :password)
                                        on conflict do nothing
                                        """)
                                .param("id", mailbox.id())
                                .param("name", mailbox.name())
                                .param("ods", mailbox.ods())
                                .param("certificate", mailbox.certificate())
                                .param("workflows", mailbox.workflows().toArray(String[]::new))
                                .param("password", password)
                                .update()
                        == 1;
    }

    /// @return whether there is such a mailbox that somebody may own
    boolean password(String id, String password) {
        return db.sql("update mailbox set password = ? where id = ?").params(password, id).update()
                == 1;
    }

    /// @return whether there is such a mailbox that somebody may own
    boolean disable(String id, boolean disabled) {
        return db.sql("update mailbox set disabled = ? where id = ?").params(disabled, id).update()
                == 1;
    }

    // --- proofs ----------------------------------------------------------------------------------

    /// Remembers a proof.
    ///
    /// @return whether it had not been shown before
    boolean spend(MeshRules.Proof proof, Instant now) {
        return db.sql(
                                """
                                insert into mesh_token (mailbox, nonce, count, at) values (?, ?, ?, ?)
                                on conflict do nothing
                                """)
                        .params(
                                proof.mailbox(),
                                proof.nonce(),
                                Long.parseLong(proof.count()),
                                Timestamp.from(now))
                        .update()
                == 1;
    }

    void forget(Instant before) {
        db.sql("delete from mesh_token where at < ?").param(Timestamp.from(before)).update();
    }

    // --- sending ---------------------------------------------------------------------------------

    /// Keeps a new message with its first piece; with the only one it is in the recipient's inbox.
    void send(Message message, BodySql.Taken content, AuditEntry line) {
        audited.together(() -> insert(message, content), _ -> List.of(line));
    }

    private long insert(Message message, BodySql.Taken content) {
        var key = insert(message);
        bodies.attach(key, 1, content);
        return key;
    }

    private long insert(Message message) {
        var about = message.about();
        return db.sql(
                        """
                        insert into mesh_message
                               (id, sender, recipient, addressed, kind, state, workflow, subject, local_id, partner_id,
                                file_name, content_type, encoding, checksum, encrypted, compressed,
                                chunks, bytes, sent, accepted, place,
                                fault_event, fault_code, fault_text, fault_of)
                        values (:id, :sender, :recipient, :addressed, :kind, :state, :workflow, :subject, :local, :partner,
                                :file, :type, :encoding, :checksum, :encrypted, :compressed,
                                :chunks, :bytes, :sent, :accepted,
                                case when :state = 'ACCEPTED' then nextval('mesh_place') end,
                                :event, :code, :text, :of)
                        returning key
                        """)
                .param("id", message.id())
                .param("sender", message.sender())
                .param("recipient", message.recipient())
                .param("addressed", about.addressed())
                .param("kind", message.kind().name())
                .param("state", message.state().name())
                .param("workflow", about.workflow())
                .param("subject", about.subject())
                .param("local", about.localId())
                .param("partner", about.partnerId())
                .param("file", about.fileName())
                .param("type", about.type())
                .param("encoding", about.encoding())
                .param("checksum", about.checksum())
                .param("encrypted", about.encrypted())
                .param("compressed", about.compressed())
                .param("chunks", message.extent().chunks())
                .param("bytes", message.extent().bytes())
                .param("sent", Timestamp.from(message.times().sent()))
                .param("accepted", message.times().accepted().map(Timestamp::from).orElse(null))
                .param("event", message.fault().map(Message.Fault::event).orElse(null))
                .param("code", message.fault().map(Message.Fault::code).orElse(null))
                .param("text", message.fault().map(Message.Fault::text).orElse(null))
                .param("of", message.fault().map(Message.Fault::linked).orElse(null))
                .query(Long.class)
                .single();
    }

    /// Keeps one more piece of a message; with the last that was missing it is in the recipient's inbox.
    ///
    /// @param check of the message as it is now, which nobody else changes meanwhile
    /// @param size of all pieces together, with this one; an exception of it undoes everything
    /// @return whether the message is complete
    boolean chunk(
            long message,
            int chunk,
            BodySql.Taken content,
            Function<Message, AuditEntry> check,
            LongConsumer size,
            Instant now) {
        return audited.together(
                        () -> {
                            var locked =
                                    db.sql("select * from mesh_message where key = ? for update")
                                            .param(message)
                                            .query((row, _) -> message(row))
                                            .single();
                            var line = check.apply(locked);
                            bodies.attach(message, chunk, content);
                            size.accept(bodies.bytes(message));
                            return new Kept(accepted(message, now), line);
                        },
                        kept -> List.of(kept.line()))
                .complete();
    }

    private record Kept(boolean complete, AuditEntry line) {}

    private boolean accepted(long message, Instant now) {
        return db.sql(
                        """
                        update mesh_message m
                           set state = case when c.pieces = m.chunks then 'ACCEPTED' else m.state end,
                               accepted = case when c.pieces = m.chunks then cast(:now as timestamptz) end,
                               place = case when c.pieces = m.chunks then nextval('mesh_place') end,
                               bytes = c.bytes
                          from (select count(*) as pieces, sum(bytes) as bytes
                                  from mesh_chunk where message = :key) c
                         where m.key = :key
                        returning m.state
                        """)
                .param("now", Timestamp.from(now))
                .param("key", message)
                .query(String.class)
                .single()
                .equals(Message.State.ACCEPTED.name());
    }

    // --- receiving -------------------------------------------------------------------------------

    /// Ids of what waits for a mailbox, in the order in which it came.
    ///
    /// @param from id of the message after which to begin; empty for the first
    List<String> inbox(String mailbox, MeshRules.Filter filter, String from, int most) {
        return db.sql(
                        """
                        select id from mesh_message
                         where recipient = :mailbox and state = 'ACCEPTED'
                           and place > coalesce((select place from mesh_message
                                                  where id = :from and recipient = :mailbox), 0)
                           and (:like = '' or (workflow like :like) <> :not)
                         order by place limit :most
                        """)
                .param("mailbox", mailbox)
                .param("from", from)
                .param("like", filter.like())
                .param("not", filter.not())
                .param("most", most)
                .query(String.class)
                .list();
    }

    /// What a mailbox sent, or what came to it, the oldest first.
    List<Message> told(String mailbox, boolean sent, Instant since, String from, int most) {
        return db.sql(
                        "select * from mesh_message where "
                                + (sent
                                        ? "sender = :mailbox"
                                        : "recipient = :mailbox and state <> 'UPLOADING'")
                                + """
                                 and sent >= :since
                                   and key > coalesce((select key from mesh_message
                                                        where id = :from), 0)
                                 order by key limit :most
                                """)
                .param("mailbox", mailbox)
                .param("since", Timestamp.from(since))
                .param("from", from)
                .param("most", most)
                .query((row, _) -> message(row))
                .list();
    }

    int count(String mailbox) {
        return db.sql(
                        "select count(*) from mesh_message where recipient = ? and state = 'ACCEPTED'")
                .param(mailbox)
                .query(Integer.class)
                .single();
    }

    Optional<Message> message(String id) {
        return db.sql("select * from mesh_message where id = ?")
                .param(id)
                .query((row, _) -> message(row))
                .optional();
    }

    /// What a mailbox sent under an id of its own, the latest first.
    List<Message> sent(String sender, String localId, int most) {
        return db.sql(
                        """
                        select * from mesh_message where sender = ? and local_id = ?
                         order by sent desc, key desc limit ?
                        """)
                .params(sender, localId, most)
                .query((row, _) -> message(row))
                .list();
    }

    /// Takes a message out of the inbox for good; nothing happens to one that is not there any more.
    void acknowledge(long key, Instant now, AuditEntry line) {
        audited.together(
                () ->
                        db.sql(
                                        """
                                        update mesh_message set state = 'ACKNOWLEDGED', ended = ?
                                         where key = ? and state = 'ACCEPTED'
                                        """)
                                .params(Timestamp.from(now), key)
                                .update(),
                changed -> changed == 0 ? List.of() : List.of(line));
    }

    // --- what happens by itself ------------------------------------------------------------------

    /// What an internal mailbox makes of a message: an answer to its sender, which is kept in the same transaction in
    /// which the message is done with.
    ///
    /// @param message the answer
    /// @param content of the answer; empty for a report
    /// @param line for the audit
    record Answer(Message message, Optional<byte[]> content, AuditEntry line) {}

    /// Keeps a message of this server itself.
    void deliver(Message message, byte[] content, AuditEntry line) {
        audited.together(
                () -> {
                    var key = insert(message);
                    bodies.attach(key, 1, BodySql.Taken.of(content));
                    return key;
                },
                _ -> List.of(line));
    }

    /// Answers the first message that waits for an internal mailbox, which no other server does meanwhile.
    ///
    /// @return whether there was one
    boolean answer(String mailbox, Instant now, Function<Message, Answer> work) {
        return audited.together(() -> answered(mailbox, now, work), _ -> List.of());
    }

    private boolean answered(String mailbox, Instant now, Function<Message, Answer> work) {
        var waiting =
                db.sql(
                                """
                                select * from mesh_message where recipient = ? and state = 'ACCEPTED'
                                 order by place limit 1 for update skip locked
                                """)
                        .param(mailbox)
                        .query((row, _) -> message(row))
                        .optional();
        waiting.ifPresent(message -> {
            var answer = work.apply(message);
            var key = insert(answer.message());
            answer.content().ifPresent(all -> bodies.attach(key, 1, BodySql.Taken.of(all)));
            db.sql("update mesh_message set state = 'ACKNOWLEDGED', ended = ? where key = ?")
                    .params(Timestamp.from(now), message.key())
                    .update();
            audited.record(List.of(answer.line()));
        });
        return waiting.isPresent();
    }

    /// Gives up what nobody collected in time, some of it.
    ///
    /// @param report what its sender is told, and the line in the audit
    /// @return how many were given up
    int giveUp(Instant now, MeshError why, Function<Message, Answer> report) {
        return audited.together(() -> givenUp(now, why, report), _ -> List.of());
    }

    private int givenUp(Instant now, MeshError why, Function<Message, Answer> report) {
        var late =
                db.sql(
                                """
                                select * from mesh_message where state = 'ACCEPTED' and accepted < ?
                                 order by accepted limit ? for update skip locked
                                """)
                        .params(
                                Timestamp.from(now.minus(Message.COLLECTED_WITHIN)),
                                GIVEN_UP_AT_ONCE)
                        .query((row, _) -> message(row))
                        .list();
        for (var message : late) {
            db.sql(
                            """
                            update mesh_message
                               set state = 'UNDELIVERABLE', ended = ?, fault_event = ?, fault_code = ?,
                                   fault_text = ?, fault_of = ''
                             where key = ?
                            """)
                    .params(
                            Timestamp.from(now),
                            why.event(),
                            why.code(),
                            why.words(),
                            message.key())
                    .update();
            var told = report.apply(message);
            if (message.kind() == Message.Kind.DATA && !message.sender().isEmpty()) {
                insert(told.message());
            }
            audited.record(List.of(told.line()));
        }
        return late.size();
    }

    /// Removes what has been known long enough, with its content: since it was accepted, because only then it begins to wait; what
    /// never was, since its first piece came.
    ///
    /// @param line for the audit, from how many were removed
    void remove(Instant now, Duration kept, IntFunction<AuditEntry> line) {
        var before = Timestamp.from(now.minus(kept));
        audited.together(
                () -> removed(before),
                count -> count == 0 ? List.of() : List.of(line.apply(count)));
    }

    private int removed(Timestamp before) {
        db.sql(
                        """
                        delete from mesh_part where upload in
                               (select c.upload from mesh_chunk c
                                  join mesh_message m on m.key = c.message
                                 where m.sent < :before and coalesce(m.accepted, m.sent) < :before)
                        """)
                .param("before", before)
                .update();
        return db.sql(
                        """
                        delete from mesh_message
                         where sent < :before and coalesce(accepted, sent) < :before
                        """)
                .param("before", before)
                .update();
    }

    private static Message message(ResultSet row) throws SQLException {
        var about =
                new Message.About(
                        row.getString("addressed"),
                        row.getString("workflow"),
                        row.getString("subject"),
                        row.getString("local_id"),
                        row.getString("partner_id"),
                        row.getString("file_name"),
                        row.getString("content_type"),
                        row.getString("encoding"),
                        row.getString("checksum"),
                        row.getBoolean("encrypted"),
                        row.getBoolean("compressed"));
        var times =
                new Message.Times(
                        row.getTimestamp("sent").toInstant(),
                        instant(row.getTimestamp("accepted")),
                        instant(row.getTimestamp("ended")));
        var event = Optional.ofNullable(row.getString("fault_event"));
        var code = row.getString("fault_code");
        var text = row.getString("fault_text");
        var linked = row.getString("fault_of");
        var fault = event.map(name -> new Message.Fault(name, code, text, linked));
        return new Message(
                row.getLong("key"),
                row.getString("id"),
                row.getString("sender"),
                row.getString("recipient"),
                Message.Kind.valueOf(row.getString("kind")),
                Message.State.valueOf(row.getString("state")),
                about,
                new Message.Extent(row.getInt("chunks"), row.getLong("bytes")),
                times,
                fault);
    }

    private static Optional<Instant> instant(@Nullable Timestamp time) {
        return Optional.ofNullable(time).map(Timestamp::toInstant);
    }
}
