package trellis.record;

import java.util.Comparator;
import java.util.List;
import trellis.page.StaffFormat;

/// What a record warns of: Flag resources that are active now.
final class FlagRules {

    private FlagRules() {}

    /// One flag.
    ///
    /// @param words what it says
    /// @param kind such as `Safeguarding`; empty when nothing says
    /// @param since since when
    /// @param source who set it
    record Row(String id, String words, String kind, String since, String source) {}

    static List<Row> rows(List<Fact> all, Sources sources) {
        return active(all).stream().map(fact -> row(fact, sources)).toList();
    }

    static List<Fact> active(List<Fact> all) {
        return all.stream()
                .filter(fact -> !fact.mistaken() && !fact.status().equals("inactive"))
                .sorted(
                        Fact.newestFirst("/period/start")
                                .thenComparing(Comparator.comparing(Fact::key)))
                .toList();
    }

    private static Row row(Fact fact, Sources sources) {
        return new Row(
                fact.key(),
                fact.words("code").orElse("Flag not named"),
                fact.each("category").stream()
                        .findFirst()
                        .flatMap(trellis.page.Words::of)
                        .orElse(""),
                fact.when("/period/start").map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                sources.of(fact));
    }
}
