package trellis.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchTime;
import trellis.store.Store;
import trellis.store.Stored;

/// The versions of one resource, newest first: `GET [base]/[type]/[id]/_history`
/// (https://hl7.org/fhir/R4/http.html#history).
final class History implements Interaction {
    private static final int PAGE = 50;
    private static final int MOST = 1000;
    private static final String BEFORE = "_before";
    private static final Set<String> KNOWN = Set.of("_count", "_since", BEFORE);

    private final Store store;
    private final Narrowing narrowing;

    History(Store store, Narrowing narrowing) {
        this.store = store;
        this.narrowing = narrowing;
    }

    @Override
    public Answer answer(FhirRequest request) {
        Addresses.checkId(request.id(), "id");
        var sight = narrowing.read(request.caller(), request.type());
        checkParameters(request);
        var count = number(request, "_count", PAGE);
        var page = Math.clamp(count, 1, MOST);
        var before = number(request, BEFORE, Long.MAX_VALUE);
        var versions = store.history(request.type(), request.id(), before, page + 1, sight);
        if (versions.isEmpty() && before == Long.MAX_VALUE) {
            throw Narrowing.missing(sight, request.type(), request.type() + "/" + request.id());
        }
        var since = since(request);
        var wanted = since.map(time -> from(time, versions)).orElse(versions);
        var heading = BundleBytes.heading("history");
        if (since.isEmpty() && before == Long.MAX_VALUE) {
            heading.put("total", versions.getFirst().version());
        }
        var more = wanted.size() > page;
        var shown = wanted.subList(0, count == 0 ? 0 : Math.min(page, wanted.size()));
        links(
                request,
                heading,
                more && count > 0 ? Optional.of(shown.getLast()) : Optional.empty());
        return Answer.of(200)
                .with(bundle(request, heading, shown, versions))
                .audited(touched(request, shown));
    }

    private static void checkParameters(FhirRequest request) {
        for (var parameter : request.parameters()) {
            var name = parameter.name();
            if (!KNOWN.contains(name)
                    && !Preferences.PARAMETERS.contains(name)
                    && !request.preferences().lenient()) {
                throw new Refused(
                        new Problem.BadRequest(
                                "not-supported",
                                "A history takes _count and _since, not "
                                        + Addresses.quoted(name)
                                        + ". Leave it out, or send Prefer: handling=lenient.",
                                Addresses.quoted(name)));
            }
        }
    }

    private static long number(FhirRequest request, String name, long otherwise) {
        var sent = request.parameter(name);
        if (sent.filter(text -> !text.matches("[0-9]{1,9}")).isPresent()) {
            throw new Refused(
                    new Problem.BadRequest("value", name + " must be a whole number.", name));
        }
        return sent.map(Long::parseLong).orElse(otherwise);
    }

    private static Optional<Instant> since(FhirRequest request) {
        return request.parameter("_since")
                .map(text ->
                        SearchTime.parse(text.replace(' ', '+'))
                                .orElseThrow(() ->
                                        new Refused(
                                                new Problem.BadRequest(
                                                        "value",
                                                        "_since must be an instant such as"
                                                                + " 2026-11-01T09:30:00Z.",
                                                        "_since"))))
                .map(span -> Instant.EPOCH.plus(span.low(), ChronoUnit.MICROS));
    }

    private static List<Stored> from(Instant since, List<Stored> versions) {
        return versions.stream().filter(v -> !v.lastUpdated().isBefore(since)).toList();
    }

    private static void links(FhirRequest request, ObjectNode heading, Optional<Stored> last) {
        var address = request.base() + "/" + request.type() + "/" + request.id() + "/_history";
        var links = heading.putArray("link");
        var query = Parameter.query(request.parameters());
        links.addObject()
                .put("relation", "self")
                .put("url", query.isEmpty() ? address : address + "?" + query);
        last.ifPresent(version -> {
            var parameters = new ArrayList<>(request.parameters());
            parameters.removeIf(p -> p.name().equals(BEFORE));
            parameters.add(new Parameter(BEFORE, Long.toString(version.version())));
            links.addObject()
                    .put("relation", "next")
                    .put("url", address + "?" + Parameter.query(parameters));
        });
    }

    private static byte[] bundle(
            FhirRequest request, ObjectNode heading, List<Stored> shown, List<Stored> versions) {
        var bundle = BundleBytes.under(heading);
        for (var i = 0; i < shown.size(); i++) {
            var stored = shown.get(i);
            var made = i + 1 >= versions.size() || versions.get(i + 1).deleted();
            var url = stored.type() + "/" + stored.id();
            var posted = stored.version() == 1 && NewId.given(stored.id(), stored.lastUpdated());
            var rest = JsonNodeFactory.instance.objectNode();
            rest.putObject("request")
                    .put("method", stored.deleted() ? "DELETE" : posted ? "POST" : "PUT")
                    .put("url", posted ? stored.type() : url);
            rest.putObject("response")
                    .put("status", stored.deleted() ? "204" : made ? "201" : "200")
                    .put("etag", stored.etag())
                    .put("lastModified", stored.lastUpdated().toString());
            var body =
                    stored.deleted()
                            ? stored.body()
                            : request.preferences().subset().of(stored.body());
            bundle.add(request.base() + "/" + url, body, rest);
        }
        return bundle.toBytes();
    }

    private static Touched touched(FhirRequest request, List<Stored> shown) {
        var patients =
                shown.stream()
                        .map(Stored::patient)
                        .filter(key -> key != 0)
                        .collect(java.util.stream.Collectors.toSet());
        return new Touched(
                AuditEntry.Action.READ,
                "history",
                AuditEntry.Target.resource(request.type(), request.id(), 0),
                patients,
                200);
    }
}
