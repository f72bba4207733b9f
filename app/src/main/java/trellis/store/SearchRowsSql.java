package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
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

    private SearchRowsSql() {}

    /// The rows of one resource, or of what stands within one.
    private record Found(Place place, SearchRows rows) {}

    /// Inserts what versions are found by, and what they contain.
    static void insert(Connection connection, List<Row> rows, ContainedRows contained)
            throws SQLException {
        var found = new ArrayList<Found>();
        rows.forEach(row -> found.add(new Found(row.place(), row.content().rows())));
        for (var one : contained.insert(connection, rows)) {
            found.add(new Found(one.place(), one.content().rows()));
        }
        copyRows(connection, found);
        insertTerms(connection, found);
        insertWords(connection, found);
    }

    /// Takes away what the resources at these places, and what they contain, are found by, but for their tokens.
    static void takeAway(
            Connection connection, Collection<Place> containers, ContainedRows contained)
            throws SQLException {
        var places = new ArrayList<>(containers);
        places.addAll(contained.takeAway(connection, containers));
        for (var table : TABLES) {
            WriteSql.forPlaces(
                    connection,
                    "delete from "
                            + table
                            + " x using unnest(?::smallint[], ?::bigint[]) as p (shard, rid)"
                            + " where x.shard = p.shard and x.rid = p.rid",
                    places);
        }
    }

    /// Replaces what current versions are found by; the versions themselves stay as they are.
    static void reindex(Connection connection, List<Row> rows, RowNumbers numbers)
            throws SQLException {
        var contained = new ContainedRows(numbers);
        var places = rows.stream().map(Row::place).toList();
        takeAway(connection, places, contained);
        changeRows(connection, rows);
        insert(connection, rows, contained);
        WrittenSql.note(connection, Scopes.of(rows));
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

    private static void copyRows(Connection connection, List<Found> rows) throws SQLException {
        var texts = new CopyRows(5);
        var dates = new CopyRows(6);
        var amounts = new CopyRows(7);
        var identifiers = new CopyRows(3);
        var links = new CopyRows(4);
        var relationships = new CopyRows(7);
        for (var row : rows) {
            var shard = row.place().shard();
            var rid = row.place().rid();
            var values = row.rows();
            for (var t : values.texts()) {
                texts.row().smallint(shard).bigint(rid).integer(t.parameter());
                texts.smallint(t.element()).text(t.value());
            }
            for (var d : values.dates()) {
                dates.row().smallint(shard).bigint(rid).integer(d.parameter());
                dates.smallint(d.element()).bigint(d.low()).bigint(d.high());
            }
            for (var a : values.amounts()) {
                amounts.row().smallint(shard).bigint(rid).integer(a.parameter());
                amounts.smallint(a.element()).numeric(a.value()).bigint(a.unit()).bigint(a.code());
            }
            for (var hash : values.identifiers()) {
                identifiers.row().smallint(shard).bigint(rid).bigint(hash);
            }
            for (var l : values.links()) {
                links.row().smallint(shard).bigint(rid).integer(l.parameter()).bigint(l.target());
            }
            for (var r : values.relationships()) {
                relationships
                        .row()
                        .smallint(shard)
                        .bigint(rid)
                        .bigint(r.patient())
                        .bigint(r.party());
                relationships
                        .smallint(r.basis().map(Basis::number).orElse(0))
                        .bigint(r.starts())
                        .bigint(r.ends());
            }
        }
        WriteSql.copy(connection, "ix_string (shard, rid, param, elem, value)", texts);
        WriteSql.copy(connection, "ix_date (shard, rid, param, elem, low, high)", dates);
        WriteSql.copy(
                connection, "ix_number (shard, rid, param, elem, value, unit, code)", amounts);
        WriteSql.copy(connection, "ix_identifier (shard, rid, hash)", identifiers);
        WriteSql.copy(connection, "ix_reference (shard, rid, param, target)", links);
        WriteSql.copy(
                connection,
                "ix_relationship (shard, rid, patient, party, basis, starts, ends)",
                relationships);
    }

    /// Inserts words that no resource has borne before, in one order for all writers.
    private static void insertTerms(Connection connection, List<Found> rows) throws SQLException {
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
        var sql =
                """
                insert into ix_term (param, value, hash)
                select u.param, u.value, u.hash
                  from unnest(?::integer[], ?::text[], ?::bigint[]) as u (param, value, hash)
                 where not exists (select from ix_term t where t.param = u.param and t.value = u.value)
                on conflict do nothing
                """;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "integer", terms.stream().map(SearchRows.Term::parameter).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", terms.stream().map(SearchRows.Term::normal).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "bigint", terms.stream().map(SearchRows.Term::hash).toArray()));
            statement.executeUpdate();
        }
    }

    /// PostgreSQL takes the words apart.
    private static void insertWords(Connection connection, List<Found> rows) throws SQLException {
        if (rows.stream().allMatch(row -> row.rows().words().isEmpty())) {
            return;
        }
        var sql =
                "insert into ix_text (shard, rid, kind, words) values (?, ?, ?, to_tsvector('simple', ?))";
        try (var statement = connection.prepareStatement(sql)) {
            for (var row : rows) {
                for (var words : row.rows().words()) {
                    statement.setShort(1, row.place().shard());
                    statement.setLong(2, row.place().rid());
                    statement.setInt(3, words.kind());
                    statement.setString(4, words.text());
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }
}
