package trellis.notary;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import trellis.notary.ConnectionSql.RowsSql;

/// Reads lines of the audit with everything they say. Callers and clients, of whom there are few, are looked up once each.
final class LineSql {

    /// What [#line] reads of `audit a`.
    static final String COLUMNS =
            """
            a.seq, a.at, a.caller, a.account, a.agent, a.action::text, a.status, a.ver, a.what, a.rtype, a.fid,
            a.query, a.address, a.request, a.patient, a.others
            """;

    private static final int CALLER = 2;
    private static final int AGENT = 4;
    private static final int LAST = 15;

    /// So many are remembered.
    private static final int REMEMBERED = 10_000;

    private final ConnectionSql connection;
    private final Map<Long, List<String>> callers = new HashMap<>();
    private final Map<Long, List<String>> agents = new HashMap<>();

    LineSql(ConnectionSql connection) {
        this.connection = connection;
    }

    /// The line that a result stands on.
    ///
    /// @param first where its columns begin
    /// @param patients whom it touched, as [Line] has them
    Line line(ResultSet row, int first, List<String> patients) throws SQLException {
        var parts = new ArrayList<String>(Line.PARTS.size());
        for (var i = 0; i <= LAST; i++) {
            if (i == AGENT) {
                parts.addAll(caller(row.getLong(first + CALLER)));
            }
            parts.add(String.valueOf(row.getString(first + i)));
            if (i == AGENT) {
                parts.addAll(agent(row.getLong(first + AGENT)));
            }
        }
        return new Line(row.getLong(first), parts, patients);
    }

    private List<String> caller(long key) {
        return known(
                callers,
                key,
                "select key, account, name, role, organisation, ods_code, came from audit_caller where key = ?",
                7);
    }

    private List<String> agent(long key) {
        return known(agents, key, "select key, agent from audit_agent where key = ?", 2);
    }

    /// What a key leads to; one that is gone is told as such.
    private List<String> known(Map<Long, List<String>> known, long key, String sql, int columns) {
        var before = known.get(key);
        if (before != null) {
            return before;
        }
        if (known.size() >= REMEMBERED) {
            known.clear();
        }
        var found = connection.query(sql, statement -> statement.setLong(1, key), parts(columns));
        known.put(key, found);
        return found;
    }

    private static RowsSql<List<String>> parts(int columns) {
        return row -> {
            var there = row.next();
            var parts = new ArrayList<String>();
            for (var i = 1; i <= columns; i++) {
                parts.add(String.valueOf(there ? row.getString(i) : null));
            }
            return parts;
        };
    }
}
