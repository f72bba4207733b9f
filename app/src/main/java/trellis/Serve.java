package trellis;

import java.util.List;
import trellis.jobs.Command;
import trellis.settings.Settings;

/// `trellis serve`: the server, until it is told to stop.
final class Serve implements Command {
    private final Settings settings;

    Serve(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String summary() {
        return "Start the server and serve until stopped";
    }

    @Override
    public String usage() {
        return "serve";
    }

    @Override
    public int run(List<String> arguments) {
        Trellis.start(settings);
        return 0;
    }
}
