package trellis.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import trellis.notary.AuditCheck;
import trellis.settings.Settings;
import trellis.store.Database;
import trellis.store.StoreSettings;

/// `trellis verify-audit`: whether every line of the audit is as it was when its head was signed.
final class VerifyAuditCommand implements Command {
    private final Console console;
    private final Settings settings;

    VerifyAuditCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "verify-audit";
    }

    @Override
    public String summary() {
        return "Check that no line of the audit was changed, removed or added";
    }

    @Override
    public String usage() {
        return """
        verify-audit               against the heads and the key kept in TRELLIS_HOME
              --heads FILE         against signed heads that were kept elsewhere
              --key FILE           believe this public key (base 64, the last line of the file)\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked = Options.of(name(), arguments, List.of(), List.of("--heads", "--key"));
        asked.refuseWords();
        var store = StoreSettings.from(settings);
        try (var database = Database.open(store)) {
            var check = new AuditCheck(database.dataSource(), store.home());
            var found =
                    check.check(
                            asked.value("--heads").map(Path::of),
                            asked.value("--key").map(Path::of),
                            done -> console.progress(String.format(Locale.UK, "%,d lines", done)));
            console.progressDone();
            console.say(
                    String.format(
                            Locale.UK,
                            "%,d lines under %,d signed heads; %,d newer lines are not signed yet.",
                            found.lines(),
                            found.heads(),
                            found.unsealed()));
            if (found.retired() > 0) {
                console.say(
                        String.format(
                                Locale.UK,
                                "%,d of them were moved to an archive; their hashes alone were checked.",
                                found.retired()));
            }
            found.fault()
                    .ifPresentOrElse(
                            fault -> console.say("NOT AS IT WAS: " + fault),
                            () -> console.say("Everything is as it was when it was signed."));
            return found.fault().isPresent() ? 1 : 0;
        } catch (IOException e) {
            throw new CommandFailed("a file cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        }
    }
}
