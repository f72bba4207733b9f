package trellis.jobs;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import trellis.settings.Settings;
import trellis.store.Database;
import trellis.store.StoreSettings;

/// `trellis backup FILE`
final class BackupCommand implements Command {
    private final Console console;
    private final Settings settings;

    BackupCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "backup";
    }

    @Override
    public String summary() {
        return "Write the whole node to a file and verify it";
    }

    @Override
    public String usage() {
        return "backup FILE     also while the server runs; FILE must not exist";
    }

    @Override
    public int run(List<String> arguments) throws Exception {
        if (arguments.size() != 1 || arguments.getFirst().startsWith("-")) {
            throw new UsageRefused("backup takes the name of one file");
        }
        var file = Path.of(arguments.getFirst()).toAbsolutePath().normalize();
        try (var database = Database.open(StoreSettings.from(settings))) {
            var manifest = new Backup(database, console, Clock.systemUTC()).to(file);
            console.say(
                    "%,d rows of %d tables are in %s, verified"
                            .formatted(manifest.rows(), manifest.tables().size(), file));
        }
        return 0;
    }
}
