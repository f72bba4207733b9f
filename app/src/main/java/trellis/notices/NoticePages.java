package trellis.notices;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Role;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.notices.Notice.Channel;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.PublicFormat;
import trellis.page.StaffFormat;

/// Everybody's own notices, and how they are told of them.
@PageController
final class NoticePages {
    private static final int PAGE = 50;

    private final Notices notices;
    private final Access access;
    private final Pages pages;

    NoticePages(Notices notices, Access access, Pages pages) {
        this.notices = notices;
        this.access = access;
        this.pages = pages;
    }

    /// @param before only older ones; 0 to begin
    /// @param done present when something has just been kept
    @GetMapping("/notices")
    ResponseEntity<byte[]> list(
            @RequestParam(defaultValue = "0") long before,
            @RequestParam(required = false) String done,
            HttpServletRequest request) {
        var caller = caller();
        var mail = notices.contact(caller.account()).flatMap(Contact::mail).orElse("");
        return list(caller, before, done != null, mail, Optional.empty(), request);
    }

    /// Marks one as read and leads to what waits.
    @GetMapping("/notices/{id}")
    ResponseEntity<byte[]> open(@PathVariable long id) {
        return to(notices.open(caller().account(), id).link());
    }

    @PostMapping("/notices/read")
    ResponseEntity<byte[]> read() {
        var account = caller().account();
        notices.of(account, Long.MAX_VALUE, PAGE).stream()
                .filter(notice -> notice.read().isEmpty())
                .forEach(notice -> notices.open(account, notice.id()));
        return to("/notices");
    }

    @PostMapping("/notices/mail")
    ResponseEntity<byte[]> mail(
            @RequestParam(defaultValue = "") String mail, HttpServletRequest request) {
        var caller = caller();
        if (caller.role() == Role.PATIENT) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Your email address is part of your record. Tell your GP surgery when it"
                                    + " changes."));
        }
        var typed = mail.strip();
        if (!typed.isEmpty() && !NoticeRules.mail(typed)) {
            return list(
                    caller,
                    0,
                    false,
                    typed,
                    Optional.of("Enter an email address, such as name@trust.example"),
                    request);
        }
        notices.mail(caller.account(), typed);
        return to("/notices?done");
    }

    private Caller caller() {
        var caller = access.current();
        if (caller.account() == 0) {
            throw new Refused(
                    new Problem.Forbidden("Notices are for people who sign in with an account."));
        }
        return caller;
    }

    private ResponseEntity<byte[]> list(
            Caller caller,
            long before,
            boolean done,
            String mail,
            Optional<String> error,
            HttpServletRequest request) {
        var from = before > 0 ? before : Long.MAX_VALUE;
        var all = notices.of(caller.account(), from, PAGE + 1);
        var shown = all.subList(0, Math.min(PAGE, all.size()));
        var self = caller.role() == Role.PATIENT;
        var view =
                new NoticeView(
                        self,
                        notices.unread(caller),
                        shown.stream().map(one -> row(one, self)).toList(),
                        all.size() > PAGE
                                ? Optional.of("/notices?before=" + shown.getLast().id())
                                : Optional.empty(),
                        ways(caller, self),
                        mail,
                        error,
                        done);
        var title = error.isPresent() ? "Error: Notices" : "Notices";
        return pages.show(Page.of("notices/list", title, view), request);
    }

    private static NoticeView.Row row(Notice notice, boolean self) {
        return new NoticeView.Row(
                notice.id(),
                notice.kind().words(),
                when(notice.raised(), self),
                notice.read().isEmpty());
    }

    private static String when(Instant when, boolean self) {
        return self ? PublicFormat.dateTime(when) : StaffFormat.dateTime(when);
    }

    private List<NoticeView.Way> ways(Caller caller, boolean self) {
        var contact = notices.contact(caller.account());
        return Stream.of(Channel.MAIL, Channel.TEXT)
                .filter(channel -> self || channel == Channel.MAIL)
                .map(channel -> new NoticeView.Way(channel.words(), state(channel, contact)))
                .toList();
    }

    private String state(Channel channel, Optional<Contact> contact) {
        var to = contact.flatMap(one -> channel == Channel.MAIL ? one.mail() : one.mobile());
        if (!notices.setUp(channel)) {
            return "Not set up here";
        }
        if (contact.filter(one -> one.refused().contains(channel)).isPresent()) {
            return "You have chosen not to be told this way";
        }
        return to.orElse(
                channel == Channel.MAIL
                        ? "No email address is known"
                        : "No mobile number is known");
    }

    private static ResponseEntity<byte[]> to(String address) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(address)).build();
    }
}
