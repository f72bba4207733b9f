package trellis.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import trellis.fhir.search.SearchParameters;
import trellis.store.SearchQuery.Among;
import trellis.store.SearchQuery.Include;
import trellis.store.SearchQuery.Sort;
import trellis.store.SearchQuery.Total;

/// The parameters that say what comes back rather than what is looked for
/// (https://hl7.org/fhir/R4/search.html#modifyingresults).
///
/// @param sort for each type searched, in their order, its keys
/// @param count how many matches a page has
/// @param total whether the matches are counted
/// @param among where each type is looked for (`_contained`, `_containedType`)
record SearchControls(
        List<List<Sort>> sort, int count, Total total, List<Include> includes, List<Among> among) {

    /// Matches on a page when nothing is asked.
    static final int USUAL_COUNT = 20;

    /// Matches on a page at the most.
    static final int MOST = 1000;

    private static final Set<String> ONCE =
            Set.of(
                    "_sort",
                    "_count",
                    "_total",
                    "_summary",
                    "_type",
                    "_explain",
                    "_contained",
                    "_containedType");

    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");

    /// Read by those who write the answer.
    private static final Set<String> PRESENTATION = Set.of("_elements", "_format", "_pretty");

    /// Whether a parameter belongs here, whatever its modifier.
    static boolean owns(String name) {
        return ONCE.contains(name) || PRESENTATION.contains(name) || SearchIncludes.isInclude(name);
    }

    /// Whether a parameter concerns only how the answer is written.
    static boolean isPresentation(String name) {
        return PRESENTATION.contains(name) || name.equals("_summary");
    }

    /// The value of a parameter that may be given once.
    static Optional<String> once(List<Parameter> parameters, String name) {
        return Optional.ofNullable(once(parameters).get(name));
    }

    private static Map<String, String> once(List<Parameter> parameters) {
        var once = new HashMap<String, String>();
        for (var parameter : parameters) {
            if (ONCE.contains(parameter.name())
                    && once.put(parameter.name(), parameter.value()) != null) {
                throw SearchProblems.value(
                        "_count",
                        "Give _sort, _count, _total, _summary, _type, _contained, _containedType and"
                                + " _explain at most once each.");
            }
        }
        return once;
    }

    /// Reads all that belong here.
    static SearchControls of(SearchParameters all, List<String> types, List<Parameter> parameters) {
        var once = once(parameters);
        if (!List.of("true", "false").contains(once.getOrDefault("_explain", "false"))) {
            throw SearchProblems.value("_explain", "_explain is true or false.");
        }
        var counted = "count".equals(once.get("_summary"));
        var count = counted ? 0 : count(once);
        var total = total(once);
        var includes = SearchIncludes.of(all, types, parameters);
        var among = among(once);
        if (!includes.isEmpty() && !among.equals(List.of(Among.WHOLE))) {
            throw SearchProblems.unsupported(
                    "_contained",
                    "Nothing comes along with what is contained; leave _include and _revinclude out,"
                            + " or search without _contained.");
        }
        return new SearchControls(
                SearchOrder.of(all, types, Optional.ofNullable(once.get("_sort"))),
                count,
                count == 0 && total == Total.NONE ? Total.ACCURATE : total,
                includes,
                among);
    }

    /// R4 returns what contains a match unless the match itself is asked for.
    private static List<Among> among(Map<String, String> once) {
        var itself =
                switch (once.getOrDefault("_containedType", "container")) {
                    case "container" -> false;
                    case "contained" -> true;
                    default ->
                            throw SearchProblems.value(
                                    "_containedType", "_containedType is container or contained.");
                };
        return switch (once.getOrDefault("_contained", "false")) {
            case "false" -> List.of(Among.WHOLE);
            case "true" -> List.of(itself ? Among.CONTAINED : Among.CONTAINERS);
            case "both" -> List.of(Among.WHOLE, itself ? Among.CONTAINED : Among.OTHER_CONTAINERS);
            default ->
                    throw SearchProblems.value("_contained", "_contained is false, true or both.");
        };
    }

    private static int count(Map<String, String> once) {
        var text = once.getOrDefault("_count", String.valueOf(USUAL_COUNT));
        if (!WHOLE.matcher(text).matches()) {
            throw SearchProblems.value(
                    "_count",
                    "_count is a whole number from 0; a page has "
                            + MOST
                            + " matches at the most.");
        }
        return Math.min(MOST, Integer.parseInt(text));
    }

    private static Total total(Map<String, String> once) {
        return switch (once.getOrDefault("_total", "none")) {
            case "none" -> Total.NONE;
            case "estimate" -> Total.ESTIMATE;
            case "accurate" -> Total.ACCURATE;
            default ->
                    throw SearchProblems.value("_total", "_total is none, estimate or accurate.");
        };
    }
}
