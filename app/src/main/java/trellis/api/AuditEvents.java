package trellis.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Right;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLine;
import trellis.audit.AuditQuery;
import trellis.audit.AuditTrail;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Keys;
import trellis.store.Store;
import trellis.store.Stored;

/// The log as FHIR AuditEvents, for whoever watches over it: `GET [base]/AuditEvent?...` and
/// `GET [base]/AuditEvent/[number]`, after the patterns of IHE BALP
/// (https://profiles.ihe.net/ITI/BALP). Nothing is written here: every line comes from what was done.
final class AuditEvents {
    private static final String TYPE = "AuditEvent";
    private static final int USUAL = 50;
    private static final int MOST = 500;
    private static final ZoneId LONDON = ZoneId.of("Europe/London");
    private static final Instant EVER = Instant.parse("9000-01-01T00:00:00Z");
    private static final Set<String> KNOWN =
            Set.of("patient", "agent", "action", "date", "_count", "_older", "_id", "_format");

    private final AuditTrail trail;
    private final Access access;
    private final Store store;

    AuditEvents(AuditTrail trail, Access access, Store store) {
        this.trail = trail;
        this.access = access;
        this.store = store;
    }

    /// One line, by its number.
    Answer read(FhirRequest request) {
        access.require(request.caller(), Right.SEARCH, TYPE);
        var line =
                number(request.id())
                        .flatMap(trail::numbered)
                        .orElseThrow(
                                () -> new Refused(new Problem.NotFound(TYPE + "/" + request.id())));
        return Answer.of(200)
                .with(Json.write(AuditEventJson.of(line, patients(List.of(line)))))
                .audited(
                        new Touched(
                                AuditEntry.Action.READ,
                                "read",
                                AuditEntry.Target.resource(TYPE, request.id(), 0),
                                Touched.patient(line.patient()),
                                200));
    }

    /// Lines that fit, newest first.
    Answer search(FhirRequest request) {
        access.require(request.caller(), Right.SEARCH, TYPE);
        for (var parameter : request.parameters()) {
            if (!KNOWN.contains(parameter.name())) {
                throw refused(
                        parameter.name(),
                        "AuditEvent is searched by patient, agent (the number of an account), action,"
                                + " date and _id.");
            }
        }
        var count = count(request);
        var id = request.parameter("_id");
        var found =
                id.isPresent()
                        ? number(id.get()).flatMap(trail::numbered).stream().toList()
                        : trail.find(query(request), count + 1);
        var shown = found.subList(0, Math.min(count, found.size()));
        return Answer.of(200)
                .with(bundle(request, shown, found.size() > count))
                .audited(
                        new Touched(
                                AuditEntry.Action.EXECUTE,
                                "search-type",
                                AuditEntry.Target.search(
                                        TYPE, Parameter.query(request.parameters())),
                                keys(shown),
                                200));
    }

    private static Set<Long> keys(List<AuditLine> lines) {
        var keys = new HashSet<Long>();
        lines.forEach(line -> keys.addAll(Touched.patient(line.patient())));
        return keys;
    }

    private Map<Long, Stored> patients(List<AuditLine> lines) {
        return store.patients(keys(lines));
    }

    private byte[] bundle(FhirRequest request, List<AuditLine> shown, boolean more) {
        var heading = BundleBytes.heading("searchset");
        var links = heading.putArray("link");
        link(request, links.addObject(), "self", request.parameters());
        if (more) {
            var next = new ArrayList<>(request.parameters());
            next.removeIf(parameter -> parameter.name().equals("_older"));
            next.add(new Parameter("_older", shown.getLast().place().text()));
            link(request, links.addObject(), "next", next);
        }
        var bundle = BundleBytes.under(heading);
        var patients = patients(shown);
        for (var line : shown) {
            var mode = JsonNodeFactory.instance.objectNode();
            mode.putObject("search").put("mode", "match");
            bundle.add(
                    request.base() + "/" + TYPE + "/" + line.place().seq(),
                    Json.write(AuditEventJson.of(line, patients)),
                    mode);
        }
        return bundle.toBytes();
    }

    private static void link(
            FhirRequest request, ObjectNode link, String relation, List<Parameter> parameters) {
        link.put("relation", relation)
                .put("url", request.base() + "/" + TYPE + "?" + Parameter.query(parameters));
    }

    private static AuditQuery query(FhirRequest request) {
        var from = Instant.EPOCH;
        var until = EVER;
        for (var parameter : request.parameters()) {
            if (parameter.name().equals("date")) {
                var span = span(parameter.value());
                from = span.from().isAfter(from) ? span.from() : from;
                until = span.until().isBefore(until) ? span.until() : until;
            }
        }
        return new AuditQuery(
                request.parameter("patient").map(AuditEvents::patient).orElse(0L),
                request.parameter("agent").map(AuditEvents::account).orElse(0L),
                request.parameter("action").map(AuditEvents::action),
                from,
                until,
                request.parameter("_older")
                        .map(text ->
                                AuditQuery.Place.of(text)
                                        .orElseThrow(
                                                () -> refused("_older", "It is a page's own."))));
    }

    private record Span(Instant from, Instant until) {}

    private static Span span(String text) {
        var prefix = text.length() > 2 ? text.substring(0, 2) : "";
        var known = Set.of("ge", "gt", "le", "lt", "eq").contains(prefix);
        var rest = known ? text.substring(2) : text;
        try {
            var day = rest.length() == 10;
            var from =
                    day
                            ? LocalDate.parse(rest).atStartOfDay(LONDON).toInstant()
                            : Instant.parse(rest);
            var until =
                    day
                            ? LocalDate.parse(rest).plusDays(1).atStartOfDay(LONDON).toInstant()
                            : from.plusNanos(1_000);
            return switch (known ? prefix : "eq") {
                case "ge" -> new Span(from, EVER);
                case "gt" -> new Span(until, EVER);
                case "le" -> new Span(Instant.EPOCH, until);
                case "lt" -> new Span(Instant.EPOCH, from);
                default -> new Span(from, until);
            };
        } catch (DateTimeParseException e) {
            throw refused(
                    "date", "It is a day, such as ge2026-03-09, or an instant with its zone.");
        }
    }

    private static long patient(String text) {
        return Keys.resource("Patient", text.substring(text.lastIndexOf('/') + 1));
    }

    private static long account(String text) {
        return number(text).orElseThrow(() -> refused("agent", "It is the number of an account."));
    }

    private static AuditEntry.Action action(String text) {
        for (var action : AuditEntry.Action.values()) {
            if (action.code().equals(text)) {
                return action;
            }
        }
        throw refused("action", "It is C, R, U, D or E.");
    }

    private static int count(FhirRequest request) {
        return request.parameter("_count")
                .map(text ->
                        number(text)
                                .filter(n -> n >= 1)
                                .map(n -> (int) Math.min(n, MOST))
                                .orElseThrow(
                                        () -> refused("_count", "It is a whole number from 1 on.")))
                .orElse(USUAL);
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static Refused refused(String parameter, String why) {
        return new Refused(new Problem.BadRequest("value", why, parameter));
    }
}
