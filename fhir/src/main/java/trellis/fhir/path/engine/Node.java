package trellis.fhir.path.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.definitions.TypedElement;

/// An element of a resource, or a whole one, and where it stands.
public final class Node implements Value {
    private static final Definitions DEFINITIONS = Definitions.r4();

    private final TypeDefinition definition;
    private final JsonNode json;
    private final JsonNode companion;
    private final @Nullable Node parent;
    private final String name;
    private final int index;

    private Node(
            TypeDefinition definition,
            JsonNode json,
            JsonNode companion,
            @Nullable Node parent,
            String name,
            int index) {
        this.definition = definition;
        this.json = json;
        this.companion = companion;
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    /// A whole resource.
    ///
    /// @throws Refused with a BadRequest when it is of no type that there is
    public static Node of(Resource resource) {
        var type =
                DEFINITIONS
                        .type(resource.type())
                        .filter(t -> t.kind() == TypeDefinition.Kind.RESOURCE)
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.BadRequest(
                                                "structure",
                                                "The resource type is missing or unknown",
                                                "resourceType")));
        return new Node(type, resource.json(), MissingNode.getInstance(), null, type.name(), -1);
    }

    /// An element by itself, as if nothing held it.
    ///
    /// @param json its content
    public static Node of(TypeDefinition type, JsonNode json) {
        return new Node(type, json, MissingNode.getInstance(), null, type.name(), -1);
    }

    /// Its FHIR type; for a choice element the one that its name says.
    public TypeDefinition definition() {
        return definition;
    }

    /// An object, or a primitive's value; missing when a primitive has only an id or extensions.
    public JsonNode json() {
        return json;
    }

    /// The object beside a primitive that holds its id and extensions; missing when there is none.
    public JsonNode companion() {
        return companion;
    }

    /// What holds it; empty for a whole resource that is not contained in another.
    public Optional<Node> parent() {
        return Optional.ofNullable(parent);
    }

    /// Whether it is that node or stands somewhere in it.
    public boolean isWithin(Node other) {
        return this == other || (parent != null && parent.isWithin(other));
    }

    /// Its name in JSON (`valueQuantity`), or of a whole resource its type.
    public String name() {
        return name;
    }

    /// Its place in the array that holds it; -1 when none does.
    public int index() {
        return index;
    }

    /// Whether it is a resource, contained ones and those in a Bundle among them.
    public boolean isResource() {
        return definition.kind() == TypeDefinition.Kind.RESOURCE;
    }

    /// Whether it is of a primitive type.
    public boolean isPrimitive() {
        return definition.kind() == TypeDefinition.Kind.PRIMITIVE;
    }

    /// The place as an expression, such as `Patient.name[0].given[1]`.
    public String place() {
        var own = index < 0 ? name : name + "[" + index + "]";
        return parent == null ? own : parent.place() + "." + own;
    }

    /// The elements that it holds under a name, a choice element by its stem.
    public List<Node> children(String element) {
        var object = members();
        var found = object == null ? null : definition.element(element).orElse(null);
        if (object == null || found == null) {
            return List.of();
        }
        List<Node> children = new ArrayList<>(2);
        if (!found.choice()) {
            definition.named(element).ifPresent(typed -> add(object, element, typed, children));
            return children;
        }
        for (var member : object.propertyNames()) {
            if (member.startsWith(element) || member.startsWith("_" + element)) {
                var plain = plain(object, member);
                definition
                        .named(plain)
                        .filter(typed -> typed.element().name().equals(element))
                        .ifPresent(typed -> add(object, plain, typed, children));
            }
        }
        return children;
    }

    /// All elements that it holds, in the order of its JSON.
    public List<Node> children() {
        var object = members();
        if (object == null) {
            return List.of();
        }
        List<Node> children = new ArrayList<>();
        for (var member : object.propertyNames()) {
            var plain = plain(object, member);
            definition.named(plain).ifPresent(typed -> add(object, plain, typed, children));
        }
        return children;
    }

    /// The member that a companion stands beside, unless that one comes by itself.
    private static String plain(ObjectNode object, String member) {
        if (!member.startsWith("_")) {
            return member;
        }
        var plain = member.substring(1);
        return object.has(plain) ? member : plain;
    }

    private @Nullable ObjectNode members() {
        return (isPrimitive() ? companion : json) instanceof ObjectNode object ? object : null;
    }

    private void add(ObjectNode object, String member, TypedElement typed, List<Node> out) {
        var type = DEFINITIONS.type(typed.type().name()).orElseThrow();
        var value = object.path(member);
        var beside =
                type.kind() == TypeDefinition.Kind.PRIMITIVE
                        ? object.path("_" + member)
                        : MissingNode.getInstance();
        if (!(value instanceof ArrayNode) && !(beside instanceof ArrayNode)) {
            add(type, value, beside, member, -1, out);
            return;
        }
        for (var i = 0; i < Math.max(value.size(), beside.size()); i++) {
            add(type, value.path(i), beside.path(i), member, i, out);
        }
    }

    private void add(
            TypeDefinition type,
            JsonNode value,
            JsonNode beside,
            String member,
            int at,
            List<Node> out) {
        var primitive = type.kind() == TypeDefinition.Kind.PRIMITIVE;
        var fits =
                primitive
                        ? (value.isValueNode() && !value.isNull()) || beside.isObject()
                        : value.isObject();
        if (fits) {
            var own = value.isNull() ? MissingNode.getInstance() : value;
            out.add(new Node(actual(type, value), own, beside, this, member, at));
        }
    }

    private static TypeDefinition actual(TypeDefinition type, JsonNode value) {
        return type.name().equals("Resource")
                ? DEFINITIONS.type(value.path("resourceType").asString("")).orElse(type)
                : type;
    }

    @Override
    public Optional<Value> system() {
        if (!isPrimitive()) {
            return Quantity.of(this).map(Value.class::cast);
        }
        return switch (definition.name()) {
            case "boolean" ->
                    json.isBoolean()
                            ? Optional.of(new Bool(json.booleanValue()))
                            : Optional.empty();
            case "integer", "positiveInt", "unsignedInt" ->
                    json.isNumber() && json.canConvertToInt()
                            ? Optional.of(new Int(json.decimalValue().intValue()))
                            : Optional.empty();
            case "decimal" ->
                    json.isNumber() ? Optional.of(new Dec(json.decimalValue())) : Optional.empty();
            case "date" -> moment(Moment.Kind.DATE);
            case "dateTime", "instant" -> moment(Moment.Kind.DATE_TIME);
            case "time" -> moment(Moment.Kind.TIME);
            default ->
                    json.isString() ? Optional.of(new Text(json.stringValue())) : Optional.empty();
        };
    }

    private Optional<Value> moment(Moment.Kind kind) {
        return json.isString()
                ? MomentText.parse(json.stringValue(), kind).map(Value.class::cast)
                : Optional.empty();
    }

    @Override
    public TypeName type() {
        return new TypeName("FHIR", definition.name());
    }

    /// Whether its type is that one or specialises it.
    public boolean isA(TypeDefinition wanted) {
        for (var t = Optional.of(definition); t.isPresent(); t = DEFINITIONS.type(t.get().base())) {
            if (t.get() == wanted) {
                return true;
            }
        }
        return false;
    }
}
