package trellis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every capability is a folder of one shape (`docs/architecture.md`), so that who has read one has
/// read all.
class ShapeTest {
    private static final Path SOURCES = Path.of("src/main/java/trellis");
    private static final Set<String> FLOOR =
            Set.of("store", "api", "access", "apps", "audit", "notary", "page", "jobs", "settings");
    private static final int MOST_FILES = 9;

    /// The main job is larger than one capability should be: finding people, and the summary with its
    /// ten parts; so is a whole national service. They have more files, within these bounds.
    private static final Map<String, Integer> LARGER =
            Map.ofEntries(
                    Map.entry("bulk", 21),
                    Map.entry("conversations", 10),
                    Map.entry("custodians", 15),
                    Map.entry("demographics", 24),
                    Map.entry("documents", 10),
                    Map.entry("matching", 25),
                    Map.entry("messages", 14),
                    Map.entry("nodes", 13),
                    Map.entry("notices", 18),
                    Map.entry("people", 16),
                    Map.entry("prescriptions", 48),
                    Map.entry("profiles", 20),
                    Map.entry("record", 32),
                    Map.entry("subscriptions", 32),
                    Map.entry("summaries", 16),
                    Map.entry("terminology", 14));

    /// These have more kinds of files as well; every capability after them has the shape.
    private static final Set<String> MIXED = Set.of("people", "record");

    private static final Pattern KIND =
            Pattern.compile(
                    "(Rules|Sql|Api|Pages|Settings|View|Command|Configuration|Reads|Changes)\\.java$");
    private static final Pattern RECORD_OR_FAMILY =
            Pattern.compile(
                    "^(public )?(sealed interface|non-sealed interface|record|enum) ",
                    Pattern.MULTILINE);

    @Test
    void every_capability_has_the_shape() {
        var faults = new ArrayList<String>();
        for (var capability : capabilities()) {
            faults.addAll(faults(capability));
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void a_floor_package_also_says_what_it_is_for() {
        for (var name : FLOOR) {
            var folder = SOURCES.resolve(name);
            if (Files.isDirectory(folder)) {
                assertThat(packageFaults(folder)).as(name).isEmpty();
            }
        }
    }

    static List<String> faults(Path folder) {
        var name = folder.getFileName().toString();
        var files = files(folder);
        var faults = new ArrayList<>(packageFaults(folder));
        var most = LARGER.getOrDefault(name, MOST_FILES);
        if (files.size() > most) {
            faults.add(name + " has " + files.size() + " files, more than " + most);
        }
        var doors = files.stream().filter(file -> isDoor(file, name)).toList();
        if (doors.size() != 1) {
            faults.add(name + " has no one door named for it, such as " + doorName(name));
        }
        if (MIXED.contains(name)) {
            return faults;
        }
        files.stream()
                .filter(file -> !doors.contains(file) && !isAllowed(folder.resolve(file)))
                .forEach(file -> faults.add(name + "/" + file + " is of no kind a capability has"));
        return faults;
    }

    private static List<String> packageFaults(Path folder) {
        var name = folder.getFileName().toString();
        var info = folder.resolve("package-info.java");
        if (!Files.exists(info)) {
            return List.of(name + " has no package-info.java");
        }
        var text = read(info);
        var faults = new ArrayList<String>();
        for (var part : List.of("@NullMarked", "@ApplicationModule(", "Standards:", "Hazards:")) {
            if (!text.contains(part)) {
                faults.add(name + "/package-info.java lacks " + part);
            }
        }
        if (!text.startsWith("/// ")) {
            faults.add(name + "/package-info.java does not begin with what the package is");
        }
        return faults;
    }

    /// The door is the package's own name, or the plural of it, in capitals as a class has them.
    private static boolean isDoor(String file, String name) {
        var stem = file.replace(".java", "").toLowerCase(Locale.ROOT);
        return stem.equals(name) || stem.equals(name + "s") || stem.equals(name + "es");
    }

    private static boolean isAllowed(Path file) {
        var name = file.getFileName().toString();
        return name.equals("package-info.java")
                || KIND.matcher(name).find()
                || RECORD_OR_FAMILY.matcher(read(file)).find();
    }

    private static String doorName(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1) + ".java";
    }

    private static List<Path> capabilities() {
        try (var folders = Files.list(SOURCES)) {
            return folders.filter(Files::isDirectory)
                    .filter(folder -> !FLOOR.contains(folder.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> files(Path folder) {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
