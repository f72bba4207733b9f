package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import trellis.store.TogetherSql.Values;
import trellis.store.WriteSql.Place;
import trellis.store.WriteSql.Row;

/// The rows that current versions are found by, each statement for a whole batch. All of them run on a connection whose transaction
/// the caller begins and ends.
final class SearchRowsSql {

    private static final String[] TABLES = {
        "ix_string",
        "ix_date",
        "ix_number",
        "ix_identifier",
        "ix_reference",
        "ix_relationship",
        "ix_text"
    };

    private static final Rows.Table STRINGS =
            values("ix_string", "param integer", "elem smallint", "value text");
    private static final Rows.Table DATES =
            values("ix_date", "param integer", "elem smallint", "low bigint", "high bigint");
    private static final Rows.Table NUMBERS =
            values(
                    "ix_number",
                    "param integer",
                    "elem smallint",
                    "value numeric",
                    "unit bigint",
                    "code bigint");
    private static final Rows.Table IDENTIFIERS = values("ix_identifier", "hash bigint");
    private static final Rows.Table REFERENCES =
            values("ix_reference", "param integer", "target bigint");
    private static final Rows.Table RELATIONSHIPS =
            values(
                    "ix_relationship",
                    "patient bigint",
                    "party bigint",
                    "basis smallint",
                    "starts bigint",
                    "ends bigint");

    private SearchRowsSql() {}

    /// A table of what resources are found by.
    private static Rows.Table values(String name, String... columns) {
        return Rows.Table.of(
                name,
                Stream.concat(Stream.of("shard smallint", "rid bigint"), Stream.of(columns))
                        .toArray(String[]::new));
    }

    /// The rows of one resource, or of what stands within one.
    private record Found(Place place, SearchRows rows) {}

    /// Adds what versions are found by, and what they contain.
    static void insert(
            Connection connection, InsertsSql inserts, List<Row> rows, ContainedRows contained)
            throws SQLException {
        var found = new ArrayList<Found>();
        rows.forEach(row -> found.add(new Found(row.place(), row.content().rows())));
        for (var one : contained.insert(connection, inserts, rows)) {
            found.add(new Found(one.place(), one.content().rows()));
        }
        insertRows(inserts, found);
        insertTerms(inserts.after(), found);
        insertWords(inserts.after(), found);
    }

    /// Takes away what the resources at these places, and what they contain, are found by, but for their tokens.
    static void takeAway(
            Connection connection, Collection<Place> containers, ContainedRows contained)
            throws SQLException {
        var places = new ArrayList<>(containers);
        places.addAll(contained.takeAway(connection, containers));
        var shards = Values.smallints(places.stream().map(place -> (int) place.shard()).toList());
        var rids = Values.bigints(places.stream().map(Place::rid).toList());
        var together = new TogetherSql();
        for (var table : TABLES) {
            together.add(
                    "delete from "
                            + table
                            + " x using unnest(?::smallint[], ?::bigint[]) as p (shard, rid)"
                            + " where x.shard = p.shard and x.rid = p.rid",
                    List.of(shards, rids));
        }
        together.go(connection);
    }

    /// Replaces what current versions are found by; the versions themselves stay as they are.
    static void reindex(Connection connection, List<Row> rows, RowNumbers numbers)
            throws SQLException {
        var contained = new ContainedRows(numbers);
        var places = rows.stream().map(Row::place).toList();
        takeAway(connection, places, contained);
        changeRows(connection, rows);
        var inserts = new InsertsSql();
        insert(connection, inserts, rows, contained);
        WrittenSql.note(inserts.after(), Scopes.of(rows));
        inserts.go(connection);
    }

    private static void changeRows(Connection connection, List<Row> rows) throws SQLException {
        var sql =
                """
                update res r set tok = n.tok, dated = n.dated
                  from (select ?::bigint[] as tok, ?::bigint as dated) n
                 where r.shard = ? and r.rid = ? and (r.tok <> n.tok or r.dated is distinct from n.dated)
                """;
        try (var statement = connection.prepareStatement(sql)) {
            for (var row : rows) {
                var found = row.content().rows();
                statement.setArray(1, connection.createArrayOf("bigint", boxed(found.tokens())));
                if (found.dated().isPresent()) {
                    statement.setLong(2, found.dated().getAsLong());
                } else {
                    statement.setNull(2, Types.BIGINT);
                }
                statement.setShort(3, row.place().shard());
                statement.setLong(4, row.place().rid());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static Long[] boxed(long[] values) {
        return Arrays.stream(values).boxed().toArray(Long[]::new);
    }

    private static void insertRows(InsertsSql inserts, List<Found> rows) {
        var texts = inserts.into(STRINGS);
        var dates = inserts.into(DATES);
        var amounts = inserts.into(NUMBERS);
        var identifiers = inserts.into(IDENTIFIERS);
        var links = inserts.into(REFERENCES);
        var relationships = inserts.into(RELATIONSHIPS);
        for (var row : rows) {
            var shard = row.place().shard();
            var rid = row.place().rid();
            var values = row.rows();
            for (var t : values.texts()) {
                texts.smallint(shard).bigint(rid).integer(t.parameter());
                texts.smallint(t.element()).text(t.value());
            }
            for (var d : values.dates()) {
                dates.smallint(shard).bigint(rid).integer(d.parameter());
                dates.smallint(d.element()).bigint(d.low()).bigint(d.high());
            }
            for (var a : values.amounts()) {
                amounts.smallint(shard).bigint(rid).integer(a.parameter());
                amounts.smallint(a.element()).numeric(a.value()).bigint(a.unit()).bigint(a.code());
            }
            for (var hash : values.identifiers()) {
                identifiers.smallint(shard).bigint(rid).bigint(hash);
            }
            for (var l : values.links()) {
                links.smallint(shard).bigint(rid).integer(l.parameter()).bigint(l.target());
            }
            for (var r : values.relationships()) {
                relationships.smallint(shard).bigint(rid).bigint(r.patient()).bigint(r.party());
                relationships
                        .smallint(r.basis().map(Basis::number).orElse(0))
                        .bigint(r.starts())
                        .bigint(r.ends());
            }
        }
    }

    /// Adds words that no resource has borne before, in one order for all writers.
    private static void insertTerms(TogetherSql together, List<Found> rows) {
        var terms =
                rows.stream()
                        .flatMap(row -> row.rows().terms().stream())
                        .distinct()
                        .sorted(
                                Comparator.comparingInt(SearchRows.Term::parameter)
                                        .thenComparing(SearchRows.Term::normal))
                        .toList();
        if (terms.isEmpty()) {
            return;
        }
        together.add(
                """
                insert into ix_term (param, value, hash)
                select u.param, u.value, u.hash
                  from unnest(?::integer[], ?::text[], ?::bigint[]) as u (param, value, hash)
                 where not exists (select from ix_term t where t.param = u.param and t.value = u.value)
                on conflict do nothing
                """,
                List.of(
                        new Values(
                                "integer",
                                terms.stream().mapToInt(SearchRows.Term::parameter).toArray()),
                        new Values(
                                "text",
                                terms.stream().map(SearchRows.Term::normal).toArray(String[]::new)),
                        new Values(
                                "bigint",
                                terms.stream().mapToLong(SearchRows.Term::hash).toArray())));
    }

    /// PostgreSQL takes the words apart.
    private static void insertWords(TogetherSql together, List<Found> rows) {
        var shards = new ArrayList<Integer>();
        var rids = new ArrayList<Long>();
        var kinds = new ArrayList<Integer>();
        var texts = new ArrayList<String>();
        for (var row : rows) {
            for (var words : row.rows().words()) {
                shards.add((int) row.place().shard());
                rids.add(row.place().rid());
                kinds.add(words.kind());
                texts.add(words.text());
            }
        }
        if (texts.isEmpty()) {
            return;
        }
        together.add(
                """
                insert into ix_text (shard, rid, kind, words)
                select u.shard, u.rid, u.kind, to_tsvector('simple', u.words)
                  from unnest(?::smallint[], ?::bigint[], ?::smallint[], ?::text[]) as u (shard, rid, kind, words)
                """,
                List.of(
                        Values.smallints(shards),
                        Values.bigints(rids),
                        Values.smallints(kinds),
                        new Values("text", texts.toArray(String[]::new))));
    }
}
