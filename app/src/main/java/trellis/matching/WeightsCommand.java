package trellis.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import trellis.audit.AuditLog;
import trellis.jobs.AuditedWork;
import trellis.jobs.Command;
import trellis.jobs.Console;
import trellis.jobs.Options;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;
import trellis.store.PostgresStore;
import trellis.store.SearchQuery;

/// `trellis match-weights`: learns from the people held what agreements weigh.
public final class WeightsCommand implements Command {
    /// The newest so many people are learned from: each is held in memory meanwhile.
    private static final int MOST_PEOPLE = 200_000;

    private static final int LEAST_PEOPLE = 1_000;
    private static final int AT_ONCE = 1_000;
    private static final long SEED = 1;

    private static final List<String> VERBS = List.of("learn", "show");

    private final Console console;
    private final Settings settings;

    public WeightsCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "match-weights";
    }

    @Override
    public String summary() {
        return "Learn from the people held what tells one person from two";
    }

    @Override
    public String usage() {
        return """
        match-weights learn   learn from the newest 200,000 people, and use it from then on
        match-weights show    what is used now\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var asked = Options.of("match-weights", arguments, List.of(), List.of());
        if (asked.words().size() != 1 || !VERBS.contains(asked.words().getFirst())) {
            throw new UsageRefused("match-weights needs learn or show");
        }
        try (var work = new AuditedWork("match-weights", settings);
                var log = new AuditLog(work.database())) {
            var sql = new MatchingSql(work.database(), log.table());
            var before = sql.weights().orElseGet(Weights::builtIn);
            if (asked.words().getFirst().equals("show")) {
                say(before);
                return 0;
            }
            var people = people(work);
            if (people.size() < LEAST_PEOPLE) {
                console.note(
                        "There are "
                                + people.size()
                                + " people here; weights are learned from "
                                + LEAST_PEOPLE
                                + " or more. What is built in stays in use.");
                return 1;
            }
            var learned = EmRules.learn(people, Weights.builtIn(), SEED, work.clock().instant());
            sql.keep(learned);
            work.done("weights of matching learned");
            say(learned);
        }
        return 0;
    }

    private static List<Traits> people(AuditedWork work) {
        var people = new ArrayList<Traits>();
        try (var store = PostgresStore.on(work.database(), work.clock())) {
            var query = SearchQuery.of("Patient", AT_ONCE);
            var page = store.search(query);
            while (true) {
                page.matches().stream()
                        .map(one -> one.json())
                        .filter(MergeRules::inUse)
                        .map(Traits::of)
                        .forEach(people::add);
                if (page.next().isEmpty() || people.size() >= MOST_PEOPLE) {
                    return people;
                }
                page = store.search(query.from(page.next().get()));
            }
        }
    }

    private void say(Weights weights) {
        console.note(source(weights));
        for (var agreement : Agreement.values()) {
            var chance = weights.chances().get(agreement);
            if (chance != null) {
                console.say(
                        String.format(
                                Locale.ROOT,
                                "%-14s %-54s m %.6f  u %.6f  %+6.1f bits",
                                agreement.field().words(),
                                agreement.words(),
                                chance.m(),
                                chance.u(),
                                chance.weight()));
            }
        }
    }

    /// Where weights come from, in a sentence.
    static String source(Weights weights) {
        var learned = weights.learned();
        return learned.builtIn()
                ? "The weights are those that are built in; nothing has been learned from the people held."
                : String.format(
                        Locale.UK,
                        "The weights were learned on %s from %,d people and %,d pairs, in %d steps.",
                        trellis.page.StaffFormat.dateTime(learned.when()),
                        learned.people(),
                        learned.pairs(),
                        learned.steps());
    }
}
