package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.SearchQuery.Include;
import trellis.store.SearchQuery.Via;

/// Reads `_include` and `_revinclude`, with `:iterate` and `*` (https://hl7.org/fhir/R4/search.html#revinclude).
final class SearchIncludes {

    private static final int MOST = 20;
    private static final String ITERATE = ":iterate";
    private static final List<String> NAMES = List.of("_include", "_revinclude");

    private final SearchParameters all;
    private final List<String> types;
    private final String name;
    private final boolean iterate;

    private SearchIncludes(SearchParameters all, List<String> types, String name) {
        this.all = all;
        this.types = types;
        this.name = name;
        this.iterate = name.endsWith(ITERATE);
    }

    /// Whether a parameter is one of these, whatever its modifier.
    static boolean isInclude(String name) {
        var colon = name.indexOf(':');
        return NAMES.contains(colon < 0 ? name : name.substring(0, colon));
    }

    /// Reads all that belong here.
    ///
    /// @param types the types searched
    static List<Include> of(SearchParameters all, List<String> types, List<Parameter> parameters) {
        var includes = new ArrayList<Include>();
        for (var parameter : parameters) {
            if (isInclude(parameter.name())) {
                includes.add(
                        new SearchIncludes(all, types, parameter.name()).read(parameter.value()));
            }
        }
        if (includes.size() > MOST) {
            throw SearchProblems.tooCostly(
                    "_include", "A search takes " + MOST + " includes at the most.");
        }
        return includes;
    }

    private Include read(String value) {
        var plain = iterate ? name.substring(0, name.length() - ITERATE.length()) : name;
        if (!NAMES.contains(plain)) {
            throw SearchProblems.unsupported(
                    name,
                    name.substring(0, name.indexOf(':')) + " has one modifier, " + ITERATE + ".");
        }
        var pieces = value.split(":", -1);
        var everything = pieces[0].equals("*");
        if (pieces.length > 3 || (pieces.length == 1 && !everything)) {
            throw written();
        }
        var target = pieces.length == 3 ? Optional.of(pieces[2]) : Optional.<String>empty();
        target.ifPresent(this::checkType);
        if (everything && pieces.length > 1 && !pieces[1].equals("*")) {
            throw written();
        }
        var reverse = plain.equals("_revinclude");
        if (everything) {
            return new Include(new Via.All(), target, reverse, iterate);
        }
        checkType(pieces[0]);
        if (pieces[1].equals("*")) {
            if (!reverse && !iterate) {
                checkBegins(pieces[0]);
            }
            return new Include(new Via.AllOf(pieces[0]), target, reverse, iterate);
        }
        var parameter = parameter(pieces[0], pieces[1]);
        if (reverse) {
            checkReverse(parameter, target);
        } else {
            checkForward(parameter, target);
        }
        return new Include(new Via.Parameter(parameter), target, reverse, iterate);
    }

    private RuntimeException written() {
        return SearchProblems.value(
                name, name + " is written Type:code or Type:code:Type, with * for any code, or *.");
    }

    private void checkType(String type) {
        if (!Definitions.r4().isResourceType(type)) {
            throw SearchProblems.value(
                    name, "\"" + SearchProblems.cut(type) + "\" is no resource type.");
        }
    }

    private SearchParameter parameter(String type, String code) {
        return all.find(type, code)
                .filter(found -> found.type() == ParameterType.REFERENCE)
                .orElseThrow(() ->
                        SearchProblems.unknown(
                                name,
                                type,
                                code,
                                all.of(type).stream()
                                        .filter(p -> p.type() == ParameterType.REFERENCE)
                                        .map(SearchParameter::code)
                                        .toList()));
    }

    private void checkBegins(String type) {
        if (!types.contains(type)) {
            throw SearchProblems.value(
                    name,
                    name
                            + " begins at what is searched: write "
                            + types.getFirst()
                            + ":code, or _include:iterate to begin at what has been brought.");
        }
    }

    private void checkForward(SearchParameter parameter, Optional<String> target) {
        if (!iterate) {
            checkBegins(parameter.base());
        }
        target.filter(wanted -> !SearchRecords.targets(parameter).contains(wanted))
                .ifPresent(wanted -> {
                    throw SearchProblems.value(
                            name,
                            "\""
                                    + parameter.code()
                                    + "\" does not refer to a "
                                    + SearchProblems.cut(wanted)
                                    + ".");
                });
    }

    private void checkReverse(SearchParameter parameter, Optional<String> target) {
        var possible = SearchRecords.targets(parameter);
        var ends =
                iterate
                        ? target.map(possible::contains).orElse(true)
                        : types.stream()
                                .anyMatch(type ->
                                        possible.contains(type)
                                                && target.map(type::equals).orElse(true));
        if (!ends) {
            throw SearchProblems.value(
                    name,
                    name
                            + " ends at what is searched: \""
                            + parameter.code()
                            + "\" must refer to a "
                            + target.filter(_ -> iterate).orElse(types.getFirst())
                            + ".");
        }
    }
}
