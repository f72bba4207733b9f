package trellis.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/// Rows of several tables on their way to the database. Few of a table go as arrays, in one message with those of the others: COPY is
/// asked for and answered twice for each table. Many go by COPY, which takes less for each.
final class InsertsSql {
    private static final int MANY = 200;
    private static final long LARGE = 1_000_000;

    private final List<Rows> all = new ArrayList<>();
    private final TogetherSql together = new TogetherSql();

    /// Rows for one more table. First those of which there is much are filled, then the others in the order in which they are asked for.
    Rows into(Rows.Table table) {
        var rows = new Rows(table);
        all.add(rows);
        return rows;
    }

    /// A statement that is carried out after the rows are there.
    TogetherSql after() {
        return together;
    }

    void go(Connection connection) throws SQLException {
        var first = new TogetherSql();
        for (var rows : all) {
            if (rows.size() > MANY || rows.bytes() > LARGE) {
                copy(connection, rows);
            } else if (rows.size() > 0) {
                rows.insert(first);
            }
        }
        first.add(together).go(connection);
    }

    private static void copy(Connection connection, Rows rows) throws SQLException {
        var sql = "copy " + rows.table().copied() + " from stdin (format binary)";
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(sql, new ByteArrayInputStream(rows.copied().finished()));
        } catch (IOException e) {
            throw new SQLException("the rows could not be sent", "08006", e);
        }
    }
}
