package trellis.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an import was asked to do.
///
/// @param names files, folders, and `-` for the standard input
/// @param restart whether to begin anew where an earlier import was interrupted
/// @param rejects a file to write every reject to
/// @param limit the longest line, in bytes
record ImportOptions(List<String> names, boolean restart, Optional<Path> rejects, int limit) {
    private static final int MEGABYTES = 64;
    private static final int MOST_MEGABYTES = 1024;

    /// The standard options.
    static ImportOptions of(List<String> names) {
        return new ImportOptions(names, false, Optional.empty(), MEGABYTES << 20);
    }

    /// @throws UsageRefused for what it does not take
    static ImportOptions parse(List<String> arguments) {
        var names = new ArrayList<String>();
        var restart = false;
        var rejects = Optional.<Path>empty();
        var megabytes = MEGABYTES;
        for (var i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--restart" -> restart = true;
                case "--rejects" -> rejects = Optional.of(Path.of(after(arguments, i++)));
                case "--limit" -> megabytes = megabytes(after(arguments, i++));
                case String other when other.startsWith("-") && !other.equals("-") ->
                        throw new UsageRefused("import does not take \"" + other + "\"");
                case String name -> names.add(name);
            }
        }
        if (names.isEmpty()) {
            throw new UsageRefused("import needs at least one file, folder or -");
        }
        return new ImportOptions(List.copyOf(names), restart, rejects, megabytes << 20);
    }

    private static String after(List<String> arguments, int i) {
        if (i + 1 == arguments.size()) {
            throw new UsageRefused(arguments.get(i) + " needs something after it");
        }
        return arguments.get(i + 1);
    }

    private static int megabytes(String text) {
        try {
            var number = Integer.parseInt(text);
            if (number >= 1 && number <= MOST_MEGABYTES) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, together with numbers that are out of bounds.
        }
        throw new UsageRefused("--limit is a number of megabytes from 1 to " + MOST_MEGABYTES);
    }
}
