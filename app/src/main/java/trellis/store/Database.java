package trellis.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/// The database of this node, open: Trellis's own PostgreSQL or one that the settings name, with
/// every migration applied. Used by the server, by commands and by tests alike.
///
/// When PostgreSQL goes away while this is open, a connection is refused after three seconds
/// ([java.sql.SQLTransientConnectionException]), and work goes on when it is back.
public final class Database implements AutoCloseable {
    private static final String LATEST = "latest";
    private static final int OLDEST_VERSION = 15;
    private static final long CONNECTION_PATIENCE_MILLIS = 3_000;

    private final HikariDataSource pool;
    private final Optional<EmbeddedPostgres> embedded;

    private Database(HikariDataSource pool, Optional<EmbeddedPostgres> embedded) {
        this.pool = pool;
        this.embedded = embedded;
    }

    /// Opens the database of these settings, starting PostgreSQL where that is ours to do.
    ///
    /// @throws DatabaseRefused with one plain sentence when that cannot be
    public static Database open(StoreSettings settings) {
        if (settings.external().isPresent()) {
            return open(outside(settings.external().get()), settings, Optional.empty());
        }
        var embedded = EmbeddedPostgres.open(settings.home(), PostgresTuning.ofThisMachine());
        try {
            return open(embedded.dataSource(), settings, Optional.of(embedded));
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    /// Pooled connections.
    public DataSource dataSource() {
        return pool;
    }

    /// Whether Trellis itself runs this PostgreSQL.
    public boolean embedded() {
        return embedded.isPresent();
    }

    /// Makes the tables of one version in a schema that has none, or brings older ones up to it.
    ///
    /// @param version the number of a migration, or `latest`
    /// @throws DatabaseRefused when this Trellis does not know that version
    public void migrate(String schema, String version) {
        migrate(pool, schema, version);
    }

    /// Whether another process has connections to this database now.
    public boolean shared() {
        try (var connection = pool.getConnection()) {
            return SessionSql.others(connection) > 0;
        } catch (SQLException e) {
            throw new DatabaseRefused("The database cannot be asked who uses it", e);
        }
    }

    /// Closes every connection, then stops PostgreSQL if this process started it.
    @Override
    public void close() {
        pool.close();
        embedded.ifPresent(EmbeddedPostgres::close);
    }

    private static Database open(
            DataSource door, StoreSettings settings, Optional<EmbeddedPostgres> embedded) {
        refuseOld(door, settings);
        migrate(door);
        return new Database(pool(door, settings.connections()), embedded);
    }

    private static HikariDataSource pool(DataSource door, int connections) {
        var config = new HikariConfig();
        config.setPoolName("trellis");
        config.setDataSource(door);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(4, connections));
        config.setConnectionTimeout(CONNECTION_PATIENCE_MILLIS);
        config.setValidationTimeout(2_000);
        return new HikariDataSource(config);
    }

    private static DataSource outside(StoreSettings.External external) {
        var door = new PGSimpleDataSource();
        door.setUrl(external.url());
        door.setUser(external.user());
        door.setPassword(external.password());
        door.setConnectTimeout(5);
        door.setTcpKeepAlive(true);
        door.setApplicationName(SessionSql.NAME);
        return door;
    }

    private static void refuseOld(DataSource door, StoreSettings settings) {
        try (var connection = door.getConnection()) {
            var version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST_VERSION) {
                throw new DatabaseRefused(
                        "TRELLIS_DATABASE_URL names a PostgreSQL "
                                + connection.getMetaData().getDatabaseProductVersion()
                                + ", and Trellis needs "
                                + OLDEST_VERSION
                                + " or newer");
            }
        } catch (SQLException e) {
            var where = settings.external().map(StoreSettings.External::url);
            throw new DatabaseRefused(
                    "The database "
                            + where.map(url -> url + " (TRELLIS_DATABASE_URL) ").orElse("")
                            + "cannot be reached: "
                            + e.getMessage(),
                    e);
        }
    }

    /// Brings the tables of a database up to this version of Trellis.
    static void migrate(DataSource door) {
        migrate(door, "public", LATEST);
    }

    private static void migrate(DataSource door, String schema, String version) {
        try {
            Flyway.configure()
                    .dataSource(door)
                    .locations("classpath:db/migration")
                    .ignoreMigrationPatterns(new String[0])
                    .defaultSchema(schema)
                    .target(version)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new DatabaseRefused(
                    "The tables are not those of this Trellis, which may be older than the one that"
                            + " made them: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
    }
}
