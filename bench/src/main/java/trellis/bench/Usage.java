package trellis.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What processes have used so far, from `/proc`.
///
/// @param server processor seconds of the server
/// @param postgres processor seconds of PostgreSQL and its children, ended ones included
/// @param driver processor seconds of this process
/// @param serverMegabytes resident memory of the server
/// @param postgresMegabytes resident memory of PostgreSQL, shared pages counted once for each
record Usage(
        double server,
        double postgres,
        double driver,
        long serverMegabytes,
        long postgresMegabytes) {

    private static final double TICKS = 100;

    static Usage now(Node.Processes processes) {
        var server = processes.server().map(List::of).orElse(List.of());
        return new Usage(
                seconds(server),
                seconds(processes.postgres()),
                ManagementFactory.getRuntimeMXBean().getPid() > 0 ? own() : 0,
                megabytes(server),
                megabytes(processes.postgres()));
    }

    private static double own() {
        return seconds(List.of(ProcessHandle.current()));
    }

    /// What was used between then and this.
    Usage since(Usage then) {
        return new Usage(
                server - then.server,
                postgres - then.postgres,
                driver - then.driver,
                serverMegabytes,
                postgresMegabytes);
    }

    private static double seconds(List<ProcessHandle> processes) {
        return processes.stream().mapToDouble(process -> seconds(process.pid())).sum();
    }

    /// User and system time, of the process and of its children that have ended.
    private static double seconds(long pid) {
        try {
            var line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            var fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            var ticks = 0L;
            for (var i = 11; i < 15; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks / TICKS;
        } catch (IOException e) {
            return 0;
        }
    }

    private static long megabytes(List<ProcessHandle> processes) {
        return processes.stream().mapToLong(process -> kilobytes(process.pid())).sum() >> 10;
    }

    private static long kilobytes(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
