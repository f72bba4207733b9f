package trellis.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.jobs.AuditedWork;
import trellis.jobs.Command;
import trellis.jobs.Console;
import trellis.jobs.Options;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;

/// `trellis app`: which apps may be used beside this server's own pages.
public final class AppCommand implements Command {
    private static final List<String> OPTIONS =
            List.of(
                    "--name",
                    "--kind",
                    "--redirect",
                    "--launch",
                    "--scopes",
                    "--keys",
                    "--keys-url",
                    "--certificate",
                    "--organisation",
                    "--ods",
                    "--role",
                    "--purpose",
                    "--project");
    private static final List<Role> ROLES = List.of(Role.CLINICIAN, Role.GP, Role.SYSTEM);

    private final Console console;
    private final Settings settings;

    public AppCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "app";
    }

    @Override
    public String summary() {
        return "Say which apps may be used";
    }

    @Override
    public String usage() {
        return """
        app list
        app register ID --name "Growth chart" --kind KIND --scopes "patient/*.rs launch/patient"
                [--redirect URL[,URL...]] [--launch URL] [--keys FILE | --keys-url URL]
                [--certificate SUBJECT] [--organisation NAME] [--ods CODE] [--role ROLE]
                [--purpose care|planning|research] [--project STUDY]
                where KIND is public, confidential, backend or restricted; ROLE, for the last two, is
                clinician, gp or system; prints the secret of a confidential app without keys
        app disable ID    refused everything, its tokens at once
        app enable ID\
        """;
    }

    @Override
    public int run(List<String> arguments) throws IOException {
        var asked = Options.of("app", arguments, List.of(), OPTIONS);
        var verb = asked.words().isEmpty() ? "" : asked.words().getFirst();
        if (!List.of("list", "register", "disable", "enable").contains(verb)) {
            throw new UsageRefused("app needs list, register, disable or enable");
        }
        if (asked.words().size() != (verb.equals("list") ? 1 : 2)) {
            throw new UsageRefused("app " + verb + " needs one id");
        }
        if (asked.given() > 0 && !verb.equals("register")) {
            throw new UsageRefused("only app register takes options");
        }
        var app = verb.equals("register") ? Optional.of(app(asked)) : Optional.<App>empty();
        try (var work = new AuditedWork("app", settings)) {
            var apps = new Apps(work.database(), work.clock());
            switch (verb) {
                case "list" -> apps.all().forEach(one -> console.say(line(one)));
                case "register" -> register(work, apps, app.orElseThrow());
                default -> {
                    var id = asked.words().getLast();
                    apps.disable(id, verb.equals("disable"));
                    work.done("app " + verb + "d: " + id);
                    console.note(
                            id + (verb.equals("disable") ? " is refused." : " may work again."));
                }
            }
        }
        return 0;
    }

    private void register(AuditedWork work, Apps apps, App app) {
        var done = apps.register(app);
        work.done("app registered: " + app.id());
        done.secret()
                .ifPresentOrElse(
                        secret -> {
                            console.note(app.name() + " is registered, with this secret:");
                            console.say(secret);
                        },
                        () -> console.note(app.name() + " is registered."));
    }

    private static String line(App app) {
        return "%-20s %-13s %-24s %s%s"
                .formatted(
                        app.id(),
                        app.kind().code(),
                        app.name(),
                        app.scopes().text(),
                        app.disabled() ? " (disabled)" : "");
    }

    private static App app(Options asked) throws IOException {
        var kind =
                asked.value("--kind")
                        .flatMap(App.Kind::of)
                        .orElseThrow(() ->
                                new UsageRefused(
                                        "--kind is public, confidential, backend or restricted"));
        var keys =
                new App.Keys(
                        asked.value("--keys").isPresent()
                                ? Files.readString(Path.of(asked.value("--keys").get()))
                                : "",
                        asked.value("--keys-url").orElse(""),
                        asked.value("--certificate").orElse(""));
        var works =
                new App.Works(
                        kind.alone()
                                ? role(asked.value("--role").orElse("clinician"))
                                : Role.NOBODY,
                        asked.value("--organisation").orElse(""),
                        asked.value("--ods").orElse(""),
                        asked.value("--purpose")
                                .map(text ->
                                        Purpose.of(text)
                                                .orElseThrow(() ->
                                                        new UsageRefused(
                                                                "--purpose is care, planning or"
                                                                        + " research")))
                                .orElse(Purpose.CARE),
                        asked.value("--project").orElse(""));
        return new App(
                asked.words().getLast(),
                asked.value("--name")
                        .orElseThrow(() -> new UsageRefused("app register needs --name")),
                kind,
                keys,
                asked.value("--redirect")
                        .map(text -> Arrays.asList(text.split(",")))
                        .orElse(List.of()),
                asked.value("--launch").orElse(""),
                Scopes.parse(
                        asked.value("--scopes")
                                .orElseThrow(
                                        () -> new UsageRefused("app register needs --scopes"))),
                works,
                false);
    }

    private static Role role(String text) {
        var wanted = text.toUpperCase(Locale.ROOT);
        return ROLES.stream()
                .filter(role -> role.name().equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new UsageRefused(
                                "--role is one of "
                                        + ROLES.stream()
                                                .map(role -> role.name().toLowerCase(Locale.ROOT))
                                                .collect(Collectors.joining(", "))));
    }
}
