package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;

/// Hands out row numbers that grow with time, a thousand at a time from the database's sequence, so
/// that several nodes never meet and new rows lie together in the indexes.
final class RowNumbers {

    private static final int BLOCK = 1000;

    private long next;
    private long end;

    synchronized long next(Connection connection) throws SQLException {
        if (next == end) {
            try (var statement = connection.createStatement();
                    var result = statement.executeQuery("select nextval('rid_block')")) {
                result.next();
                next = result.getLong(1) * BLOCK;
                end = next + BLOCK;
            }
        }
        return next++;
    }
}
