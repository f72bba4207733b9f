package trellis.registrations;

import java.sql.Connection;
import java.sql.Date;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.store.Write;

/// The table of those who left a practice.
final class RegistrationSql implements Write.Table<RegistrationSql.Departure> {
    private final JdbcClient db;

    RegistrationSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// Somebody who left a practice, as that practice is told.
    ///
    /// @param practice ODS code of the practice that they left
    /// @param patient our opaque id
    /// @param on the day from which they are no longer registered there
    /// @param told the day on which the practice was told, which may be later
    /// @param why in words
    record Departure(String practice, String patient, LocalDate on, LocalDate told, String why) {}

    /// Of whom a practice was told since a day that they left, the latest first.
    List<Departure> departures(String practice, LocalDate since, int most) {
        return db.sql(
                        """
                        select * from departure
                         where practice = :practice and told >= :since
                         order by id desc limit :most
                        """)
                .param("practice", practice)
                .param("since", since)
                .param("most", most)
                .query((row, _) ->
                        new Departure(
                                row.getString("practice"),
                                row.getString("patient"),
                                row.getDate("left_on").toLocalDate(),
                                row.getDate("told").toLocalDate(),
                                row.getString("why")))
                .list();
    }

    @Override
    public void insert(Connection connection, List<Departure> rows) throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into departure (practice, patient, left_on, told, why)
                        values (?, ?, ?, ?, ?)
                        """)) {
            for (var row : rows) {
                insert.setString(1, row.practice());
                insert.setString(2, row.patient());
                insert.setDate(3, Date.valueOf(row.on()));
                insert.setDate(4, Date.valueOf(row.told()));
                insert.setString(5, row.why());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
