package trellis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What processes have used so far. Not a number where it cannot be known.
///
/// @param server processor seconds of the server
/// @param database processor seconds of PostgreSQL and its children, ended ones included
/// @param driver processor seconds of this process
/// @param memory what they hold now
/// @param allocated bytes that the server has allocated
/// @param disk bytes of the database on the disk
/// @param wal bytes that the database has written to its log
record Usage(
        double server,
        double database,
        double driver,
        Memory memory,
        double allocated,
        double disk,
        double wal) {

    private static final double TICKS = 100;

    // Of /proc/PID/stat: user, system; and the same of children that have ended, as sessions of
    // PostgreSQL do. Of the driver
    // those would be jcmd.
    private static final int OWN = 2;
    private static final int WITH_CHILDREN = 4;

    /// Bytes.
    ///
    /// @param server resident
    /// @param database resident, of pages that several processes share a part each
    /// @param heap of the server, in use, garbage included
    record Memory(double server, double database, double heap) {}

    /// @param sql of the database, where it can be asked
    static Usage now(Processes processes, Optional<SizeSql> sql) {
        var server = processes.server().map(List::of).orElse(List.of());
        var database = processes.database();
        var jvm = processes.server().map(one -> Jvm.of(one.pid())).orElse(Jvm.UNKNOWN);
        return new Usage(
                seconds(server, OWN),
                seconds(database, WITH_CHILDREN),
                seconds(List.of(ProcessHandle.current()), OWN),
                new Memory(
                        bytes(server, "status", "VmRSS:"),
                        bytes(database, "smaps_rollup", "Pss:"),
                        jvm.heap()),
                jvm.allocated(),
                sql.map(SizeSql::disk).orElse(Double.NaN),
                sql.map(SizeSql::wal).orElse(Double.NaN));
    }

    /// What was used between then and this, and what is held now.
    Usage since(Usage then) {
        return new Usage(
                server - then.server,
                database - then.database,
                driver - then.driver,
                memory,
                // A thread that ended takes what it allocated with it.
                allocated < then.allocated ? Double.NaN : allocated - then.allocated,
                disk - then.disk,
                wal - then.wal);
    }

    private static double seconds(List<ProcessHandle> processes, int fields) {
        return processes.isEmpty()
                ? Double.NaN
                : processes.stream().mapToDouble(process -> seconds(process.pid(), fields)).sum();
    }

    /// User and system time.
    private static double seconds(long pid, int count) {
        try {
            var line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            var fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            var ticks = 0L;
            for (var i = 11; i < 11 + count; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks / TICKS;
        } catch (IOException e) {
            return 0;
        }
    }

    private static double bytes(List<ProcessHandle> processes, String file, String name) {
        return processes.isEmpty()
                ? Double.NaN
                : processes.stream().mapToDouble(process -> bytes(process.pid(), file, name)).sum();
    }

    private static double bytes(long pid, String file, String name) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.filter(line -> line.startsWith(name))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    * 1_024.0;
        } catch (IOException e) {
            return 0;
        }
    }
}
