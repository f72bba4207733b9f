package trellis.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.store.Claims;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;

/// Resources by what they contain: of one type (`GET [base]/[type]?...`), of several (`GET [base]?_type=...`), in a compartment
/// (`GET [base]/Patient/[id]/[type]?...`), each also by POST at `_search` (https://hl7.org/fhir/R4/http.html#search).
final class Search implements Interaction {
    /// What an entry takes beside its resource.
    private static final int AROUND = 160;

    private static final byte[] MATCH = mode("match");
    private static final byte[] INCLUDE = mode("include");
    private static final byte[] OUTCOME = mode("outcome");

    private final Store store;
    private final SearchParser parser;
    private final Narrowing narrowing;

    Search(Store store, SearchParser parser, Narrowing narrowing) {
        this.store = store;
        this.parser = parser;
        this.narrowing = narrowing;
    }

    @Override
    public Answer answer(FhirRequest request) {
        var place = SearchPlace.of(request.path());
        if (place.address().isEmpty() && request.parameters().isEmpty()) {
            throw SearchProblems.value(
                    "_type",
                    "A search of all there is names at least one condition, such as _type.");
        }
        var written =
                SearchQueries.written(
                        place,
                        request.parameters(),
                        narrowing.maySearch(request.caller(), "OperationDefinition")
                                ? Optional.of(query -> found(request, query))
                                : Optional.empty());
        var search =
                parser.parse(
                        place,
                        type -> narrowing.maySearch(request.caller(), type),
                        SearchLookups.by(query -> found(request, query)),
                        written,
                        request.base(),
                        request.preferences().lenient());
        var query = narrowing.search(request.caller(), search.query());
        if (search.explained()) {
            return explained(request, place, search, query);
        }
        var page = Claims.reading(() -> store.search(query));
        return Answer.of(200)
                .with(bundle(request, place, search, page))
                .audited(touched(place, search, page));
    }

    private SearchPage found(FhirRequest request, SearchQuery beforehand) {
        return store.search(narrowing.search(request.caller(), beforehand));
    }

    /// Nothing is searched and nothing shown; PostgreSQL's plans, with what it guesses of all records, are for the machine itself.
    private Answer explained(
            FhirRequest request, SearchPlace place, SearchRequest search, SearchQuery query) {
        var planned = request.caller().role() == Role.SYSTEM;
        var told = SearchExplained.parameters(query, store.explain(query, planned));
        var nothing =
                new SearchPage(
                        List.of(),
                        List.of(),
                        false,
                        Optional.empty(),
                        OptionalLong.empty(),
                        Map.of());
        return Answer.of(200).with(Json.write(told)).audited(touched(place, search, nothing));
    }

    private byte[] bundle(
            FhirRequest request, SearchPlace place, SearchRequest search, SearchPage page) {
        var address = request.base() + place.address();
        var heading = BundleBytes.heading("searchset");
        page.total().ifPresent(total -> heading.put("total", total));
        var links = heading.putArray("link");
        link(address, links.addObject(), "self", search.used());
        page.next()
                .ifPresent(after ->
                        link(
                                address,
                                links.addObject(),
                                "next",
                                parser.next(place, search, after)));
        var subset = Subset.of(search.used());
        var room =
                subset instanceof Subset.Whole ? room(page.matches()) + room(page.included()) : 0;
        var bundle = BundleBytes.under(heading, room);
        var within = search.showsContained() ? page.within() : Map.<Long, SearchPage.Within>of();
        for (var stored : page.matches()) {
            var inner = Optional.ofNullable(within.get(stored.row()));
            if (inner.isPresent()) {
                addWithin(request, bundle, subset, stored, inner.get());
            } else {
                add(request, bundle, subset, stored, MATCH);
            }
        }
        page.included().forEach(stored -> add(request, bundle, subset, stored, INCLUDE));
        var warnings = warnings(search, page);
        if (!warnings.isEmpty()) {
            bundle.add("", Outcome.json(warnings), OUTCOME);
        }
        return bundle.toBytes();
    }

    private static int room(List<Stored> entries) {
        return entries.stream().mapToInt(stored -> stored.body().length + AROUND).sum();
    }

    private static List<Issue> warnings(SearchRequest search, SearchPage page) {
        var warnings = new ArrayList<>(search.warnings());
        if (page.cut()) {
            warnings.add(
                    new Issue(
                            Issue.Severity.WARNING,
                            "incomplete",
                            "A page comes with "
                                    + SearchPage.MOST_INCLUDED
                                    + " included resources at the most, and there are more; ask for"
                                    + " fewer matches with _count.",
                            ""));
        }
        return warnings;
    }

    private static void link(
            String address, ObjectNode link, String relation, List<Parameter> parameters) {
        link.put("relation", relation)
                .put(
                        "url",
                        parameters.isEmpty()
                                ? address
                                : address + "?" + Parameter.query(parameters));
    }

    private static void add(
            FhirRequest request, BundleBytes bundle, Subset subset, Stored stored, byte[] mode) {
        bundle.add(
                request.base() + "/" + stored.type() + "/" + stored.id(),
                subset.of(stored.body()),
                mode);
    }

    private static void addWithin(
            FhirRequest request,
            BundleBytes bundle,
            Subset subset,
            Stored stored,
            SearchPage.Within within) {
        var address = request.base() + "/" + stored.type() + "/" + stored.id() + "#" + within.id();
        within.of(stored.json())
                .ifPresent(json -> bundle.add(address, subset.of(Json.write(json)), MATCH));
    }

    private static byte[] mode(String mode) {
        var entry = JsonNodeFactory.instance.objectNode();
        entry.putObject("search").put("mode", mode);
        return Json.write(entry);
    }

    private static Touched touched(SearchPlace place, SearchRequest search, SearchPage page) {
        var patients = new HashSet<Long>();
        var shown = new ArrayList<>(page.matches());
        shown.addAll(page.included());
        shown.forEach(stored -> patients.addAll(Touched.patient(stored.patient())));
        var query = Parameter.query(search.used());
        var around = place.compartment().map(c -> c.name() + "/" + c.id() + "/*?").orElse("");
        return new Touched(
                AuditEntry.Action.EXECUTE,
                place.type().isPresent() && around.isEmpty() ? "search-type" : "search-system",
                AuditEntry.Target.search(place.type().orElse(""), around + query),
                patients,
                200);
    }
}
