package trellis.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.fhir.Issue;
import trellis.store.SearchPage;
import trellis.store.Store;
import trellis.store.Stored;

/// Resources of one type by what they contain: `GET [base]/[type]?...` and
/// `POST [base]/[type]/_search` (https://hl7.org/fhir/R4/http.html#search).
final class TypeSearch implements Interaction {
    private final Store store;
    private final SearchParser parser;
    private final Narrowing narrowing;

    TypeSearch(Store store, SearchParser parser, Narrowing narrowing) {
        this.store = store;
        this.parser = parser;
        this.narrowing = narrowing;
    }

    @Override
    public Answer answer(FhirRequest request) {
        var search =
                parser.parse(
                        request.type(),
                        request.parameters(),
                        request.base(),
                        request.preferences().lenient());
        var page = store.search(narrowing.search(request.caller(), search.query()));
        var included = narrowing.included(request.caller(), page.included());
        return Answer.of(200)
                .with(bundle(request, search, page, included))
                .audited(touched(request, search, page, included));
    }

    private byte[] bundle(
            FhirRequest request, SearchRequest search, SearchPage page, List<Stored> included) {
        var heading = BundleBytes.heading("searchset");
        page.total().ifPresent(total -> heading.put("total", total));
        var links = heading.putArray("link");
        link(request, links.addObject(), "self", search.used());
        page.next()
                .ifPresent(after ->
                        link(
                                request,
                                links.addObject(),
                                "next",
                                parser.next(request.type(), search, after)));
        var subset = Subset.of(search.used());
        var bundle = BundleBytes.under(heading);
        page.matches().forEach(stored -> add(request, bundle, subset, stored, "match"));
        included.forEach(stored -> add(request, bundle, subset, stored, "include"));
        var warnings = warnings(search, page);
        if (!warnings.isEmpty()) {
            bundle.add("", Outcome.json(warnings), mode("outcome"));
        }
        return bundle.toBytes();
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
            FhirRequest request, ObjectNode link, String relation, List<Parameter> parameters) {
        var address = request.base() + "/" + request.type();
        link.put("relation", relation)
                .put(
                        "url",
                        parameters.isEmpty()
                                ? address
                                : address + "?" + Parameter.query(parameters));
    }

    private static void add(
            FhirRequest request, BundleBytes bundle, Subset subset, Stored stored, String mode) {
        bundle.add(
                request.base() + "/" + stored.type() + "/" + stored.id(),
                subset.of(stored.body()),
                mode(mode));
    }

    private static ObjectNode mode(String mode) {
        var entry = JsonNodeFactory.instance.objectNode();
        entry.putObject("search").put("mode", mode);
        return entry;
    }

    private static Touched touched(
            FhirRequest request, SearchRequest search, SearchPage page, List<Stored> included) {
        var patients = new HashSet<Long>();
        var shown = new ArrayList<>(page.matches());
        shown.addAll(included);
        shown.forEach(stored -> patients.addAll(Touched.patient(stored.patient())));
        return new Touched(
                AuditEntry.Action.EXECUTE,
                "search-type",
                AuditEntry.Target.search(request.type(), Parameter.query(search.used())),
                patients,
                200);
    }
}
