package trellis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Looks into the database of a node of ours: how much room its tables take, and which resources are
/// there.
final class SizeSql implements AutoCloseable {
    private final Connection connection;

    /// @param home the node's data folder
    SizeSql(Path home) throws IOException, SQLException {
        var port = Files.readString(home.resolve("database-port")).strip();
        var password = Files.readString(home.resolve("database-password")).strip();
        connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/trellis", "trellis", password);
    }

    /// Bytes of every table with its indexes, the largest first, after what is pending in them has
    /// been put in its place.
    Map<String, Long> tables() throws SQLException {
        var sizes = new LinkedHashMap<String, Long>();
        try (var statement = connection.createStatement()) {
            statement.execute("vacuum analyze");
            try (var row =
                    statement.executeQuery(
                            """
                            select c.relname, pg_total_relation_size(c.oid)
                              from pg_class c
                              join pg_namespace n on n.oid = c.relnamespace
                             where n.nspname = 'public' and c.relkind in ('r', 'p')
                             order by 2 desc
                            """)) {
                while (row.next()) {
                    sizes.put(row.getString(1), row.getLong(2));
                }
            }
        }
        return sizes;
    }

    /// Bytes of the database on the disk; not a number when it does not say.
    double disk() {
        return number("select pg_database_size(current_database())");
    }

    /// Bytes written to its log since it was made.
    double wal() {
        return number("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')");
    }

    private double number(String question) {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(question)) {
            row.next();
            return row.getDouble(1);
        } catch (SQLException e) {
            return Double.NaN;
        }
    }

    String version() throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    long resources() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from res where not deleted")) {
            row.next();
            return row.getLong(1);
        }
    }

    /// The ids of all resources that are there.
    Set<String> ids() throws SQLException {
        var ids = new HashSet<String>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select fid from res where not deleted")) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
        }
        return ids;
    }

    /// The patient with most resources.
    String longestRecord() throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                select p.fid
                                  from (select shard, patient
                                          from res
                                         where patient <> 0 and not deleted
                                         group by shard, patient
                                         order by count(*) desc
                                         limit 1) most
                                  join res p on p.shard = most.shard and p.key = most.patient
                                """)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
