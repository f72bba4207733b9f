package trellis.record;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import trellis.page.Part;
import trellis.record.Records.Facts;

/// What the summary shows of the parts that were read. Pure functions: a part that is missing stays
/// missing, and the others do not change for it.
final class SummaryRules {

    /// How many rows of a clinical part are shown.
    static final int SHORT = 10;

    /// How many rows are shown of what is looked at less often.
    static final int FEW = 5;

    private SummaryRules() {}

    /// The clinical parts as they were read.
    record Raw(
            Part<Facts> flags,
            Part<Facts> allergies,
            Part<Facts> problems,
            Part<Facts> pastProblems,
            Part<Facts> medicines,
            Part<Facts> otherMedicines,
            Part<Facts> results,
            Part<List<Facts>> documents,
            Part<Facts> immunisations) {}

    /// The facts that the page will show, and no others: each costs a look at its encounter.
    static List<Fact> shown(Raw raw, Part<Facts> encounters) {
        var all = new ArrayList<Fact>();
        all.addAll(facts(raw.flags()));
        all.addAll(facts(raw.allergies()));
        all.addAll(first(ProblemRules.current(facts(raw.problems()))));
        all.addAll(first(MedicineRules.current(facts(raw.medicines()))));
        var kinds = ResultRules.kinds(facts(raw.results()));
        first(vitalSigns(kinds)).forEach(kind -> all.add(kind.latest()));
        first(laboratory(kinds)).forEach(kind -> all.add(kind.latest()));
        all.addAll(newestDocuments(raw.documents()));
        all.addAll(facts(raw.immunisations()));
        all.addAll(facts(encounters));
        return all;
    }

    /// The clinical parts of the page.
    ///
    /// @param today in London
    static SummaryView.Clinical clinical(Raw raw, Sources sources, LocalDate today) {
        return new SummaryView.Clinical(
                raw.flags().map(facts -> FlagRules.rows(facts.facts(), sources)),
                raw.allergies().map(facts -> AllergyRules.view(facts.facts(), sources)),
                both(
                        raw.problems(),
                        raw.pastProblems(),
                        (now, past) -> problems(now, past, sources)),
                both(
                        raw.medicines(),
                        raw.otherMedicines(),
                        (now, past) -> medicines(now, past, sources, today)),
                raw.results().map(facts -> results(facts, sources)),
                raw.documents().map(lists -> documents(lists, sources)),
                raw.immunisations().map(facts -> immunisations(facts, sources)));
    }

    private static SummaryView.Problems problems(Facts now, Facts past, Sources sources) {
        var current = ProblemRules.current(now.facts());
        return new SummaryView.Problems(
                Rows.first(SHORT, current).map(fact -> ProblemRules.row(fact, sources)),
                past.total());
    }

    private static SummaryView.Medicines medicines(
            Facts now, Facts others, Sources sources, LocalDate today) {
        var current = MedicineRules.current(now.facts());
        var past = MedicineRules.past(others.facts());
        return new SummaryView.Medicines(
                Rows.first(SHORT, current).map(fact -> MedicineRules.row(fact, sources)),
                past.size() + others.total() - others.facts().size(),
                MedicineRules.stoppedLately(past, today));
    }

    private static SummaryView.Results results(Facts facts, Sources sources) {
        var kinds = ResultRules.kinds(facts.facts());
        return new SummaryView.Results(
                Rows.first(SHORT, vitalSigns(kinds)).map(kind -> ResultRules.row(kind, sources)),
                Rows.first(SHORT, laboratory(kinds)).map(kind -> ResultRules.row(kind, sources)),
                facts.facts().size(),
                facts.total());
    }

    private static List<ResultRules.Kind> vitalSigns(List<ResultRules.Kind> kinds) {
        return kinds.stream().filter(ResultRules.Kind::vitalSign).toList();
    }

    private static List<ResultRules.Kind> laboratory(List<ResultRules.Kind> kinds) {
        return kinds.stream().filter(kind -> !kind.vitalSign()).toList();
    }

    private static Rows<DocumentRules.Row> documents(List<Facts> lists, Sources sources) {
        var newest = newestDocuments(new Part.Shown<>(lists));
        return new Rows<>(
                newest.stream().map(fact -> DocumentRules.row(fact, sources)).toList(),
                lists.stream().mapToInt(Facts::total).sum());
    }

    private static List<Fact> newestDocuments(Part<List<Facts>> part) {
        return switch (part) {
            case Part.Shown<List<Facts>>(var lists) ->
                    lists.stream()
                            .flatMap(list -> list.facts().stream())
                            .filter(fact -> !fact.mistaken())
                            .sorted(Fact.newestFirst(DocumentRules.DATES))
                            .limit(FEW)
                            .toList();
            case Part.Missing<List<Facts>> _ -> List.of();
        };
    }

    private static Rows<ImmunisationRules.Row> immunisations(Facts facts, Sources sources) {
        return new Rows<>(
                facts.facts().stream()
                        .filter(fact -> !fact.mistaken())
                        .map(fact -> ImmunisationRules.row(fact, sources))
                        .toList(),
                facts.total());
    }

    static Rows<EncounterRules.Row> encounters(Facts facts, Sources sources, boolean clinical) {
        var standing = facts.facts().stream().filter(fact -> !fact.mistaken());
        return new Rows<>(
                standing.map(fact -> EncounterRules.row(fact, sources, clinical)).toList(),
                facts.total());
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(SHORT, all.size()));
    }

    static List<Fact> facts(Part<Facts> part) {
        return switch (part) {
            case Part.Shown<Facts>(var facts) -> facts.facts();
            case Part.Missing<Facts> _ -> List.of();
        };
    }

    private static <R> Part<R> both(
            Part<Facts> one,
            Part<Facts> other,
            java.util.function.BiFunction<Facts, Facts, R> view) {
        return switch (one) {
            case Part.Missing<Facts>(var what, var time) -> new Part.Missing<>(what, time);
            case Part.Shown<Facts>(var first) -> other.map(second -> view.apply(first, second));
        };
    }
}
