package trellis.matching;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.audit.AuditEntry;
import trellis.audit.AuditedSql;
import trellis.store.Write;

/// The tables of pairs, of merges, of weights, and of how far changed records have been looked at.
final class MatchingSql {
    private final AuditedSql audited;
    private final JdbcClient db;

    MatchingSql(DataSource database, Write.Table<AuditEntry> audit) {
        this.audited = new AuditedSql(database, audit);
        this.db = audited.db();
    }

    // --- weights ---------------------------------------------------------------------------------

    Optional<Weights> weights() {
        return db.sql("select * from matching_weights order by id desc limit 1")
                .query((row, _) ->
                        Weights.Text.of(
                                Arrays.asList(row.getString("body").split("\n")),
                                new Weights.Learned(
                                        row.getTimestamp("learned").toInstant(),
                                        row.getLong("people"),
                                        row.getLong("pairs"),
                                        row.getInt("steps"))))
                .optional();
    }

    void keep(Weights weights) {
        db.sql(
                        """
                        insert into matching_weights (learned, people, pairs, steps, body)
                        values (?, ?, ?, ?, ?)
                        """)
                .params(
                        Timestamp.from(weights.learned().when()),
                        weights.learned().people(),
                        weights.learned().pairs(),
                        weights.learned().steps(),
                        String.join("\n", Weights.Text.of(weights)))
                .update();
    }

    // --- the watch -------------------------------------------------------------------------------

    /// Lets one node at a time look at what has changed.
    ///
    /// @param work gets how far it was looked at, and says how far it has looked now
    void watched(LongUnaryOperator work) {
        db.sql("insert into matching_watch (one, seen) values (true, 0) on conflict do nothing")
                .update();
        audited.together(
                () -> {
                    var seen =
                            db.sql("select seen from matching_watch for update skip locked")
                                    .query(Long.class)
                                    .optional();
                    seen.ifPresent(from ->
                            db.sql("update matching_watch set seen = ?")
                                    .param(work.applyAsLong(from))
                                    .update());
                    return seen.isPresent();
                },
                _ -> List.of());
    }

    // --- pairs -----------------------------------------------------------------------------------

    /// Puts a pair into the queue; what somebody has found stands.
    void raise(Pair pair) {
        db.sql(
                        """
                        insert into matching_pair
                               (one, other, one_key, other_key, weight, probability, raised)
                        values (?, ?, ?, ?, ?, ?, ?)
                        on conflict (one, other) do update
                           set weight = excluded.weight, probability = excluded.probability
                        """)
                .params(
                        pair.one(),
                        pair.other(),
                        pair.oneKey(),
                        pair.otherKey(),
                        pair.weight(),
                        pair.probability(),
                        Timestamp.from(pair.raised()))
                .update();
    }

    /// Takes out pairs of a record that nobody has looked at and that are no longer alike.
    ///
    /// @param still ids of the other records of pairs that are
    void drop(String patient, Set<String> still) {
        db.sql(
                        """
                        delete from matching_pair
                         where answer = 'open'
                           and ((one = :patient and not other = any (:still))
                                or (other = :patient and not one = any (:still)))
                        """)
                .param("patient", patient)
                .param("still", still.toArray(String[]::new))
                .update();
    }

    /// Pairs that wait, the surest first, those that somebody was not sure of last; or answered ones, the latest first.
    ///
    /// @param after number of the pair after which they come; 0 to begin
    List<Pair> some(boolean waiting, long after, int most) {
        var place =
                waiting ? "answer = 'later', -weight, id" : "-extract(epoch from answered), -id";
        return db.sql(
                        """
                        select * from matching_pair
                         where (answer in ('open', 'later')) = :waiting
                           and (:after = 0 or (%1$s) > (select %1$s from matching_pair where id = :after))
                         order by %1$s limit :most
                        """
                                .formatted(place))
                .param("waiting", waiting)
                .param("after", after)
                .param("most", most)
                .query((row, _) -> pair(row))
                .list();
    }

    Optional<Pair> pair(long id) {
        return db.sql("select * from matching_pair where id = ?")
                .param(id)
                .query((row, _) -> pair(row))
                .optional();
    }

    /// Keeps what somebody found, with its line in the audit.
    ///
    /// @return whether it still waited
    boolean answer(long id, Pair.Answer answer, long account, AuditEntry line) {
        return audited.allOrNothing(() -> update(id, answer, account) == 1, line);
    }

    private int update(long id, Pair.Answer answer, long account) {
        return db.sql(
                        """
                        update matching_pair
                           set answer = :answer, why = :why, who = :who, account = :account, answered = :when
                         where id = :id and answer in ('open', 'later')
                        """)
                .param("answer", answer.finding().code())
                .param("why", answer.why())
                .param("who", answer.who())
                .param("account", account)
                .param("when", Timestamp.from(answer.when().orElseThrow()))
                .param("id", id)
                .update();
    }

    private static Pair pair(ResultSet row) throws SQLException {
        return new Pair(
                row.getLong("id"),
                row.getString("one"),
                row.getString("other"),
                row.getLong("one_key"),
                row.getLong("other_key"),
                row.getDouble("weight"),
                row.getDouble("probability"),
                row.getTimestamp("raised").toInstant(),
                new Pair.Answer(
                        Pair.Finding.of(row.getString("answer")).orElseThrow(),
                        row.getString("why"),
                        row.getString("who"),
                        Optional.ofNullable(row.getTimestamp("answered"))
                                .map(Timestamp::toInstant)));
    }

    // --- merges ----------------------------------------------------------------------------------

    long nextMerge() {
        return db.sql("select nextval(pg_get_serial_sequence('matching_merge', 'id'))")
                .query(Long.class)
                .single();
    }

    Optional<Merge> merge(long id) {
        return db.sql("select * from matching_merge where id = ?")
                .param(id)
                .query((row, _) -> merge(row))
                .optional();
    }

    /// The merge that made one of two records, and has not been undone.
    Optional<Merge> standing(String one, String other) {
        return db.sql(
                        """
                        select * from matching_merge
                         where undone is null and (stays, goes) in ((:one, :other), (:other, :one))
                         order by id desc limit 1
                        """)
                .param("one", one)
                .param("other", other)
                .query((row, _) -> merge(row))
                .optional();
    }

    /// Who has taken whose place by merges that stand.
    Map<String, String> replaced() {
        var all = new HashMap<String, String>();
        db.sql("select goes, stays from matching_merge where undone is null order by id")
                .query((row, _) -> all.put(row.getString("goes"), row.getString("stays")))
                .list();
        return all;
    }

    List<Merge.Moved> moved(long merge) {
        return db.sql("select * from matching_moved where merge = ? order by type, id")
                .param(merge)
                .query((row, _) ->
                        new Merge.Moved(
                                row.getString("type"),
                                row.getString("id"),
                                row.getLong("before"),
                                row.getLong("version")))
                .list();
    }

    private static Merge merge(ResultSet row) throws SQLException {
        var undone = row.getTimestamp("undone");
        return new Merge(
                row.getLong("id"),
                row.getString("stays"),
                row.getString("goes"),
                new Merge.Versions(row.getLong("stays_before"), row.getLong("goes_before")),
                new Merge.Versions(row.getLong("stays_version"), row.getLong("goes_version")),
                new Merge.Said(
                        row.getString("who"),
                        row.getLong("account"),
                        row.getString("why"),
                        row.getTimestamp("merged").toInstant()),
                undone == null
                        ? Optional.empty()
                        : Optional.of(
                                new Merge.Said(
                                        row.getString("undone_who"),
                                        0,
                                        row.getString("undone_why"),
                                        undone.toInstant())));
    }

    /// The table of merges inside the store's own transaction, so that a merge and its list are there together or not at all.
    static Write.Table<Merge.Whole> merges() {
        return MatchingSql::insert;
    }

    private static void insert(Connection connection, List<Merge.Whole> rows) throws SQLException {
        for (var row : rows) {
            var merge = row.merge();
            try (var insert =
                    connection.prepareStatement(
                            """
                            insert into matching_merge (id, stays, goes, stays_before, goes_before, stays_version,
                                   goes_version, who, account, why, merged)
                            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """)) {
                insert.setLong(1, merge.id());
                insert.setString(2, merge.stays());
                insert.setString(3, merge.goes());
                insert.setLong(4, merge.before().stays());
                insert.setLong(5, merge.before().goes());
                insert.setLong(6, merge.after().stays());
                insert.setLong(7, merge.after().goes());
                insert.setString(8, merge.merged().who());
                insert.setLong(9, merge.merged().account());
                insert.setString(10, merge.merged().why());
                insert.setTimestamp(11, Timestamp.from(merge.merged().when()));
                insert.executeUpdate();
            }
            try (var insert =
                    connection.prepareStatement(
                            "insert into matching_moved values (?, ?, ?, ?, ?)")) {
                for (var moved : row.moved()) {
                    insert.setLong(1, merge.id());
                    insert.setString(2, moved.type());
                    insert.setString(3, moved.id());
                    insert.setLong(4, moved.before());
                    insert.setLong(5, moved.version());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    /// The same for what somebody found of a pair.
    static Write.Table<Found> found() {
        return (connection, rows) -> {
            for (var row : rows) {
                try (var update =
                        connection.prepareStatement(
                                """
                                update matching_pair
                                   set answer = ?, why = ?, who = ?, account = ?, answered = ?
                                 where one = least(?, ?) and other = greatest(?, ?)
                                """)) {
                    update.setString(1, row.finding().code());
                    update.setString(2, row.said().why());
                    update.setString(3, row.said().who());
                    update.setLong(4, row.said().account());
                    update.setTimestamp(5, Timestamp.from(row.said().when()));
                    for (var at = 6; at < 10; at++) {
                        update.setString(at, at % 2 == 0 ? row.one() : row.other());
                    }
                    update.executeUpdate();
                }
            }
        };
    }

    /// What somebody found of two records.
    record Found(String one, String other, Pair.Finding finding, Merge.Said said) {}

    /// The same for the undoing of merges.
    static Write.Table<Undone> undone() {
        return (connection, rows) -> {
            for (var row : rows) {
                try (var update =
                        connection.prepareStatement(
                                """
                                update matching_merge set undone = ?, undone_who = ?, undone_why = ?
                                 where id = ? and undone is null
                                """)) {
                    update.setTimestamp(1, Timestamp.from(row.said().when()));
                    update.setString(2, row.said().who());
                    update.setString(3, row.said().why());
                    update.setLong(4, row.merge());
                    if (update.executeUpdate() == 0) {
                        throw Merger.undone();
                    }
                }
            }
        };
    }

    /// Who undid a merge.
    record Undone(long merge, Merge.Said said) {}
}
