package trellis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The processes of a server.
///
/// @param server itself; nothing when it cannot be seen
/// @param database its PostgreSQL with all children
record Processes(Optional<ProcessHandle> server, List<ProcessHandle> database) {
    private static final Path PROC = Path.of("/proc");

    /// Of whatever listens on a port of this machine; its database are all processes of PostgreSQL here. Nothing where Linux does
    /// not tell, as of another user's processes.
    static Processes listening(int port) {
        var sockets = new HashSet<String>();
        for (var table : List.of("net/tcp", "net/tcp6")) {
            sockets.addAll(sockets(PROC.resolve(table), port));
        }
        var server =
                ProcessHandle.allProcesses()
                        .filter(process -> hasOneOf(process.pid(), sockets))
                        .findFirst();
        var database =
                ProcessHandle.allProcesses()
                        .filter(process -> name(process.pid()).equals("postgres"))
                        .toList();
        return new Processes(server, database);
    }

    /// The inodes of listening sockets.
    private static Set<String> sockets(Path table, int port) {
        var end = String.format(Locale.ROOT, ":%04X", port);
        var found = new HashSet<String>();
        try (var lines = Files.lines(table)) {
            lines.skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(end) && fields[3].equals("0A"))
                    .forEach(fields -> found.add("socket:[" + fields[9] + "]"));
        } catch (IOException e) {
            return Set.of();
        }
        return found;
    }

    private static boolean hasOneOf(long pid, Set<String> sockets) {
        try (var files = Files.list(PROC.resolve(pid + "/fd"))) {
            return files.anyMatch(file -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(file).toString());
                } catch (IOException e) {
                    return false;
                }
            });
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(long pid) {
        try {
            return Files.readString(PROC.resolve(pid + "/comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
