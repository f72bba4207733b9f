package trellis.subscriptions;

import static java.util.Objects.requireNonNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import trellis.store.Write;
import trellis.subscriptions.Standing.Event;
import trellis.subscriptions.Topic.Interaction;

/// The events of each Subscription, in order.
final class EventSql {
    private final JdbcClient db;
    private final TransactionTemplate transactions;

    EventSql(DataSource database) {
        this.db = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    /// An event that a Subscription is to be told of.
    ///
    /// @param born of the Subscription: another that has its id by now is not told
    record Due(
            String subscription,
            long born,
            String type,
            String id,
            long version,
            Interaction interaction,
            boolean looksBack,
            Instant happened) {}

    /// Where events go when they are found.
    static Write.Table<Due> due() {
        return (connection, all) -> {
            // Of one that was deleted or stopped meanwhile nothing is kept.
            var sql =
                    """
                    insert into subscription_event
                           (subscription, rtype, fid, ver, interaction, looked_back, happened)
                    select id, ?, ?, ?, ?, ?, ? from subscription
                     where id = ? and born = ? and (state <> 'error' or checked)
                    """;
            try (var statement = connection.prepareStatement(sql)) {
                for (var one : all) {
                    statement.setString(1, one.type());
                    statement.setString(2, one.id());
                    statement.setLong(3, one.version());
                    statement.setString(4, one.interaction().code());
                    statement.setBoolean(5, one.looksBack());
                    statement.setTimestamp(6, Timestamp.from(one.happened()));
                    statement.setString(7, one.subscription());
                    statement.setLong(8, one.born());
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        };
    }

    /// The next events that have no number yet.
    List<Event> unnumbered(String subscription, int most) {
        return db.sql(
                        """
                        select * from subscription_event
                         where subscription = ? and number is null and sent is null
                         order by place limit ?
                        """)
                .param(subscription)
                .param(most)
                .query((row, _) -> event(row))
                .list();
    }

    /// Gives events their numbers. What may not be seen gets none, and leaves no trace. One that somebody else has numbered or
    /// thrown away meanwhile stays as it is.
    ///
    /// @param looked the next ones, in order
    /// @param seen those of them that whoever is told may see now
    void number(String subscription, List<Event> looked, Set<Event> seen) {
        transactions.executeWithoutResult(_ -> {
            var last =
                    db.sql("select numbered from subscription where id = ? for update")
                            .param(subscription)
                            .query(Long.class)
                            .optional();
            if (last.isEmpty()) {
                return;
            }
            long number = last.get();
            for (var event : looked) {
                if (!seen.contains(event)) {
                    remove(subscription, event.place());
                } else if (number(subscription, event.place(), number + 1)) {
                    number++;
                }
            }
            db.sql("update subscription set numbered = ? where id = ?")
                    .param(number)
                    .param(subscription)
                    .update();
        });
    }

    private boolean number(String subscription, long place, long number) {
        return db.sql(
                                """
                                update subscription_event set number = ?
                                 where subscription = ? and place = ? and number is null
                                """)
                        .param(number)
                        .param(subscription)
                        .param(place)
                        .update()
                > 0;
    }

    private void remove(String subscription, long place) {
        db.sql(
                        """
                        delete from subscription_event
                         where subscription = ? and place = ? and number is null
                        """)
                .param(subscription)
                .param(place)
                .update();
    }

    /// The next events that have their number and have not been taken.
    List<Event> unsent(String subscription, int most) {
        return db.sql(
                        """
                        select * from subscription_event
                         where subscription = ? and sent is null and number is not null
                         order by place limit ?
                        """)
                .param(subscription)
                .param(most)
                .query((row, _) -> event(row))
                .list();
    }

    /// Events that were told once.
    List<Event> numbered(String subscription, long from, long to, int most) {
        return db.sql(
                        """
                        select * from subscription_event
                         where subscription = ? and number between ? and ?
                         order by number limit ?
                        """)
                .param(subscription)
                .param(from)
                .param(to)
                .param(most)
                .query((row, _) -> event(row))
                .list();
    }

    /// The receiver has taken all up to a place.
    void sent(String subscription, long place, Instant now) {
        db.sql(
                        """
                        update subscription_event set sent = ?
                         where subscription = ? and place <= ? and sent is null and number is not null
                        """)
                .param(Timestamp.from(now))
                .param(subscription)
                .param(place)
                .update();
    }

    /// How many wait in all.
    long waiting() {
        return requireNonNull(
                db.sql("select count(*) from subscription_event where sent is null")
                        .query(Long.class)
                        .single());
    }

    /// The Subscriptions for which more wait than may.
    ///
    /// @param kept those whose further events are kept, or those that were stopped
    List<String> over(int most, boolean kept) {
        return db.sql(
                        """
                        select e.subscription
                          from subscription_event e join subscription s on s.id = e.subscription
                         where e.sent is null and (s.state <> 'error' or s.checked) = :kept
                         group by e.subscription having count(*) > :most
                        """)
                .param("kept", kept)
                .param("most", most)
                .query(String.class)
                .list();
    }

    /// Throws away those that wait past as many as may.
    void cut(String subscription, int most) {
        db.sql(
                        """
                        delete from subscription_event
                         where subscription = :id and sent is null and number is null
                           and place > (select place from subscription_event
                                         where subscription = :id and sent is null
                                         order by place offset :most - 1 limit 1)
                        """)
                .param("id", subscription)
                .param("most", most)
                .update();
    }

    /// The Subscriptions for which something waits that is too old.
    List<String> late(Instant before) {
        return db.sql(
                        """
                        select distinct subscription from subscription_event
                         where happened < ? and sent is null
                        """)
                .param(Timestamp.from(before))
                .query(String.class)
                .list();
    }

    /// Throws away what is too old, and what nobody waits for any more.
    void forget(Instant before) {
        db.sql("delete from subscription_event where happened < ?")
                .param(Timestamp.from(before))
                .update();
        db.sql(
                        """
                        delete from subscription_event e
                         where not exists (select 1 from subscription s where s.id = e.subscription)
                        """)
                .update();
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getLong("place"),
                row.getLong("number"),
                row.getString("rtype"),
                row.getString("fid"),
                row.getLong("ver"),
                Interaction.valueOf(row.getString("interaction").toUpperCase(Locale.ROOT)),
                row.getBoolean("looked_back"),
                row.getTimestamp("happened").toInstant());
    }
}
