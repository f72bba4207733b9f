package trellis.terminals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Account;
import trellis.access.AccountRefused;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.access.Sessions;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditQuery;
import trellis.audit.AuditTrail;
import trellis.audit.PageViews;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;

/// Locking a shared terminal, taking it over with a badge or a PIN, and drafts.
@PageController
final class TerminalPages {
    private static final String SUMMARY = "page: patient summary";
    private static final int LOOKED_BACK = 50;

    private final Terminals terminals;
    private final Access access;
    private final Accounts accounts;
    private final Sessions sessions;
    private final AuditTrail trail;
    private final PageViews views;
    private final Pages pages;

    TerminalPages(
            Terminals terminals,
            Access access,
            Accounts accounts,
            Sessions sessions,
            AuditTrail trail,
            PageViews views,
            Pages pages) {
        this.terminals = terminals;
        this.access = access;
        this.accounts = accounts;
        this.sessions = sessions;
        this.trail = trail;
        this.views = views;
        this.pages = pages;
    }

    /// Locks: whoever was signed in is so no more. What they had typed has been kept before.
    @PostMapping("/lock")
    ResponseEntity<byte[]> lock(HttpServletRequest request) {
        views.record("locked the terminal", Target.NONE, List.of(), request);
        sessions.end(request);
        return to("/locked");
    }

    /// @param failed present when the last try let nobody in
    @GetMapping("/locked")
    ResponseEntity<byte[]> locked(
            @RequestParam(required = false) String failed, HttpServletRequest request) {
        var title = failed == null ? "This terminal is locked" : "Error: This terminal is locked";
        return pages.show(
                Page.of("terminals/locked", title, new TerminalView(failed != null)), request);
    }

    /// Takes over: from here on everything is done under the new name.
    @PostMapping("/hand-over")
    ResponseEntity<byte[]> handOver(
            @RequestParam(defaultValue = "") String badge,
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "") String pin,
            HttpServletRequest request,
            HttpServletResponse response) {
        var next =
                sessions.shut(request)
                        ? Optional.<Account>empty()
                        : badge.isBlank()
                                ? terminals.byPin(username, pin)
                                : terminals.byBadge(badge);
        if (next.isEmpty()) {
            sessions.refused(
                    Optional.of(username).filter(name -> !name.isBlank()).flatMap(accounts::named),
                    request);
            return to("/locked?failed");
        }
        sessions.begin(next.get(), request, response);
        return to(lastPatient(next.get()));
    }

    /// Where they were last: the summary of the last patient whose summary they saw.
    private String lastPatient(Account account) {
        var query =
                new AuditQuery(
                        0,
                        account.id(),
                        Optional.empty(),
                        Instant.EPOCH,
                        Instant.parse("9000-01-01T00:00:00Z"),
                        Optional.empty());
        return trail.find(query, LOOKED_BACK).stream()
                .filter(line ->
                        line.what().equals(SUMMARY) && line.target().type().equals("Patient"))
                .findFirst()
                .map(line -> "/patients/" + line.target().id())
                .orElse("/");
    }

    /// @param done what has just been changed, to be said
    @GetMapping("/badge")
    ResponseEntity<byte[]> badge(
            @RequestParam(defaultValue = "") String done, HttpServletRequest request) {
        staff();
        return badge(Optional.empty(), Optional.empty(), done, request);
    }

    private ResponseEntity<byte[]> badge(
            Optional<String> badgeError,
            Optional<String> pinError,
            String done,
            HttpServletRequest request) {
        var has = terminals.has(access.current().account());
        var title = "Your badge and PIN";
        var wrong = badgeError.isPresent() || pinError.isPresent();
        return pages.show(
                Page.of(
                        "terminals/badge",
                        wrong ? "Error: " + title : title,
                        new TerminalView.Own(has, badgeError, pinError, done)),
                request);
    }

    /// Takes the badge that has been tapped for one's own; an empty one is given up.
    @PostMapping("/badge")
    ResponseEntity<byte[]> badge(
            @RequestParam(defaultValue = "") String badge,
            @RequestParam(required = false) String remove,
            HttpServletRequest request) {
        staff();
        try {
            terminals.setBadge(access.current().account(), remove == null ? badge : "");
        } catch (AccountRefused e) {
            return badge(
                    Optional.of(String.valueOf(e.getMessage())), Optional.empty(), "", request);
        }
        return changed(remove == null ? "badge" : "no-badge", request);
    }

    @PostMapping("/pin")
    ResponseEntity<byte[]> pin(
            @RequestParam(defaultValue = "") String pin,
            @RequestParam(required = false) String remove,
            HttpServletRequest request) {
        staff();
        try {
            terminals.setPin(access.current().account(), remove == null ? pin : "");
        } catch (AccountRefused e) {
            return badge(
                    Optional.empty(), Optional.of(String.valueOf(e.getMessage())), "", request);
        }
        return changed(remove == null ? "pin" : "no-pin", request);
    }

    private ResponseEntity<byte[]> changed(String what, HttpServletRequest request) {
        views.record("changed own " + what, Target.NONE, List.of(), request);
        return to("/badge?done=" + what);
    }

    private void staff() {
        if (access.current().role() == Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden(
                            "A badge or a PIN is for staff who share terminals at work."));
        }
    }

    /// What the person had typed on a page, as JSON.
    @GetMapping("/drafts")
    ResponseEntity<byte[]> draft(@RequestParam String page) {
        return json(terminals.draft(access.current().account(), page).orElse("{}"));
    }

    /// Keeps what the person has typed on a page; `{}` forgets it.
    @PostMapping("/drafts")
    ResponseEntity<byte[]> keep(
            @RequestParam String page, @RequestParam(defaultValue = "{}") String fields) {
        terminals.keep(access.current().account(), page, fields);
        return json("{}");
    }

    private static ResponseEntity<byte[]> json(String body) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .header("Cache-Control", "no-store")
                .body(body.getBytes(StandardCharsets.UTF_8));
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
