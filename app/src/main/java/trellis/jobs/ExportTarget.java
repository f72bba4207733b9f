package trellis.jobs;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.fhir.Json;

/// Where an export goes: a folder with a file for each type, one file, or the standard output. Files
/// have a name of their own until all are whole; closing an unfinished export removes them.
final class ExportTarget implements AutoCloseable {
    private static final String PART = ".part";
    private static final int BUFFER = 1 << 16;

    private final Optional<Path> folder;
    private final boolean packed;
    private final List<Path> finals = new ArrayList<>();
    private OutputStream out;
    private boolean finished;

    private ExportTarget(Optional<Path> folder, boolean packed, OutputStream out) {
        this.folder = folder;
        this.packed = packed;
        this.out = out;
    }

    /// @param standard the standard output
    /// @throws CommandFailed when there is something already
    static ExportTarget open(ExportOptions options, OutputStream standard) throws IOException {
        if (options.target().equals("-")) {
            var kept = new BufferedOutputStream(new Kept(standard), BUFFER);
            return new ExportTarget(Optional.empty(), false, kept);
        }
        var path = Path.of(options.target());
        var name = String.valueOf(path.getFileName());
        if (name.endsWith(".ndjson") || name.endsWith(".ndjson.gz")) {
            if (Files.exists(path)) {
                throw new CommandFailed("\"" + path + "\" is there already");
            }
            var target =
                    new ExportTarget(
                            Optional.empty(),
                            name.endsWith(".gz"),
                            OutputStream.nullOutputStream());
            target.next(path);
            return target;
        }
        Files.createDirectories(path);
        try (var inside = Files.list(path)) {
            if (inside.findAny().isPresent()) {
                throw new CommandFailed("the folder \"" + path + "\" is not empty");
            }
        }
        return new ExportTarget(
                Optional.of(path), options.packed(), OutputStream.nullOutputStream());
    }

    /// What follows is of this type.
    void begin(String type) throws IOException {
        if (folder.isPresent()) {
            out.close();
            next(folder.get().resolve(type + (packed ? ".ndjson.gz" : ".ndjson")));
        }
    }

    private void next(Path path) throws IOException {
        finals.add(path);
        var file = Files.newOutputStream(part(path), StandardOpenOption.CREATE_NEW);
        out =
                packed
                        ? new BufferedOutputStream(new GZIPOutputStream(file, BUFFER), BUFFER)
                        : new BufferedOutputStream(file, BUFFER);
    }

    /// One resource.
    void write(byte[] body) {
        try {
            out.write(body);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All is written: gives every file its name, and a folder its manifest.
    void finish(Instant moment, Instant since, Map<String, Long> counts) throws IOException {
        out.close();
        out = OutputStream.nullOutputStream();
        for (var path : finals) {
            Files.move(part(path), path, StandardCopyOption.ATOMIC_MOVE);
        }
        if (folder.isPresent()) {
            Files.write(folder.get().resolve(Sources.MANIFEST), manifest(moment, since, counts));
        }
        finished = true;
    }

    private byte[] manifest(Instant moment, Instant since, Map<String, Long> counts) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("transactionTime", moment.toString());
        json.put("since", since.toString());
        var output = json.putArray("output");
        counts.forEach((type, count) ->
                output.addObject()
                        .put("type", type)
                        .put("url", type + (packed ? ".ndjson.gz" : ".ndjson"))
                        .put("count", count));
        return Json.write(json);
    }

    private static Path part(Path path) {
        return path.resolveSibling(path.getFileName() + PART);
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (!finished) {
            for (var path : finals) {
                Files.deleteIfExists(part(path));
            }
        }
    }

    /// The standard output, which stays open.
    private static final class Kept extends FilterOutputStream {
        Kept(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
