package trellis.jobs;

import java.nio.file.Path;
import java.util.List;
import trellis.settings.Settings;
import trellis.store.Database;
import trellis.store.StoreSettings;

/// `trellis restore FILE`
final class RestoreCommand implements Command {
    private static final String REPLACE = "--replace";

    private final Console console;
    private final Settings settings;

    RestoreCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "restore";
    }

    @Override
    public String summary() {
        return "Put a backup back, verified, whole or not at all";
    }

    @Override
    public String usage() {
        return """
        restore FILE               into an empty database, while no server runs
        restore FILE --replace     in place of whatever the database holds\
        """;
    }

    @Override
    public int run(List<String> arguments) throws Exception {
        var files = arguments.stream().filter(argument -> !argument.equals(REPLACE)).toList();
        if (files.size() != 1 || files.getFirst().startsWith("-")) {
            throw new UsageRefused("restore takes the name of one file, and --replace");
        }
        var file = Path.of(files.getFirst()).toAbsolutePath().normalize();
        var manifest = Restore.verify(file, console);
        try (var database = Database.open(StoreSettings.from(settings))) {
            new Restore(database, console).from(file, manifest, arguments.contains(REPLACE));
        }
        console.say(
                "%,d rows of %d tables are back, as of %s"
                        .formatted(manifest.rows(), manifest.tables().size(), manifest.taken()));
        return 0;
    }
}
