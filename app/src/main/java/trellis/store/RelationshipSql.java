package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchParameters;

/// Fills `ix_relationship` for resources that were stored before there was one, from the other rows
/// they are found by. From then on it is written with them.
final class RelationshipSql {

    private RelationshipSql() {}

    /// Does nothing when there are any.
    static void fill(Connection connection) throws SQLException {
        try (var statement =
                        connection.prepareStatement("select exists (select from ix_relationship)");
                var result = statement.executeQuery()) {
            result.next();
            if (result.getBoolean(1)) {
                return;
            }
        }
        for (var source : Relationships.SOURCES) {
            // What bears a category came later than this table.
            if (source.category().isEmpty()) {
                fill(connection, source);
            }
        }
    }

    private static void fill(Connection connection, Relationships.Source source)
            throws SQLException {
        var reference = SearchParameters.r4().find(source.type(), source.reference()).orElseThrow();
        var date =
                source.date()
                        .map(code -> SearchParameters.r4().find(source.type(), code).orElseThrow());
        var over = statuses(source.type(), List.copyOf(source.over()));
        var asked = source.untilDone();
        var sql = new Sql();
        sql.add(
                        """
                        insert into ix_relationship (shard, rid, patient, party, basis, starts, ends)
                        select distinct x.shard, x.rid, r.patient, x.target, ?::smallint,
                               coalesce(d.low, ?),
                               case when r.tok && ? then case when d.high < ? then d.high
                                                              else coalesce(d.low, ?) end
                                    when ? = 1 then ? else coalesce(d.high, ?) end
                        """)
                .bind(source.basis().number())
                .bind(Long.MIN_VALUE)
                .bindWholes(over)
                .bind(Long.MAX_VALUE)
                .bind(Long.MIN_VALUE)
                .bind(asked ? 1 : 0)
                .bind(Long.MAX_VALUE)
                .bind(Long.MAX_VALUE);
        sql.add(
                        """
                          from ix_reference x
                          join res r on r.shard = x.shard and r.rid = x.rid
                          join loc l on l.home = (x.target & 1023)::smallint and l.key = x.target
                          join res o on o.shard = l.shard and o.rid = l.rid and o.rtype = ?
                          left join ix_date d on d.shard = x.shard and d.rid = x.rid and d.param = ?
                         where x.param = any (?) and r.rtype = ? and r.patient <> 0
                           and not r.deleted and not r.tok && ?
                        """)
                .bind(Definitions.r4().typeCode("Organization"))
                .bind(date.map(Keys::parameter).orElse(0))
                .bindWholes(Links.numbers(reference))
                .bind(Definitions.r4().typeCode(source.type()))
                .bindWholes(statuses(source.type(), List.copyOf(Relationships.NEVER)));
        try (var statement = sql.prepare(connection)) {
            statement.executeUpdate();
        }
    }

    private static List<Long> statuses(String type, List<String> codes) {
        var hashes = new ArrayList<Long>();
        codes.forEach(code -> hashes.add(Keys.code(Keys.salt(type, "status"), code)));
        return hashes;
    }
}
