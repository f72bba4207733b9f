package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.access.Caller;
import trellis.access.CallerRules;
import trellis.fhir.Json;
import trellis.fhir.Refused;
import trellis.store.Write;
import trellis.subscriptions.Standing.State;

/// The table of Subscriptions: whose they are, where each stands, and which node works it until when.
final class SubscriptionSql {
    /// Beside the locks of the store and of exports.
    private static final int LOCK = 7_415_005;

    private final JdbcClient db;

    SubscriptionSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// What somebody did to a Subscription.
    ///
    /// @param written false when it was deleted
    record Asked(String id, boolean written, Caller caller, String shown, String base) {}

    /// Notes what was done to Subscriptions, in the transaction in which it was done. What is new is counted when all of it is
    /// noted, so that neither a Bundle nor requests side by side come past the bound.
    ///
    /// @param each how many an owner may have
    static Write.Table<Asked> asked(int each) {
        return (connection, all) -> {
            for (var owner : owners(all)) {
                lock(connection, owner);
            }
            var more = new TreeSet<String>();
            for (var one : all) {
                if (!one.written()) {
                    delete(connection, "delete from subscription where id = ?", one.id());
                    delete(
                            connection,
                            "delete from subscription_event where subscription = ?",
                            one.id());
                } else if (note(connection, one)) {
                    more.add(CallerRules.owner(one.caller()));
                }
            }
            for (var owner : more) {
                if (count(connection, owner) > each) {
                    throw new Refused(SubscriptionRules.tooMany(each));
                }
            }
        };
    }

    /// In one order, so that two transactions do not wait for each other.
    private static Set<String> owners(List<Asked> all) {
        var owners = new TreeSet<String>();
        all.forEach(one -> owners.add(CallerRules.owner(one.caller())));
        return owners;
    }

    private static void lock(Connection connection, String owner) throws SQLException {
        try (var statement =
                connection.prepareStatement("select pg_advisory_xact_lock(?, hashtext(?))")) {
            statement.setInt(1, LOCK);
            statement.setString(2, owner);
            statement.execute();
        }
    }

    private static int count(Connection connection, String owner) throws SQLException {
        try (var statement =
                connection.prepareStatement("select count(*) from subscription where owner = ?")) {
            statement.setString(1, owner);
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getInt(1);
            }
        }
    }

    /// @return whether there was none with this id
    private static boolean note(Connection connection, Asked one) throws SQLException {
        if (SubscriptionRules.isMachine(one.caller()) && touch(connection, one)) {
            return false;
        }
        var sql =
                """
                insert into subscription (id, owner, caller, shown, base, state)
                values (?, ?, ?, ?, ?, 'changed')
                on conflict (id) do update
                   set owner = excluded.owner, caller = excluded.caller, shown = excluded.shown,
                       base = excluded.base, state = 'changed', checked = false,
                       generation = nextval('subscription_generation'),
                       failures = 0, failing = null, next = null, heartbeat = 0, ends = null
                returning xmax = 0
                """;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, one.id());
            statement.setString(2, CallerRules.owner(one.caller()));
            statement.setString(3, new String(Json.write(CallerRules.json(one.caller())), UTF_8));
            statement.setString(4, one.shown());
            statement.setString(5, one.base());
            try (var result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    /// What the machine writes stays with whoever asked for it: told as the machine, they would be told everything.
    ///
    /// @return false when there is none of somebody else
    private static boolean touch(Connection connection, Asked one) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        """
                        update subscription
                           set state = 'changed', generation = nextval('subscription_generation'),
                               failures = 0, failing = null, next = null, heartbeat = 0, ends = null
                         where id = ? and owner <> ?
                        """)) {
            statement.setString(1, one.id());
            statement.setString(2, CallerRules.owner(one.caller()));
            return statement.executeUpdate() > 0;
        }
    }

    private static void delete(Connection connection, String sql, String id) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, id);
            statement.execute();
        }
    }

    /// Where one stands now, noted together with the status of its resource.
    ///
    /// @param generation what it had when that was decided: what was written meanwhile counts
    /// @param collects false when no further events are kept
    record Decided(String id, long generation, State state, boolean collects, Instant now) {}

    /// Notes where Subscriptions stand.
    static Write.Table<Decided> decided() {
        return (connection, all) -> {
            for (var one : all) {
                try (var statement =
                        connection.prepareStatement(
                                """
                                update subscription
                                   set state = ?, failures = 0, failing = null, next = null, said = ?,
                                       checked = checked and ?
                                 where id = ? and generation = ?
                                """)) {
                    statement.setString(1, one.state().word());
                    statement.setTimestamp(2, Timestamp.from(one.now()));
                    statement.setBoolean(3, one.collects());
                    statement.setString(4, one.id());
                    statement.setLong(5, one.generation());
                    statement.execute();
                }
            }
        };
    }

    Optional<Standing> one(String id) {
        return db.sql("select * from subscription where id = ?")
                .param(id)
                .query((row, _) -> standing(row))
                .optional();
    }

    /// Those of an owner, or all.
    List<Standing> all(Optional<String> owner) {
        return owner.map(whose ->
                        db.sql("select * from subscription where owner = ? order by id")
                                .param(whose))
                .orElseGet(() -> db.sql("select * from subscription order by id"))
                .query((row, _) -> standing(row))
                .list();
    }

    /// The owner of one.
    Optional<String> owner(String id) {
        return db.sql("select owner from subscription where id = ?")
                .param(id)
                .query(String.class)
                .optional();
    }

    /// Those for which events are kept. One that was stored in error was never read, and keeps nothing.
    List<Standing> live() {
        return db.sql(
                        """
                        select * from subscription
                         where state <> 'off' and (state <> 'error' or checked) order by id
                        """)
                .query((row, _) -> standing(row))
                .list();
    }

    /// Those of some ids that there are.
    List<Standing> some(Collection<String> ids) {
        return db.sql("select * from subscription where id in (:ids)")
                .param("ids", List.copyOf(ids))
                .query((row, _) -> standing(row))
                .list();
    }

    /// Takes some that have something to be done; no other node works them meanwhile.
    ///
    /// @param bound websockets that are bound here
    /// @param worker this node, this time
    /// @param until when others may take them
    /// @param each how many of one owner are worked at a time, so that nobody takes the turns of all
    List<Standing> claim(
            Collection<String> bound,
            String worker,
            Instant now,
            Instant until,
            int most,
            int each) {
        return db.sql(
                        """
                        with due as (
                            select s.id, s.owner,
                                   row_number() over (partition by s.owner
                                       order by coalesce(s.worked, 'epoch'::timestamptz), s.id) as turn
                              from subscription s
                             where (s.held is null or s.held <= :now)
                               and (s.next is null or s.next <= :now)
                               and (s.state in ('changed', 'requested')
                                    or (s.ends <= :now and s.state <> 'off')
                                    or (s.state = 'active'
                                        and (s.channel <> 'websocket' or s.id in (:bound))
                                        and (exists (select 1 from subscription_event e
                                                      where e.subscription = s.id and e.sent is null)
                                             or (s.heartbeat > 0
                                                 and s.said + s.heartbeat * interval '1 second' <= :now)))))
                        update subscription set held = :until, worker = :worker, worked = :now
                         where id in (
                            select s.id from subscription s
                             where (s.held is null or s.held <= :now)
                               and s.id in (
                                   select d.id from due d
                                    where d.turn + (select count(*) from subscription h
                                                     where h.owner = d.owner and h.held > :now)
                                          <= :each)
                             order by coalesce(s.worked, 'epoch'::timestamptz), s.id
                             limit :most for update skip locked)
                        returning *
                        """)
                .param("each", each)
                .param("until", Timestamp.from(until))
                .param("worker", worker)
                .param("now", Timestamp.from(now))
                .param("bound", bound.isEmpty() ? List.of("") : List.copyOf(bound))
                .param("most", most)
                .query((row, _) -> standing(row))
                .list();
    }

    /// Holds one longer.
    ///
    /// @return false when it is this worker's no more, or was written meanwhile
    boolean hold(Standing standing, String worker, Instant until) {
        return db.sql(
                                """
                                update subscription set held = :until
                                 where id = :id and worker = :worker and generation = :generation
                                """)
                        .param("until", Timestamp.from(until))
                        .param("id", standing.id())
                        .param("worker", worker)
                        .param("generation", standing.generation())
                        .update()
                > 0;
    }

    void release(String id, String worker) {
        db.sql("update subscription set held = null, worker = '' where id = ? and worker = ?")
                .param(id)
                .param(worker)
                .update();
    }

    /// Notes what the work needs of a Subscription that was read.
    void read(Standing standing, Wanted wanted) {
        db.sql(
                        """
                        update subscription
                           set state = 'requested', checked = true, channel = :channel, heartbeat = :heartbeat, ends = :ends
                         where id = :id and generation = :generation
                        """)
                .param("channel", wanted.channel().way().code())
                .param(
                        "heartbeat",
                        wanted.channel().heartbeat().map(Duration::toSeconds).orElse(0L))
                .param("ends", wanted.end().map(Timestamp::from).orElse(null), Types.TIMESTAMP)
                .param("id", standing.id())
                .param("generation", standing.generation())
                .update();
    }

    /// Something was told.
    void said(String id, Instant now) {
        db.sql(
                        """
                        update subscription set said = :now, failures = 0, failing = null, next = null
                         where id = :id
                        """)
                .param("now", Timestamp.from(now))
                .param("id", id)
                .update();
    }

    /// Something could not be told.
    ///
    /// @param next when it is tried again
    void failed(Standing standing, Instant since, Instant next) {
        db.sql(
                        """
                        update subscription set failures = failures + 1, failing = :since, next = :next
                         where id = :id and generation = :generation
                        """)
                .param("since", Timestamp.from(since))
                .param("next", Timestamp.from(next))
                .param("id", standing.id())
                .param("generation", standing.generation())
                .update();
    }

    /// Forgets one whose resource is gone.
    void remove(String id) {
        db.sql("delete from subscription where id = ?").param(id).update();
    }

    /// Keeps a token by which a websocket is bound.
    void token(String hash, Bound bound, Instant expires) {
        db.sql(
                        """
                        insert into subscription_token (hash, caller, shown, ids, expires)
                        values (:hash, :caller, :shown, :ids, :expires)
                        """)
                .param("hash", hash)
                .param("caller", new String(Json.write(CallerRules.json(bound.caller())), UTF_8))
                .param("shown", bound.shown())
                .param("ids", bound.ids().toArray(String[]::new))
                .param("expires", Timestamp.from(expires))
                .update();
    }

    /// What a token binds.
    ///
    /// @param caller who asked for it
    /// @param shown how they showed it
    record Bound(Caller caller, String shown, List<String> ids) {
        Bound {
            ids = List.copyOf(ids);
        }
    }

    /// Uses a token up.
    Optional<Bound> spend(String hash, Instant now) {
        return db.sql(
                        """
                        delete from subscription_token where hash = :hash
                        returning caller, shown, ids, expires > :now as good
                        """)
                .param("hash", hash)
                .param("now", Timestamp.from(now))
                .query((row, _) ->
                        row.getBoolean("good")
                                ? Optional.of(
                                        new Bound(
                                                caller(row),
                                                row.getString("shown"),
                                                List.of((String[]) row.getArray("ids").getArray())))
                                : Optional.<Bound>empty())
                .optional()
                .flatMap(one -> one);
    }

    void forgetTokens(Instant now) {
        db.sql("delete from subscription_token where expires < ?")
                .param(Timestamp.from(now))
                .update();
    }

    /// The key that seals headers.
    ///
    /// @param made kept when there is none yet
    byte[] key(byte[] made) {
        db.sql("insert into subscription_key (one, key) values (true, ?) on conflict do nothing")
                .param(made)
                .update();
        return requireNonNull(
                db.sql("select key from subscription_key").query(byte[].class).single());
    }

    private static Caller caller(ResultSet row) throws SQLException {
        return CallerRules.caller(Json.parse(row.getString("caller").getBytes(UTF_8)));
    }

    private static Standing standing(ResultSet row) throws SQLException {
        return new Standing(
                row.getString("id"),
                caller(row),
                row.getString("shown"),
                row.getString("base"),
                State.of(row.getString("state")),
                row.getLong("generation"),
                row.getLong("born"),
                row.getLong("numbered"),
                row.getInt("failures"),
                instant(row, "failing"),
                instant(row, "said"),
                instant(row, "ends"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
