package trellis.record;

import static java.time.Duration.ofSeconds;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import trellis.page.Part;
import trellis.page.Reads;
import trellis.page.When;
import trellis.people.Patient;
import trellis.record.Records.Facts;

/// Reads a patient summary: every part by itself and side by side, then where the facts shown came
/// from.
@Component
final class Summaries {

    /// How long a page waits for its parts; a part that takes longer is shown as missing.
    static final Duration LIMIT = ofSeconds(2);

    private static final int SHORT = 10;
    private static final int FEW = 5;

    private final Records records;
    private final Details details;
    private final Clock clock;

    Summaries(Records records, Details details, Clock clock) {
        this.records = records;
        this.details = details;
        this.clock = clock;
    }

    /// The clinical parts as they were read.
    private record Raw(
            Part<Facts> flags,
            Part<Facts> allergies,
            Part<Facts> problems,
            Part<Facts> pastProblems,
            Part<Facts> medicines,
            Part<Facts> otherMedicines,
            Part<Facts> results,
            Part<List<Facts>> documents,
            Part<Facts> immunisations) {}

    /// The whole summary, for a clinician.
    SummaryView clinical(Patient patient, boolean address) {
        var id = patient.key();
        try (var reads = Reads.within(LIMIT, clock)) {
            var who = reads.start("Details", () -> details.of(patient, address));
            var encounters = reads.start("Encounters", () -> newestEncounters(id));
            var raw = read(id, reads);
            var visits = encounters.part();
            var sources = sources(shown(raw, visits), reads);
            return new SummaryView(
                    id,
                    true,
                    who.part(),
                    Optional.of(clinical(raw, sources)),
                    visits.map(facts -> encounters(facts, sources, true)));
        }
    }

    /// What a ward clerk may see: who the patient is, and when and where they were seen.
    SummaryView administrative(Patient patient, boolean address) {
        try (var reads = Reads.within(LIMIT, clock)) {
            var who = reads.start("Details", () -> details.of(patient, address));
            var visits = reads.start("Encounters", () -> newestEncounters(patient.key())).part();
            var sources = sources(facts(visits), reads);
            return new SummaryView(
                    patient.key(),
                    false,
                    who.part(),
                    Optional.empty(),
                    visits.map(facts -> encounters(facts, sources, false)));
        }
    }

    private Facts newestEncounters(String patient) {
        return records.newest(patient, "Encounter", "date", FEW);
    }

    private Raw read(String id, Reads reads) {
        var flags = reads.start("Flags", () -> records.all(id, "Flag"));
        var allergies = reads.start("Allergies", () -> records.all(id, "AllergyIntolerance"));
        var problems = reads.start("Problems", () -> records.currentProblems(id));
        var pastProblems = reads.start("Past problems", () -> records.pastProblems(id, 1));
        var medicines = reads.start("Medicines", () -> records.currentMedicines(id));
        var others = reads.start("Past medicines", () -> records.otherMedicines(id));
        var results = reads.start("Results", () -> records.results(id));
        var documents = reads.start("Documents", () -> documents(id));
        var immunisations =
                reads.start("Immunisations", () -> records.newest(id, "Immunization", "date", FEW));
        return new Raw(
                flags.part(),
                allergies.part(),
                problems.part(),
                pastProblems.part(),
                medicines.part(),
                others.part(),
                results.part(),
                documents.part(),
                immunisations.part());
    }

    private List<Facts> documents(String id) {
        return List.of(
                records.newest(id, "DocumentReference", "date", FEW),
                records.newest(id, "Composition", "date", FEW),
                records.newest(id, "DiagnosticReport", "date", FEW));
    }

    /// Where facts came from. When that cannot be read the facts are shown all the same, and say so.
    private Sources sources(Collection<Fact> facts, Reads reads) {
        return switch (reads.start("Sources", () -> records.sources(facts)).part()) {
            case Part.Shown<Sources>(var sources) -> sources;
            case Part.Missing<Sources> _ -> Sources.UNAVAILABLE;
        };
    }

    /// The facts that the page will show, and no others: each costs a look at its encounter.
    private static List<Fact> shown(Raw raw, Part<Facts> encounters) {
        var all = new ArrayList<Fact>();
        all.addAll(facts(raw.flags()));
        all.addAll(facts(raw.allergies()));
        all.addAll(first(ProblemRules.current(facts(raw.problems()))));
        all.addAll(first(MedicineRules.current(facts(raw.medicines()))));
        first(ResultRules.kinds(facts(raw.results()))).forEach(kind -> all.add(kind.latest()));
        all.addAll(newestDocuments(raw.documents()));
        all.addAll(facts(raw.immunisations()));
        all.addAll(facts(encounters));
        return all;
    }

    private SummaryView.Clinical clinical(Raw raw, Sources sources) {
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
                        (now, past) -> medicines(now, past, sources)),
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

    private SummaryView.Medicines medicines(Facts now, Facts others, Sources sources) {
        var current = MedicineRules.current(now.facts());
        var past = MedicineRules.past(others.facts());
        var today = clock.instant().atZone(When.LONDON).toLocalDate();
        return new SummaryView.Medicines(
                Rows.first(SHORT, current).map(fact -> MedicineRules.row(fact, sources)),
                past.size() + others.total() - others.facts().size(),
                MedicineRules.stoppedLately(past, today));
    }

    private static SummaryView.Results results(Facts facts, Sources sources) {
        var kinds = ResultRules.kinds(facts.facts());
        return new SummaryView.Results(
                Rows.first(SHORT, kinds).map(kind -> ResultRules.row(kind, sources)),
                facts.facts().size(),
                facts.total());
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

    private static Rows<EncounterRules.Row> encounters(
            Facts facts, Sources sources, boolean clinical) {
        var standing = facts.facts().stream().filter(fact -> !fact.mistaken());
        return new Rows<>(
                standing.map(fact -> EncounterRules.row(fact, sources, clinical)).toList(),
                facts.total());
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(SHORT, all.size()));
    }

    private static List<Fact> facts(Part<Facts> part) {
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
