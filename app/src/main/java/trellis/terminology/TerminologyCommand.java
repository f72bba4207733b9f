package trellis.terminology;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.codes.Asked;
import trellis.codes.Format;
import trellis.codes.Release;
import trellis.codes.ReleaseFiles;
import trellis.codes.Unreadable;
import trellis.jobs.AuditedWork;
import trellis.jobs.Command;
import trellis.jobs.Console;
import trellis.jobs.Options;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;

/// `trellis terminology`: loads releases of code systems. A release is read whole before anything is stored; then it takes the place
/// of the one before it at once.
public final class TerminologyCommand implements Command {
    private static final String VERSION = "--version";
    private static final String EDITION = "--edition";
    private static final int UNREADABLE = 1;

    private final Console console;
    private final Settings settings;

    public TerminologyCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "terminology";
    }

    @Override
    public String summary() {
        return "Load SNOMED CT, dm+d, LOINC and ICD-10";
    }

    @Override
    public String usage() {
        return """
        terminology list                                the releases that are held
        terminology load snomed|dmd|loinc|icd10 FILE... [--version V] [--edition MODULE]
                files, folders and zip archives of one release, as they are published; a newer
                one takes the place of the older at once, which stays until it is removed
        terminology remove SYSTEM VERSION\
        """;
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        var asked = Options.of("terminology", arguments, List.of(), List.of(VERSION, EDITION));
        var words = asked.words();
        if (words.equals(List.of("list")) && asked.given() == 0) {
            list();
            return 0;
        }
        if (words.size() >= 3 && words.getFirst().equals("load")) {
            return load(words, asked.value(VERSION), asked.value(EDITION));
        }
        if (words.size() == 3 && words.getFirst().equals("remove") && asked.given() == 0) {
            return remove(words.get(1), words.get(2));
        }
        throw new UsageRefused(
                "terminology needs list, load with a kind and files, or remove with a system and a"
                        + " version");
    }

    private void list() {
        try (var work = new AuditedWork(name(), settings);
                var log = new AuditLog(work.database())) {
            for (var one : new TerminologySql(work.database(), log).all()) {
                console.say(
                        "%s|%s %s %d concepts, loaded %s%s"
                                .formatted(
                                        one.system(),
                                        one.version(),
                                        one.name(),
                                        one.concepts(),
                                        one.loaded(),
                                        one.current() ? ", counts" : ""));
            }
        }
    }

    private int load(List<String> words, Optional<String> version, Optional<String> edition)
            throws IOException {
        var format =
                Format.of(words.get(1))
                        .orElseThrow(() ->
                                new UsageRefused(
                                        "There is no kind "
                                                + words.get(1)
                                                + ": it is snomed, dmd, loinc or icd10"));
        var paths = words.stream().skip(2).map(Path::of).toList();
        Release release;
        try (var files = ReleaseFiles.of(paths)) {
            release = format.read(files, new Asked(version, edition, progress()));
            console.progressDone();
        } catch (Unreadable e) {
            console.progressDone();
            console.note(String.valueOf(e.getMessage()));
            console.note("Nothing was stored.");
            return UNREADABLE;
        } catch (ZipException e) {
            console.note("A zip archive cannot be opened: " + e.getMessage());
            console.note("Nothing was stored.");
            return UNREADABLE;
        }
        console.note("Storing " + release.size() + " concepts.");
        try (var work = new AuditedWork(name(), settings);
                var log = new AuditLog(work.database())) {
            new TerminologySql(work.database(), log)
                    .keep(
                            release,
                            format.word(),
                            work.clock().instant(),
                            line(work, "loaded", release.system(), release.version()));
        }
        console.say(release.system() + "|" + release.version() + " counts from now on.");
        return 0;
    }

    /// A line for each hundredth.
    private trellis.codes.Progress progress() {
        var told = new AtomicLong(-1);
        return (file, done, total) -> {
            var hundredth = total == 0 ? 100 : done * 100 / total;
            if (told.getAndSet(hundredth) != hundredth
                    && (console.interactive() || hundredth % 10 == 0)) {
                console.progress("%3d%% %s".formatted(hundredth, file));
            }
        };
    }

    private int remove(String system, String version) {
        try (var work = new AuditedWork(name(), settings);
                var log = new AuditLog(work.database())) {
            var removed =
                    new TerminologySql(work.database(), log)
                            .remove(system, version, line(work, "removed", system, version));
            console.note(removed ? "Removed." : "There is no such release.");
            return removed ? 0 : 1;
        }
    }

    private static AuditEntry line(AuditedWork work, String what, String system, String version) {
        return new AuditEntry(
                work.clock().instant(),
                Caller.command("terminology"),
                AuditEntry.Action.UPDATE,
                "code system " + what + ": " + system + "|" + version,
                AuditEntry.Target.NONE,
                List.of(),
                0,
                AuditEntry.Source.HERE);
    }
}
