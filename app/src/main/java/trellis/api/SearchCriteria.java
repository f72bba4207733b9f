package trellis.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.Compartments;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.store.Criterion;
import trellis.store.Keys;

/// Turns parameters into criteria: finds what a name means for the type searched, through chains and
/// `_has`, and asks the kind of parameter what its values mean.
final class SearchCriteria {

    /// How many references a search may follow, those of each type that a link without a type leads to included.
    static final int MOST_LINKS = 40;

    private static final int MOST_VALUES = 1000;
    private static final int MOST_TARGETS = 5;

    /// What R4 has and this server does not do, with what to do instead.
    private static final Map<String, String> UNSUPPORTED =
            Map.of(
                    "_query",
                    "A named query belongs to a search at its own address; write out here what it"
                            + " stands for.");

    private static final Set<String> WORDS = Set.of("_text", "_content");

    private static final int MOST_SOUGHT = 20;
    private static final int MOST_CURRENT = 20;
    private static final String DRUG_ALLERGIES = "$current-drug-allergies";

    private final SearchAsked.Scene scene;
    private final int budget;
    private int links;

    SearchCriteria(SearchAsked.Scene scene) {
        this(scene, MOST_LINKS);
    }

    /// @param budget how many references may be followed in all
    SearchCriteria(SearchAsked.Scene scene, int budget) {
        this.scene = scene;
        this.budget = budget;
    }

    /// What belonging to a compartment asks of a resource of a type: that one of the parameters that R4 names leads there, or that
    /// it is the resource that the compartment is around.
    Criterion in(SearchPlace.Compartment compartment, String type) {
        var options = new ArrayList<Criterion>();
        var parameters =
                Compartments.r4().parameters(compartment.name(), type).stream()
                        .flatMap(code -> scene.all().find(type, code).stream())
                        .toList();
        options.add(new Criterion.Leads(parameters, compartment.name(), compartment.id()));
        if (type.equals(compartment.name())) {
            options.add(new Criterion.Ids(Set.of(compartment.id())));
        }
        return options.size() == 1 ? options.getFirst() : new Criterion.AnyOf(options);
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
        return switch (name) {
            case SearchName.Plain(var code, var modifier)
                    when modifier.isEmpty() && code.equals("_filter") -> {
                var filter = SearchFilter.parse(sent.value());
                yield List.of(new SearchFilters(this).of(type, filter));
            }
            case SearchName.Plain(var code, var modifier)
                    when modifier.isEmpty() && code.equals("_list") ->
                    List.of(listed(type, sent));
            case SearchName.Plain(var code, var modifier)
                    when modifier.isEmpty() && WORDS.contains(code) ->
                    List.of(worded(type, code.equals("_text"), sent));
            case SearchName.Plain(var code, _) when UNSUPPORTED.containsKey(code) ->
                    throw SearchProblems.unsupported(sent.name(), UNSUPPORTED.get(code));
            case SearchName.Plain _, SearchName.Chained _, SearchName.Has _ ->
                    criteria(type, name, sent);
        };
    }

    /// The resource holds words.
    private Criterion worded(String type, boolean narrative, Parameter sent) {
        if (!scene.catalogue().worded().contains(type)) {
            throw SearchProblems.unsupported(
                    sent.name(),
                    "The words of "
                            + type
                            + " are not kept on this server; whoever runs it names the types in"
                            + " TRELLIS_TEXT_SEARCH.");
        }
        scene.catalogue()
                .pending(type, "_content")
                .ifPresent(seen -> {
                    throw SearchProblems.notReady(type, sent.name(), seen);
                });
        var sought = new HashSet<String>();
        for (var value : SearchText.split(sent.value(), ',')) {
            sought.add(SearchText.plain(value));
        }
        if (sought.size() > MOST_SOUGHT) {
            throw SearchProblems.tooCostly(
                    sent.name(), sent.name() + " takes " + MOST_SOUGHT + " values at the most.");
        }
        return new Criterion.Worded(narrative, sought);
    }

    /// The resource is an entry of one of these lists.
    private Criterion listed(String type, Parameter sent) {
        countLink(sent.name());
        var item = scene.all().find("List", "item").orElseThrow();
        var ids = new HashSet<String>();
        var options = new ArrayList<Criterion>();
        var values = SearchText.split(sent.value(), ',');
        checkCount(sent.name(), values.size());
        var current = values.stream().filter(value -> value.startsWith("$")).count();
        if (current > MOST_CURRENT) {
            throw SearchProblems.tooCostly(
                    sent.name(), "_list takes " + MOST_CURRENT + " current lists at the most.");
        }
        for (var value : values) {
            var id = SearchText.plain(value);
            if (id.startsWith("$")) {
                var list = scene.lookups().current(id).map(Set::of).orElse(Set.of());
                var entry = new Criterion.ReferredFrom(item, List.of(new Criterion.Ids(list)));
                options.add(id.equals(DRUG_ALLERGIES) ? ofDrugs(type, entry) : entry);
            } else {
                Addresses.checkId(id, sent.name());
                ids.add(id);
            }
        }
        if (!ids.isEmpty()) {
            options.add(new Criterion.ReferredFrom(item, List.of(new Criterion.Ids(ids))));
        }
        return options.size() == 1 ? options.getFirst() : new Criterion.AnyOf(options);
    }

    /// R4 has no list of its own for allergies to drugs: they are those of the list of allergies whose category says so.
    private static Criterion ofDrugs(String type, Criterion entry) {
        var category = Keys.salt("AllergyIntolerance", "category");
        return type.equals("AllergyIntolerance")
                ? new Criterion.AllOf(
                        List.of(
                                entry,
                                new Criterion.AnyToken(Set.of(Keys.code(category, "medication")))))
                : new Criterion.AnyOf(List.of());
    }

    private List<Criterion> criteria(String type, SearchName name, Parameter sent) {
        return switch (name) {
            case SearchName.Plain plain -> plain(type, plain, sent);
            case SearchName.Chained chained -> List.of(chained(type, chained, sent));
            case SearchName.Has has -> List.of(has(type, has, sent));
        };
    }

    /// Counts a reference that is followed.
    void countLink(String name) {
        links++;
        if (links > budget) {
            throw SearchProblems.tooCostly(
                    name,
                    "A search follows "
                            + MOST_LINKS
                            + " references at the most, and a link without a type counts once for"
                            + " each type it may lead to; name the types, or ask in steps.");
        }
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
        checkCount(sent.name(), values.size());
        checkModifier(parameter, name.modifier(), sent.name());
        return criteria(new SearchAsked(sent.name(), parameter, name.modifier(), values, scene));
    }

    private static void checkCount(String name, int values) {
        if (values > MOST_VALUES) {
            throw SearchProblems.tooCostly(
                    name, "A parameter takes " + MOST_VALUES + " values at the most.");
        }
    }

    /// One value asked of a parameter.
    SearchAsked asked(String name, SearchParameter parameter, String modifier, String value) {
        return new SearchAsked(name, parameter, modifier, List.of(value), scene);
    }

    /// What one parameter is asked.
    List<Criterion> criteria(SearchAsked asked) {
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
            case SPECIAL -> List.of(SearchNear.criterion(asked));
        };
    }

    /// The parameter of a type.
    SearchParameter find(String type, String code, String name) {
        return scene.all()
                .find(type, code)
                .orElseThrow(() ->
                        scene.catalogue()
                                .addedBy(type, code)
                                .flatMap(_ -> scene.catalogue().pending(type, code))
                                .map(seen -> SearchProblems.notReady(type, code, seen))
                                .orElseGet(() -> unknown(type, code, name)));
    }

    private Refused unknown(String type, String code, String name) {
        var known = scene.all().of(type).stream().map(SearchParameter::code).toList();
        return SearchProblems.unknown(name, type, code, known);
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
            case TOKEN ->
                    SearchTokens.identifies(parameter)
                            ? with(SearchTokens.MODIFIERS, "of-type")
                            : SearchTokens.MODIFIERS;
            case STRING -> SearchStrings.MODIFIERS;
            case REFERENCE -> SearchReferences.MODIFIERS;
            case URI -> SearchStrings.URI_MODIFIERS;
            case DATE, NUMBER, QUANTITY -> List.of("missing");
            case COMPOSITE, SPECIAL -> List.of();
        };
    }

    private static List<String> with(List<String> modifiers, String more) {
        return Stream.concat(modifiers.stream(), Stream.of(more)).sorted().toList();
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

    private Criterion chained(String type, SearchName.Chained name, Parameter sent) {
        var parameter = find(type, name.code(), sent.name());
        var first = name.rest() instanceof SearchName.Has ? "" : first(name.rest());
        var targets = targets(parameter, name.type(), first, sent.name());
        var options = new ArrayList<Criterion>();
        for (var target : targets) {
            countLink(sent.name());
            options.add(
                    new Criterion.Refers(parameter, target, criteria(target, name.rest(), sent)));
        }
        return options.size() == 1 ? options.getFirst() : new Criterion.AnyOf(options);
    }

    /// The types that a chain may go to: the one named, or all where what follows means something.
    ///
    /// @param type the one named, or empty
    /// @param next the code of what follows; empty when it means something everywhere
    List<String> targets(SearchParameter parameter, String type, String next, String name) {
        if (parameter.type() != ParameterType.REFERENCE) {
            throw SearchProblems.value(
                    name,
                    "\""
                            + parameter.code()
                            + "\" is a "
                            + parameter.type().code()
                            + " parameter; a chain goes through references only.");
        }
        var possible = SearchRecords.targets(parameter);
        if (!type.isEmpty()) {
            if (!possible.contains(type)) {
                throw SearchProblems.value(
                        name,
                        "\""
                                + parameter.code()
                                + "\" does not refer to a "
                                + SearchProblems.cut(type)
                                + ".");
            }
            return List.of(type);
        }
        var meant =
                possible.stream()
                        .filter(one -> next.isEmpty() || scene.all().find(one, next).isPresent())
                        .toList();
        if (meant.isEmpty()) {
            var some = String.join(", ", possible.stream().limit(3).toList());
            throw SearchProblems.unknown(name, some, next, List.of());
        }
        if (meant.size() > MOST_TARGETS) {
            throw SearchProblems.value(
                    name,
                    "\""
                            + parameter.code()
                            + "\" may refer to many types; name one, such as "
                            + parameter.code()
                            + ":"
                            + meant.getFirst()
                            + "."
                            + (next.isEmpty() ? "_has" : next)
                            + ".");
        }
        return meant;
    }

    private static String first(SearchName name) {
        return switch (name) {
            case SearchName.Plain plain -> plain.code();
            case SearchName.Chained chained -> chained.code();
            case SearchName.Has _ -> "_has";
        };
    }

    private Criterion has(String type, SearchName.Has name, Parameter sent) {
        countLink(sent.name());
        var parameter =
                scene.all()
                        .find(name.type(), name.code())
                        .filter(found -> found.type() == ParameterType.REFERENCE)
                        .filter(found -> SearchRecords.targets(found).contains(type))
                        .orElseThrow(() ->
                                SearchProblems.value(
                                        sent.name(),
                                        "_has names a type and one of its reference parameters, through"
                                                + " which it refers to a "
                                                + type
                                                + ", such as _has:Observation:patient:code."));
        return new Criterion.ReferredFrom(parameter, criteria(name.type(), name.rest(), sent));
    }
}
