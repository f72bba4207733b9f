package trellis.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A Trellis of our own: a data folder, and the program run on it as other processes, which may be
/// killed.
final class Node implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(10);

    private final Path program;
    private final Path home;
    private final int port;
    private final String heap;
    private Optional<Process> server = Optional.empty();

    /// @param program the built program, a jar
    Node(Path program) {
        this(program, "-Xmx1g");
    }

    /// @param heap the option of the JVM that says how large it may be
    Node(Path program, String heap) {
        this.heap = heap;
        try (var free = new ServerSocket(0)) {
            this.program = program.toAbsolutePath();
            this.home = Files.createTempDirectory("trellis-bench-");
            this.port = free.getLocalPort();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> server.ifPresent(Process::destroy)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The program that the launcher built.
    ///
    /// @throws IllegalArgumentException when it has not been
    static Path program() {
        var jar = Path.of(System.getProperty("trellis.root", "."), "build/app/trellis.jar");
        if (!Files.isReadable(jar)) {
            throw new IllegalArgumentException(
                    jar + " is not there: `./trellis bench` builds it first");
        }
        return jar;
    }

    Path home() {
        return home;
    }

    /// Where its API is.
    URI fhir() {
        return URI.create("http://127.0.0.1:" + port + "/fhir");
    }

    /// Where its pages are.
    URI pages() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// Starts the server and waits until it answers. It ends with this program, also when that is interrupted.
    void start() {
        server = Optional.of(launch(List.of("serve", "--people"), "server.log"));
        awaitAnswer();
    }

    /// Runs a command to its end.
    ///
    /// @return what it said
    String command(String... line) {
        var process = launch(List.of(line), line[0] + ".log");
        try {
            var code = process.waitFor();
            var said = Files.readString(home.resolve(line[0] + ".log"));
            if (code != 0) {
                throw new IllegalStateException(
                        "`trellis "
                                + String.join(" ", line)
                                + "` ended with "
                                + code
                                + ": "
                                + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// A bearer token that may do everything; the last thing that the command says.
    String token() {
        return command("token").strip().lines().toList().getLast();
    }

    /// Begins a command and does not wait.
    Process launch(List<String> line, String log) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(heap, "--enable-native-access=ALL-UNNAMED", "-jar", program.toString()));
        command.addAll(line);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(home.resolve(log).toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("TRELLIS_"));
        environment.put("TRELLIS_HOME", home.toString());
        environment.put("TRELLIS_PORT", Integer.toString(port));
        environment.put("TRELLIS_LOG", "warn");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the server said, because its folder goes with it.
    private String log() {
        try {
            var lines = Files.readAllLines(home.resolve("server.log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "it said nothing";
        }
    }

    /// Waits until the server, and the database behind it, answer.
    void awaitAnswer() {
        var until = System.nanoTime() + START.toNanos();
        var request =
                HttpRequest.newBuilder(pages().resolve("/actuator/health"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            while (true) {
                try {
                    if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    // Not yet.
                }
                if (System.nanoTime() > until || server.filter(Process::isAlive).isEmpty()) {
                    throw new IllegalStateException(
                            "the server does not start"
                                    + server.filter(process -> !process.isAlive())
                                            .map(process ->
                                                    " and ended with " + process.exitValue())
                                            .orElse("")
                                    + ": "
                                    + log());
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    Processes processes() {
        return new Processes(server.map(Process::toHandle), postgres());
    }

    private List<ProcessHandle> postgres() {
        var mark = home.resolve("database/postmaster.pid");
        try {
            var lines = Files.readAllLines(mark);
            var postmaster = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
            var all = new ArrayList<ProcessHandle>();
            postmaster.ifPresent(process -> {
                all.add(process);
                process.descendants().forEach(all::add);
            });
            return all;
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    /// `kill -9` of the server.
    void killServer() {
        server.ifPresent(process -> await(process.destroyForcibly()));
    }

    /// `kill -9` of PostgreSQL and all its children.
    void killPostgres() {
        postgres().forEach(ProcessHandle::destroyForcibly);
    }

    private static void await(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops the server and removes the folder.
    @Override
    public void close() {
        server.ifPresent(process -> {
            process.destroy();
            await(process);
        });
        // A postmaster whose server was killed stops by itself; it must be gone before its folder.
        postgres().forEach(ProcessHandle::destroyForcibly);
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
