package trellis.prescriptions;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Persons;
import trellis.audit.AuditEntry;
import trellis.audit.PageViews;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.people.People;
import trellis.store.Keys;

/// What prescribers see of their prescriptions, and people of their own.
@PageController
final class PrescriptionPages {
    private static final int PAGE = 25;

    private final Prescriptions prescriptions;
    private final PrescriptionReads reads;
    private final UpdateChanges updates;
    private final People people;
    private final Access access;
    private final Persons persons;
    private final PageViews views;
    private final Pages pages;

    PrescriptionPages(
            Prescriptions prescriptions,
            PrescriptionReads reads,
            UpdateChanges updates,
            People people,
            Access access,
            Persons persons,
            PageViews views,
            Pages pages) {
        this.prescriptions = prescriptions;
        this.reads = reads;
        this.updates = updates;
        this.people = people;
        this.access = access;
        this.persons = persons;
        this.views = views;
        this.pages = pages;
    }

    private Prescriptions.Asker asker(HttpServletRequest request) {
        people.caller();
        return prescriptions.asker(AuditEntry.Source.of(request), "");
    }

    // --- prescribers -----------------------------------------------------------------------------

    @GetMapping("/prescriptions")
    ResponseEntity<byte[]> list(
            @RequestParam(defaultValue = "0") int from, HttpServletRequest request) {
        var asker = asker(request);
        try {
            var start = Math.max(0, from);
            var found = reads.prescribed(asker, start, PAGE + 1);
            var rows = found.stream().limit(PAGE).map(one -> row(one, "/prescriptions/")).toList();
            var view =
                    new PrescriptionView.Listed(
                            asker.caller().organisation(),
                            rows,
                            start == 0
                                    ? Optional.empty()
                                    : Optional.of(
                                            "/prescriptions?from=" + Math.max(0, start - PAGE)),
                            found.size() > PAGE
                                    ? Optional.of("/prescriptions?from=" + (start + PAGE))
                                    : Optional.empty());
            return pages.show(
                    Page.of("prescriptions/list", "Prescriptions", view).acrossTheWidth(), request);
        } catch (EpsError.Refusal e) {
            throw forbidden(e);
        }
    }

    private static Refused forbidden(EpsError.Refusal refusal) {
        return new Refused(new Problem.Forbidden(refusal.why()));
    }

    /// A row of a list.
    PrescriptionView.Row row(PrescriptionReads.Seen seen, String address) {
        var prescription = seen.prescription();
        var patient = people.patient(prescription.patient());
        var banner = people.banner(patient);
        return new PrescriptionView.Row(
                address + seen.task(),
                banner.name(),
                banner.born(),
                banner.nhsNumber(),
                PageRules.medicines(reads.message(prescription)),
                PageRules.words(seen.issue().state())
                        + (seen.issue().lines().stream().anyMatch(Line::pending)
                                ? ", cancellation waits"
                                : ""),
                PageRules.look(seen.issue().state()),
                StaffFormat.dateTime(prescription.sent()));
    }

    @GetMapping("/prescriptions/{task}")
    ResponseEntity<byte[]> show(
            @PathVariable String task,
            @RequestParam(required = false) String done,
            HttpServletRequest request) {
        return one(
                asker(request),
                task,
                "",
                Optional.empty(),
                Optional.ofNullable(done).flatMap(PrescriptionPages::answer),
                request);
    }

    /// What a cancellation came to, in words.
    private static Optional<String> answer(String code) {
        return List.of(CancelResponse.values()).stream()
                .filter(one -> one.code().equals(code))
                .map(CancelResponse::words)
                .findFirst();
    }

    /// Cancels an item.
    @PostMapping("/prescriptions/{task}")
    ResponseEntity<byte[]> cancel(
            @PathVariable String task,
            @RequestParam(defaultValue = "") String item,
            @RequestParam(defaultValue = "") String reason,
            HttpServletRequest request) {
        var asker = asker(request);
        var seen = seen(asker, task);
        if (item.isEmpty() || !PageRules.CANCEL_REASONS.containsKey(reason)) {
            return one(
                    asker,
                    task,
                    item,
                    Optional.of("Choose the item to cancel, and why"),
                    Optional.empty(),
                    request);
        }
        var user = prescriptions.user(asker);
        if (user.isEmpty()) {
            return one(
                    asker,
                    task,
                    item,
                    Optional.of(
                            "Your account has no SDS user id, by which a pharmacy is told who cancels."
                                    + " Ask whoever runs this server to add it"),
                    Optional.empty(),
                    request);
        }
        try {
            var cancelled =
                    prescriptions.cancel(
                            new Prescriptions.Asker(
                                    asker.caller(), asker.source(), UUID.randomUUID().toString()),
                            new CancelRules.Cancellation(
                                    seen.prescription().id(),
                                    seen.prescription().number(),
                                    item.toLowerCase(Locale.ROOT),
                                    user,
                                    asker.caller().odsCode(),
                                    reason));
            return ResponseEntity.status(HttpStatus.SEE_OTHER)
                    .location(
                            URI.create(
                                    "/prescriptions/"
                                            + task
                                            + "?done="
                                            + cancelled.response().code()))
                    .build();
        } catch (EpsError.Refusal e) {
            throw forbidden(e);
        } catch (CancelRules.Refusal e) {
            return one(
                    asker,
                    task,
                    item,
                    Optional.of(e.response().words()),
                    Optional.empty(),
                    request);
        }
    }

    private PrescriptionReads.Seen seen(Prescriptions.Asker asker, String task) {
        return reads.seen(asker, task)
                .orElseThrow(() -> new Refused(new Problem.NotFound("The prescription")));
    }

    private ResponseEntity<byte[]> one(
            Prescriptions.Asker asker,
            String task,
            String chosen,
            Optional<String> error,
            Optional<String> done,
            HttpServletRequest request) {
        var seen = seen(asker, task);
        var prescription = seen.prescription();
        var items =
                PageRules.items(
                        seen.issue(),
                        reads.message(prescription),
                        Optional.empty(),
                        reads.quantities(seen));
        var view =
                new PrescriptionView.One(
                        task,
                        prescription.patient(),
                        PageRules.words(seen.issue().state()),
                        PageRules.look(seen.issue().state()),
                        PageRules.facts(prescription, seen.issue(), people::organisation),
                        items,
                        PageRules.steps(reads.history(prescription), seen.issue()),
                        access.mayWrite(asker.caller(), "MedicationRequest")
                                && items.stream().anyMatch(PrescriptionView.Item::open),
                        PageRules.CANCEL_REASONS,
                        chosen,
                        error,
                        done);
        var title = (error.isPresent() ? "Error: " : "") + "Prescription";
        return pages.show(
                Page.of("prescriptions/one", title, view)
                        .about(people.banner(people.patient(prescription.patient())))
                        .withStatus(error.isPresent() ? 400 : 200),
                request);
    }

    // --- people themselves -----------------------------------------------------------------------

    /// A person's own prescriptions, or those of somebody whom they act for.
    ///
    /// @param wanted id of the patient whom it is about; empty for the person themselves
    /// @param from how many newer ones to leave out
    @GetMapping("/me/prescriptions")
    ResponseEntity<byte[]> own(
            @RequestParam(name = "for", defaultValue = "") String wanted,
            @RequestParam(defaultValue = "0") int from,
            HttpServletRequest request) {
        var caller = access.current();
        var whose = persons.about(caller, wanted);
        var start = Math.max(0, from);
        var owned = reads.own(caller, whose.patient(), start, PAGE);
        var names = new HashMap<String, String>();
        var all =
                owned.found().stream()
                        .map(one ->
                                PageRules.own(
                                        one,
                                        one.current(),
                                        reads.message(one),
                                        updates.said(one),
                                        code -> names.computeIfAbsent(code, people::organisation)))
                        .toList();
        views.record(
                "page: your prescriptions",
                AuditEntry.Target.search("MedicationRequest", ""),
                List.of(Keys.resource("Patient", whose.patient())),
                request);
        return pages.show(
                Page.of(
                                "prescriptions/own",
                                "Your prescriptions",
                                owned(all, wanted, start, owned.total()))
                        .actingFor(
                                whose.proxy()
                                        .map(_ -> people.patient(whose.patient()).shownName())),
                request);
    }

    private static PrescriptionView.OwnList owned(
            List<PrescriptionView.Own> all, String wanted, int start, int total) {
        var address =
                "/me/prescriptions?"
                        + (wanted.isEmpty()
                                ? ""
                                : "for=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8) + "&")
                        + "from=";
        return new PrescriptionView.OwnList(
                all,
                all.size() == total
                        ? ""
                        : (start + 1) + " to " + (start + all.size()) + " of " + total,
                start == 0 ? Optional.empty() : Optional.of(address + Math.max(0, start - PAGE)),
                start + PAGE < total ? Optional.of(address + (start + PAGE)) : Optional.empty());
    }
}
