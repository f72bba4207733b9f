package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.SearchQuery.Sort;

/// Reads `_sort` (https://hl7.org/fhir/R4/search.html#sort).
final class SearchOrder {

    private static final int MOST_KEYS = 4;

    private SearchOrder() {}

    /// The keys, for each type searched.
    static List<List<Sort>> of(SearchParameters all, List<String> types, Optional<String> text) {
        var keys = text.map(sent -> List.of(sent.split(",", -1))).orElse(List.of());
        if (keys.size() > MOST_KEYS) {
            throw SearchProblems.tooCostly(
                    "_sort", "_sort takes " + MOST_KEYS + " keys at the most.");
        }
        var sort = new ArrayList<List<Sort>>();
        for (var type : types) {
            sort.add(keys.stream().map(key -> key(all, type, key)).toList());
        }
        for (var i = 0; i < keys.size(); i++) {
            checkAlike(keys.get(i), i, sort);
        }
        return sort;
    }

    private static Sort key(SearchParameters all, String type, String key) {
        var descending = key.startsWith("-");
        var code = descending ? key.substring(1) : key;
        return switch (code) {
            case "_id" -> new Sort.ById(descending);
            case "_lastUpdated" -> new Sort.ByLastUpdated(descending);
            default ->
                    all.find(type, code)
                            .filter(found -> isSortable(found.type()))
                            .map(found -> new Sort.By(found, descending))
                            .orElseThrow(() ->
                                    SearchProblems.value(
                                            "_sort",
                                            "\""
                                                    + SearchProblems.cut(code)
                                                    + "\" cannot be sorted by; "
                                                    + type
                                                    + " can be sorted by "
                                                    + String.join(", ", sortable(all, type))
                                                    + ", each with a - before it to turn it round."));
        };
    }

    /// Dates come from one table, numbers from another: the values of one key must be of one kind in all types.
    private static void checkAlike(String key, int place, List<List<Sort>> sort) {
        var kinds = sort.stream().map(keys -> kind(keys.get(place))).distinct().count();
        if (kinds > 1) {
            throw SearchProblems.value(
                    "_sort",
                    "\""
                            + SearchProblems.cut(key)
                            + "\" is of different kinds in the types searched; sort by what is alike"
                            + " in all of them, or search fewer types.");
        }
    }

    private static ParameterType kind(Sort key) {
        return switch (key) {
            case Sort.By(var parameter, _, _) when parameter.type() == ParameterType.QUANTITY ->
                    ParameterType.NUMBER;
            case Sort.By(var parameter, _, _) -> parameter.type();
            case Sort.ById _, Sort.ByLastUpdated _ -> ParameterType.SPECIAL;
        };
    }

    private static boolean isSortable(ParameterType type) {
        return switch (type) {
            case NUMBER, DATE, STRING, TOKEN, REFERENCE, QUANTITY, URI -> true;
            case COMPOSITE, SPECIAL -> false;
        };
    }

    /// What a type can be sorted by.
    static List<String> sortable(SearchParameters all, String type) {
        var codes = new ArrayList<>(List.of("_id", "_lastUpdated"));
        all.of(type).stream()
                .filter(parameter -> isSortable(parameter.type()))
                .map(SearchParameter::code)
                .filter(code -> !codes.contains(code))
                .forEach(codes::add);
        return codes;
    }
}
