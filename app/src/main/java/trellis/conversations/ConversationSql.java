package trellis.conversations;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import trellis.conversations.Conversation.Message;
import trellis.conversations.Conversation.Part;
import trellis.conversations.Conversation.Row;
import trellis.conversations.Conversation.Seen;
import trellis.conversations.Conversation.State;
import trellis.conversations.Conversation.Who;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// The tables of conversations.
final class ConversationSql {
    /// Conversations somebody takes part in: as themselves, by their organisation, or as the person.
    private static final String TAKES_PART =
            """
            exists (select 1 from conversation_part p
                     where p.conversation = c.id
                       and ((p.kind = 'account' and p.who = :account)
                            or (p.kind = 'organisation' and p.who = :organisation)
                            or (p.kind = 'person' and p.who = :person)))
            """;

    private static final String UNREAD =
            """
            from conversation_message m
             where m.conversation = c.id and m.sender <> :me
               and not exists (select 1 from conversation_read r
                                where r.message = m.id and r.account = :me)
            """;

    private final JdbcClient db;
    private final TransactionTemplate transactions;

    ConversationSql(DataSource database) {
        this.db = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    /// As whom somebody takes part. A word that nobody has stands for not at all.
    ///
    /// @param me number of the account
    record Taking(long me, String account, String organisation, String person) {}

    /// A message to keep, with its conversation.
    ///
    /// @param begins whether the conversation begins with it
    record Entry(Conversation conversation, boolean begins, Message message) {}

    /// Keeps messages on a connection whose transaction is under way.
    static void keep(Connection connection, List<Entry> entries) {
        var there = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        entries.forEach(entry -> keep(there, entry));
    }

    /// Keeps one, in the transaction of this thread when one is under way.
    void keep(Entry entry) {
        keep(db, entry);
    }

    private static void keep(JdbcClient db, Entry entry) {
        var conversation = entry.conversation();
        var message = entry.message();
        if (entry.begins()) {
            db.sql(
                            """
                            insert into conversation (id, subject, patient, replies, begun, latest)
                            values (:id, :subject, :patient, :replies, :sent, :sent)
                            """)
                    .param("id", conversation.id())
                    .param("subject", conversation.subject())
                    .param("patient", conversation.patient())
                    .param("replies", conversation.state().replies())
                    .param("sent", Timestamp.from(message.sent()))
                    .update();
            conversation.parts().forEach(part -> add(db, conversation.id(), part));
        } else if (db.sql(
                                """
                                update conversation set latest = greatest(latest, :sent)
                                 where id = :id and closed is null
                                """)
                        .param("id", conversation.id())
                        .param("sent", Timestamp.from(message.sent()))
                        .update()
                == 0) {
            throw new Refused(
                    new Problem.BadRequest(
                            "conflict", "This conversation has been closed meanwhile.", ""));
        }
        db.sql(
                        """
                        insert into conversation_message
                               (id, conversation, sender, person, name, organisation, ods_code, body,
                                urgent, sent)
                        values (:id, :conversation, :sender, :person, :name, :organisation, :odsCode,
                                :body, :urgent, :sent)
                        """)
                .param("id", message.id())
                .param("conversation", conversation.id())
                .param("sender", message.sender())
                .param("person", message.person())
                .param("name", message.name())
                .param("organisation", message.organisation())
                .param("odsCode", message.odsCode())
                .param("body", message.body().orElse(null), Types.VARCHAR)
                .param("urgent", message.urgent())
                .param("sent", Timestamp.from(message.sent()))
                .update();
        if (!message.person()) {
            // Who answers for their organisation takes part themselves from then on.
            var self = new Who.Staff(message.sender());
            add(
                    db,
                    conversation.id(),
                    new Part(self, message.name(), message.sent(), message.name(), ""));
        }
    }

    /// Lets somebody take part; nothing when they do already.
    boolean add(String conversation, Part part) {
        return add(db, conversation, part);
    }

    private static boolean add(JdbcClient db, String conversation, Part part) {
        return db.sql(
                                """
                                insert into conversation_part
                                       (conversation, kind, who, name, added, added_by, why)
                                values (:conversation, :kind, :who, :name, :added, :by, :why)
                                on conflict do nothing
                                """)
                        .param("conversation", conversation)
                        .param("kind", ConversationRules.kind(part.who()))
                        .param("who", ConversationRules.who(part.who()))
                        .param("name", part.name())
                        .param("added", Timestamp.from(part.added()))
                        .param("by", part.addedBy())
                        .param("why", part.why())
                        .update()
                > 0;
    }

    /// Does something with one that nobody else changes meanwhile, in one transaction.
    <T> Optional<T> locked(String id, Function<Conversation, T> work) {
        return requireNonNull(
                transactions.execute(_ ->
                        db.sql("select * from conversation where id = :id for update")
                                .param("id", id)
                                .query((row, _) -> conversation(row))
                                .optional()
                                .map(work)));
    }

    void state(String id, State state) {
        var closed =
                state instanceof State.Closed one
                        ? Optional.of(one)
                        : Optional.<State.Closed>empty();
        db.sql(
                        """
                        update conversation
                           set replies = :replies, closed = :closed, closed_by = :by
                         where id = :id
                        """)
                .param("id", id)
                .param("replies", state.replies())
                .param(
                        "closed",
                        closed.map(one -> Timestamp.from(one.when())).orElse(null),
                        Types.TIMESTAMP)
                .param("by", closed.map(State.Closed::by).orElse(""))
                .update();
    }

    /// The conversation of a message.
    Optional<String> conversation(String message) {
        return db.sql("select conversation from conversation_message where id = :id")
                .param("id", message)
                .query(String.class)
                .optional();
    }

    /// One that somebody takes part in.
    Optional<Conversation> one(Taking taking, String id) {
        return db.sql("select c.* from conversation c where c.id = :id and " + TAKES_PART)
                .param("id", id)
                .param("account", taking.account())
                .param("organisation", taking.organisation())
                .param("person", taking.person())
                .query((row, _) -> conversation(row))
                .optional();
    }

    /// Ids of the patients whom the conversations that somebody takes part in are about, in their order.
    ///
    /// @param closed only of closed ones, or only of open ones; empty for both
    /// @param after id after which to begin; empty for the first
    List<String> patients(Taking taking, Optional<Boolean> closed, String after, int most) {
        return db.sql(
                        """
                        select distinct c.patient from conversation c
                         where c.patient > :after
                           and (:both or (c.closed is not null) = :closed)
                           and %s
                         order by c.patient limit :most
                        """
                                .formatted(TAKES_PART))
                .param("after", after)
                .param("both", closed.isEmpty())
                .param("closed", closed.orElse(false))
                .param("account", taking.account())
                .param("organisation", taking.organisation())
                .param("person", taking.person())
                .param("most", most)
                .query(String.class)
                .list();
    }

    /// What a list is asked for.
    ///
    /// @param patients whom it may be about
    /// @param closed only closed ones, or only open ones; empty for both
    /// @param words in subjects and names; empty for all
    record Asked(
            Set<String> patients, Optional<Boolean> closed, String words, int from, int most) {}

    /// A page of a list, urgent and unread ones first, and how many there are in all.
    record Found(List<Row> rows, int total) {}

    Found list(Taking taking, Asked asked) {
        var total = new ArrayList<Integer>();
        // Those about nobody as well.
        var patients = Stream.concat(asked.patients().stream(), Stream.of(""));
        var rows =
                db.sql(
                                """
                                with mine as (
                                  select c.*, (select count(*) %s) as unread,
                                         exists (select 1 %s and m.urgent) as urgent
                                    from conversation c
                                   where c.patient = any (:patients)
                                     and (:both or (c.closed is not null) = :closed)
                                     and %s
                                     and (:words = '' or c.subject ilike :like
                                          or exists (select 1 from conversation_part p
                                                      where p.conversation = c.id
                                                        and p.name ilike :like)))
                                select *, count(*) over () as total from mine
                                 order by urgent desc, unread > 0 desc, latest desc, id
                                offset :from limit :most
                                """
                                        .formatted(UNREAD, UNREAD, TAKES_PART))
                        .param("me", taking.me())
                        .param("patients", patients.toArray(String[]::new))
                        .param("both", asked.closed().isEmpty())
                        .param("closed", asked.closed().orElse(false))
                        .param("account", taking.account())
                        .param("organisation", taking.organisation())
                        .param("person", taking.person())
                        .param("words", asked.words())
                        .param("like", ConversationRules.like(asked.words()))
                        .param("from", asked.from())
                        .param("most", asked.most())
                        .query((row, _) -> {
                            total.add(row.getInt("total"));
                            return new Row(
                                    conversation(row, List.of()),
                                    row.getInt("unread"),
                                    row.getBoolean("urgent"));
                        })
                        .list();
        var parts = parts(rows.stream().map(row -> row.conversation().id()).toList());
        return new Found(
                rows.stream().map(row -> row.with(parts)).toList(),
                total.isEmpty() ? 0 : total.getFirst());
    }

    /// Every message of one, in the order in which they were sent.
    List<Message> messages(String conversation) {
        return db.sql(
                        """
                        select * from conversation_message
                         where conversation = :conversation order by sent, id
                        """)
                .param("conversation", conversation)
                .query((row, _) ->
                        new Message(
                                row.getString("id"),
                                row.getLong("sender"),
                                row.getBoolean("person"),
                                row.getString("name"),
                                row.getString("organisation"),
                                row.getString("ods_code"),
                                Optional.ofNullable(row.getString("body")),
                                row.getBoolean("urgent"),
                                row.getTimestamp("sent").toInstant()))
                .list();
    }

    /// That a message was sent in error.
    record Mistake(String message, Instant when) {}

    /// Marks messages on a connection whose transaction is under way.
    static void mark(Connection connection, List<Mistake> mistakes) {
        var there = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        mistakes.forEach(one -> mark(there, one));
    }

    /// Marks one, in the transaction of this thread when one is under way.
    void mark(Mistake mistake) {
        mark(db, mistake);
    }

    private static void mark(JdbcClient db, Mistake mistake) {
        db.sql(
                        """
                        update conversation_message set mistaken = :when
                         where id = :id and mistaken is null
                        """)
                .param("id", mistake.message())
                .param("when", Timestamp.from(mistake.when()))
                .update();
    }

    /// Ids of the messages of one that were sent in error.
    Set<String> mistaken(String conversation) {
        return Set.copyOf(
                db.sql(
                                """
                                select id from conversation_message
                                 where conversation = :conversation and mistaken is not null
                                """)
                        .param("conversation", conversation)
                        .query(String.class)
                        .list());
    }

    /// Somebody has read every message that they did not write themselves.
    void read(Collection<String> messages, long account, String name, Instant now) {
        for (var message : messages) {
            db.sql(
                            """
                            insert into conversation_read (message, account, name, read)
                            values (:message, :account, :name, :now) on conflict do nothing
                            """)
                    .param("message", message)
                    .param("account", account)
                    .param("name", name)
                    .param("now", Timestamp.from(now))
                    .update();
        }
    }

    List<Seen> seen(String conversation) {
        return db.sql(
                        """
                        select r.* from conversation_read r
                          join conversation_message m on m.id = r.message
                         where m.conversation = :conversation order by r.read, r.account
                        """)
                .param("conversation", conversation)
                .query((row, _) ->
                        new Seen(
                                row.getString("message"),
                                row.getLong("account"),
                                row.getString("name"),
                                row.getTimestamp("read").toInstant()))
                .list();
    }

    boolean watches(long account, String odsCode) {
        return db.sql(
                        """
                        select 1 from conversation_watch
                         where account = :account and ods_code = :odsCode
                        """)
                .param("account", account)
                .param("odsCode", odsCode)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /// Accounts that asked to be told of what comes to an organisation, also those that left it since.
    List<Long> watchers(String odsCode) {
        return db.sql("select account from conversation_watch where ods_code = :odsCode")
                .param("odsCode", odsCode)
                .query(Long.class)
                .list();
    }

    void watch(long account, String odsCode) {
        db.sql(
                        """
                        insert into conversation_watch (account, ods_code) values (:account, :odsCode)
                        on conflict (account) do update set ods_code = excluded.ods_code
                        """)
                .param("account", account)
                .param("odsCode", odsCode)
                .update();
    }

    void unwatch(long account) {
        db.sql("delete from conversation_watch where account = :account")
                .param("account", account)
                .update();
    }

    private Conversation conversation(ResultSet row) throws SQLException {
        var id = row.getString("id");
        return conversation(row, parts(List.of(id)).getOrDefault(id, List.of()));
    }

    private static Conversation conversation(ResultSet row, List<Part> parts) throws SQLException {
        var replies = row.getBoolean("replies");
        var closed = Optional.ofNullable(row.getTimestamp("closed"));
        var by = row.getString("closed_by");
        return new Conversation(
                row.getString("id"),
                row.getString("subject"),
                row.getString("patient"),
                closed.<State>map(when -> new State.Closed(replies, when.toInstant(), by))
                        .orElse(new State.Open(replies)),
                row.getTimestamp("latest").toInstant(),
                parts);
    }

    /// Who takes part in some conversations, by the conversation's id.
    private Map<String, List<Part>> parts(List<String> conversations) {
        var parts = new HashMap<String, List<Part>>();
        if (!conversations.isEmpty()) {
            db.sql(
                            """
                            select * from conversation_part
                             where conversation in (:conversations) order by added, kind, who
                            """)
                    .param("conversations", conversations)
                    .query(row -> {
                        parts.computeIfAbsent(row.getString("conversation"), _ -> new ArrayList<>())
                                .add(part(row));
                    });
        }
        return parts;
    }

    private static Part part(ResultSet row) throws SQLException {
        return new Part(
                who(row.getString("kind"), row.getString("who")),
                row.getString("name"),
                row.getTimestamp("added").toInstant(),
                row.getString("added_by"),
                row.getString("why"));
    }

    private static Who who(String kind, String who) {
        return switch (kind) {
            case "account" -> new Who.Staff(Long.parseLong(who));
            case "organisation" -> new Who.Organisation(who);
            case "person" -> new Who.Person(who);
            default -> throw new IllegalStateException("a part of no known kind");
        };
    }
}
