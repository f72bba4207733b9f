package trellis.api;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchParameter;
import trellis.store.Catalogue;
import trellis.store.Criterion;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Sight;

/// Reads the parameters of a search, decoded from the query of a GET and the form of a POST.
@Component
final class SearchParser {

    private static final int MOST_PARAMETERS = 60;

    /// The parameter of a page's address; it holds the whole search.
    static final String CURSOR = "_cursor";

    private final Clock clock;
    private final SearchCursors cursors;
    private final Supplier<Optional<CodeSets>> codes;
    private final Catalogue catalogue;

    @Autowired
    SearchParser(
            Clock clock,
            SearchCursors cursors,
            ObjectProvider<CodeSets> codes,
            Catalogue catalogue) {
        // Looked for once, and not before the first search: what holds codes asks searches too.
        this(
                clock,
                cursors,
                SingletonSupplier.of(() -> Optional.ofNullable(codes.getIfAvailable())),
                catalogue);
    }

    /// @param codes who holds code systems and value sets, if somebody does
    SearchParser(
            Clock clock,
            SearchCursors cursors,
            Supplier<Optional<CodeSets>> codes,
            Catalogue catalogue) {
        this.clock = clock;
        this.cursors = cursors;
        this.codes = codes;
        this.catalogue = catalogue;
    }

    /// A parameter of a type by its code, without a modifier.
    Optional<SearchParameter> parameter(String type, String code) {
        return catalogue.searchable().find(type, code);
    }

    /// Reads a search of one type, of resources by themselves.
    ///
    /// @param base address of this server's API, no slash at the end; references that begin with it
    ///     are references to this server
    /// @param lenient whether a name that is no parameter is left out, with a warning, instead of
    ///     refused (`Prefer: handling=lenient`)
    /// @throws Refused with [Problem.BadRequest] that names the parameter and says what to do
    SearchRequest parse(String type, List<Parameter> parameters, String base, boolean lenient) {
        return parse(SearchPlace.of(type), _ -> true, parameters, base, lenient).whole();
    }

    /// Reads a search for which nothing is looked up.
    ///
    /// @param searchable which types whoever asks may search, for a search of all there are
    SearchRequest parse(
            SearchPlace place,
            Predicate<String> searchable,
            List<Parameter> parameters,
            String base,
            boolean lenient) {
        return parse(place, searchable, SearchLookups.none(), parameters, base, lenient);
    }

    /// Reads a search.
    ///
    /// @param searchable which types whoever asks may search, for a search of all there are
    /// @param lookups finds what the search has to know beforehand
    SearchRequest parse(
            SearchPlace place,
            Predicate<String> searchable,
            SearchLookups lookups,
            List<Parameter> parameters,
            String base,
            boolean lenient) {
        var cursor = parameters.stream().filter(p -> p.name().equals(CURSOR)).findFirst();
        if (cursor.isEmpty()) {
            return parse(place, searchable, lookups, parameters, base, lenient, Optional.empty());
        }
        var page = cursors.open(place.address(), cursor.get().value());
        var rest = new ArrayList<>(page.parameters());
        for (var parameter : parameters) {
            if (!parameter.name().equals(CURSOR)) {
                if (!SearchControls.isPresentation(parameter.name())) {
                    throw SearchProblems.value(
                            parameter.name(),
                            "A page's address holds the whole search; leave other parameters out.");
                }
                rest.removeIf(p -> p.name().equals(parameter.name()));
                rest.add(parameter);
            }
        }
        return parse(place, searchable, lookups, rest, base, lenient, Optional.of(page.after()));
    }

    /// The parameters of the page that begins there.
    List<Parameter> next(SearchPlace place, SearchRequest request, SearchPage.Cursor after) {
        return List.of(new Parameter(CURSOR, cursors.seal(place.address(), request.used(), after)));
    }

    private SearchRequest parse(
            SearchPlace place,
            Predicate<String> searchable,
            SearchLookups lookups,
            List<Parameter> parameters,
            String base,
            boolean lenient,
            Optional<SearchPage.Cursor> after) {
        if (parameters.size() > MOST_PARAMETERS) {
            throw SearchProblems.tooCostly(
                    "", "A search takes " + MOST_PARAMETERS + " parameters at the most.");
        }
        var all = catalogue.searchable();
        var types = place.types(SearchControls.once(parameters, "_type"), searchable);
        var budget = Math.max(SearchCriteria.MOST_LINKS, 2 * types.size());
        var scene =
                new SearchAsked.Scene(
                        base,
                        clock,
                        all,
                        codes.get(),
                        catalogue,
                        lookups.of(place, parameters, base));
        var criteria = new SearchCriteria(scene, budget);
        var conditions = new ArrayList<List<Criterion>>();
        for (var type : types) {
            var first = new ArrayList<Criterion>();
            place.compartment().ifPresent(around -> first.add(criteria.in(around, type)));
            conditions.add(first);
        }
        var used = new ArrayList<Parameter>();
        var warnings = new ArrayList<Issue>();
        for (var parameter : parameters) {
            try {
                if (!SearchControls.owns(parameter.name())) {
                    var asked = types.stream().map(type -> criteria.of(type, parameter)).toList();
                    for (var i = 0; i < types.size(); i++) {
                        conditions.get(i).addAll(asked.get(i));
                    }
                }
                used.add(parameter);
            } catch (Refused e) {
                warnings.add(forgiven(e, lenient));
            }
        }
        var controls = SearchControls.of(all, types, parameters);
        var branches = new ArrayList<SearchQuery.Branch>();
        for (var i = 0; i < types.size(); i++) {
            for (var among : controls.among()) {
                branches.add(
                        new SearchQuery.Branch(
                                types.get(i), conditions.get(i), controls.sort().get(i), among));
            }
        }
        var query =
                new SearchQuery(
                        branches,
                        controls.count(),
                        after,
                        controls.total(),
                        controls.includes(),
                        Set.of(),
                        Sight.everything());
        if (query.amongContained() && !catalogue.isComplete()) {
            throw SearchProblems.notReady("_contained");
        }
        return new SearchRequest(query, used, warnings);
    }

    /// An unknown name as a warning; anything else stays a refusal, because a search whose values
    /// cannot be read would find the wrong records.
    private static Issue forgiven(Refused refused, boolean lenient) {
        if (lenient
                && refused.problem() instanceof Problem.BadRequest(var code, var why, var where)
                && code.equals("not-found")) {
            return new Issue(Issue.Severity.WARNING, code, why + " It was left out.", where);
        }
        throw refused;
    }
}
