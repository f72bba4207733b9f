package trellis.directory;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import tools.jackson.databind.node.ObjectNode;
import trellis.jobs.Command;
import trellis.jobs.Console;
import trellis.jobs.Import;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;

/// `trellis directory`: loads the published lists of organisations. All of them are read before anything is stored.
public final class DirectoryCommand implements Command {
    private static final int MOST_SAID = 20;
    private static final int UNREADABLE = 1;
    private static final int MARK = 0xFEFF;
    private static final CSVFormat LISTS =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

    private final Console console;
    private final Settings settings;

    public DirectoryCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "directory";
    }

    @Override
    public String summary() {
        return "Load organisations from the published lists";
    }

    @Override
    public String usage() {
        return """
        directory FILE.csv...       integrated care boards, sub-ICB locations, trusts, GP practices,
                hospital sites, successors: known by their columns; loading a newer list again
                changes what has changed\
        """;
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        if (arguments.isEmpty()) {
            throw new UsageRefused("directory needs the name of at least one list");
        }
        var folder = Files.createTempDirectory("trellis-directory-");
        try {
            var faults = new ArrayList<String>();
            try (var out = new Out(folder)) {
                for (var name : arguments) {
                    read(Path.of(name), out, faults);
                }
            }
            if (!faults.isEmpty()) {
                faults.stream().limit(MOST_SAID).forEach(console::note);
                console.note(faults.size() + " rows cannot be read; nothing was stored.");
                return UNREADABLE;
            }
            return new Import(console, settings, InputStream.nullInputStream())
                    .run(List.of(folder.toString()));
        } finally {
            remove(folder);
        }
    }

    private void read(Path file, Out out, List<String> faults) throws IOException {
        if (!Files.isReadable(file)) {
            throw new UsageRefused(file + " cannot be read");
        }
        try (var rows = LISTS.parse(open(file))) {
            var list = list(file, Set.copyOf(rows.getHeaderNames()));
            console.note(file.getFileName() + ": " + list.words());
            for (var row : rows) {
                try {
                    for (var resource : OdsRules.resources(list, row.toMap())) {
                        out.write(resource);
                    }
                } catch (OdsRules.Unreadable e) {
                    faults.add(
                            file.getFileName()
                                    + " line "
                                    + rows.getCurrentLineNumber()
                                    + ": "
                                    + e.getMessage());
                }
            }
        } catch (CharacterCodingException e) {
            faults.add(file.getFileName() + ": it is not in UTF-8");
        } catch (IllegalArgumentException | UncheckedIOException e) {
            faults.add(file.getFileName() + ": it is no list in CSV: " + e.getMessage());
        }
    }

    /// A file in UTF-8, without the mark that spreadsheets put before the first column.
    private static BufferedReader open(Path file) throws IOException {
        var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        reader.mark(1);
        if (reader.read() != MARK) {
            reader.reset();
        }
        return reader;
    }

    private static OdsRules.Published list(Path file, Set<String> columns) {
        return OdsRules.Published.of(columns)
                .orElseThrow(() ->
                        new UsageRefused(
                                file
                                        + " is none of the lists that are known; its columns are "
                                        + String.join(", ", columns)));
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /// Resources by type, each once: networks stand in the list with each of their practices.
    private static final class Out implements AutoCloseable {
        private final Path folder;
        private final Map<String, BufferedWriter> writers = new LinkedHashMap<>();
        private final Set<String> written = new HashSet<>();

        Out(Path folder) {
            this.folder = folder;
        }

        void write(ObjectNode resource) throws IOException {
            var type = resource.path("resourceType").asString("");
            if (!written.add(type + "/" + resource.path("id").asString(""))) {
                return;
            }
            var writer = writers.get(type);
            if (writer == null) {
                writer =
                        Files.newBufferedWriter(
                                folder.resolve(type + ".ndjson"), StandardCharsets.UTF_8);
                writers.put(type, writer);
            }
            writer.write(resource.toString());
            writer.write('\n');
        }

        @Override
        public void close() throws IOException {
            for (var writer : writers.values()) {
                writer.close();
            }
        }
    }
}
