package trellis.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
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
    /// The name of the connections for straight reads, where they are asked for.
    public static final String STRAIGHT = "straight";

    private static final String LATEST = "latest";
    private static final int OLDEST_VERSION = 15;
    private static final long CONNECTION_PATIENCE_MILLIS = 3_000;
    private static final Duration STATEMENT_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SILENCE = Duration.ofSeconds(45);

    private final HikariDataSource pool;
    private final HikariDataSource straight;
    private final Optional<EmbeddedPostgres> embedded;

    private Database(
            HikariDataSource pool, HikariDataSource straight, Optional<EmbeddedPostgres> embedded) {
        this.pool = pool;
        this.straight = straight;
        this.embedded = embedded;
    }

    /// Opens the database of these settings, starting PostgreSQL where that is ours to do.
    ///
    /// @throws DatabaseRefused with one plain sentence when that cannot be
    public static Database open(StoreSettings settings) {
        return open(settings, false);
    }

    /// The same for a server, whose callers do not wait for ever: PostgreSQL ends a statement after
    /// half a minute, and counts as away when nothing at all is heard from it for somewhat longer, as
    /// when it is frozen or the network between is cut.
    ///
    /// @throws DatabaseRefused with one plain sentence when that cannot be
    public static Database openForServer(StoreSettings settings) {
        return open(settings, true);
    }

    private static Database open(StoreSettings settings, boolean impatient) {
        if (settings.external().isPresent()) {
            var door = outside(settings.external().get());
            return open(door, settings, impatient, Optional.empty());
        }
        var embedded = EmbeddedPostgres.open(settings.home(), PostgresTuning.ofThisMachine());
        try {
            return open(embedded.door(), settings, impatient, Optional.of(embedded));
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    /// Pooled connections.
    public DataSource dataSource() {
        return pool;
    }

    /// Pooled connections for reads that go straight to their rows, by an id, a number, a patient or a day of birth: PostgreSQL keeps one plan
    /// for each such statement. No search over the population uses them, so none makes these reads wait.
    DataSource straight() {
        return straight;
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
        straight.close();
        pool.close();
        embedded.ifPresent(EmbeddedPostgres::close);
    }

    private static Database open(
            PGSimpleDataSource door,
            StoreSettings settings,
            boolean impatient,
            Optional<EmbeddedPostgres> embedded) {
        refuseOld(door, settings);
        migrate(door);
        fill(door);
        if (impatient) {
            // Only now: a migration may take as long as it needs.
            door.setOptions("-c statement_timeout=" + STATEMENT_PATIENCE.toMillis());
            door.setSocketTimeout((int) SILENCE.toSeconds());
        }
        var third = Math.max(1, settings.connections() / 3);
        // Whatever the database's own settings say: what is acknowledged is on disk.
        var pool = pool(door, "trellis", settings.connections() - third, "synchronous_commit = on");
        var straight = pool(door, STRAIGHT, third, "plan_cache_mode = force_generic_plan");
        return new Database(pool, straight, embedded);
    }

    /// @param set what is set on each connection
    private static HikariDataSource pool(
            DataSource door, String name, int connections, String set) {
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(door);
        // A second process for one statement is seldom quicker, and is taken from whoever else is
        // waiting.
        config.setConnectionInitSql("set max_parallel_workers_per_gather = 0; set " + set);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(4, connections));
        config.setConnectionTimeout(CONNECTION_PATIENCE_MILLIS);
        config.setValidationTimeout(2_000);
        return new HikariDataSource(config);
    }

    private static PGSimpleDataSource outside(StoreSettings.External external) {
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

    private static void fill(DataSource door) {
        try (var connection = door.getConnection()) {
            RelationshipSql.fill(connection);
        } catch (SQLException e) {
            throw new DatabaseRefused("The relationships of the records cannot be read", e);
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
