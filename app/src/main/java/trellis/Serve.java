package trellis;

import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ConfigurableApplicationContext;
import trellis.access.Accounts;
import trellis.access.FirstPeople;
import trellis.access.Tokens;
import trellis.jobs.Command;
import trellis.jobs.CommandFailed;
import trellis.jobs.Console;
import trellis.jobs.DemoRegion;
import trellis.jobs.UsageRefused;
import trellis.settings.ServerSettings;
import trellis.settings.Settings;
import trellis.store.StoreSettings;

/// `trellis serve`: the server, until it is told to stop.
final class Serve implements Command {
    private static final Duration REHEARSED = Duration.ofSeconds(15);

    private final Console console;
    private final Settings settings;

    Serve(Console console, Settings settings) {
        this.console = console;
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
        return """
        serve                 on the data there is
        serve --demo FOLDER   with the demo region of that folder, unless there are records already
        serve --people        with the five people of the demo region, when there is no account
        serve --rehearse FOLDER   load the demo region, ask for this and that, stop; for the launcher\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        if (arguments.size() == 2 && arguments.getFirst().equals("--rehearse")) {
            return rehearse(Path.of(arguments.getLast()));
        }
        var left = new ArrayList<>(arguments);
        var people = left.remove("--people");
        var demo = demo(left);
        var running = Trellis.start(settings);
        demo.ifPresent(folder -> load(running.getBean(DemoRegion.class), folder));
        greet(running, people);
        return 0;
    }

    private static Optional<Path> demo(List<String> arguments) {
        if (arguments.size() == 2 && arguments.getFirst().equals("--demo")) {
            return Optional.of(Path.of(arguments.getLast()));
        }
        if (!arguments.isEmpty()) {
            throw new UsageRefused("serve does not take \"" + arguments.getFirst() + "\"");
        }
        return Optional.empty();
    }

    /// A demo region that cannot be loaded does not stop the server.
    private void load(DemoRegion region, Path folder) {
        try {
            region.load(folder, console);
        } catch (CommandFailed e) {
            console.note("trellis: " + e.getMessage());
        }
    }

    /// Says where the server is and who may sign in. Goes to the terminal alone, because of the
    /// passwords.
    private void greet(ConfigurableApplicationContext running, boolean people) {
        var home = StoreSettings.from(settings).home();
        var arrived = people ? running.getBean(FirstPeople.class).arrive(home) : List.<String>of();
        console.note("");
        var address = Trellis.address(running);
        console.note("Trellis is running; Ctrl-C stops it.");
        console.note("  Pages: " + address);
        console.note("  FHIR:  " + address.resolve("/fhir/metadata"));
        if (!arrived.isEmpty()) {
            console.note(
                    "Sign in as one of these people (kept in "
                            + home.resolve(FirstPeople.FILE)
                            + "):");
            arrived.forEach(line -> console.note("  " + line));
            console.note("Look at first: search for FERNANDEZ, and open the summary of Andre.");
        } else if (running.getBean(Accounts.class).all().isEmpty()) {
            console.note(
                    "Nobody may sign in yet: `./trellis account add` brings the first person.");
        } else if (Files.exists(home.resolve(FirstPeople.FILE))) {
            console.note(
                    "Who may sign in, and the first passwords: " + home.resolve(FirstPeople.FILE));
        }
        if (ServerSettings.from(settings).open()) {
            console.note("Open mode: any program on this machine can use the API without a token.");
        }
    }

    /// Does what servers do most, so that the JVM can keep what it learns from it.
    private int rehearse(Path demo) {
        try (var running = Trellis.start(settings);
                var client = HttpClient.newHttpClient()) {
            var rehearsal =
                    new Rehearsal(
                            Trellis.address(running),
                            running.getBean(DemoRegion.class),
                            running.getBean(Tokens.class),
                            client);
            console.note(rehearsal.play(demo, console, REHEARSED) + " answers");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
