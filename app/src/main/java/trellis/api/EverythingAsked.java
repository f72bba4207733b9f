package trellis.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.SearchTime;
import trellis.store.EverythingQuery;
import trellis.store.SearchPage;

/// The parameters of `$everything`, and the address of its next page: the whole question with the place where the page
/// begins, encrypted as that of a search ([SearchCursors]).
///
/// @param used what was understood
/// @param types of the resources wanted
/// @param from care from then on, in microseconds
/// @param to care before then
/// @param since what was changed then or later
/// @param count resources on a page; empty for all at once
/// @param referred whether the page begins among what the record refers to
/// @param after where the page begins
record EverythingAsked(
        List<Parameter> used,
        Set<String> types,
        long from,
        long to,
        long since,
        Optional<Integer> count,
        boolean referred,
        EverythingQuery.Place after) {
    private static final int MOST = 1000;
    private static final List<String> KNOWN = List.of("start", "end", "_type", "_since", "_count");

    /// @param address of the operation, such as `Patient/1/$everything`
    static EverythingAsked of(OperationRequest request, String address, SearchCursors cursors) {
        var arguments = request.arguments();
        var cursor = arguments.text(SearchParser.CURSOR);
        if (cursor.isEmpty()) {
            arguments.check(request, Set.copyOf(KNOWN));
            var used = new ArrayList<Parameter>();
            for (var name : KNOWN) {
                arguments.texts(name).forEach(value -> used.add(new Parameter(name, value)));
            }
            return of(used, false, EverythingQuery.Place.START);
        }
        arguments.check(request, Set.of(SearchParser.CURSOR));
        var page = cursors.open(address, cursor.get());
        var values = page.after().values();
        return of(
                page.parameters(),
                values.getFirst().equals("true"),
                new EverythingQuery.Place(values.getLast(), page.after().row()));
    }

    private static EverythingAsked of(
            List<Parameter> used, boolean referred, EverythingQuery.Place after) {
        return new EverythingAsked(
                List.copyOf(used),
                types(used),
                moment(used, "start", SearchTime::low).orElse(Long.MIN_VALUE),
                moment(used, "end", SearchTime::high).orElse(Long.MAX_VALUE),
                moment(used, "_since", SearchTime::low).orElse(Long.MIN_VALUE),
                count(used),
                referred,
                after);
    }

    private static Set<String> types(List<Parameter> used) {
        var named =
                used.stream()
                        .filter(parameter -> parameter.name().equals("_type"))
                        .flatMap(parameter -> Arrays.stream(parameter.value().split(",")))
                        .map(String::strip)
                        .collect(Collectors.toUnmodifiableSet());
        if (!named.stream().allMatch(Addresses::isType)) {
            throw refused("_type", "_type is one or more resource types of FHIR R4, with commas.");
        }
        return named.isEmpty()
                ? Definitions.r4().resourceTypes().stream()
                        .filter(Addresses::isType)
                        .collect(Collectors.toUnmodifiableSet())
                : named;
    }

    private static Optional<Long> moment(
            List<Parameter> used, String name, Function<SearchTime, Long> side) {
        return Preferences.single(used, name)
                .map(text ->
                        SearchTime.parse(text.replace(' ', '+'))
                                .map(side)
                                .orElseThrow(() ->
                                        refused(
                                                name,
                                                name
                                                        + " must be a date or a time such as 2026-11-01"
                                                        + " or 2026-11-01T09:30:00Z.")));
    }

    private static Optional<Integer> count(List<Parameter> used) {
        return Preferences.single(used, "_count")
                .map(text -> {
                    if (!text.matches("[1-9][0-9]{0,8}")) {
                        throw refused("_count", "_count must be a whole number from 1.");
                    }
                    return Math.min(MOST, Integer.parseInt(text));
                });
    }

    private static Refused refused(String name, String why) {
        return new Refused(new Problem.BadRequest("value", why, name));
    }

    /// The parameters of the page that begins there.
    List<Parameter> next(
            String address, SearchCursors cursors, boolean among, EverythingQuery.Place place) {
        var cursor =
                new SearchPage.Cursor(List.of(Boolean.toString(among), place.type()), place.row());
        return List.of(new Parameter(SearchParser.CURSOR, cursors.seal(address, used, cursor)));
    }
}
