package trellis.record;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import trellis.audit.AuditEntry.Target;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.record.PatientPages.Opened;

/// One item of a record: its source, its codes and its history; a result over time; a letter.
@PageController
final class ItemPages {

    private final PatientPages pages;

    ItemPages(PatientPages pages) {
        this.pages = pages;
    }

    @GetMapping("/patients/{patient}/items/{type}/{id}")
    ResponseEntity<byte[]> item(
            @PathVariable String patient,
            @PathVariable String type,
            @PathVariable String id,
            HttpServletRequest request) {
        return show(patient, type, id, request);
    }

    @GetMapping("/patients/{patient}/results/{id}")
    ResponseEntity<byte[]> result(
            @PathVariable String patient, @PathVariable String id, HttpServletRequest request) {
        return show(patient, "Observation", id, request);
    }

    @GetMapping("/patients/{patient}/documents/{type}/{id}")
    ResponseEntity<byte[]> document(
            @PathVariable String patient,
            @PathVariable String type,
            @PathVariable String id,
            HttpServletRequest request) {
        return show(patient, type, id, request);
    }

    /// An attachment, to save. Never shown in the browser: it comes from outside.
    @GetMapping("/patients/{patient}/documents/{type}/{id}/files/{number}")
    ResponseEntity<byte[]> file(
            @PathVariable String patient,
            @PathVariable String type,
            @PathVariable String id,
            @PathVariable int number,
            HttpServletRequest request) {
        var part = ItemRules.part(type).filter("documents"::equals);
        var opened = pages.open(patient, part.isEmpty() ? "Binary" : type);
        var fact = new Fact(opened.records().ofPatient(patient, type, id).json());
        var files = DocumentRules.files(fact, opened.records()::shared);
        if (number < 0 || number >= files.size()) {
            throw new Refused(new Problem.NotFound("The attachment"));
        }
        var file = files.get(number);
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
        headers.setContentDisposition(
                ContentDisposition.attachment().filename(file.filename()).build());
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
        pages.seen(opened, "an attachment", Target.resource(type, id, 0), request);
        return ResponseEntity.ok().headers(headers).body(file.bytes());
    }

    private ResponseEntity<byte[]> show(
            String patient, String type, String id, HttpServletRequest request) {
        var part =
                ItemRules.part(type)
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The item")));
        var opened = pages.open(patient, type);
        var fact = new Fact(opened.records().ofPatient(patient, type, id).json());
        var view = view(opened, part, fact);
        var answer = Page.of("record/item", title(type), view);
        return pages.show(opened, pages.banner(opened), "one item: " + type, answer, request);
    }

    private static String title(String type) {
        return switch (type) {
            case "Observation" -> "Result over time";
            case "DocumentReference", "Composition", "DiagnosticReport" -> "Document or report";
            default -> "One item of the record";
        };
    }

    private ItemView view(Opened opened, String part, Fact fact) {
        var series =
                fact.type().equals("Observation")
                        ? Optional.of(series(opened, fact))
                        : Optional.<ItemView.Series>empty();
        var files = new ArrayList<ItemView.File>();
        var texts = new ArrayList<String>();
        if (part.equals("documents")) {
            texts.addAll(DocumentRules.text(fact));
            for (var file : DocumentRules.files(fact, opened.records()::shared)) {
                var address =
                        "/patients/" + opened.id() + "/documents/" + fact.type() + "/" + fact.key();
                files.add(new ItemView.File(file.name(), address + "/files/" + files.size()));
            }
        }
        return new ItemView(
                opened.id(),
                opened.clinical(),
                part,
                ItemRules.heading(fact),
                fact.mistaken(),
                ItemRules.lines(fact, opened.records().sources(List.of(fact))),
                texts,
                files,
                reported(opened, fact),
                series,
                ItemRules.versions(opened.records().history(fact.type(), fact.key())));
    }

    private ItemView.Series series(Opened opened, Fact fact) {
        var all = opened.records().ofKind(opened.id(), fact);
        return ItemRules.series(all.facts(), all.total(), opened.records().sources(all.facts()));
    }

    /// The results of a report, in its order.
    private List<ResultRules.Row> reported(Opened opened, Fact report) {
        var ids = new HashSet<String>();
        for (var result : report.each("result")) {
            var reference = result.path("reference").asString("");
            if (reference.startsWith("Observation/")) {
                ids.add(reference.substring(12));
            }
        }
        var facts = opened.records().observations(opened.id(), ids);
        var sources = opened.records().sources(facts);
        return facts.stream().map(fact -> ResultRules.row(fact, sources)).toList();
    }
}
