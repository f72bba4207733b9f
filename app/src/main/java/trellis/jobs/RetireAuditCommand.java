package trellis.jobs;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import trellis.notary.Retirement;
import trellis.settings.Settings;
import trellis.store.StoreSettings;

/// `trellis retire-audit`: lines of the audit that nobody has to keep any more, into an archive and out of the database.
final class RetireAuditCommand implements Command {
    private static final ZoneId LONDON = ZoneId.of("Europe/London");

    /// Records of access are kept as long as what they are about: for most records of adults eight years (NHS Records
    /// Management Code of Practice, appendix 2).
    private static final Period LEAST = Period.ofYears(8);

    private final Console console;
    private final Settings settings;

    RetireAuditCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "retire-audit";
    }

    @Override
    public String summary() {
        return "Move old lines of the audit to an archive";
    }

    @Override
    public String usage() {
        return """
        retire-audit FILE --before 2018-04-01
                lines before that day go to FILE (gzip, one JSON object a line) and out of the database;
                the tree keeps their hashes, so verify-audit holds. The day is eight years ago or
                more: records of access are kept as long as the records
              --sooner         allow a later day, such as on a machine with invented people\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked = Options.of(name(), arguments, List.of("--sooner"), List.of("--before"));
        if (asked.words().size() != 1) {
            throw new UsageRefused("retire-audit needs one file to write to");
        }
        var day =
                asked.value("--before")
                        .map(RetireAuditCommand::day)
                        .orElseThrow(() -> new UsageRefused("retire-audit needs --before"));
        if (!asked.has("--sooner") && day.isAfter(LocalDate.now(LONDON).minus(LEAST))) {
            throw new CommandFailed(
                    "lines after "
                            + LocalDate.now(LONDON).minus(LEAST)
                            + " are kept for eight years; --sooner allows it");
        }
        var file = Path.of(asked.words().getFirst());
        try (var work = new AuditedWork(name(), settings)) {
            var home = StoreSettings.from(settings).home();
            var done =
                    new Retirement(work.database(), home, work.clock())
                            .retire(
                                    day.atStartOfDay(LONDON).toInstant(),
                                    file,
                                    lines ->
                                            console.progress(
                                                    String.format(Locale.UK, "%,d lines", lines)));
            console.progressDone();
            if (done.isEmpty()) {
                console.say("No line is that old.");
                return 0;
            }
            work.done(
                    String.format(
                            Locale.UK,
                            "audit retired: %d lines before %s",
                            done.get().lines(),
                            day));
            console.say(
                    String.format(
                            Locale.UK,
                            "%,d lines are in %s (SHA-256 %s) and out of the database.",
                            done.get().lines(),
                            file,
                            HexFormat.of().formatHex(done.get().archive())));
            return 0;
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed(file + " is there already; name a new file", e);
        } catch (IOException e) {
            throw new CommandFailed("the archive cannot be written: " + e.getMessage(), e);
        } catch (IllegalStateException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new UsageRefused("--before is a day, such as 2018-04-01");
        }
    }
}
