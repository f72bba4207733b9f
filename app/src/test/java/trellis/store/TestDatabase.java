package trellis.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/// A fresh, fully migrated database on real PostgreSQL, for one test class:
///
/// ```java
/// @RegisterExtension static final TestDatabase database = TestDatabase.fresh();
/// ```
///
/// One server serves all classes of a test run; it is started when the first class asks for it and
/// stops with the run. A database is a copy of a migrated one, which takes some 50 ms. The server
/// does not wait for the disk, which is the only way in which it differs from the product's.
public final class TestDatabase implements AfterAllCallback, AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String TEMPLATE = "trellis";

    private final String name;
    private final Database database;

    private TestDatabase(String name, Database database) {
        this.name = name;
        this.database = database;
    }

    /// A new database that nobody else has.
    public static TestDatabase fresh() {
        var name = "test_" + NUMBER.incrementAndGet();
        Running.server().execute("create database " + name + " template " + TEMPLATE);
        var database = Database.open(Running.server().settings(name));
        return new TestDatabase(name, database);
    }

    /// The database, open.
    public Database database() {
        return database;
    }

    /// Pooled connections to it.
    public DataSource dataSource() {
        return database.dataSource();
    }

    /// The environment in which Trellis uses this database: any free port, a home folder of its own.
    public Map<String, String> environment() {
        var settings = Running.server().settings(name);
        var external = settings.external().orElseThrow();
        var environment = new LinkedHashMap<String, String>();
        environment.put("TRELLIS_HOME", settings.home().toString());
        environment.put("TRELLIS_PORT", "0");
        environment.put("TRELLIS_DATABASE_URL", external.url());
        environment.put("TRELLIS_DATABASE_USER", external.user());
        environment.put("TRELLIS_DATABASE_PASSWORD", external.password());
        return environment;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        database.close();
        Running.server().execute("drop database if exists " + name + " with (force)");
    }

    /// The server of this test run.
    private record Server(Path home, EmbeddedPostgres postgres) {

        static Server start() {
            try {
                var home = Files.createTempDirectory("trellis-test-");
                var tuning = new LinkedHashMap<>(PostgresTuning.ofThisMachine());
                tuning.putAll(Map.of("fsync", "off", "synchronous_commit", "off"));
                var server = new Server(home, EmbeddedPostgres.open(home, tuning));
                Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
                Database.migrate(server.postgres.door());
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        StoreSettings settings(String database) {
            var door = postgres.door();
            var url = "jdbc:postgresql://127.0.0.1:" + door.getPortNumbers()[0] + "/" + database;
            var external =
                    new StoreSettings.External(
                            url,
                            PostgresCluster.OWNER,
                            PostgresCluster.password(home).orElseThrow());
            return new StoreSettings(
                    home.resolve(UUID.randomUUID().toString()), Optional.of(external), 8);
        }

        /// One statement outside of any test's database, one at a time: a template cannot be copied
        /// twice at once.
        synchronized void execute(String sql) {
            var door = new PGSimpleDataSource();
            var settings = settings("postgres").external().orElseThrow();
            door.setUrl(settings.url());
            door.setUser(settings.user());
            door.setPassword(settings.password());
            try (var connection = door.getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void stop() {
            postgres.close();
            try {
                PostgresBinaries.remove(home);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Holds the server, started by the first use.
    private static final class Running {
        private static final Server SERVER = Server.start();

        static Server server() {
            return SERVER;
        }
    }
}
