package trellis.demographics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.store.Write;

/// The tables of new numbers, and of requests that have been carried out.
final class NumberSql implements Write.Table<NumberSql.Made> {
    private final JdbcClient db;

    NumberSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// A place in the range that nobody else is given.
    long next() {
        return db.sql("select nextval('nhs_number_place')").query(Long.class).single();
    }

    /// Who asked for a change, and under which number of their own.
    ///
    /// @param id `X-Request-ID`
    /// @param account 0 for an app that acts by itself
    /// @param app its id; empty without
    record Request(String id, long account, String app) {}

    /// A change that was made.
    ///
    /// @param hash of what was asked
    /// @param id of the Patient, or of the card
    /// @param version that it made
    record Made(Request request, byte[] hash, String id, long version, Instant at) {}

    Optional<Made> made(Request request) {
        return db.sql("select * from demographics_request where id = ? and account = ? and app = ?")
                .params(request.id(), request.account(), request.app())
                .query((row, _) ->
                        new Made(
                                request,
                                row.getBytes("hash"),
                                row.getString("patient"),
                                row.getLong("version"),
                                row.getTimestamp("at").toInstant()))
                .optional();
    }

    void forget(Instant before) {
        db.sql("delete from demographics_request where at < ?")
                .param(Timestamp.from(before))
                .update();
    }

    @Override
    public void insert(Connection connection, List<Made> rows) throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into demographics_request (id, account, app, hash, patient, version, at)
                        values (?, ?, ?, ?, ?, ?, ?)
                        """)) {
            for (var row : rows) {
                insert.setString(1, row.request().id());
                insert.setLong(2, row.request().account());
                insert.setString(3, row.request().app());
                insert.setBytes(4, row.hash());
                insert.setString(5, row.id());
                insert.setLong(6, row.version());
                insert.setTimestamp(7, Timestamp.from(row.at()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
