package trellis;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import trellis.settings.Settings;
import trellis.store.TestDatabase;

/// The whole program on a free port with a fresh database, for one test class:
///
/// ```java
/// @RegisterExtension static final TestServer server = TestServer.start();
/// ```
public final class TestServer implements AfterAllCallback, AutoCloseable {
    /// One start at a time: each sets up the logging of the whole process anew, and two at once break it.
    private static final ReentrantLock STARTING = new ReentrantLock();

    private final TestDatabase database;
    private final Map<String, String> environment;
    private final boolean beside;
    private ConfigurableApplicationContext context;

    /// @param beside whether the database is another's, which outlives this one
    private TestServer(
            TestDatabase database,
            boolean beside,
            Map<String, String> environment,
            ConfigurableApplicationContext context) {
        this.database = database;
        this.beside = beside;
        this.environment = environment;
        this.context = context;
    }

    /// Starts with the standard settings.
    public static TestServer start() {
        return start(Map.of());
    }

    /// Starts with some settings of the test's own, such as `TRELLIS_OPEN`.
    public static TestServer start(Map<String, String> more) {
        var database = TestDatabase.fresh();
        var environment = new LinkedHashMap<>(database.environment());
        environment.putAll(more);
        try {
            return new TestServer(
                    database,
                    false,
                    environment,
                    started(Settings.read(environment, Trellis.SETTINGS)));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /// Another node on the same database, with the same settings. It is closed before this one.
    public TestServer beside() {
        return new TestServer(
                database, true, environment, started(Settings.read(environment, Trellis.SETTINGS)));
    }

    /// The program, started while no other is starting.
    static ConfigurableApplicationContext started(Settings settings) {
        STARTING.lock();
        try {
            return Trellis.start(settings);
        } finally {
            STARTING.unlock();
        }
    }

    /// An address at this server.
    ///
    /// @param path begins with a slash
    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /// The port it listens on.
    public int port() {
        var server = ((WebServerApplicationContext) context).getWebServer();
        return requireNonNull(server).getPort();
    }

    /// A bean of the running program.
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /// The database it stands on, for a test that looks beneath.
    public TestDatabase database() {
        return database;
    }

    /// Stops the program. The database stays.
    public void stop() {
        context.close();
    }

    /// Starts the program again after [#stop], with the same settings; its port is that of the environment.
    public void startAgain() {
        context = started(Settings.read(environment, Trellis.SETTINGS));
    }

    @Override
    public void afterAll(ExtensionContext test) {
        close();
    }

    @Override
    public void close() {
        context.close();
        if (!beside) {
            database.close();
        }
    }
}
