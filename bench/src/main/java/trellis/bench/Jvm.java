package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// What a JVM tells `jcmd` of its memory, so that the server needs no measuring of its own.
///
/// @param allocated bytes, by all threads that live, since each began; virtual threads count with those that carry them
/// @param heap bytes in use, garbage included
record Jvm(double allocated, double heap) {
    static final Jvm UNKNOWN = new Jvm(Double.NaN, Double.NaN);

    private static final Pattern ALLOCATED = Pattern.compile("allocated=([\\d.]+)([BKMG])");
    private static final Pattern USED = Pattern.compile("(?:heap|generation) .*used (\\d+)K");

    static Jvm of(long pid) {
        try {
            return new Jvm(
                    allocated(command(pid, "Thread.print", "-e")),
                    heap(command(pid, "GC.heap_info")));
        } catch (IOException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }

    private static String command(long pid, String... words)
            throws IOException, InterruptedException {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(pid));
        line.addAll(List.of(words));
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor(10, TimeUnit.SECONDS);
        return said;
    }

    /// @param threads what `Thread.print -e` says
    static double allocated(String threads) {
        var sum = 0.0;
        var found = ALLOCATED.matcher(threads);
        var isKnown = false;
        while (found.find()) {
            isKnown = true;
            sum +=
                    Double.parseDouble(found.group(1))
                            * (1L << (10 * "BKMG".indexOf(found.group(2))));
        }
        return isKnown ? sum : Double.NaN;
    }

    /// @param info what `GC.heap_info` says, by any collector
    static double heap(String info) {
        var found = USED.matcher(info);
        var sum = 0.0;
        var isKnown = false;
        while (found.find()) {
            isKnown = true;
            sum += Long.parseLong(found.group(1)) * 1_024.0;
        }
        return isKnown ? sum : Double.NaN;
    }
}
