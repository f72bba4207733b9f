package trellis.record;

import static java.time.Duration.ofSeconds;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Part;
import trellis.page.Reads;
import trellis.page.When;
import trellis.record.PatientPages.Opened;
import trellis.record.Records.Facts;
import trellis.record.SummaryRules.Raw;

/// The patient summary: one screen with what matters first. Every part is read by itself and side by
/// side, then where the facts shown came from.
@PageController
final class SummaryPages {

    /// How long a page waits for its parts; a part that takes longer is shown as missing.
    static final Duration LIMIT = ofSeconds(2);

    private final PatientPages pages;
    private final Clock clock;

    SummaryPages(PatientPages pages, Clock clock) {
        this.pages = pages;
        this.clock = clock;
    }

    @GetMapping("/patients/{patient}")
    ResponseEntity<byte[]> summary(@PathVariable String patient, HttpServletRequest request) {
        var opened = pages.open(patient);
        var view = opened.clinical() ? clinical(opened) : administrative(opened);
        var banner =
                view.parts()
                        .map(parts -> pages.banner(opened, parts.allergies()))
                        .orElseGet(() -> pages.banner(opened));
        var page = Page.of("record/summary", "Patient summary", view);
        return pages.show(opened, banner, "patient summary", page, request);
    }

    private SummaryView clinical(Opened opened) {
        try (var reads = Reads.within(LIMIT, clock)) {
            var who = reads.start("Details", () -> details(opened));
            var encounters = reads.start("Encounters", () -> encounters(opened));
            var raw = read(opened, reads);
            var visits = encounters.part();
            var sources = sources(opened, SummaryRules.shown(raw, visits), reads);
            var today = clock.instant().atZone(When.LONDON).toLocalDate();
            return new SummaryView(
                    opened.id(),
                    true,
                    who.part(),
                    Optional.of(SummaryRules.clinical(raw, sources, today)),
                    visits.map(facts -> SummaryRules.encounters(facts, sources, true)));
        }
    }

    /// What a ward clerk may see: who the patient is, and when and where they were seen.
    private SummaryView administrative(Opened opened) {
        try (var reads = Reads.within(LIMIT, clock)) {
            var who = reads.start("Details", () -> details(opened));
            var visits = reads.start("Encounters", () -> encounters(opened)).part();
            var sources = sources(opened, SummaryRules.facts(visits), reads);
            return new SummaryView(
                    opened.id(),
                    false,
                    who.part(),
                    Optional.empty(),
                    visits.map(facts -> SummaryRules.encounters(facts, sources, false)));
        }
    }

    private static SummaryView.Details details(Opened opened) {
        var called = opened.records().names(DetailRules.references(opened.patient()));
        return DetailRules.of(opened.patient(), opened.address(), called);
    }

    private static Facts encounters(Opened opened) {
        return opened.records().newest(opened.id(), "Encounter", "date", SummaryRules.FEW);
    }

    private static Raw read(Opened opened, Reads reads) {
        var id = opened.id();
        var records = opened.records();
        var flags = reads.start("Flags", () -> records.all(id, "Flag"));
        var allergies = reads.start("Allergies", () -> records.all(id, "AllergyIntolerance"));
        var problems = reads.start("Problems", () -> records.currentProblems(id));
        var pastProblems = reads.start("Past problems", () -> records.pastProblems(id, 1));
        var medicines = reads.start("Medicines", () -> records.currentMedicines(id));
        var others = reads.start("Past medicines", () -> records.otherMedicines(id));
        var results = reads.start("Results", () -> records.results(id));
        var documents = reads.start("Documents", () -> documents(opened));
        var immunisations =
                reads.start(
                        "Immunisations",
                        () -> records.newest(id, "Immunization", "date", SummaryRules.FEW));
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

    private static List<Facts> documents(Opened opened) {
        var id = opened.id();
        var records = opened.records();
        return List.of(
                records.newest(id, "DocumentReference", "date", SummaryRules.FEW),
                records.newest(id, "Composition", "date", SummaryRules.FEW),
                records.newest(id, "DiagnosticReport", "date", SummaryRules.FEW));
    }

    /// Where facts came from. When that cannot be read the facts are shown all the same, and say so.
    private static Sources sources(Opened opened, Collection<Fact> facts, Reads reads) {
        return switch (reads.start("Sources", () -> opened.records().sources(facts)).part()) {
            case Part.Shown<Sources>(var sources) -> sources;
            case Part.Missing<Sources> _ -> Sources.UNAVAILABLE;
        };
    }
}
