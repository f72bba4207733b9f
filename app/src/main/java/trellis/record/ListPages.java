package trellis.record;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.page.PageController;
import trellis.record.PatientPages.Kind;
import trellis.record.Records.Facts;

/// Each part of a record in full. The order is the same after every refresh (interface rule 30), and
/// what was entered in error is there, struck through.
@PageController
final class ListPages {

    private final PatientPages pages;

    ListPages(PatientPages pages) {
        this.pages = pages;
    }

    @GetMapping("/patients/{patient}/problems")
    ResponseEntity<byte[]> problems(
            @PathVariable String patient,
            @RequestParam(defaultValue = "current") String view,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = pages.open(patient, "Condition");
        var all = opened.records().all(patient, "Condition");
        var current = ProblemRules.current(all.facts());
        var past = ProblemRules.past(all.facts());
        var withdrawn = ProblemRules.withdrawn(all.facts());
        var views =
                views(
                        "problems",
                        view,
                        patient,
                        List.of("Active", "Past", "Withdrawn"),
                        List.of(current, past, withdrawn));
        var kind =
                switch (view) {
                    case "past" ->
                            new Kind(
                                    "problems",
                                    "Past problems",
                                    "Last ended first",
                                    "No past problems are recorded.");
                    case "withdrawn" ->
                            new Kind(
                                    "problems",
                                    "Withdrawn problems",
                                    "Newest first",
                                    "No problem was withdrawn.");
                    default ->
                            new Kind(
                                    "problems",
                                    "Active problems",
                                    "Newest first",
                                    "No active problems are recorded.");
                };
        var chosen = view.equals("past") ? past : view.equals("withdrawn") ? withdrawn : current;
        return pages.ordered(opened, kind, views, all, chosen, after, ProblemRules::row, request);
    }

    @GetMapping("/patients/{patient}/medicines")
    ResponseEntity<byte[]> medicines(
            @PathVariable String patient,
            @RequestParam(defaultValue = "current") String view,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = pages.open(patient, "MedicationRequest");
        var now = opened.records().currentMedicines(patient);
        var then = opened.records().otherMedicines(patient);
        var all = new ArrayList<>(now.facts());
        all.addAll(then.facts());
        var current = MedicineRules.current(all);
        var past = MedicineRules.past(all);
        var others = MedicineRules.others(all);
        var views =
                views(
                        "medicines",
                        view,
                        patient,
                        List.of("Current", "Past", "Not prescribed or in error"),
                        List.of(current, past, others));
        var kind =
                switch (view) {
                    case "past" ->
                            new Kind(
                                    "medicines",
                                    "Past medicines",
                                    "Last ended first; where no end is recorded, last started"
                                            + " first",
                                    "No past medicines are recorded.");
                    case "withdrawn" ->
                            new Kind(
                                    "medicines",
                                    "Medicines not prescribed, or entered in error",
                                    "Newest first",
                                    "There are none.");
                    default ->
                            new Kind(
                                    "medicines",
                                    "Current medicines",
                                    "Last started first",
                                    "No current medicines are recorded.");
                };
        var chosen = view.equals("past") ? past : view.equals("withdrawn") ? others : current;
        var read = new Facts(all, now.total() + then.total(), false, Optional.empty());
        return pages.ordered(opened, kind, views, read, chosen, after, MedicineRules::row, request);
    }

    @GetMapping("/patients/{patient}/allergies")
    ResponseEntity<byte[]> allergies(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = pages.open(patient, "AllergyIntolerance");
        var all = opened.records().all(patient, "AllergyIntolerance");
        var kind =
                new Kind(
                        "allergies",
                        "Allergies, all entries",
                        "Alphabetical, also those that are over or in error",
                        "Allergies not recorded. This does not mean that there are none.");
        return pages.ordered(
                opened,
                kind,
                List.of(),
                all,
                AllergyRules.alphabetical(all.facts()),
                after,
                AllergyRules::row,
                request);
    }

    @GetMapping("/patients/{patient}/immunisations")
    ResponseEntity<byte[]> immunisations(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = pages.open(patient, "Immunization");
        var all = opened.records().all(patient, "Immunization");
        var sorted =
                all.facts().stream().sorted(Fact.newestFirst(ImmunisationRules.DATES)).toList();
        var kind =
                new Kind(
                        "immunisations",
                        "Immunisations",
                        "Newest first",
                        "No immunisations are recorded.");
        return pages.ordered(
                opened, kind, List.of(), all, sorted, after, ImmunisationRules::row, request);
    }

    @GetMapping("/patients/{patient}/documents")
    ResponseEntity<byte[]> documents(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = pages.open(patient, "DocumentReference");
        var facts = new ArrayList<Fact>();
        var total = 0;
        for (var type : List.of("DocumentReference", "Composition", "DiagnosticReport")) {
            var some = opened.records().all(patient, type);
            facts.addAll(some.facts());
            total += some.total();
        }
        facts.sort(Fact.newestFirst(DocumentRules.DATES));
        var kind =
                new Kind(
                        "documents",
                        "Documents and reports",
                        "Newest first",
                        "No documents or reports are recorded.");
        var read = new Facts(facts, total, false, Optional.empty());
        return pages.ordered(
                opened, kind, List.of(), read, facts, after, DocumentRules::row, request);
    }

    @GetMapping("/patients/{patient}/results")
    ResponseEntity<byte[]> results(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = pages.open(patient, "Observation");
        var page =
                opened.records()
                        .page(
                                patient,
                                "Observation",
                                "date",
                                PatientPages.PAGE,
                                after,
                                "/effectiveDateTime",
                                "/effectivePeriod/start",
                                "/effectiveInstant");
        var kind =
                new Kind(
                        "results",
                        "Results and observations",
                        "Newest first",
                        "No results are recorded.");
        return pages.dated(opened, kind, page, after, ResultRules::row, request);
    }

    @GetMapping("/patients/{patient}/encounters")
    ResponseEntity<byte[]> encounters(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = pages.open(patient);
        var page =
                opened.records()
                        .page(
                                patient,
                                "Encounter",
                                "date",
                                PatientPages.PAGE,
                                after,
                                "/period/start");
        var kind =
                new Kind("encounters", "Encounters", "Newest first", "No encounters are recorded.");
        return pages.dated(
                opened,
                kind,
                page,
                after,
                (fact, sources) -> EncounterRules.row(fact, sources, opened.clinical()),
                request);
    }

    private static List<ListView.View> views(
            String part, String view, String patient, List<String> names, List<List<Fact>> lists) {
        var keys = List.of("current", "past", "withdrawn");
        var views = new ArrayList<ListView.View>();
        for (var at = 0; at < names.size(); at++) {
            var chosen = keys.get(at).equals(view) || (at == 0 && !keys.contains(view));
            views.add(
                    new ListView.View(
                            names.get(at) + " (" + lists.get(at).size() + ")",
                            "/patients/" + patient + "/" + part + "?view=" + keys.get(at),
                            chosen));
        }
        return views;
    }
}
