package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.search.SearchTime;
import trellis.store.HistoryPage;
import trellis.store.HistoryQuery;
import trellis.store.SearchPage;

/// The parameters of a history (https://hl7.org/fhir/R4/http.html#history), and the address of its next page: the whole question
/// with the place where the page begins, encrypted as that of a search ([SearchCursors]).
///
/// @param used what was understood
/// @param count versions on a page; 0 for the total alone
record HistoryAsked(
        List<Parameter> used,
        HistoryQuery.Span span,
        int count,
        Optional<HistoryPage.Place> after) {
    private static final int PAGE = 50;
    private static final int MOST = 1000;
    private static final Set<String> KNOWN = Set.of("_count", "_since", "_at");

    /// @param address of the history, such as `Patient/_history`: a next page is one of this history alone
    static HistoryAsked of(FhirRequest request, String address, SearchCursors cursors) {
        var cursor = request.parameter(SearchParser.CURSOR);
        var place = Optional.<HistoryPage.Place>empty();
        var parameters = new ArrayList<>(request.parameters());
        if (cursor.isPresent()) {
            var page = cursors.open(address, cursor.get());
            place = Optional.of(place(page.after()));
            parameters.removeIf(p -> p.name().equals(SearchParser.CURSOR));
            for (var parameter : parameters) {
                if (!Preferences.PARAMETERS.contains(parameter.name())) {
                    throw refused(
                            "value",
                            "A page's address holds the whole question; leave other parameters"
                                    + " out.",
                            Addresses.quoted(parameter.name()));
                }
            }
            parameters.addAll(page.parameters());
        }
        var used =
                parameters.stream()
                        .filter(p -> isKnown(p, request.preferences().lenient()))
                        .toList();
        return new HistoryAsked(used, span(used), count(used), place);
    }

    private static boolean isKnown(Parameter parameter, boolean lenient) {
        var name = parameter.name();
        if (KNOWN.contains(name) || Preferences.PARAMETERS.contains(name)) {
            return true;
        }
        if (lenient) {
            return false;
        }
        throw refused(
                "not-supported",
                "A history takes _count, _since and _at, not "
                        + Addresses.quoted(name)
                        + ". Leave it out, or send Prefer: handling=lenient.",
                Addresses.quoted(name));
    }

    private static int count(List<Parameter> parameters) {
        var sent = Preferences.single(parameters, "_count");
        if (sent.filter(text -> !text.matches("[0-9]{1,9}")).isPresent()) {
            throw refused("value", "_count must be a whole number.", "_count");
        }
        return Math.min(MOST, sent.map(Integer::parseInt).orElse(PAGE));
    }

    private static HistoryQuery.Span span(List<Parameter> parameters) {
        var since =
                Preferences.single(parameters, "_since")
                        .map(text ->
                                time(
                                        text,
                                        "_since",
                                        "_since must be an instant such as 2026-11-01T09:30:00Z."))
                        .map(SearchTime::low);
        var at =
                Preferences.single(parameters, "_at")
                        .map(text ->
                                time(
                                        text,
                                        "_at",
                                        "_at must be a date or a time such as 2026-11-01 or"
                                                + " 2026-11-01T09:30:00Z, without a prefix."));
        var always = HistoryQuery.Span.ALWAYS;
        return new HistoryQuery.Span(
                since.orElse(always.since()),
                at.map(SearchTime::low).orElse(always.from()),
                at.map(SearchTime::high).orElse(always.to()));
    }

    private static SearchTime time(String text, String name, String why) {
        return SearchTime.parse(text.replace(' ', '+'))
                .orElseThrow(() -> refused("value", why, name));
    }

    /// The parameters of the page that begins there.
    List<Parameter> next(String address, SearchCursors cursors, HistoryPage.Place after) {
        var rest = used.stream().filter(p -> !Preferences.PARAMETERS.contains(p.name())).toList();
        var place =
                new SearchPage.Cursor(
                        List.of(Long.toString(after.updated()), Long.toString(after.version())),
                        after.row());
        var parameters = new ArrayList<Parameter>();
        parameters.add(new Parameter(SearchParser.CURSOR, cursors.seal(address, rest, place)));
        used.stream()
                .filter(p -> Preferences.PARAMETERS.contains(p.name()))
                .forEach(parameters::add);
        return parameters;
    }

    private static HistoryPage.Place place(SearchPage.Cursor cursor) {
        return new HistoryPage.Place(
                Long.parseLong(cursor.values().getFirst()),
                cursor.row(),
                Long.parseLong(cursor.values().getLast()));
    }

    private static Refused refused(String code, String why, String where) {
        return new Refused(new Problem.BadRequest(code, why, where));
    }
}
