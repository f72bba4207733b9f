package trellis.jobs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Collects what an import did not store: the first few for the terminal, counts by reason, and all
/// of them in a file if one was asked for. Safe for many threads.
final class Rejects implements AutoCloseable {
    static final int SHOWN = 20;
    private static final int REASONS = 1_000;

    private final Optional<OutputStream> file;
    private final Consumer<Reject> sink;
    private final List<Reject> first = new ArrayList<>();
    private final Map<String, Long> reasons = new TreeMap<>();
    private long count;
    private long uncounted;

    private Rejects(Optional<OutputStream> file, Consumer<Reject> sink) {
        this.file = file;
        this.sink = sink;
    }

    /// @param sink takes each of them, one at a time
    static Rejects to(Consumer<Reject> sink) {
        return new Rejects(Optional.empty(), sink);
    }

    /// @param path a file to write all of them to, as NDJSON; what it held before stays
    /// @throws CommandFailed when it cannot be written
    static Rejects to(Optional<Path> path) {
        try {
            return new Rejects(
                    path.isEmpty() ? Optional.empty() : Optional.of(open(path.get())), _ -> {});
        } catch (IOException e) {
            throw new CommandFailed("the file for rejects cannot be written: " + e.getMessage(), e);
        }
    }

    private static OutputStream open(Path path) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    synchronized void add(List<Reject> rejects) {
        for (var reject : rejects) {
            count++;
            if (first.size() < SHOWN) {
                first.add(reject);
            }
            var reason = reject.reason() + " (" + reject.code() + ")";
            if (reasons.size() < REASONS || reasons.containsKey(reason)) {
                reasons.merge(reason, 1L, Long::sum);
            } else {
                uncounted++;
            }
            file.ifPresent(out -> write(out, reject));
            sink.accept(reject);
        }
    }

    private static void write(OutputStream out, Reject reject) {
        try {
            out.write(reject.json());
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How many there are.
    synchronized long count() {
        return count;
    }

    /// What to say of them at the end; nothing when there are none.
    synchronized List<String> report() {
        var lines = new ArrayList<String>();
        first.stream()
                .sorted(Comparator.comparing(Reject::file).thenComparingLong(Reject::line))
                .forEach(reject -> lines.add(reject.text()));
        if (count > first.size()) {
            lines.add("and " + (count - first.size()) + " more, by reason:");
            reasons.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .limit(SHOWN)
                    .forEach(e -> lines.add("%8d  %s".formatted(e.getValue(), e.getKey())));
            var others = Math.max(0, reasons.size() - SHOWN);
            if (others + uncounted > 0) {
                lines.add("          and other reasons; --rejects FILE writes down every one");
            }
        }
        return List.copyOf(lines);
    }

    @Override
    public synchronized void close() {
        if (file.isPresent()) {
            try {
                file.get().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
