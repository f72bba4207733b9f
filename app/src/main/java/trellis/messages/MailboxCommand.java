package trellis.messages;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import trellis.jobs.AuditedWork;
import trellis.jobs.Command;
import trellis.jobs.Console;
import trellis.jobs.Options;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;

/// `trellis mailbox`: which organisations' systems may use the message exchange.
public final class MailboxCommand implements Command {
    private static final List<String> OPTIONS =
            List.of("--name", "--ods", "--workflows", "--certificate");
    private static final List<String> VERBS =
            List.of("list", "add", "password", "disable", "enable");
    private static final int PASSWORD_BYTES = 18;

    private final Console console;
    private final Settings settings;

    public MailboxCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "mailbox";
    }

    @Override
    public String summary() {
        return "Say which mailboxes there are for messages between organisations";
    }

    @Override
    public String usage() {
        return """
        mailbox list
        mailbox add ID --name "Rowan Vale results" --ods CODE [--workflows A,B] [--certificate SUBJECT]
                prints its password; without --workflows it takes everything
        mailbox password ID   a new password; the old one is no good any more
        mailbox disable ID    neither sends nor receives
        mailbox enable ID\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked = Options.of("mailbox", arguments, List.of(), OPTIONS);
        var verb = asked.words().isEmpty() ? "" : asked.words().getFirst();
        if (!VERBS.contains(verb)) {
            throw new UsageRefused("mailbox needs list, add, password, disable or enable");
        }
        if (asked.words().size() != (verb.equals("list") ? 1 : 2)) {
            throw new UsageRefused(
                    verb.equals("list")
                            ? "mailbox list takes nothing more"
                            : "mailbox " + verb + " needs one id");
        }
        if (asked.given() > 0 && !verb.equals("add")) {
            throw new UsageRefused("only mailbox add takes options");
        }
        var added = verb.equals("add") ? Optional.of(mailbox(asked)) : Optional.<Mailbox>empty();
        try (var work = new AuditedWork("mailbox", settings)) {
            var register = new Messages.Register(work.database());
            switch (verb) {
                case "list" -> register.all().forEach(one -> console.say(line(one)));
                case "add" -> {
                    var password = password();
                    register.add(added.orElseThrow(), password);
                    work.done("mailbox added: " + added.get().id());
                    console.note(added.get().id() + " may be used, with this password:");
                    console.say(password);
                }
                case "password" -> {
                    var password = password();
                    var id = id(asked);
                    register.password(id, password);
                    work.done("mailbox password changed: " + id);
                    console.note(id + " has this password now:");
                    console.say(password);
                }
                default -> {
                    var id = id(asked);
                    register.disable(id, verb.equals("disable"));
                    work.done("mailbox " + verb + "d: " + id);
                    console.note(
                            id + (verb.equals("disable") ? " is refused." : " may be used again."));
                }
            }
        }
        return 0;
    }

    private static String id(Options asked) {
        return asked.words().getLast().toUpperCase(Locale.ROOT);
    }

    private static String password() {
        var random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static Mailbox mailbox(Options asked) {
        return new Mailbox(
                id(asked),
                asked.value("--name")
                        .orElseThrow(() -> new UsageRefused("mailbox add needs --name")),
                asked.value("--ods")
                        .orElseThrow(() -> new UsageRefused("mailbox add needs --ods"))
                        .toUpperCase(Locale.ROOT),
                asked.value("--certificate").orElse(""),
                asked.value("--workflows")
                        .map(text -> Set.copyOf(Arrays.asList(text.split(","))))
                        .orElse(Set.of()),
                false,
                false);
    }

    private static String line(Mailbox mailbox) {
        return "%-20s %-10s %-40s %s%s"
                .formatted(
                        mailbox.id(),
                        mailbox.ods(),
                        mailbox.name(),
                        mailbox.workflows().isEmpty()
                                ? "every workflow"
                                : String.join(",", mailbox.workflows().stream().sorted().toList()),
                        mailbox.internal()
                                ? " (answered by this server)"
                                : mailbox.disabled() ? " (disabled)" : "");
    }
}
