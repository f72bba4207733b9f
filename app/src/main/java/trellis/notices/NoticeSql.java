package trellis.notices;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import trellis.notices.Delivery.Why;
import trellis.notices.Notice.Channel;
import trellis.notices.Notice.Leg;
import trellis.notices.Notice.Step;
import trellis.notices.Notices.Kind;

/// The tables of notices: who waits, the queue of the workers, and the steps of telling.
final class NoticeSql {
    private final JdbcClient db;
    private final TransactionTemplate transactions;

    NoticeSql(DataSource database) {
        this.db = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    /// Adds one, in the transaction of this thread when one is under way; nothing when its key is there.
    void add(Notices.Raised raised, Instant now) {
        add(db, raised, now);
    }

    /// Adds some on a connection whose transaction is under way.
    static void add(Connection connection, List<Notices.Raised> all, Instant now) {
        var there = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        all.forEach(one -> add(there, one, now));
    }

    /// When the same holder was last told by a channel that something of a kind waits, which they have not looked at since; what
    /// was said then says this one as well.
    ///
    /// @param since not told before; when this one was raised, if that is earlier
    Optional<Instant> told(Notice notice, Channel channel, Instant since) {
        return db.sql(
                        """
                        select s.changed from notice n join notice_step s on s.notice = n.id
                         where n.account = :account and n.kind = :kind and n.id <> :id
                           and n.read is null and s.channel = :channel
                           and s.state in ('sent', 'delivered') and s.changed >= :since
                         order by s.changed desc limit 1
                        """)
                .param("account", notice.account())
                .param("kind", notice.kind().name())
                .param("id", notice.id())
                .param("channel", channel.code())
                .param(
                        "since",
                        Timestamp.from(notice.raised().isBefore(since) ? notice.raised() : since))
                .query((row, _) -> row.getTimestamp(1).toInstant())
                .optional();
    }

    private static void add(JdbcClient db, Notices.Raised raised, Instant now) {
        db.sql(
                        """
                        insert into notice (key, account, kind, link, raised, due)
                        values (:key, :account, :kind, :link, :now, :now)
                        on conflict (key) do nothing
                        """)
                .param("key", raised.key())
                .param("account", raised.account())
                .param("kind", raised.kind().name())
                .param("link", raised.link())
                .param("now", Timestamp.from(now))
                .update();
    }

    /// Takes the one that has waited longest, and holds it for a while: no other worker sees it meanwhile.
    Optional<Long> claim(Instant now, Instant until) {
        return db.sql(
                        """
                        update notice set held = :until
                         where id = (select id from notice
                                      where due <= :now and (held is null or held <= :now)
                                      order by due limit 1 for update skip locked)
                        returning id
                        """)
                .param("until", Timestamp.from(until))
                .param("now", Timestamp.from(now))
                .query(Long.class)
                .optional();
    }

    /// Does something with one that nobody else can change meanwhile, in one transaction; empty when it is gone.
    <T> Optional<T> locked(long id, Function<Notice, T> work) {
        return requireNonNull(
                transactions.execute(_ ->
                        db.sql("select * from notice where id = :id for update")
                                .param("id", id)
                                .query((row, _) -> notice(row))
                                .optional()
                                .map(work)));
    }

    /// Lets go of it, and says when a worker has to look at it again. Whoever has lost it to another says nothing.
    ///
    /// @param until what [#claim] said
    /// @param due empty for never
    void release(long id, Instant until, Optional<Instant> due) {
        db.sql(
                        """
                        update notice set due = :due, held = null where id = :id and held = :until
                        """)
                .param("id", id)
                .param("until", Timestamp.from(until))
                .param("due", due.map(Timestamp::from).orElse(null), Types.TIMESTAMP)
                .update();
    }

    /// A worker has to look at it soon, if anything is left to do.
    void hasten(long id, Instant now) {
        db.sql("update notice set due = :now where id = :id and due > :now")
                .param("id", id)
                .param("now", Timestamp.from(now))
                .update();
    }

    void keep(long notice, Step step) {
        var state = step.state();
        db.sql(
                        """
                        insert into notice_step (notice, place, channel, wait, state, tries, why, changed)
                        values (:notice, :place, :channel, :wait, :state, :tries, :why, :changed)
                        on conflict (notice, place) do update
                           set state = excluded.state, tries = excluded.tries, why = excluded.why,
                               changed = excluded.changed
                        """)
                .param("notice", notice)
                .param("place", step.place())
                .param("channel", step.leg().channel().code())
                .param("wait", step.leg().patience().toSeconds())
                .param("state", word(state))
                .param("tries", state instanceof Delivery.Sending(var tries) ? tries : 0)
                .param("why", why(state))
                .param("changed", Timestamp.from(step.changed()))
                .update();
    }

    void read(long id, Instant now) {
        db.sql("update notice set read = :now where id = :id and read is null")
                .param("id", id)
                .param("now", Timestamp.from(now))
                .update();
    }

    /// Unread ones of an account that lead to one place.
    List<Long> unread(long account, String link) {
        return db.sql(
                        """
                        select id from notice
                         where account = :account and read is null and link = :link
                        """)
                .param("account", account)
                .param("link", link)
                .query(Long.class)
                .list();
    }

    int unread(long account) {
        return db.sql("select count(*) from notice where account = :account and read is null")
                .param("account", account)
                .query(Integer.class)
                .single();
    }

    /// Notices of an account, newest first.
    ///
    /// @param before only those with a smaller number
    List<Notice> of(long account, long before, int most) {
        return db.sql(
                        """
                        select * from notice where account = :account and id < :before
                         order by id desc limit :most
                        """)
                .param("account", account)
                .param("before", before)
                .param("most", most)
                .query((row, _) -> notice(row))
                .list();
    }

    Optional<Notice> keyed(String key) {
        return db.sql("select * from notice where key = :key")
                .param("key", key)
                .query((row, _) -> notice(row))
                .optional();
    }

    Optional<Notice> one(long account, long id) {
        return db.sql("select * from notice where id = :id and account = :account")
                .param("id", id)
                .param("account", account)
                .query((row, _) -> notice(row))
                .optional();
    }

    /// Forgets what was raised before a moment.
    void forget(Instant before) {
        db.sql("delete from notice where raised < :before")
                .param("before", Timestamp.from(before))
                .update();
    }

    Optional<String> mail(long account) {
        return db.sql("select mail from notice_contact where account = :account")
                .param("account", account)
                .query(String.class)
                .optional();
    }

    /// @param mail empty to take it away
    void mail(long account, String mail) {
        db.sql(
                        mail.isEmpty()
                                ? "delete from notice_contact where account = :account and :mail = ''"
                                : """
                                insert into notice_contact (account, mail) values (:account, :mail)
                                on conflict (account) do update set mail = excluded.mail
                                """)
                .param("account", account)
                .param("mail", mail)
                .update();
    }

    private Notice notice(ResultSet row) throws SQLException {
        var id = row.getLong("id");
        return new Notice(
                id,
                row.getLong("account"),
                Kind.valueOf(row.getString("kind")),
                row.getString("link"),
                row.getTimestamp("raised").toInstant(),
                Optional.ofNullable(row.getTimestamp("read")).map(Timestamp::toInstant),
                steps(id));
    }

    private List<Step> steps(long notice) {
        return db.sql("select * from notice_step where notice = :notice order by place")
                .param("notice", notice)
                .query((row, _) ->
                        new Step(
                                row.getInt("place"),
                                new Leg(
                                        Channel.of(row.getString("channel")).orElseThrow(),
                                        Duration.ofSeconds(row.getLong("wait"))),
                                state(row),
                                row.getTimestamp("changed").toInstant()))
                .list();
    }

    private static String word(Delivery state) {
        return switch (state) {
            case Delivery.Created _ -> "created";
            case Delivery.Sending _ -> "sending";
            case Delivery.Sent _ -> "sent";
            case Delivery.Delivered _ -> "delivered";
            case Delivery.Failed _ -> "failed";
            case Delivery.Skipped _ -> "skipped";
        };
    }

    private static String why(Delivery state) {
        return switch (state) {
            case Delivery.Failed(var why) -> why.name();
            case Delivery.Skipped(var why) -> why.name();
            case Delivery.Created _, Delivery.Sending _, Delivery.Sent _, Delivery.Delivered _ ->
                    "";
        };
    }

    private static Delivery state(ResultSet row) throws SQLException {
        return switch (row.getString("state")) {
            case "created" -> new Delivery.Created();
            case "sending" -> new Delivery.Sending(row.getInt("tries"));
            case "sent" -> new Delivery.Sent();
            case "delivered" -> new Delivery.Delivered();
            case "failed" -> new Delivery.Failed(Why.valueOf(row.getString("why")));
            case "skipped" -> new Delivery.Skipped(Why.valueOf(row.getString("why")));
            default -> throw new IllegalStateException("a step in no known state");
        };
    }
}
