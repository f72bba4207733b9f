package trellis.registrations;

import java.sql.Connection;
import java.sql.Date;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.store.PatientRows;
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

    /// Some of those of whom a practice was told, the latest first.
    ///
    /// @param total how many they are in all
    /// @param next where the rest begins; empty when there is none
    record Departures(List<Departure> some, int total, OptionalLong next) {}

    /// Of whom a practice was told since a day that they left.
    ///
    /// @param older only those of whom it was told before this place
    Departures departures(String practice, LocalDate since, long older, int most) {
        var last = new AtomicLong();
        var some =
                db.sql(
                                """
                                select * from departure
                                 where practice = :practice and told >= :since and id < :older
                                 order by id desc limit :most
                                """)
                        .param("practice", practice)
                        .param("since", since)
                        .param("older", older)
                        .param("most", most)
                        .query((row, _) -> {
                            last.set(row.getLong("id"));
                            return new Departure(
                                    row.getString("practice"),
                                    row.getString("patient"),
                                    row.getDate("left_on").toLocalDate(),
                                    row.getDate("told").toLocalDate(),
                                    row.getString("why"));
                        })
                        .list();
        var more = count(practice, since, last.get()) > 0;
        return new Departures(
                some,
                count(practice, since, Long.MAX_VALUE),
                more ? OptionalLong.of(last.get()) : OptionalLong.empty());
    }

    private int count(String practice, LocalDate since, long older) {
        return db.sql(
                        """
                        select count(*) from departure
                         where practice = :practice and told >= :since and id < :older
                        """)
                .param("practice", practice)
                .param("since", since)
                .param("older", older)
                .query(Integer.class)
                .single();
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

    /// What goes with somebody whose two records are made one.
    @Component
    static final class DepartureRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(Column.of("departure", "t.id", "patient", By.ID));
        }
    }
}
