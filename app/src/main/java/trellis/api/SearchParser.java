package trellis.api;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Criterion;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;

/// Reads the parameters of a search, decoded from the query of a GET and the form of a POST.
@Component
final class SearchParser {

    private static final int MOST_PARAMETERS = 60;

    /// The parameter of a page's address; it holds the whole search.
    static final String CURSOR = "_cursor";

    private final Clock clock;
    private final SearchCursors cursors;

    SearchParser(Clock clock, SearchCursors cursors) {
        this.clock = clock;
        this.cursors = cursors;
    }

    /// Reads a search.
    ///
    /// @param base address of this server's API, no slash at the end; references that begin with it
    ///     are references to this server
    /// @param lenient whether a name that is no parameter is left out, with a warning, instead of
    ///     refused (`Prefer: handling=lenient`)
    /// @throws Refused with [Problem.BadRequest] that names the parameter and says what to do
    SearchRequest parse(String type, List<Parameter> parameters, String base, boolean lenient) {
        var cursor = parameters.stream().filter(p -> p.name().equals(CURSOR)).findFirst();
        if (cursor.isEmpty()) {
            return parse(type, parameters, base, lenient, Optional.empty());
        }
        var page = cursors.open(type, cursor.get().value());
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
        return parse(type, rest, base, lenient, Optional.of(page.after()));
    }

    /// The parameters of the page that begins there.
    List<Parameter> next(String type, SearchRequest request, SearchPage.Cursor after) {
        return List.of(new Parameter(CURSOR, cursors.seal(type, request.used(), after)));
    }

    private SearchRequest parse(
            String type,
            List<Parameter> parameters,
            String base,
            boolean lenient,
            Optional<SearchPage.Cursor> after) {
        if (parameters.size() > MOST_PARAMETERS) {
            throw SearchProblems.tooCostly(
                    "", "A search takes " + MOST_PARAMETERS + " parameters at the most.");
        }
        var criteria = new SearchCriteria(new SearchAsked.Scene(base, clock));
        var conditions = new ArrayList<Criterion>();
        var used = new ArrayList<Parameter>();
        var warnings = new ArrayList<Issue>();
        for (var parameter : parameters) {
            try {
                if (!SearchControls.owns(parameter.name())) {
                    conditions.addAll(criteria.of(type, parameter));
                }
                used.add(parameter);
            } catch (Refused e) {
                warnings.add(forgiven(e, lenient));
            }
        }
        var controls = SearchControls.of(type, parameters);
        var query =
                new SearchQuery(
                        type,
                        conditions,
                        controls.sort(),
                        controls.count(),
                        after,
                        controls.total(),
                        controls.includes());
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
