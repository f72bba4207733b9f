package trellis.api;

import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.store.HistoryPage;
import trellis.store.HistoryQuery;
import trellis.store.HistoryQuery.Scope;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// Versions, newest first, deletions among them: of one resource (`GET [base]/[type]/[id]/_history`), of a type
/// (`GET [base]/[type]/_history`) or of all there is (`GET [base]/_history`)
/// (https://hl7.org/fhir/R4/http.html#history).
final class History implements Interaction {
    private final Store store;
    private final Narrowing narrowing;
    private final SearchCursors cursors;

    History(Store store, Narrowing narrowing, SearchCursors cursors) {
        this.store = store;
        this.narrowing = narrowing;
        this.cursors = cursors;
    }

    /// What is asked for, and what of it may be seen.
    private record Question(Scope scope, Sight sight) {}

    @Override
    public Answer answer(FhirRequest request) {
        var question = question(request);
        var address = String.join("/", request.path());
        var asked = HistoryAsked.of(request, address, cursors);
        var single = question.scope() instanceof Scope.Of;
        var counts =
                single && asked.after().isEmpty() && asked.span().equals(HistoryQuery.Span.ALWAYS);
        var page =
                store.history(
                        new HistoryQuery(
                                question.scope(),
                                asked.span(),
                                asked.count(),
                                asked.after(),
                                counts,
                                question.sight()));
        if (page.versions().isEmpty() && question.scope() instanceof Scope.Of(var type, var id)) {
            mustBeThere(type, id, question.sight());
        }
        var heading = BundleBytes.heading("history");
        page.total().ifPresent(total -> heading.put("total", total));
        links(request, address, heading, asked, page);
        return Answer.of(200)
                .with(bundle(request, heading, page))
                .audited(touched(question.scope(), asked, page));
    }

    private Question question(FhirRequest request) {
        return switch (request.path().size()) {
            case 1 -> everything(request);
            case 2 ->
                    new Question(
                            new Scope.OfType(request.type()),
                            narrowing.search(request.caller(), request.type()));
            default -> {
                Addresses.checkId(request.id(), "id");
                yield new Question(
                        new Scope.Of(request.type(), request.id()),
                        narrowing.read(request.caller(), request.type()));
            }
        };
    }

    private Question everything(FhirRequest request) {
        var all =
                Definitions.r4().resourceTypes().stream()
                        .filter(Addresses::isType)
                        .collect(Collectors.toSet());
        var types = narrowing.searchable(request.caller(), all);
        if (types.isEmpty()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "There is no resource type of which you may see the history. Ask for the"
                                    + " versions of one resource, at [type]/[id]/_history."));
        }
        return new Question(
                types.equals(all) ? new Scope.OfAll() : new Scope.OfTypes(types),
                narrowing.sight(request.caller()));
    }

    /// A resource of which no version is on the page is there all the same, or it is not found.
    private void mustBeThere(String type, String id, Sight sight) {
        if (store.read(type, id, sight).isEmpty()) {
            throw Narrowing.missing(sight, type, type + "/" + id);
        }
    }

    private void links(
            FhirRequest request,
            String path,
            ObjectNode heading,
            HistoryAsked asked,
            HistoryPage page) {
        var address = request.base() + "/" + path;
        var links = heading.putArray("link");
        var query = Parameter.query(asked.used());
        links.addObject()
                .put("relation", "self")
                .put("url", query.isEmpty() ? address : address + "?" + query);
        page.next()
                .ifPresent(place ->
                        links.addObject()
                                .put("relation", "next")
                                .put(
                                        "url",
                                        address
                                                + "?"
                                                + Parameter.query(
                                                        asked.next(path, cursors, place))));
    }

    private static byte[] bundle(FhirRequest request, ObjectNode heading, HistoryPage page) {
        var bundle = BundleBytes.under(heading);
        for (var version : page.versions()) {
            var stored = version.stored();
            var body =
                    stored.deleted()
                            ? stored.body()
                            : request.preferences().subset().of(stored.body());
            bundle.add(
                    request.base() + "/" + stored.type() + "/" + stored.id(), body, rest(version));
        }
        return bundle.toBytes();
    }

    /// How a version came, and what was answered then.
    private static ObjectNode rest(HistoryPage.Version version) {
        var stored = version.stored();
        var posted = stored.version() == 1 && NewId.given(stored.id(), stored.lastUpdated());
        var rest = JsonNodeFactory.instance.objectNode();
        rest.putObject("request")
                .put("method", stored.deleted() ? "DELETE" : posted ? "POST" : "PUT")
                .put("url", posted ? stored.type() : stored.type() + "/" + stored.id());
        rest.putObject("response")
                .put("status", stored.deleted() ? "204" : version.created() ? "201" : "200")
                .put("etag", stored.etag())
                .put("lastModified", stored.lastUpdated().toString());
        return rest;
    }

    private static Touched touched(Scope scope, HistoryAsked asked, HistoryPage page) {
        Set<Long> patients =
                page.versions().stream()
                        .map(HistoryPage.Version::stored)
                        .map(Stored::patient)
                        .filter(key -> key != 0)
                        .collect(Collectors.toSet());
        var query = Parameter.query(asked.used());
        return switch (scope) {
            case Scope.Of(var type, var id) ->
                    touched(
                            AuditEntry.Action.READ,
                            "history",
                            AuditEntry.Target.resource(type, id, 0),
                            patients);
            case Scope.OfType(var type) ->
                    touched(
                            AuditEntry.Action.EXECUTE,
                            "history-type",
                            AuditEntry.Target.search(type, query),
                            patients);
            case Scope.OfTypes _, Scope.OfAll _ ->
                    touched(
                            AuditEntry.Action.EXECUTE,
                            "history-system",
                            AuditEntry.Target.search("", query),
                            patients);
        };
    }

    private static Touched touched(
            AuditEntry.Action action, String what, AuditEntry.Target target, Set<Long> patients) {
        return new Touched(action, what, target, patients, 200);
    }
}
