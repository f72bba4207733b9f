package trellis.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running server process of a cluster.
///
/// @param process the server itself, not a shell around it
/// @param port where it listens, on the loopback address only
record PostgresServer(Process process, int port) {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final long PATIENCE_SECONDS = 120;

    /// Starts the server from the calling thread, whose end will stop it. An orphan that still
    /// serves the same data is stopped first. Does not wait until it answers.
    static PostgresServer start(PostgresCluster cluster, Map<String, String> tuning)
            throws IOException {
        stopOrphan(cluster);
        cluster.turnLog();
        var port = freePort(PostgresCluster.port(cluster.home()).orElse(0));
        var program = new ArrayList<String>();
        program.add(cluster.binaries().program("postgres"));
        program.addAll(List.of("-D", cluster.data().toString(), "-p", Integer.toString(port)));
        tuning.forEach((name, value) -> program.addAll(List.of("-c", name + "=" + value)));
        var log = ProcessBuilder.Redirect.appendTo(cluster.log().toFile());
        var process =
                new ProcessBuilder(cluster.user().server(program))
                        .directory(cluster.home().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start();
        cluster.keepPort(port);
        return new PostgresServer(process, port);
    }

    /// Waits until it ends, by whatever cause.
    ///
    /// @return its exit code
    int awaitEnd() {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                LOG.debug("Only the end of the server ends this thread", e);
            }
        }
    }

    /// Stops it fast: clients are disconnected, then everything is written. Should that take too
    /// long it is stopped at once, and the next start recovers from the log.
    void stop() {
        stop(process.toHandle());
    }

    private static void stop(ProcessHandle server) {
        try {
            signal(server, "INT");
            if (!ended(server)) {
                LOG.warn("PostgreSQL takes long to stop and is stopped at once");
                signal(server, "QUIT");
                ended(server);
            }
        } catch (IOException e) {
            LOG.error("PostgreSQL could not be asked to stop", e);
        }
    }

    private static boolean ended(ProcessHandle server) {
        try {
            server.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            LOG.debug("Still there", e);
        }
        return !server.isAlive();
    }

    private static void signal(ProcessHandle server, String name) throws IOException {
        // The shell's own kill: a bare Debian has no other.
        PostgresUser.run(
                List.of("sh", "-c", "kill -" + name + " " + server.pid()), Path.of("/dev/null"));
    }

    /// The caller holds the home folder's lock, so a server found alive has lost its Trellis.
    private static void stopOrphan(PostgresCluster cluster) throws IOException {
        var recorded = cluster.recordedServer();
        if (recorded.isEmpty()) {
            return;
        }
        var found = ProcessHandle.of(recorded.getAsLong()).filter(PostgresServer::isPostgres);
        if (found.isPresent()) {
            LOG.info("Stopping a PostgreSQL that an earlier Trellis left behind");
            stop(found.get());
            if (found.get().isAlive()) {
                throw new DatabaseRefused(
                        "An earlier PostgreSQL (process "
                                + found.get().pid()
                                + ") still holds "
                                + cluster.data()
                                + " and does not stop: end it, then start again");
            }
        }
        // Its number may belong to any other process by now, which PostgreSQL would take for
        // itself.
        cluster.forgetServer();
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.isAlive()
                && process.info().command().map(path -> path.endsWith("/postgres")).orElse(true);
    }

    /// The port of last time if it can be had, or any other.
    private static int freePort(int wanted) throws IOException {
        for (var port : List.of(wanted, 0)) {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return socket.getLocalPort();
            } catch (java.net.BindException e) {
                LOG.debug("Port {} is taken", port, e);
            }
        }
        throw new DatabaseRefused("No port is free on the loopback address for PostgreSQL");
    }
}
