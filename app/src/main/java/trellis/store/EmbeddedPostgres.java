package trellis.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PostgreSQL of a home folder, as one process sees it: either as its owner, who starts it,
/// starts it again should it die, and stops it; or as a guest of the process that owns it. A guest
/// whose owner goes away becomes the owner.
///
/// The thread that starts the server stays parked as long as the server lives, because the server
/// is told to stop when that thread ends, however that comes about.
final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String DATABASE = "trellis";
    private static final Duration RECOVERY = Duration.ofMinutes(30);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Path home;
    private final Map<String, String> tuning;
    private final PGSimpleDataSource door = new PGSimpleDataSource();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread keeper;
    private volatile Optional<HomeLock> lock;
    private volatile Optional<PostgresServer> server = Optional.empty();
    private volatile Optional<String> lastEnd = Optional.empty();

    private EmbeddedPostgres(Path home, Map<String, String> tuning, Optional<HomeLock> lock) {
        this.home = home;
        this.tuning = tuning;
        this.lock = lock;
        this.keeper = Thread.ofPlatform().daemon().name("postgres-keeper").unstarted(this::keep);
        door.setServerNames(new String[] {"127.0.0.1"});
        door.setUser(PostgresCluster.OWNER);
        door.setConnectTimeout(2);
        door.setTcpKeepAlive(true);
        door.setApplicationName(SessionSql.NAME);
    }

    /// Opens the PostgreSQL of a folder and waits until it answers.
    ///
    /// @param home the folder; made when missing
    /// @param tuning the server's settings, if this process is the one to start it
    /// @throws DatabaseRefused with one plain sentence when that cannot be
    static EmbeddedPostgres open(Path home, Map<String, String> tuning) {
        try {
            makeHome(home);
            var lock = HomeLock.tryTake(home);
            var postgres = new EmbeddedPostgres(home, tuning, lock);
            try {
                if (lock.isPresent()) {
                    PostgresCluster.prepare(home);
                }
                postgres.keeper.start();
                postgres.awaitAnswer();
            } catch (IOException | RuntimeException e) {
                postgres.close();
                throw e;
            }
            return postgres;
        } catch (IOException e) {
            throw refusal(home, e);
        }
    }

    /// Connections to the database `trellis`, also after the server was started again.
    PGSimpleDataSource door() {
        return door;
    }

    /// Whether this process started the server and will stop it.
    boolean owned() {
        return lock.isPresent();
    }

    /// Stops the server if this process started it: transactions under way are rolled back, and
    /// everything acknowledged is on disk.
    @Override
    public void close() {
        synchronized (this) {
            closing.countDown();
        }
        server.ifPresent(PostgresServer::stop);
        try {
            if (keeper.isAlive()) {
                keeper.join();
            }
            if (lock.isPresent()) {
                lock.get().close();
                lock = Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("The lock of {} went away by itself", home, e);
        }
    }

    private void keep() {
        var pause = SHORTEST_PAUSE;
        while (closing.getCount() > 0) {
            var began = System.nanoTime();
            try {
                if (lock.isEmpty()) {
                    lookForOwner();
                } else {
                    serve();
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("PostgreSQL cannot be started: {}", e.getMessage());
                lastEnd = Optional.of(String.valueOf(e.getMessage()));
            }
            var lived = Duration.ofNanos(System.nanoTime() - began);
            pause = lock.isEmpty() || lived.compareTo(LONGEST_PAUSE) > 0 ? SHORTEST_PAUSE : pause;
            pause(pause);
            pause = longer(pause);
        }
    }

    /// As a guest: takes over when the owner has gone, and follows a changed port.
    private void lookForOwner() throws IOException {
        lock = HomeLock.tryTake(home);
        if (lock.isPresent()) {
            LOG.info("The process that ran PostgreSQL has ended: this one runs it from now on");
            PostgresCluster.prepare(home);
            serve();
        } else {
            PostgresCluster.port(home).ifPresent(this::usePort);
        }
    }

    /// As the owner: one life of the server.
    private void serve() throws IOException {
        var cluster = PostgresCluster.prepare(home);
        var started = start(cluster);
        if (started.isEmpty()) {
            return;
        }
        var exit = started.get().awaitEnd();
        if (closing.getCount() > 0) {
            // Killed, it had no last words: those in the log are older.
            var why = exit > 128 ? "killed by signal " + (exit - 128) : cluster.lastWords();
            LOG.error("PostgreSQL ended by itself and is started again: {}", why);
            lastEnd = Optional.of(why);
        }
    }

    private synchronized Optional<PostgresServer> start(PostgresCluster cluster)
            throws IOException {
        if (closing.getCount() == 0) {
            return Optional.empty();
        }
        server = Optional.of(PostgresServer.start(cluster, tuning));
        server.ifPresent(running -> usePort(running.port()));
        return server;
    }

    private void usePort(int port) {
        door.setPortNumbers(new int[] {port});
    }

    private void awaitAnswer() throws IOException {
        var until = System.nanoTime() + RECOVERY.toNanos();
        while (true) {
            var refusal = knock();
            if (refusal.isEmpty()) {
                return;
            }
            if (lastEnd.isPresent()) {
                throw PostgresCluster.saysFull(lastEnd.get())
                        ? PostgresCluster.full(home)
                        : new DatabaseRefused("PostgreSQL did not start: " + lastEnd.get());
            }
            if (System.nanoTime() > until) {
                throw new DatabaseRefused("PostgreSQL does not answer: " + refusal.get());
            }
            pause(Duration.ofMillis(30));
        }
    }

    /// Tries to connect, and makes the database when it is not there yet.
    ///
    /// @return why not, or empty when it answered
    private Optional<String> knock() throws IOException {
        var password = PostgresCluster.password(home);
        if (password.isEmpty() || door.getPortNumbers()[0] == 0) {
            return Optional.of("it has not been started");
        }
        door.setPassword(password.get());
        door.setDatabaseName(DATABASE);
        try {
            door.getConnection().close();
            return Optional.empty();
        } catch (SQLException e) {
            if (owned() && "3D000".equals(e.getSQLState())) {
                makeDatabase();
            }
            if ("28P01".equals(e.getSQLState())) {
                throw new DatabaseRefused(
                        "PostgreSQL does not accept the password in "
                                + home.resolve("database-password")
                                + ": put the file back that belongs to this data");
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void makeDatabase() throws IOException {
        door.setDatabaseName("postgres");
        try (var connection = door.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + DATABASE);
        } catch (SQLException e) {
            throw new IOException("the database could not be made: " + e.getMessage(), e);
        }
    }

    private void pause(Duration time) {
        try {
            if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("Asked to stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private static void makeHome(Path home) throws IOException {
        if (!Files.isDirectory(home)) {
            Files.createDirectories(
                    home,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.isReadable(home) || !Files.isWritable(home) || !Files.isExecutable(home)) {
            throw new DatabaseRefused(
                    home
                            + " (TRELLIS_HOME) cannot be read and written by the user "
                            + System.getProperty("user.name"));
        }
    }

    private static DatabaseRefused refusal(Path home, IOException e) {
        var said = String.valueOf(e.getMessage());
        return PostgresCluster.saysFull(said)
                ? PostgresCluster.full(home)
                : new DatabaseRefused(
                        "The database below "
                                + home
                                + " (TRELLIS_HOME) cannot be used: "
                                + e.getClass().getSimpleName()
                                + " "
                                + said,
                        e);
    }
}
