package trellis.codes;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipFile;

/// The files of a release: given one by one, in folders, or in zip archives as they are published.
public final class ReleaseFiles implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final List<Entry> entries = new ArrayList<>();
    private final List<ZipFile> archives = new ArrayList<>();

    /// One file.
    ///
    /// @param name without its folder
    /// @param size in bytes, unpacked
    record Entry(String name, long size, Opening opening) {
        InputStream open() throws IOException {
            return new BufferedInputStream(opening.open(), BUFFER);
        }
    }

    @FunctionalInterface
    private interface Opening {
        InputStream open() throws IOException;
    }

    private ReleaseFiles() {}

    /// Finds the files.
    ///
    /// @throws Unreadable for a path that is not there
    public static ReleaseFiles of(List<Path> paths) throws IOException {
        var files = new ReleaseFiles();
        try {
            for (var path : paths) {
                files.add(path);
            }
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
        files.entries.sort(Comparator.comparing(Entry::name));
        return files;
    }

    private void add(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (var walk = Files.walk(path)) {
                for (var file : walk.filter(Files::isRegularFile).sorted().toList()) {
                    addFile(file);
                }
            }
        } else if (Files.isReadable(path)) {
            addFile(path);
        } else {
            throw new Unreadable(path.toString(), 0, "there is no such file that can be read");
        }
    }

    private void addFile(Path file) throws IOException {
        if (!file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".zip")) {
            entries.add(
                    new Entry(
                            file.getFileName().toString(),
                            Files.size(file),
                            () -> Files.newInputStream(file)));
            return;
        }
        var archive = new ZipFile(file.toFile());
        archives.add(archive);
        archive.stream()
                .filter(entry -> !entry.isDirectory())
                .forEach(entry ->
                        entries.add(
                                new Entry(
                                        entry.getName()
                                                .substring(entry.getName().lastIndexOf('/') + 1),
                                        Math.max(entry.getSize(), 0),
                                        () -> archive.getInputStream(entry))));
    }

    /// Those whose name fits, in the order of their names.
    List<Entry> named(String pattern) {
        return entries.stream().filter(entry -> entry.name().matches(pattern)).toList();
    }

    @Override
    public void close() throws IOException {
        for (var archive : archives) {
            archive.close();
        }
    }
}
