package trellis.custodians;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import trellis.access.Openings;
import trellis.audit.AuditEntry;
import trellis.page.Elsewhere;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.people.Patient;
import trellis.people.People;

/// All documents of a person from every source, and opening one.
@PageController
final class CustodiansPages {
    private static final String TITLE = "Documents everywhere";
    private static final int PAGE = 50;

    private final Custodians custodians;
    private final People people;
    private final Openings openings;
    private final Pages pages;
    private final Clock clock;

    CustodiansPages(
            Custodians custodians, People people, Openings openings, Pages pages, Clock clock) {
        this.custodians = custodians;
        this.people = people;
        this.openings = openings;
        this.pages = pages;
        this.clock = clock;
    }

    /// A patient, and who asks about them.
    private record Opened(Custodians.Asker asker, Patient patient) {
        String address() {
            return "/patients/" + patient.key() + "/documents-everywhere";
        }
    }

    private Opened open(String id, HttpServletRequest request) {
        var caller = people.caller();
        custodians.require(caller);
        var patient = people.patient(id);
        if (!custodians.treats(caller, patient.key())) {
            throw new Elsewhere("/patients/" + patient.key() + "/open");
        }
        return new Opened(custodians.asker(AuditEntry.Source.of(request), patient.key()), patient);
    }

    @GetMapping("/patients/{patient}/documents-everywhere")
    ResponseEntity<byte[]> everywhere(
            @PathVariable String patient,
            @RequestParam(defaultValue = "") String type,
            @RequestParam(defaultValue = "") String after,
            HttpServletRequest request) {
        var opened = open(patient, request);
        var found = custodians.find(opened.asker());
        return show(
                opened,
                Page.of("custodians/everywhere", TITLE, view(opened, found, type, after)),
                request);
    }

    private ResponseEntity<byte[]> show(Opened opened, Page page, HttpServletRequest request) {
        var banner = people.banner(opened.patient());
        var marked =
                openings.of(opened.asker().caller(), opened.patient().key())
                        .map(opening ->
                                banner.opened(
                                        "You opened this record with a reason ("
                                                + opening.reason().words()
                                                + "). It closes at "
                                                + StaffFormat.time(opening.until())
                                                + "."))
                        .orElse(banner);
        return pages.show(page.about(marked), request);
    }

    private CustodiansView.Everywhere view(
            Opened opened, Custodians.Found found, String type, String after) {
        var address = opened.address();
        var chosen =
                found.rows().stream()
                        .filter(row -> type.isEmpty() || row.type().equals(type))
                        .toList();
        var keys = chosen.stream().map(Held::key).toList();
        var from = after.isEmpty() ? 0 : keys.indexOf(after) + 1;
        var to = Math.min(from + PAGE, chosen.size());
        var base = type.isEmpty() ? address : address + "?type=" + encoded(type);
        var names =
                found.sources().stream()
                        .collect(Collectors.toMap(Source::key, Source::organisation));
        var away =
                found.sources().stream()
                        .filter(source -> source instanceof Source.NotReached)
                        .map(Source::key)
                        .toList();
        return new CustodiansView.Everywhere(
                opened.patient().key(),
                found.sources().stream().map(this::state).toList(),
                types(found.rows(), type, address),
                chosen.subList(from, to).stream()
                        .map(row -> row(row, address, names, away))
                        .toList(),
                StaffFormat.shown(to - from, chosen.size()),
                base,
                found.sources().stream()
                        .allMatch(source -> source instanceof Source.Shown one && one.whole()),
                to < chosen.size()
                        ? Optional.of(
                                base
                                        + (type.isEmpty() ? "?" : "&")
                                        + "after="
                                        + encoded(keys.get(to - 1)))
                        : Optional.empty(),
                from == 0 ? Optional.empty() : Optional.of(base));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private CustodiansView.State state(Source source) {
        var locator = source.key().equals(Source.LOCATOR);
        var name =
                locator ? "Record locator (" + source.organisation() + ")" : source.organisation();
        return switch (source) {
            case Source.Shown shown -> shown(name, locator, shown);
            case Source.NotReached(_, _, var since, var why) ->
                    new CustodiansView.State(
                            name,
                            "Not reached",
                            "red",
                            "Not reached since "
                                    + since(since)
                                    + ": "
                                    + why.words()
                                    + ". "
                                    + (locator
                                            ? "Who else keeps documents is not known; every node was"
                                                    + " asked."
                                            : "It may have documents that are not in this list."),
                            true);
            case Source.Refused(_, _, var why) ->
                    new CustodiansView.State(name, "Refused", "orange", why, false);
        };
    }

    private static CustodiansView.State shown(String name, boolean locator, Source.Shown shown) {
        var count = shown.held().size();
        var kind = locator ? "pointer" : "document";
        var words =
                count == shown.total()
                        ? count == 0
                                ? "It answers that it has none"
                                : count + " " + kind + (count == 1 ? "" : "s")
                        : count
                                + " of "
                                + shown.total()
                                + " documents were told of in time; the others are not in this list";
        return new CustodiansView.State(
                name,
                shown.whole() ? "Shown" : "Shown in part",
                shown.whole() ? "" : "orange",
                words + ".",
                !shown.whole());
    }

    private String since(java.time.Instant since) {
        return StaffFormat.dateTime(since)
                        .substring(0, 11)
                        .equals(StaffFormat.dateTime(clock.instant()).substring(0, 11))
                ? StaffFormat.time(since)
                : StaffFormat.dateTime(since);
    }

    private static List<CustodiansView.Choice> types(List<Held> rows, String type, String address) {
        var choices = new ArrayList<CustodiansView.Choice>();
        choices.add(
                new CustodiansView.Choice(
                        "All types (" + rows.size() + ")", address, type.isEmpty()));
        HeldRules.types(rows)
                .forEach((token, words) -> {
                    var count = rows.stream().filter(row -> row.type().equals(token)).count();
                    choices.add(
                            new CustodiansView.Choice(
                                    words + " (" + count + ")",
                                    address + "?type=" + encoded(token),
                                    token.equals(type)));
                });
        return choices;
    }

    private static CustodiansView.Row row(
            Held row, String address, Map<String, String> names, List<String> away) {
        var links = new ArrayList<CustodiansView.Link>();
        for (var part : row.parts()) {
            var name =
                    "Open"
                            + (row.parts().size() > 1 ? " part " + (part.number() + 1) : "")
                            + ContentRules.words(part.type())
                                    .map(words -> " (" + words + ")")
                                    .orElse("");
            links.add(
                    new CustodiansView.Link(
                            name,
                            address + "/" + row.source() + "/" + row.id() + "/" + part.number()));
        }
        var closed =
                away.contains(row.source())
                        ? "Cannot be opened now: its custodian is not reached"
                        : "Not opened from here: ask its custodian";
        var organisation = names.getOrDefault(row.source(), "Record locator");
        var custodian =
                row.named() || row.source().equals(Source.LOCATOR) ? row.custodian() : organisation;
        var told = row.pointer().isPresent() && row.opens().isEmpty();
        return new CustodiansView.Row(
                row.when().map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                row.words(),
                row.title().orElse(""),
                custodian.isEmpty() ? StaffFormat.NOT_RECORDED : custodian,
                told ? "Told of by the record locator" : organisation,
                status(row),
                row.mistaken(),
                links,
                links.isEmpty() ? closed : "");
    }

    private static String status(Held row) {
        if (row.mistaken()) {
            return "Entered in error";
        }
        return switch (row.json().path("status").asString("")) {
            case "current" ->
                    row.json().path("docStatus").asString("").equals("preliminary")
                            ? "Preliminary"
                            : "";
            case "superseded" -> "Replaced by a later document";
            default -> "Status not known";
        };
    }

    // --- opening ---------------------------------------------------------------------------------

    @GetMapping("/patients/{patient}/documents-everywhere/{source}/{id}/{number}")
    ResponseEntity<?> document(
            @PathVariable String patient,
            @PathVariable String source,
            @PathVariable String id,
            @PathVariable int number,
            HttpServletRequest request)
            throws IOException {
        var opened = open(patient, request);
        return switch (custodians.open(opened.asker(), source, id, number)) {
            case Custodians.Opened.Shown(var content) -> sent(content);
            case Custodians.Opened.Closed(var why) ->
                    closed(opened, why, request.getRequestURI(), request);
        };
    }

    private static ResponseEntity<InputStreamResource> sent(Content content) throws IOException {
        var bytes = ContentRules.looking(content);
        var how = ContentRules.headers(content.type(), bytes);
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, how.type());
        headers.setContentLength(content.length());
        headers.set(HttpHeaders.CONTENT_DISPOSITION, how.disposition());
        headers.set("Content-Security-Policy", how.policy());
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        return ResponseEntity.ok().headers(headers).body(new InputStreamResource(bytes));
    }

    private ResponseEntity<byte[]> closed(
            Opened opened, Source source, String address, HttpServletRequest request) {
        var away = source instanceof Source.NotReached;
        var state = state(source);
        var view =
                new CustodiansView.Closed(
                        opened.patient().key(),
                        state.name() + (away ? " was not reached" : " refuses to show this"),
                        source instanceof Source.NotReached late
                                ? "At "
                                        + StaffFormat.time(clock.instant())
                                        + ": "
                                        + late.why().words()
                                        + ". The document is not shown."
                                : state.words(),
                        away ? Optional.of(address) : Optional.empty());
        return show(
                opened,
                Page.of("custodians/closed", "The document is not shown", view)
                        .withStatus(away ? 504 : 403),
                request);
    }
}
