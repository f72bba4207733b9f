package trellis.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds the inputs of an import. A file is taken whatever its name; of a folder, the files below it
/// whose names end as FHIR JSON does.
final class Sources {
    /// The manifest that an export writes beside its files.
    static final String MANIFEST = "manifest.json";

    private static final Pattern JSON =
            Pattern.compile(".*\\.(json|ndjson|jsonl)(\\.gz)?", Pattern.CASE_INSENSITIVE);

    private Sources() {}

    /// What was found.
    ///
    /// @param sources in the order of the names, those of one folder by the alphabet
    /// @param leftOut how many files of folders are something else
    record Found(List<Source> sources, int leftOut) {}

    /// @param names paths, and `-` for the standard input
    /// @throws CommandFailed for what is not there or cannot be read
    static Found of(List<String> names) {
        var sources = new ArrayList<Source>();
        var leftOut = 0;
        for (var name : names) {
            if (name.equals("-")) {
                sources.add(Source.piped());
                continue;
            }
            var path = Path.of(name);
            if (!Files.exists(path)) {
                throw new CommandFailed("there is no file or folder \"" + name + "\"");
            }
            try {
                leftOut += Files.isDirectory(path) ? folder(path, sources) : file(path, sources);
            } catch (IOException e) {
                throw new CommandFailed("\"" + name + "\" cannot be read: " + e.getMessage(), e);
            }
        }
        return new Found(List.copyOf(sources), leftOut);
    }

    private static int file(Path path, List<Source> sources) throws IOException {
        if (!Files.isReadable(path)) {
            throw new CommandFailed("\"" + path + "\" may not be read by this user");
        }
        sources.add(Source.file(path));
        return 0;
    }

    private static int folder(Path folder, List<Source> sources) throws IOException {
        var leftOut = 0;
        try (var below = Files.walk(folder)) {
            for (var path : below.filter(Files::isRegularFile).sorted().toList()) {
                var name = path.getFileName().toString();
                if (JSON.matcher(name).matches() && !name.equals(MANIFEST)) {
                    file(path, sources);
                } else if (!name.startsWith(".") && !name.equals(MANIFEST)) {
                    leftOut++;
                }
            }
        }
        return leftOut;
    }
}
