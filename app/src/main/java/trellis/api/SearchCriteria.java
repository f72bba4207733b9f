package trellis.api;

import java.util.ArrayList;
import java.util.List;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.Criterion;

/// Turns parameters into criteria: finds what a name means for the type searched, through chains and
/// `_has`, and asks the kind of parameter what its values mean.
final class SearchCriteria {

    private static final int DEEPEST = 6;
    private static final int MOST_VALUES = 1000;
    private static final int MOST_TARGETS = 5;

    private final SearchAsked.Scene scene;

    SearchCriteria(SearchAsked.Scene scene) {
        this.scene = scene;
    }

    /// What a parameter asks, all of which must hold.
    List<Criterion> of(String type, Parameter sent) {
        var name =
                SearchName.parse(sent.name())
                        .orElseThrow(() ->
                                SearchProblems.value(
                                        sent.name(),
                                        "A parameter is named code, code:modifier, code:Type.code or"
                                                + " _has:Type:code:code; a piece of this name is missing."));
        if (sent.value().isEmpty()) {
            throw SearchProblems.value(
                    sent.name(),
                    "\""
                            + SearchProblems.cut(sent.name())
                            + "\" has no value; give one, or leave"
                            + " the parameter out.");
        }
        return criteria(type, name, sent, 1);
    }

    private List<Criterion> criteria(String type, SearchName name, Parameter sent, int depth) {
        if (depth > DEEPEST) {
            throw SearchProblems.tooCostly(
                    sent.name(), "A chain may have " + (DEEPEST - 1) + " links at the most.");
        }
        return switch (name) {
            case SearchName.Plain plain -> plain(type, plain, sent);
            case SearchName.Chained chained -> List.of(chained(type, chained, sent, depth));
            case SearchName.Has has -> List.of(has(type, has, sent, depth));
        };
    }

    private List<Criterion> plain(String type, SearchName.Plain name, Parameter sent) {
        var parameter = find(type, name.code(), sent.name());
        if (name.modifier().equals("missing")) {
            return List.of(missing(parameter, sent));
        }
        var values = SearchText.split(sent.value(), ',');
        if (values.contains("")) {
            throw SearchProblems.value(
                    sent.name(),
                    "One of the values between commas is empty; a comma within a value is written"
                            + " \\,.");
        }
        if (values.size() > MOST_VALUES) {
            throw SearchProblems.tooCostly(
                    sent.name(), "A parameter takes " + MOST_VALUES + " values at the most.");
        }
        checkModifier(parameter, name.modifier(), sent.name());
        return criteria(new SearchAsked(sent.name(), parameter, name.modifier(), values, scene));
    }

    private List<Criterion> criteria(SearchAsked asked) {
        var parameter = asked.parameter();
        if (parameter.code().equals("_id")) {
            return List.of(new Criterion.Ids(asked.plain()));
        }
        if (parameter.code().equals("_lastUpdated")) {
            return List.of(SearchDates.updated(asked));
        }
        return switch (parameter.type()) {
            case TOKEN -> List.of(SearchTokens.criterion(asked));
            case STRING -> List.of(SearchStrings.criterion(asked));
            case URI -> List.of(SearchStrings.uri(asked));
            case DATE -> List.of(SearchDates.criterion(asked));
            case NUMBER -> List.of(SearchAmounts.numbers(asked));
            case QUANTITY -> List.of(SearchAmounts.quantities(asked));
            case REFERENCE -> SearchReferences.criteria(asked);
            case COMPOSITE -> SearchComposites.criteria(asked, this::criteria);
            case SPECIAL ->
                    throw SearchProblems.unsupported(
                            asked.name(), "\"" + parameter.code() + "\" is not supported.");
        };
    }

    private static SearchParameter find(String type, String code, String name) {
        return SearchParameters.r4()
                .find(type, code)
                .orElseThrow(() ->
                        SearchProblems.unknown(
                                name,
                                type,
                                code,
                                SearchParameters.r4().of(type).stream()
                                        .map(SearchParameter::code)
                                        .toList()));
    }

    private static void checkModifier(SearchParameter parameter, String modifier, String name) {
        var supported = modifiers(parameter);
        var isType =
                supported.contains("[type]")
                        && Definitions.r4().isResourceType(modifier)
                        && SearchRecords.targets(parameter).contains(modifier);
        if (!modifier.isEmpty() && !supported.contains(modifier) && !isType) {
            throw SearchProblems.modifier(name, parameter, modifier, supported);
        }
    }

    /// The modifiers a parameter has, in order; `[type]` stands for any of its target types.
    static List<String> modifiers(SearchParameter parameter) {
        if (parameter.code().equals("_id") || parameter.code().equals("_lastUpdated")) {
            return List.of();
        }
        return switch (parameter.type()) {
            case TOKEN -> SearchTokens.MODIFIERS;
            case STRING -> SearchStrings.MODIFIERS;
            case REFERENCE -> SearchReferences.MODIFIERS;
            case URI, DATE, NUMBER, QUANTITY -> List.of("missing");
            case COMPOSITE, SPECIAL -> List.of();
        };
    }

    private static Criterion missing(SearchParameter parameter, Parameter sent) {
        if (!modifiers(parameter).contains("missing")) {
            throw SearchProblems.modifier(sent.name(), parameter, "missing", modifiers(parameter));
        }
        var present = new Criterion.Present(parameter);
        return switch (sent.value()) {
            case "true" -> new Criterion.Not(present);
            case "false" -> present;
            default ->
                    throw SearchProblems.value(
                            sent.name(), "The modifier :missing takes true or false.");
        };
    }

    private Criterion chained(String type, SearchName.Chained name, Parameter sent, int depth) {
        var parameter = find(type, name.code(), sent.name());
        if (parameter.type() != ParameterType.REFERENCE) {
            throw SearchProblems.value(
                    sent.name(),
                    "\""
                            + parameter.code()
                            + "\" is a "
                            + parameter.type().code()
                            + " parameter; a chain goes through references only.");
        }
        var targets = targets(parameter, name, sent);
        var options = new ArrayList<Criterion>();
        for (var target : targets) {
            options.add(
                    new Criterion.Refers(
                            parameter, target, criteria(target, name.rest(), sent, depth + 1)));
        }
        return options.size() == 1 ? options.getFirst() : new Criterion.AnyOf(options);
    }

    /// The types that a chain may go to: the one named, or all where the rest of the name means
    /// something.
    private static List<String> targets(
            SearchParameter parameter, SearchName.Chained name, Parameter sent) {
        var possible = SearchRecords.targets(parameter);
        if (!name.type().isEmpty()) {
            if (!possible.contains(name.type())) {
                throw SearchProblems.value(
                        sent.name(),
                        "\""
                                + parameter.code()
                                + "\" does not refer to a "
                                + SearchProblems.cut(name.type())
                                + ".");
            }
            return List.of(name.type());
        }
        var meant = possible.stream().filter(type -> begins(type, name.rest())).toList();
        if (meant.isEmpty()) {
            throw SearchProblems.unknown(
                    sent.name(), String.join(", ", possible.stream().limit(3).toList()),
                    first(name.rest()), List.of());
        }
        if (meant.size() > MOST_TARGETS) {
            throw SearchProblems.value(
                    sent.name(),
                    "\""
                            + parameter.code()
                            + "\" may refer to many types; name one, such as "
                            + parameter.code()
                            + ":"
                            + meant.getFirst()
                            + "."
                            + first(name.rest())
                            + ".");
        }
        return meant;
    }

    private static boolean begins(String type, SearchName name) {
        return name instanceof SearchName.Has
                || SearchParameters.r4().find(type, first(name)).isPresent();
    }

    private static String first(SearchName name) {
        return switch (name) {
            case SearchName.Plain plain -> plain.code();
            case SearchName.Chained chained -> chained.code();
            case SearchName.Has _ -> "_has";
        };
    }

    private Criterion has(String type, SearchName.Has name, Parameter sent, int depth) {
        var parameter =
                SearchRecords.reference(name.type(), name.code())
                        .filter(found -> SearchRecords.targets(found).contains(type))
                        .orElseThrow(() ->
                                SearchProblems.value(
                                        sent.name(),
                                        "_has names a type and one of its reference parameters, through"
                                                + " which it refers to a "
                                                + type
                                                + ", such as _has:Observation:patient:code."));
        return new Criterion.ReferredFrom(
                parameter, criteria(name.type(), name.rest(), sent, depth + 1));
    }
}
