package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.Composites;
import trellis.store.SearchQuery.Include;
import trellis.store.SearchQuery.Sort;

/// The parameters that say what comes back rather than what is looked for
/// (https://hl7.org/fhir/R4/search.html#modifyingresults).
///
/// @param count how many matches a page has
/// @param total whether the matches are counted
record SearchControls(List<Sort> sort, int count, boolean total, List<Include> includes) {

    /// Matches on a page when nothing is asked.
    static final int USUAL_COUNT = 20;

    /// Matches on a page at the most.
    static final int MOST = 1000;

    private static final int MOST_KEYS = 4;
    private static final int MOST_INCLUDES = 20;

    private static final Set<String> ONCE = Set.of("_sort", "_count", "_total", "_summary");
    private static final Set<String> INCLUDES = Set.of("_include", "_revinclude");

    /// Read by those who write the answer.
    private static final Set<String> PRESENTATION = Set.of("_elements", "_format", "_pretty");

    /// Whether a parameter belongs here, whatever its modifier.
    static boolean owns(String name) {
        return ONCE.contains(name) || PRESENTATION.contains(name) || isInclude(name);
    }

    /// Whether a parameter concerns only how the answer is written.
    static boolean isPresentation(String name) {
        return PRESENTATION.contains(name) || name.equals("_summary");
    }

    private static boolean isInclude(String name) {
        var colon = name.indexOf(':');
        return INCLUDES.contains(colon < 0 ? name : name.substring(0, colon));
    }

    /// Reads all that belong here.
    static SearchControls of(String type, List<Parameter> parameters) {
        var once =
                parameters.stream()
                        .filter(p -> ONCE.contains(p.name()))
                        .collect(
                                Collectors.toMap(
                                        Parameter::name,
                                        Parameter::value,
                                        (_, _) -> {
                                            throw SearchProblems.value(
                                                    "_count",
                                                    "Give _sort, _count, _total and _summary at"
                                                            + " most once each.");
                                        }));
        var counted = "count".equals(once.get("_summary"));
        var count = counted ? 0 : count(once);
        return new SearchControls(
                sort(type, once), count, total(once) || count == 0, includes(type, parameters));
    }

    private static int count(Map<String, String> once) {
        var text = once.getOrDefault("_count", String.valueOf(USUAL_COUNT));
        if (!text.matches("[0-9]{1,9}")) {
            throw SearchProblems.value(
                    "_count",
                    "_count is a whole number from 0; a page has "
                            + MOST
                            + " matches at the most.");
        }
        return Math.min(MOST, Integer.parseInt(text));
    }

    private static boolean total(Map<String, String> once) {
        return switch (once.getOrDefault("_total", "none")) {
            case "none" -> false;
            case "accurate", "estimate" -> true;
            default ->
                    throw SearchProblems.value("_total", "_total is none, estimate or accurate.");
        };
    }

    private static List<Sort> sort(String type, Map<String, String> once) {
        var text = once.get("_sort");
        if (text == null) {
            return List.of();
        }
        var keys = text.split(",", -1);
        if (keys.length > MOST_KEYS) {
            throw SearchProblems.tooCostly(
                    "_sort", "_sort takes " + MOST_KEYS + " keys at the most.");
        }
        var sort = new ArrayList<Sort>();
        for (var key : keys) {
            var descending = key.startsWith("-");
            sort.add(key(type, descending ? key.substring(1) : key, descending));
        }
        return sort;
    }

    private static Sort key(String type, String code, boolean descending) {
        return switch (code) {
            case "_id" -> new Sort.ById(descending);
            case "_lastUpdated" -> new Sort.ByLastUpdated(descending);
            default ->
                    SearchParameters.r4()
                            .find(type, code)
                            .filter(found -> Composites.ordered(found.type()))
                            .map(found -> new Sort.By(found, descending))
                            .orElseThrow(() ->
                                    SearchProblems.value(
                                            "_sort",
                                            "\""
                                                    + SearchProblems.cut(code)
                                                    + "\" cannot be sorted by; "
                                                    + type
                                                    + " can be sorted by "
                                                    + String.join(", ", sortable(type))
                                                    + ", each with a - before it to turn it round."));
        };
    }

    /// What a type can be sorted by.
    static List<String> sortable(String type) {
        var codes = new ArrayList<>(List.of("_id", "_lastUpdated"));
        SearchParameters.r4().of(type).stream()
                .filter(parameter -> Composites.ordered(parameter.type()))
                .map(SearchParameter::code)
                .filter(code -> !codes.contains(code))
                .forEach(codes::add);
        return codes;
    }

    private static List<Include> includes(String type, List<Parameter> parameters) {
        var includes = new ArrayList<Include>();
        for (var parameter : parameters) {
            if (isInclude(parameter.name())) {
                includes.add(include(type, parameter));
            }
        }
        if (includes.size() > MOST_INCLUDES) {
            throw SearchProblems.tooCostly(
                    "_include", "A search takes " + MOST_INCLUDES + " includes at the most.");
        }
        return includes;
    }

    private static Include include(String type, Parameter sent) {
        var name = sent.name();
        if (!INCLUDES.contains(name)) {
            throw SearchProblems.unsupported(
                    name,
                    name.substring(0, name.indexOf(':'))
                            + " has no modifiers here; :iterate is not supported, so ask for each"
                            + " step in a search of its own.");
        }
        if (sent.value().contains("*")) {
            throw SearchProblems.unsupported(
                    name, name + "=* is not supported; name each parameter to follow.");
        }
        var pieces = sent.value().split(":", -1);
        if (pieces.length < 2 || pieces.length > 3) {
            throw SearchProblems.value(name, name + " is written Type:code or Type:code:Type.");
        }
        var parameter =
                SearchRecords.reference(pieces[0], pieces[1])
                        .orElseThrow(() -> unknown(name, pieces[0], pieces[1]));
        var target = pieces.length == 3 ? Optional.of(pieces[2]) : Optional.<String>empty();
        return name.equals("_include")
                ? forward(type, parameter, target)
                : reverse(type, parameter, target);
    }

    private static RuntimeException unknown(String name, String type, String code) {
        if (!Definitions.r4().isResourceType(type)) {
            return SearchProblems.value(
                    name, "\"" + SearchProblems.cut(type) + "\" is no resource type.");
        }
        return SearchProblems.unknown(
                name,
                type,
                code,
                SearchParameters.r4().of(type).stream()
                        .filter(p -> p.type() == ParameterType.REFERENCE)
                        .map(SearchParameter::code)
                        .toList());
    }

    private static Include forward(
            String type, SearchParameter parameter, Optional<String> target) {
        if (!parameter.base().equals(type)) {
            throw SearchProblems.value(
                    "_include", "_include begins at what is searched: write " + type + ":code.");
        }
        target.filter(wanted -> !SearchRecords.targets(parameter).contains(wanted))
                .ifPresent(wanted -> {
                    throw SearchProblems.value(
                            "_include",
                            "\""
                                    + parameter.code()
                                    + "\" does not refer to a "
                                    + SearchProblems.cut(wanted)
                                    + ".");
                });
        return new Include(parameter, target, false);
    }

    private static Include reverse(
            String type, SearchParameter parameter, Optional<String> target) {
        if (!SearchRecords.targets(parameter).contains(type)
                || target.filter(wanted -> !wanted.equals(type)).isPresent()) {
            throw SearchProblems.value(
                    "_revinclude",
                    "_revinclude ends at what is searched: \""
                            + parameter.code()
                            + "\" must refer to a "
                            + type
                            + ".");
        }
        return new Include(parameter, target, true);
    }
}
