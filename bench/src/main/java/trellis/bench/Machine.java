package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a figure is worth nothing without: the machine, the code, the command. No path of the machine is told, and no token.
final class Machine {
    private static final Set<String> SECRET = Set.of("--token", "--against-token");

    private Machine() {}

    /// @param arguments of the command
    static void tell(Figures figures, List<String> arguments) {
        figures.fact("Command", command(arguments));
        figures.fact("Commit", commit());
        figures.fact("Processor", first("/proc/cpuinfo", "model name"));
        figures.fact("Cores", Integer.toString(cores()));
        figures.fact("Memory", memory());
        figures.fact(
                "System",
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + ", "
                        + System.getProperty("os.arch"));
        figures.fact("Java", Runtime.version().toString());
        figures.fact("Load of the machine before", load());
    }

    static int cores() {
        // Not what this JVM was told to use.
        return Math.max(1, lines("/proc/cpuinfo", "processor").size());
    }

    /// As it was typed, but for what is secret and the folders of files.
    static String command(List<String> arguments) {
        var words = new ArrayList<String>();
        words.add("./trellis bench");
        var previous = "";
        for (var argument : arguments) {
            words.add(
                    SECRET.contains(previous)
                            ? "..."
                            : argument.startsWith("http")
                                    ? argument
                                    : argument.substring(argument.lastIndexOf('/') + 1));
            previous = argument;
        }
        return String.join(" ", words);
    }

    private static String commit() {
        var root = System.getProperty("trellis.root", ".");
        var commit = git(root, "rev-parse", "--short", "HEAD");
        if (commit.isEmpty()) {
            return "unknown";
        }
        var isChanged = !git(root, "status", "--porcelain", "-uno").isEmpty();
        return commit + (isChanged ? ", with changes" : "");
    }

    private static String git(String root, String... words) {
        try {
            var line = new ArrayList<>(List.of("git", "-C", root));
            line.addAll(List.of(words));
            var process = new ProcessBuilder(line).start();
            var said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            return process.waitFor() == 0 ? said : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String memory() {
        var kilobytes = first("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return kilobytes.isEmpty()
                ? "unknown"
                : String.format(Locale.UK, "%.1f GiB", Long.parseLong(kilobytes) / 1048576.0);
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String first(String file, String name) {
        return lines(file, name).stream().findFirst().orElse("unknown");
    }

    private static List<String> lines(String file, String name) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.matches(name + "\\s*:.*"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
