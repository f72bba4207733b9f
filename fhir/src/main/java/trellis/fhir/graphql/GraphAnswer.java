package trellis.fhir.graphql;

import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.TypeName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

/// One query being answered.
final class GraphAnswer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// Where what is selected is written.
    ///
    /// @param list whether everything is a list, because elements that repeat were flattened
    /// @param suffix what is put behind each name, because of a slice
    private record Place(GraphTarget target, boolean list, String suffix) {}

    private final Map<String, FragmentDefinition> fragments;
    private final GraphValues values;
    private final GraphSource source;
    private final GraphBudget budget = new GraphBudget();
    private final GraphSearches searches;
    private final GraphReferences references;
    private final GraphFilter filter;

    GraphAnswer(Map<String, FragmentDefinition> fragments, GraphValues values, GraphSource source) {
        this.fragments = fragments;
        this.values = values;
        this.source = source;
        this.searches = new GraphSearches(source, values);
        this.references = new GraphReferences(source, budget);
        this.filter = new GraphFilter(source, values);
    }

    ObjectNode about(ObjectNode resource, SelectionSet selections) {
        var target = new GraphTarget();
        var element = GraphElement.of(resource);
        element.ifPresent(there -> select(new Place(target, false, ""), there, selections));
        return target.json();
    }

    ObjectNode overall(SelectionSet selections) {
        var target = new GraphTarget();
        for (Selection<?> selection : selections.getSelections()) {
            if (!(selection instanceof Field field)) {
                throw GraphProblems.notSupported(
                        "At the top of a query stand fields alone.", selection);
            }
            if (values.wanted(field.getDirectives())) {
                root(new Place(target, false, ""), field);
            }
        }
        return target.json();
    }

    private void root(Place place, Field field) {
        var search = GraphSearches.named(field.getName());
        if (search.isPresent()) {
            found(place, field, search.get(), Optional.empty());
            return;
        }
        if (!Definitions.r4().isResourceType(field.getName())) {
            throw GraphProblems.invalid(
                    "A query begins with a type, such as Patient(id: ...), PatientList(...) or"
                            + " PatientConnection(...).",
                    field);
        }
        var id =
                values.text(field.getArguments(), "id")
                        .or(() -> values.text(field.getArguments(), "_id"))
                        .orElseThrow(() -> GraphProblems.invalid("Give the argument id.", field));
        budget.resource();
        var element = source.read(field.getName(), id).flatMap(GraphElement::of);
        if (element.isPresent()) {
            emit(place, field, shape(field), false, element.get());
        } else {
            place.target().add(name(field), NODES.nullNode(), false, false);
        }
    }

    private void select(Place place, GraphElement element, SelectionSet selections) {
        budget.down();
        for (Selection<?> selection : selections.getSelections()) {
            switch (selection) {
                case Field field -> {
                    if (values.wanted(field.getDirectives())) {
                        field(place, element, field);
                    }
                }
                case InlineFragment inline -> {
                    if (values.wanted(inline.getDirectives())
                            && concerns(inline.getTypeCondition(), element)) {
                        select(place, element, inline.getSelectionSet());
                    }
                }
                case FragmentSpread spread -> {
                    if (values.wanted(spread.getDirectives())) {
                        var fragment = fragment(spread);
                        if (concerns(fragment.getTypeCondition(), element)) {
                            select(place, element, fragment.getSelectionSet());
                        }
                    }
                }
                default -> throw unknown(selection);
            }
        }
        budget.up();
    }

    private static RuntimeException unknown(Selection<?> selection) {
        return GraphProblems.notSupported("This cannot be selected.", selection);
    }

    private static boolean concerns(@Nullable TypeName type, GraphElement element) {
        return type == null || element.isA(type.getName());
    }

    private FragmentDefinition fragment(FragmentSpread spread) {
        var fragment = fragments.get(spread.getName());
        if (fragment == null) {
            throw GraphProblems.invalid("There is no fragment of this name.", spread);
        }
        return fragment;
    }

    private void field(Place place, GraphElement element, Field field) {
        budget.value();
        var name = field.getName();
        if (name.equals("__typename") || (name.equals("resourceType") && element.isResource())) {
            var type = NODES.stringNode(element.type().name());
            put(place, field, GraphShape.of(List.of(), values), false, type);
            return;
        }
        if (element.isReference() && name.equals("resource")) {
            referred(place, element, field);
            return;
        }
        var child = element.child(name);
        if (child.isPresent()) {
            child(place, element, field, child.get());
            return;
        }
        var search = GraphSearches.named(name);
        if (search.isEmpty() || !element.isResource()) {
            throw GraphProblems.invalid(
                    element.type().name() + " has no element of this name.", field);
        }
        var self = element.type().name() + "/" + element.json().path("id").asString("");
        found(place, field, search.get(), Optional.of(self));
    }

    private void child(Place place, GraphElement element, Field field, GraphElement.Child child) {
        var isValue = child.type().kind() == TypeDefinition.Kind.PRIMITIVE;
        if (isValue != (field.getSelectionSet() == null)) {
            throw GraphProblems.invalid(
                    isValue
                            ? "This is a value; nothing can be selected of it."
                            : "Select something of this element, in braces.",
                    field);
        }
        var shape = shape(field);
        var list = child.repeats() && !shape.first();
        var kept = filter.of(child, field);
        var count = shape.first() ? Math.min(1, kept.size()) : kept.size();
        for (var i = 0; i < count; i++) {
            var value = kept.get(i);
            if (isValue) {
                put(place, field, shape, list, value);
            } else {
                var behind = suffix(shape, value, child.type(), i);
                emit(
                        behind.isEmpty() ? place : behind(place, behind),
                        field,
                        shape,
                        list,
                        element.down(value, child.type()));
            }
        }
    }

    private static Place behind(Place place, String suffix) {
        return new Place(place.target(), place.list(), place.suffix() + suffix);
    }

    private String suffix(GraphShape shape, JsonNode value, TypeDefinition type, int index) {
        if (shape.slice().isEmpty()) {
            return "";
        }
        var path = shape.slice().get();
        return "."
                + (path.equals("$index")
                        ? Integer.toString(index)
                        : source.text(path, value, type.name()).orElse(""));
    }

    /// Writes an element: as an object of its own, or, flattened, what is selected of it in its place.
    private void emit(
            Place place, Field field, GraphShape shape, boolean list, GraphElement element) {
        var selections = field.getSelectionSet();
        if (shape.flatten() && selections != null) {
            select(
                    new Place(place.target(), list || place.list(), place.suffix()),
                    element,
                    selections);
            return;
        }
        put(place, field, shape, list, object(element, field));
    }

    private ObjectNode object(GraphElement element, Field field) {
        var selections = field.getSelectionSet();
        if (selections == null) {
            throw GraphProblems.invalid("Select something of this resource, in braces.", field);
        }
        var target = new GraphTarget();
        select(new Place(target, false, ""), element, selections);
        return target.json();
    }

    private void put(Place place, Field field, GraphShape shape, boolean list, JsonNode value) {
        budget.written(value);
        var isList = (list || place.list()) && !shape.singleton();
        if (!place.target().add(name(field) + place.suffix(), value, isList, shape.singleton())) {
            throw GraphProblems.invalid("@singleton stands where there are several values.", field);
        }
    }

    private void referred(Place place, GraphElement element, Field field) {
        var optional =
                values.text(field.getArguments(), "optional").filter("true"::equals).isPresent();
        var type = values.text(field.getArguments(), "type");
        references
                .of(element, type, optional, field)
                .ifPresent(target -> emit(place, field, shape(field), false, target));
    }

    private void found(
            Place place, Field field, GraphSearches.Named search, Optional<String> from) {
        budget.search();
        var page = searches.page(search, field, from);
        if (search.connection()) {
            var connection = new GraphConnection(values, this::object).of(page, field);
            put(place, field, shape(field), false, connection);
            return;
        }
        for (var match : page.matches()) {
            GraphElement.of(match.resource())
                    .ifPresent(element -> emit(place, field, shape(field), true, element));
        }
        if (page.matches().isEmpty() && !shape(field).flatten()) {
            place.target().nothing(name(field));
        }
    }

    private GraphShape shape(Field field) {
        return GraphShape.of(field.getDirectives(), values);
    }

    static String name(Field field) {
        return field.getAlias() == null ? field.getName() : field.getAlias();
    }
}
