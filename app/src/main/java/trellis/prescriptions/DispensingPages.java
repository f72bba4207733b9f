package trellis.prescriptions;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.people.People;

/// What a pharmacy does with prescriptions: download them, check them, hand them over, give them back.
@PageController
final class DispensingPages {
    private static final int PAGE = 25;
    private static final List<String> WITH = List.of("0002", "0003");
    private static final List<String> DONE = List.of("0006", "0007", "0008", "0009");

    private final Prescriptions prescriptions;
    private final DispensingChanges dispensing;
    private final PrescriptionReads reads;
    private final PrescriptionPages rows;
    private final People people;
    private final Pages pages;

    DispensingPages(
            Prescriptions prescriptions,
            DispensingChanges dispensing,
            PrescriptionReads reads,
            PrescriptionPages rows,
            People people,
            Pages pages) {
        this.prescriptions = prescriptions;
        this.dispensing = dispensing;
        this.reads = reads;
        this.rows = rows;
        this.people = people;
        this.pages = pages;
    }

    private Prescriptions.Asker asker(HttpServletRequest request) {
        people.caller();
        return prescriptions.asker(AuditEntry.Source.of(request), UUID.randomUUID().toString());
    }

    private static DispenseRules.Dispenser dispenser(Prescriptions.Asker asker) {
        return new DispenseRules.Dispenser(asker.caller().odsCode(), asker.caller().name());
    }

    private static Refused forbidden(EpsError.Refusal refusal) {
        return new Refused(new Problem.Forbidden(refusal.why()));
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }

    // --- the worklist ----------------------------------------------------------------------------

    /// @param shown which prescriptions: with (us), or done
    /// @param got how many were just downloaded; empty for none
    /// @param done what was just done instead
    @GetMapping("/dispensing")
    ResponseEntity<byte[]> worklist(
            @RequestParam(defaultValue = "with") String shown,
            @RequestParam(defaultValue = "0") int from,
            @RequestParam(defaultValue = "") String got,
            @RequestParam(defaultValue = "") String done,
            HttpServletRequest request) {
        var said =
                switch (got) {
                    case "" ->
                            done.equals("returned")
                                    ? Optional.of("The prescription was given back.")
                                    : Optional.<String>empty();
                    case "0" -> Optional.of("There is nothing to download.");
                    case "1" -> Optional.of("1 prescription was downloaded.");
                    default ->
                            got.matches("[0-9]{1,3}")
                                    ? Optional.of(got + " prescriptions were downloaded.")
                                    : Optional.<String>empty();
                };
        return list(asker(request), shown, Math.max(0, from), "", Optional.empty(), said, request);
    }

    private ResponseEntity<byte[]> list(
            Prescriptions.Asker asker,
            String shown,
            int from,
            String typed,
            Optional<String> error,
            Optional<String> done,
            HttpServletRequest request) {
        try {
            var which = shown.equals("done") ? DONE : WITH;
            var found = reads.held(asker, which, from, PAGE + 1);
            var address =
                    "/dispensing?shown=" + (shown.equals("done") ? "done" : "with") + "&from=";
            var view =
                    new PrescriptionView.Worklist(
                            asker.caller().organisation(),
                            reads.waiting(asker),
                            shown.equals("done") ? "done" : "with",
                            found.stream()
                                    .limit(PAGE)
                                    .map(one -> rows.row(one, "/dispensing/"))
                                    .toList(),
                            typed,
                            error,
                            done,
                            from == 0
                                    ? Optional.empty()
                                    : Optional.of(address + Math.max(0, from - PAGE)),
                            found.size() > PAGE
                                    ? Optional.of(address + (from + PAGE))
                                    : Optional.empty());
            var title = (error.isPresent() ? "Error: " : "") + "Prescriptions to dispense";
            return pages.show(
                    Page.of("prescriptions/worklist", title, view)
                            .acrossTheWidth()
                            .withStatus(error.isPresent() ? 400 : 200),
                    request);
        } catch (EpsError.Refusal e) {
            throw forbidden(e);
        }
    }

    /// Downloads what is nominated to this pharmacy, or one prescription by its number.
    @PostMapping("/dispensing")
    ResponseEntity<byte[]> download(
            @RequestParam(required = false) String number, HttpServletRequest request) {
        var asker = asker(request);
        var typed = number == null ? "" : number.strip();
        var id = PrescriptionId.of(typed);
        if (number != null && id.isEmpty()) {
            return list(
                    asker,
                    "with",
                    0,
                    typed,
                    Optional.of(
                            typed.isEmpty()
                                    ? "Enter the number of the prescription"
                                    : "This is no prescription number. It looks like 24F5DA-A83008-7EFE6Z:"
                                            + " check each character"),
                    Optional.empty(),
                    request);
        }
        try {
            var released =
                    dispensing.release(asker, new DispenseRules.Release(dispenser(asker), id));
            if (id.isPresent() && released.size() == 1) {
                var one = released.getFirst();
                return to("/dispensing/" + FactRules.taskId(id.get(), one.issue()));
            }
            return to("/dispensing?got=" + released.size());
        } catch (EpsError.Refusal e) {
            if (e.error() == EpsError.FORBIDDEN || e.error() == EpsError.DISABLED) {
                throw forbidden(e);
            }
            var holder = e.holder().isEmpty() ? "" : ": " + e.holder();
            return list(
                    asker,
                    "with",
                    0,
                    typed,
                    Optional.of(e.why() + holder),
                    Optional.empty(),
                    request);
        }
    }

    // --- one prescription ------------------------------------------------------------------------

    /// @param done what was just done
    @GetMapping("/dispensing/{task}")
    ResponseEntity<byte[]> show(
            @PathVariable String task,
            @RequestParam(defaultValue = "") String done,
            HttpServletRequest request) {
        var said =
                switch (done) {
                    case "told" -> Optional.of("It is noted what was handed over.");
                    case "withdrawn" -> Optional.of("The last notification was taken back.");
                    default -> Optional.<String>empty();
                };
        return one(asker(request), task, Map.of(), Optional.empty(), said, request);
    }

    /// Notes what was handed over.
    @PostMapping("/dispensing/{task}")
    ResponseEntity<byte[]> dispense(
            @PathVariable String task,
            @RequestParam Map<String, String> form,
            HttpServletRequest request) {
        var asker = asker(request);
        var seen = seen(asker, task);
        if (seen.issue().notifications().stream()
                .anyMatch(told -> told.id().equals(form.getOrDefault("key", "")))) {
            // The same form once more, by a second click.
            return to("/dispensing/" + task + "?done=told");
        }
        var typed = NotificationRules.typed(form, seen.issue(), reads.quantities(seen));
        if (typed.form().isEmpty()) {
            return one(asker, task, form, Optional.of(typed.wrong()), Optional.empty(), request);
        }
        try {
            dispensing.notify(
                    asker,
                    new MessageRules.Message(
                            NotificationRules.notification(
                                    seen,
                                    reads.message(seen.prescription()),
                                    typed.form().get(),
                                    dispenser(asker),
                                    NotificationRules.user(
                                            prescriptions.user(asker), asker.caller().account()),
                                    prescriptions.payer(),
                                    prescriptions.now())));
            return to("/dispensing/" + task + "?done=told");
        } catch (EpsError.Refusal e) {
            return one(asker, task, form, Optional.of(e.why()), Optional.empty(), request);
        }
    }

    /// Gives a prescription back, so that another pharmacy can have it.
    ///
    /// @param why code of the reason
    @PostMapping("/dispensing/{task}/return")
    ResponseEntity<byte[]> giveBack(
            @PathVariable String task,
            @RequestParam(defaultValue = "") String why,
            HttpServletRequest request) {
        var asker = asker(request);
        if (!PageRules.RETURN_REASONS.containsKey(why)) {
            return unreasoned(asker, task, "Choose why you give it back", request);
        }
        return done(
                asker,
                task,
                new Event.Return(asker.caller().odsCode(), why),
                "return",
                "/dispensing?done=returned",
                request);
    }

    /// Takes the last notification back.
    ///
    /// @param why code of the reason
    @PostMapping("/dispensing/{task}/withdraw")
    ResponseEntity<byte[]> withdraw(
            @PathVariable String task,
            @RequestParam(defaultValue = "") String why,
            HttpServletRequest request) {
        var asker = asker(request);
        if (!PageRules.WITHDRAW_REASONS.containsKey(why)) {
            return unreasoned(asker, task, "Choose why you take it back", request);
        }
        var told = seen(asker, task).issue().notifications();
        return done(
                asker,
                task,
                new Event.Withdraw(
                        asker.caller().odsCode(), told.isEmpty() ? "" : told.getLast().id(), why),
                "withdraw",
                "/dispensing/" + task + "?done=withdrawn",
                request);
    }

    private ResponseEntity<byte[]> unreasoned(
            Prescriptions.Asker asker, String task, String words, HttpServletRequest request) {
        return one(asker, task, Map.of(), Optional.of(words), Optional.empty(), request);
    }

    private ResponseEntity<byte[]> done(
            Prescriptions.Asker asker,
            String task,
            Event event,
            String what,
            String then,
            HttpServletRequest request) {
        var seen = seen(asker, task);
        try {
            dispensing.undo(asker, seen, dispenser(asker), event, what);
            return to(then);
        } catch (EpsError.Refusal e) {
            return one(asker, task, Map.of(), Optional.of(e.why()), Optional.empty(), request);
        }
    }

    private PrescriptionReads.Seen seen(Prescriptions.Asker asker, String task) {
        return reads.seen(asker, task)
                .orElseThrow(() -> new Refused(new Problem.NotFound("The prescription")));
    }

    private ResponseEntity<byte[]> one(
            Prescriptions.Asker asker,
            String task,
            Map<String, String> chosen,
            Optional<String> error,
            Optional<String> done,
            HttpServletRequest request) {
        var seen = seen(asker, task);
        var prescription = seen.prescription();
        var patient = prescription.patient();
        var ours =
                seen.issue().state().holder().filter(asker.caller().odsCode()::equals).isPresent();
        var check =
                CheckRules.check(
                        reads.allergies(asker, patient),
                        reads.medicines(asker, patient),
                        seen.issue().lines().stream().map(Line::id).toList());
        var state = seen.issue().state();
        var view =
                new PrescriptionView.Dispensing(
                        task,
                        PageRules.words(state),
                        PageRules.look(state),
                        PageRules.facts(prescription, seen.issue(), people::organisation),
                        PageRules.items(
                                seen.issue(),
                                reads.message(prescription),
                                Optional.of(check),
                                reads.quantities(seen)),
                        UUID.randomUUID().toString(),
                        patient,
                        check.state().words(),
                        check.state().look(),
                        check.allergies(),
                        Optional.of(check.current()).filter(_ -> check.known()),
                        check.gaps(),
                        PageRules.steps(reads.history(prescription), seen.issue()),
                        ours && WITH.contains(state.code()),
                        ours && state instanceof State.WithDispenser,
                        ours && (state instanceof State.Active || state instanceof State.Dispensed),
                        PageRules.CHOICES,
                        PageRules.RETURN_REASONS,
                        PageRules.WITHDRAW_REASONS,
                        chosen,
                        error,
                        done);
        var title = (error.isPresent() ? "Error: " : "") + "Dispense a prescription";
        return pages.show(
                Page.of("prescriptions/dispense", title, view)
                        .about(people.banner(people.patient(patient)).with(check.line()))
                        .withStatus(error.isPresent() ? 400 : 200),
                request);
    }
}
