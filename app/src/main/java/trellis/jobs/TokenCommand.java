package trellis.jobs;

import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import trellis.access.Account;
import trellis.access.Tokens.Token;
import trellis.settings.Settings;

/// `trellis token`: makes, lists and revokes bearer tokens. The token goes to the standard output and
/// everything else beside it, so that `TOKEN=$(trellis token)` holds the token alone.
final class TokenCommand implements Command {
    private static final Pattern LIFE = Pattern.compile("(\\d{1,5})([mhd])");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm", Locale.UK)
                    .withZone(ZoneId.of("Europe/London"));
    private static final String STANDARD_LIFE = "8h";

    private final Console console;
    private final Settings settings;

    TokenCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public String summary() {
        return "Make a bearer token for scripts on this machine";
    }

    @Override
    public String usage() {
        return """
        token                    a token that may do everything, good for 8 hours
              --account NAME     with the rights of that account instead
              --expires 30m      good for so many minutes (m), hours (h) or days (d)
        token --list             the tokens there are
        token --revoke NUMBER    end one; a running server refuses it within 5 seconds\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked =
                Options.of(
                        "token",
                        arguments,
                        List.of("--list"),
                        List.of("--account", "--expires", "--revoke"));
        asked.refuseWords();
        var life = life(asked.value("--expires").orElse(STANDARD_LIFE));
        var number = asked.value("--revoke").map(TokenCommand::number);
        if (asked.given() > 1 && (asked.has("--list") || number.isPresent())) {
            throw new UsageRefused("--list and --revoke stand alone");
        }
        try (var work = new AuditedWork("token", settings)) {
            if (asked.has("--list")) {
                list(work);
            } else if (number.isPresent()) {
                work.tokens().revoke(number.get());
                work.done("token revoked: " + number.get());
                console.note("Token " + number.get() + " is revoked.");
            } else {
                issue(work, asked.value("--account"), life);
            }
        }
        return 0;
    }

    private void issue(AuditedWork work, Optional<String> signIn, Duration life) {
        var account = signIn.map(name -> account(work, name));
        var token = work.tokens().issue(account, life);
        var whose = account.map(known -> known.person().signIn()).orElse("this machine");
        work.done("token made: " + token.id() + ", " + whose);
        console.note(
                "Token "
                        + token.id()
                        + " of "
                        + whose
                        + ", good until "
                        + TIME.format(token.expires())
                        + ". It is shown this once.");
        console.say(token.secret());
    }

    private static Account account(AuditedWork work, String name) {
        return work.accounts()
                .named(name)
                .orElseThrow(() ->
                        new CommandFailed(
                                "there is no account "
                                        + name
                                        + "; `trellis account list` shows them"));
    }

    private void list(AuditedWork work) {
        console.say(
                "%-7s %-20s %-18s %-18s %s"
                        .formatted("number", "account", "made", "until", "state"));
        for (var token : work.tokens().all()) {
            console.say(
                    "%-7d %-20s %-18s %-18s %s"
                            .formatted(
                                    token.id(),
                                    token.signIn().isEmpty() ? "this machine" : token.signIn(),
                                    TIME.format(token.created()),
                                    TIME.format(token.expires()),
                                    state(work, token)));
        }
    }

    private static String state(AuditedWork work, Token token) {
        if (token.revoked().isPresent()) {
            return "revoked " + TIME.format(token.revoked().get());
        }
        return token.expires().isBefore(work.now()) ? "expired" : "good";
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageRefused("--revoke needs the number of a token, not \"" + text + "\"");
        }
    }

    static Duration life(String text) {
        var parts = LIFE.matcher(text);
        if (!parts.matches()) {
            throw new UsageRefused(
                    "--expires is a time such as 30m, 8h or 90d, not \"" + text + "\"");
        }
        var units =
                Map.of(
                        "m", Duration.ofMinutes(1),
                        "h", Duration.ofHours(1),
                        "d", Duration.ofDays(1));
        return units.getOrDefault(parts.group(2), Duration.ZERO)
                .multipliedBy(Long.parseLong(parts.group(1)));
    }
}
