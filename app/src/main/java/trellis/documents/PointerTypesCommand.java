package trellis.documents;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.documents.DocumentsSql.Side;
import trellis.jobs.AuditedWork;
import trellis.jobs.Command;
import trellis.jobs.Console;
import trellis.jobs.Options;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;

/// `trellis pointer-types`: which types of pointers an organisation may make, and which it may find.
public final class PointerTypesCommand implements Command {
    private static final String PRODUCE = "--produce";
    private static final String CONSUME = "--consume";
    private static final String ALL = "all";

    private final Console console;
    private final Settings settings;

    public PointerTypesCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "pointer-types";
    }

    @Override
    public String summary() {
        return "Say which types of pointers an organisation may make and find";
    }

    @Override
    public String usage() {
        return """
        pointer-types list
        pointer-types known                             the types there are
        pointer-types allow ODS [--produce 736253002,...|all] [--consume 736253002,...|all]
                what is said replaces what was; an organisation of which nothing is said may all\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked = Options.of("pointer-types", arguments, List.of(), List.of(PRODUCE, CONSUME));
        var words = asked.words();
        if (words.equals(List.of("known")) && asked.given() == 0) {
            Arrays.stream(PointerType.values())
                    .forEach(type -> console.say("%-18s %s".formatted(type.code(), type.words())));
            return 0;
        }
        if (words.equals(List.of("list")) && asked.given() == 0) {
            list();
            return 0;
        }
        if (words.size() != 2 || !words.getFirst().equals("allow") || asked.given() == 0) {
            throw new UsageRefused(
                    "pointer-types needs list, known, or allow with an ODS code and --produce or"
                            + " --consume");
        }
        var ods = words.getLast().toUpperCase(Locale.ROOT);
        var produce = asked.value(PRODUCE).map(PointerTypesCommand::tokens);
        var consume = asked.value(CONSUME).map(PointerTypesCommand::tokens);
        try (var work = new AuditedWork("pointer-types", settings);
                var log = new AuditLog(work.database())) {
            var sql = new DocumentsSql(work.database(), log.table());
            produce.ifPresent(types -> sql.allow(ods, Side.PRODUCE, types, line(work, ods)));
            consume.ifPresent(types -> sql.allow(ods, Side.CONSUME, types, line(work, ods)));
        }
        console.note("Kept. The next request goes by it.");
        return 0;
    }

    private void list() {
        try (var work = new AuditedWork("pointer-types", settings);
                var log = new AuditLog(work.database())) {
            new DocumentsSql(work.database(), log.table())
                    .allowed()
                    .forEach(one ->
                            console.say(
                                    "%-10s %-8s %s"
                                            .formatted(
                                                    one.ods(),
                                                    one.side(),
                                                    PointerType.of(one.type())
                                                            .map(PointerType::words)
                                                            .orElse(one.type()))));
        }
    }

    private static AuditEntry line(AuditedWork work, String ods) {
        return new AuditEntry(
                work.clock().instant(),
                Caller.command("pointer-types"),
                AuditEntry.Action.UPDATE,
                "types of pointers allowed: " + ods,
                AuditEntry.Target.NONE,
                List.of(),
                0,
                AuditEntry.Source.HERE);
    }

    private static Set<String> tokens(String text) {
        if (text.equals(ALL)) {
            return Set.of();
        }
        var tokens = new LinkedHashSet<String>();
        for (var code : text.split(",")) {
            tokens.add(
                    Arrays.stream(PointerType.values())
                            .filter(type -> type.code().equals(code.strip()))
                            .findFirst()
                            .orElseThrow(() ->
                                    new UsageRefused(
                                            "There is no type "
                                                    + code
                                                    + ": `trellis pointer-types known` lists them"))
                            .token());
        }
        return tokens;
    }
}
