package trellis.directory;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.page.Page;
import trellis.page.PageController;
import trellis.page.Pages;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.page.Words;

/// The directory's pages: finding an organisation, and everything about one.
@PageController
final class DirectoryPages {
    private static final int PAGE = 50;
    private static final int LONGEST = 100;
    private static final List<String> DAYS =
            List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Map<String, String> DAY_WORDS =
            Map.of(
                    "mon",
                    "Monday",
                    "tue",
                    "Tuesday",
                    "wed",
                    "Wednesday",
                    "thu",
                    "Thursday",
                    "fri",
                    "Friday",
                    "sat",
                    "Saturday",
                    "sun",
                    "Sunday");

    private final Directory directory;
    private final Pages pages;

    DirectoryPages(Directory directory, Pages pages) {
        this.directory = directory;
        this.pages = pages;
    }

    /// @param q name, ODS code or postcode
    /// @param from how many come before this page
    @GetMapping("/organisations")
    ResponseEntity<byte[]> find(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "0") int from,
            HttpServletRequest request) {
        var typed = q.strip().substring(0, Math.min(LONGEST, q.strip().length()));
        var found = directory.find(typed);
        var first = Math.clamp(from, 0, found.size());
        var last = Math.min(first + PAGE, found.size());
        var view =
                new DirectoryView.Finding(
                        typed,
                        found.subList(first, last).stream().map(DirectoryPages::row).toList(),
                        typed.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        StaffFormat.shown(last - first, found.size())
                                                + (found.size() == Directory.MOST
                                                        ? ", and there are more: add another word"
                                                        : "")),
                        last < found.size() ? Optional.of(address(typed, last)) : Optional.empty(),
                        first > 0
                                ? Optional.of(address(typed, Math.max(0, first - PAGE)))
                                : Optional.empty());
        return pages.show(
                Page.of(
                                "directory/find",
                                typed.isEmpty() ? "Find an organisation" : "Organisations found",
                                view)
                        .acrossTheWidth(),
                request);
    }

    private static String address(String typed, int from) {
        return "/organisations?q="
                + URLEncoder.encode(typed, StandardCharsets.UTF_8)
                + (from == 0 ? "" : "&from=" + from);
    }

    private static DirectoryView.Row row(ObjectNode one) {
        var address = one.path("address").path(0);
        var place =
                List.of(address.path("city").asString(""), address.path("postalCode").asString(""))
                        .stream()
                        .filter(part -> !part.isBlank())
                        .collect(Collectors.joining(", "));
        return new DirectoryView.Row(
                one.path("id").asString(""),
                Directory.name(one),
                code(one),
                kind(one),
                place.isEmpty() ? "Not recorded" : place,
                Directory.closed(one));
    }

    private static String code(JsonNode one) {
        return one.path("identifier")
                .valueStream()
                .filter(identifier -> identifier.path("system").asString("").equals(OdsRules.ODS))
                .map(identifier -> identifier.path("value").asString(""))
                .findFirst()
                .orElse("");
    }

    /// What it is, in small letters but for what is an abbreviation.
    private static String kind(JsonNode one) {
        return Words.of(one.path("type").path(0))
                .map(words ->
                        words.equals(words.toUpperCase(java.util.Locale.ROOT))
                                ? softened(words)
                                : words)
                .orElse("");
    }

    private static String softened(String words) {
        var out = new ArrayList<String>();
        for (var word : words.split(" ")) {
            out.add(
                    List.of("NHS", "GP", "ICB").contains(word)
                            ? word
                            : word.toLowerCase(java.util.Locale.ROOT));
        }
        var text = String.join(" ", out);
        return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1);
    }

    /// @param from by the name of a list, how many of it come before what is shown
    @GetMapping("/organisations/{id}")
    ResponseEntity<byte[]> one(
            @PathVariable String id,
            @RequestParam Map<String, String> from,
            HttpServletRequest request) {
        var around = directory.organisation(id);
        return pages.show(
                Page.of(
                        "directory/one",
                        Directory.name(around.organisation()),
                        view(around, id, from)),
                request);
    }

    /// A page of one of the lists on the page of an organisation.
    private static <T> DirectoryView.Listed<T> listed(
            List<T> all, String name, String id, Map<String, String> from) {
        var sent = from.getOrDefault(name, "0");
        var first =
                Math.clamp(sent.matches("\\d{1,6}") ? Integer.parseInt(sent) : 0, 0, all.size());
        var last = Math.min(first + PAGE, all.size());
        var address = "/organisations/" + id + "?" + name + "=";
        return new DirectoryView.Listed<>(
                all.subList(first, last),
                all.size(),
                last - first == all.size() ? "" : StaffFormat.shown(last - first, all.size()),
                last < all.size() ? Optional.of(address + last + "#" + name) : Optional.empty(),
                first > 0
                        ? Optional.of(address + Math.max(0, first - PAGE) + "#" + name)
                        : Optional.empty());
    }

    private static DirectoryView.One view(
            Directory.Around around, String id, Map<String, String> from) {
        var one = around.organisation();
        return new DirectoryView.One(
                Directory.name(one),
                code(one),
                kind(one),
                Directory.closed(one),
                status(one),
                ends(around, id, OdsRules.SUCCESSOR, false),
                listed(ends(around, id, OdsRules.SUCCESSOR, true), "before", id, from),
                links(around.above()),
                lines(one),
                contacts(one),
                listed(links(around.within()), "parts", id, from),
                ends(around, id, OdsRules.MEMBER, false),
                listed(ends(around, id, OdsRules.MEMBER, true), "members", id, from),
                listed(hours(around), "hours", id, from),
                listed(workers(around), "people", id, from),
                around.more());
    }

    private static String status(JsonNode one) {
        var period =
                one.path("extension")
                        .valueStream()
                        .filter(extension ->
                                extension.path("url").asString("").endsWith("organization-period"))
                        .map(extension -> extension.path("valuePeriod"))
                        .findFirst();
        var start =
                period.flatMap(days -> When.of(days.path("start").asString("")))
                        .map(StaffFormat::date);
        var end =
                period.flatMap(days -> When.of(days.path("end").asString("")))
                        .map(StaffFormat::date);
        if (Directory.closed(one)) {
            return end.map(day -> "Closed on " + day).orElse("Closed");
        }
        return start.map(day -> "Open since " + day).orElse("Open");
    }

    private static List<DirectoryView.Link> links(List<ObjectNode> organisations) {
        return organisations.stream()
                .map(one ->
                        new DirectoryView.Link(
                                one.path("id").asString(""),
                                Directory.name(one),
                                Directory.closed(one) ? "closed" : ""))
                .toList();
    }

    /// The other ends of affiliations.
    ///
    /// @param first whether this organisation is the primary end
    private static List<DirectoryView.Link> ends(
            Directory.Around around, String id, String code, boolean first) {
        return around.affiliations().stream()
                .filter(one -> one.path("active").asBoolean(true))
                .filter(one ->
                        one.path("code")
                                .valueStream()
                                .flatMap(concept -> concept.path("coding").valueStream())
                                .anyMatch(coding -> coding.path("code").asString("").equals(code)))
                .filter(one ->
                        Directory.end(
                                        one.path(
                                                first
                                                        ? "organization"
                                                        : "participatingOrganization"))
                                .equals(id))
                .map(one -> {
                    var other =
                            Directory.end(
                                    one.path(first ? "participatingOrganization" : "organization"));
                    return new DirectoryView.Link(
                            other,
                            around.names().getOrDefault(other, other),
                            When.of(one.path("period").path("start").asString(""))
                                    .map(day -> "since " + StaffFormat.date(day))
                                    .orElse(""));
                })
                .filter(link -> !link.id().isEmpty())
                .sorted(Comparator.comparing(DirectoryView.Link::name))
                .toList();
    }

    private static List<String> lines(JsonNode one) {
        var address = one.path("address").path(0);
        var lines = new ArrayList<String>();
        address.path("line").forEach(line -> lines.add(line.asString("")));
        for (var part : List.of("city", "district", "postalCode")) {
            lines.add(address.path(part).asString(""));
        }
        lines.removeIf(String::isBlank);
        return lines;
    }

    private static List<DirectoryView.Contact> contacts(JsonNode one) {
        var all = new ArrayList<DirectoryView.Contact>();
        for (var contact : one.path("telecom")) {
            var value = contact.path("value").asString("");
            switch (contact.path("system").asString("")) {
                case "phone" ->
                        all.add(
                                new DirectoryView.Contact(
                                        "Telephone",
                                        value,
                                        Optional.of("tel:" + value.replaceAll("[^0-9+]", ""))));
                case "email" ->
                        all.add(
                                new DirectoryView.Contact(
                                        "Mail", value, Optional.of("mailto:" + value)));
                case "url" -> all.add(new DirectoryView.Contact("Website", value, web(value)));
                default -> all.add(new DirectoryView.Contact("Other", value, Optional.empty()));
            }
        }
        return all;
    }

    /// Only what is a page elsewhere becomes a link.
    private static Optional<String> web(String value) {
        try {
            var address = URI.create(value);
            return Optional.ofNullable(address.getScheme())
                    .filter(scheme -> scheme.equals("https") || scheme.equals("http"))
                    .map(_ -> value);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<DirectoryView.Hours> hours(Directory.Around around) {
        var all = new ArrayList<DirectoryView.Hours>();
        for (var place : around.places()) {
            add(
                    all,
                    place.path("name").asString("This place"),
                    place.path("hoursOfOperation"),
                    "openingTime",
                    "closingTime");
        }
        for (var service : around.services()) {
            add(
                    all,
                    service.path("name").asString("A service"),
                    service.path("availableTime"),
                    "availableStartTime",
                    "availableEndTime");
        }
        return all;
    }

    private static void add(
            List<DirectoryView.Hours> all, String name, JsonNode times, String from, String to) {
        var lines = new LinkedHashMap<String, String>();
        for (var time : times) {
            var days = time.path("daysOfWeek").valueStream().map(day -> day.asString("")).toList();
            var span =
                    time.path("allDay").asBoolean(false)
                            ? "all day"
                            : clock(time.path(from).asString(""))
                                    + " to "
                                    + clock(time.path(to).asString(""));
            lines.put(days(days) + " " + span, "");
        }
        if (!lines.isEmpty()) {
            all.add(new DirectoryView.Hours(name, List.copyOf(lines.keySet())));
        }
    }

    private static String clock(String time) {
        return time.length() >= 5 ? time.substring(0, 5) : "?";
    }

    /// `Monday to Friday`, or each by its name.
    private static String days(List<String> days) {
        var sorted = DAYS.stream().filter(days::contains).toList();
        if (sorted.isEmpty() || sorted.size() == DAYS.size()) {
            return "Every day";
        }
        var first = DAYS.indexOf(sorted.getFirst());
        var run = sorted.size() > 2 && DAYS.subList(first, first + sorted.size()).equals(sorted);
        return run
                ? DAY_WORDS.get(sorted.getFirst()) + " to " + DAY_WORDS.get(sorted.getLast())
                : sorted.stream().map(DAY_WORDS::get).collect(Collectors.joining(", "));
    }

    private static List<DirectoryView.Worker> workers(Directory.Around around) {
        return around.workers().stream()
                .filter(one -> one.path("active").asBoolean(true))
                .map(one ->
                        new DirectoryView.Worker(
                                one.path("practitioner").path("display").asString(""),
                                Words.of(one.path("code").path(0)).orElse("")))
                .filter(worker -> !worker.name().isBlank())
                .sorted(Comparator.comparing(DirectoryView.Worker::name))
                .toList();
    }
}
