package trellis.store;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// The programs of PostgreSQL, packed in a library of ours and unpacked once into a folder.
///
/// @param folder holds `bin`, `lib` and `share`
record PostgresBinaries(Path folder) {
    /// The version that is packed in.
    static final String VERSION = "18.6.0";

    /// Its major version, which must be that of a data folder.
    static final String MAJOR = VERSION.substring(0, VERSION.indexOf('.'));

    /// Unpacks unless that was done before. An interrupted attempt leaves nothing that counts.
    ///
    /// @param home the folder to unpack below
    static PostgresBinaries in(Path home) throws IOException {
        var folder = home.resolve("postgres-" + VERSION);
        if (!Files.isDirectory(folder)) {
            var half = Files.createTempDirectory(home, "unpacking-");
            try {
                unpack(half);
                Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                remove(half);
            }
        }
        return new PostgresBinaries(folder);
    }

    /// The path of one program.
    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private static void unpack(Path folder) throws IOException {
        var archive = archive();
        try (var packed = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
            if (packed == null) {
                throw new DatabaseRefused(
                        "Trellis brings no PostgreSQL for this kind of machine ("
                                + archive
                                + "): set TRELLIS_DATABASE_URL to a PostgreSQL 15 or newer");
            }
            unpack(packed, folder);
        }
    }

    private static String archive() {
        var system = System.getProperty("os.name", "").startsWith("Mac") ? "darwin" : "linux";
        var arm =
                System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).matches("aarch64|arm64");
        return "postgres-" + system + "-" + (arm ? "arm_64" : "x86_64") + ".txz";
    }

    private static void unpack(InputStream packed, Path folder) throws IOException {
        try (var tar =
                new TarArchiveInputStream(
                        new XZInputStream(new BufferedInputStream(packed, 1 << 16)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("the archive leaves its folder: " + entry.getName());
                }
                write(tar, entry, target);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
            throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(requireNonNull(target.getParent()));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
        var executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(
                target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /// Removes a folder with everything in it, if it is there.
    static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var inside = Files.walk(folder)) {
            for (var path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
