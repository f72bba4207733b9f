package trellis.nodes;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import trellis.jobs.AuditedWork;
import trellis.jobs.Command;
import trellis.jobs.CommandFailed;
import trellis.jobs.Console;
import trellis.jobs.Options;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;

/// `trellis node`: which other servers this one meets.
public final class NodeCommand implements Command {
    private static final List<String> OPTIONS =
            List.of("--organisation", "--ods", "--address", "--certificate");
    private static final String BELIEVED = "--believed";

    private final Console console;
    private final Settings settings;

    public NodeCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "node";
    }

    @Override
    public String summary() {
        return "Say which other servers this one meets";
    }

    @Override
    public String usage() {
        return """
        node list
        node add NAME --organisation "St Elsewhere" --ods A,B --address https://HOST[:PORT] --certificate SUBJECT [--believed]
                again to change it; with --believed its word that an organisation treats a person is enough
        node remove NAME\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked = Options.of("node", arguments, List.of(BELIEVED), OPTIONS);
        var verb = asked.words().isEmpty() ? "" : asked.words().getFirst();
        if (!List.of("list", "add", "remove").contains(verb)) {
            throw new UsageRefused("node needs list, add or remove");
        }
        if (asked.words().size() != (verb.equals("list") ? 1 : 2)) {
            throw new UsageRefused(
                    verb.equals("list")
                            ? "node list takes nothing more"
                            : "node " + verb + " needs one name");
        }
        if (asked.given() > 0 && !verb.equals("add")) {
            throw new UsageRefused("only node add takes options");
        }
        switch (verb) {
            case "list" -> list();
            case "add" -> add(node(asked));
            default -> remove(asked.words().getLast());
        }
        return 0;
    }

    private void list() {
        try (var work = new AuditedWork("node", settings)) {
            new NodeSql(work.database()).all().forEach(one -> console.say(line(one)));
        }
    }

    private void add(Node node) {
        try (var work = new AuditedWork("node", settings)) {
            new NodeSql(work.database()).put(node);
            work.done("node added: " + node.name());
            console.note(node.name() + " is met at " + node.address() + ".");
        }
    }

    private void remove(String name) {
        try (var work = new AuditedWork("node", settings)) {
            if (!new NodeSql(work.database()).remove(name)) {
                throw new CommandFailed("There is no node " + name + ".");
            }
            work.done("node removed: " + name);
            console.note(name + " is met no more.");
        }
    }

    private Node node(Options asked) {
        var name = asked.words().getLast();
        if (!Node.NAME.matcher(name).matches()) {
            throw new UsageRefused(
                    "a node's name has small letters, digits and dashes, and is neither here nor locator");
        }
        var address = needed(asked, "--address").replaceFirst("/$", "");
        if (!NodeSettings.permitted(address, settings.get(NodeSettings.PLAIN))) {
            throw new UsageRefused("--address is an https address without a path");
        }
        var subject = needed(asked, "--certificate");
        try {
            var _ = new X500Principal(subject);
        } catch (IllegalArgumentException e) {
            throw new UsageRefused("--certificate is written like \"CN=north.example,O=Trust\"");
        }
        var ods =
                Arrays.stream(needed(asked, "--ods").toUpperCase(Locale.ROOT).split(","))
                        .map(String::strip)
                        .collect(Collectors.toSet());
        if (!ods.stream().allMatch(code -> code.matches("[A-Z0-9]+"))) {
            throw new UsageRefused("--ods is a list of ODS codes with commas between them");
        }
        return new Node(
                name,
                needed(asked, "--organisation"),
                ods,
                URI.create(address),
                subject,
                asked.values().containsKey(BELIEVED));
    }

    private static String needed(Options asked, String option) {
        return asked.value(option).orElseThrow(() -> new UsageRefused("node add needs " + option));
    }

    private static String line(Node node) {
        return "%-16s %-30s %-20s %s%s"
                .formatted(
                        node.name(),
                        node.organisation(),
                        String.join(",", node.ods().stream().sorted().toList()),
                        node.address(),
                        node.believed() ? " (believed)" : "");
    }
}
