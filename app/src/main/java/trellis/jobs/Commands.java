package trellis.jobs;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import trellis.fhir.Refused;
import trellis.settings.ServerSettings;
import trellis.settings.Settings;

/// The list of commands, and how one is run.
public final class Commands {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final Console console;
    private final boolean debug;
    private final List<Command> list;

    /// The commands of this process.
    ///
    /// @param serve the command that starts the server, which lives above this package
    /// @param more commands of capabilities, which do too
    public Commands(Console console, Settings settings, Command serve, Command... more) {
        this.console = console;
        this.debug = ServerSettings.from(settings).debug();
        // A new command is added here, with what it needs, such as the console and the settings.
        var own =
                List.of(
                        serve,
                        new Import(console, settings, System.in),
                        new Export(console, settings),
                        new BackupCommand(console, settings),
                        new RestoreCommand(console, settings),
                        new TokenCommand(console, settings),
                        new AccountCommand(console, settings),
                        new VerifyAuditCommand(console, settings),
                        new RetireAuditCommand(console, settings));
        this.list = Stream.concat(own.stream(), Arrays.stream(more)).toList();
    }

    /// Runs one command line.
    ///
    /// @param line the command's name and its arguments; an empty line asks for the list
    /// @return the exit code of the process
    public int run(List<String> line) {
        var name = line.isEmpty() ? "help" : line.getFirst();
        var arguments = line.isEmpty() ? line : line.subList(1, line.size());
        if (List.of("help", "--help", "-h").contains(name)) {
            return help(arguments);
        }
        return named(name)
                .map(command -> run(command, arguments))
                .orElseGet(() -> {
                    console.note(
                            "trellis: there is no command \""
                                    + name
                                    + "\"; `trellis help` lists them");
                    return MISUSED;
                });
    }

    private int run(Command command, List<String> arguments) {
        if (arguments.contains("--help")) {
            return help(List.of(command.name()));
        }
        try {
            return command.run(arguments);
        } catch (UsageRefused e) {
            console.note("trellis: " + e.getMessage());
            console.note("usage: trellis " + command.usage().replace("\n", "\n       trellis "));
            return MISUSED;
        } catch (Exception e) {
            complain(e, console.err(), debug);
            return FAILED;
        }
    }

    /// Says what went wrong in one sentence.
    public static void complain(Throwable problem, PrintStream err, boolean debug) {
        if (debug) {
            problem.printStackTrace(err);
        }
        err.println("trellis: " + sentence(problem));
    }

    private static String sentence(Throwable problem) {
        var cause = problem.getCause();
        if (cause != null && problem.getClass().getName().startsWith("org.springframework.")) {
            return sentence(cause);
        }
        if (problem instanceof Refused refused) {
            return refused.problem().toString();
        }
        return firstLine(problem.getMessage())
                .orElseGet(() ->
                        "something went wrong inside Trellis ("
                                + problem.getClass().getSimpleName()
                                + "); TRELLIS_LOG=debug shows where");
    }

    private static Optional<String> firstLine(@Nullable String message) {
        return Optional.ofNullable(message).flatMap(text -> text.lines().findFirst());
    }

    private Optional<Command> named(String name) {
        return list.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    private int help(List<String> arguments) {
        if (arguments.isEmpty()) {
            console.say("usage: trellis COMMAND [ARGUMENT...]");
            list.forEach(command ->
                    console.say("  %-10s %s".formatted(command.name(), command.summary())));
            console.say("`trellis help COMMAND` says more about one of them.");
            return 0;
        }
        var command = named(arguments.getFirst());
        if (command.isEmpty()) {
            console.note("trellis: there is no command \"" + arguments.getFirst() + "\"");
            return MISUSED;
        }
        var lines = new ArrayList<>(command.get().usage().lines().toList());
        console.say(command.get().summary());
        lines.forEach(line -> console.say("  trellis " + line));
        return 0;
    }
}
