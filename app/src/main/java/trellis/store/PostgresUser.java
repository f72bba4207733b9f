package trellis.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// As whom PostgreSQL's programs run. They refuse to run as root, so root starts them in a user
/// namespace of its own, or, where containers forbid that, as the user nobody.
///
/// @param prefix what stands before a program's name
/// @param other the user that files must belong to; empty when it is this process's own
record PostgresUser(List<String> prefix, String other) {
    private static final String NOBODY = "65534";

    /// The way that works for the user of this process.
    static PostgresUser ofThisProcess() throws IOException {
        var nowhere = Path.of("/dev/null");
        if (!isRoot()) {
            return new PostgresUser(List.of(), "");
        }
        if (run(List.of("unshare", "-U", "true"), nowhere) == 0) {
            return new PostgresUser(List.of("unshare", "-U"), "");
        }
        var asNobody =
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        return new PostgresUser(asNobody, NOBODY + ":" + NOBODY);
    }

    /// Makes a folder or file belong to the user that PostgreSQL runs as.
    void give(Path path) throws IOException {
        if (other.isEmpty()) {
            return;
        }
        if (run(List.of("chown", "-R", other, path.toString()), Path.of("/dev/null")) != 0) {
            throw new DatabaseRefused(
                    path
                            + " cannot be given to the user that PostgreSQL runs as: start Trellis as"
                            + " another user than root");
        }
    }

    /// The command line of a server that is asked to stop when the thread that started it ends, so
    /// that a killed Trellis leaves no server behind, and that Ctrl-C at the terminal does not reach
    /// before Trellis.
    List<String> server(List<String> program) {
        var command = new ArrayList<String>();
        if (onPath("setsid")) {
            command.add("setsid");
        }
        command.addAll(prefix);
        if (onPath("setpriv")) {
            // After the change of user, which would clear it.
            command.addAll(List.of("setpriv", "--pdeathsig", "INT"));
        }
        command.addAll(program);
        return List.copyOf(command);
    }

    /// Runs a program to its end.
    ///
    /// @param output the file that gets what it prints
    /// @return its exit code; 127 when there is no such program
    static int run(List<String> command, Path output) throws IOException {
        if (!command.getFirst().contains("/") && !onPath(command.getFirst())) {
            return 127;
        }
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static boolean isRoot() throws IOException {
        var user = new com.sun.security.auth.module.UnixSystem();
        return user.getUid() == 0;
    }

    private static boolean onPath(String program) {
        var path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
