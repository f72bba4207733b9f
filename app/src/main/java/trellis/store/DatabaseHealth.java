package trellis.store;

import java.sql.SQLException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// Whether the database answers, said within seconds: Spring's own indicator waits for as long as a
/// connection does, and whoever asks for readiness has long given up by then.
@Component("databaseHealthIndicator")
final class DatabaseHealth implements HealthIndicator {
    private static final int PATIENCE_SECONDS = 3;

    private final Database database;

    DatabaseHealth(Database database) {
        this.database = database;
    }

    @Override
    public Health health() {
        try (var connection = database.dataSource().getConnection()) {
            return (connection.isValid(PATIENCE_SECONDS) ? Health.up() : Health.down()).build();
        } catch (SQLException e) {
            return Health.down().build();
        }
    }
}
