package trellis.fhir.validation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import trellis.fhir.Issue;
import trellis.fhir.validation.Slot.Content;

/// One validation: goes through a tree along its shapes. Its recursion is as deep as the JSON, whose
/// depth is limited where it is read.
final class Walk {
    private final Shapes shapes;
    private final Findings findings = new Findings();
    private final Values values;
    private final References references;
    private @Nullable Scope scope;

    Walk(Shapes shapes, ObjectNode root) {
        this.shapes = shapes;
        this.values = new Values(findings);
        this.references = new References(findings, root);
    }

    List<Issue> of(ObjectNode root) {
        var shape = shapeOf(root);
        if (shape != null) {
            findings.enter(shape.type());
            resource(root, shape);
        }
        return findings.all();
    }

    private @Nullable Shape shapeOf(ObjectNode resource) {
        if (!(resource.get("resourceType") instanceof StringNode type)) {
            findings.add("structure", "A resource must say its type in \"resourceType\".");
            return null;
        }
        var shape = shapes.resource(type.stringValue());
        if (shape == null) {
            var nearest = Nearest.to(type.stringValue(), shapes.resourceTypes());
            findings.add(
                    "structure",
                    "\"resourceType\" names no R4 resource type"
                            + nearest.map(n -> "; did you mean \"" + n + "\"?").orElse("."));
        }
        return shape;
    }

    /// A resource that is not contained in another: the root, a Bundle's, or a parameter's.
    private void resource(ObjectNode resource, Shape shape) {
        var outer = scope;
        var own = new Scope(resource);
        scope = own;
        object(resource, shape);
        if (own.hasContained()) {
            references.contained(resource, own);
        }
        scope = outer;
    }

    private void object(ObjectNode node, Shape shape) {
        if (node.isEmpty()) {
            findings.add(
                    "structure", here() + " is an empty object: give it content or leave it out.");
            return;
        }
        var before = findings.count();
        var seen = 0L;
        for (var entry : node.properties()) {
            var slot = shape.slot(entry.getKey());
            if (slot == null) {
                unknown(shape, entry.getKey());
                continue;
            }
            var bit = 1L << slot.number();
            if ((seen & bit) != 0 && shape.isChoice(slot.number())) {
                choice(node, slot);
            }
            seen |= bit;
            slot(node, slot, entry.getValue());
        }
        if ((shape.required() & ~seen) != 0) {
            missing(shape, shape.required() & ~seen);
        }
        if (findings.count() == before) {
            rules(node, shape);
        }
    }

    private String here() {
        return "\"" + findings.element() + "\"";
    }

    private void rules(ObjectNode node, Shape shape) {
        for (var rule : shape.rules()) {
            if (!rule.holds().test(node)) {
                findings.add("invariant", rule.sentence() + " (" + rule.key() + ")");
            }
        }
    }

    private void unknown(Shape shape, String name) {
        var nearest = Nearest.to(name, shape.slots().keySet());
        var shown = name.length() > 64 ? name.substring(0, 64) : name;
        findings.addAt(
                shown,
                "structure",
                shape.type()
                        + " has no element \""
                        + shown
                        + "\""
                        + nearest.map(n -> "; did you mean \"" + n + "\"?")
                                .orElse(": leave it out."));
    }

    /// More than one name of a choice element; a value and its own companion are one.
    private void choice(ObjectNode node, Slot slot) {
        for (var other : node.propertyNames()) {
            if (!plain(other).equals(plain(slot.json())) && isOf(slot, other)) {
                findings.addAt(
                        slot.element(),
                        "structure",
                        "\"" + slot.element() + "\" is given with more than one type: keep one.");
                return;
            }
        }
    }

    private static boolean isOf(Slot slot, String other) {
        var name = plain(other);
        return name.startsWith(slot.element())
                && name.length() > slot.element().length()
                && Character.isUpperCase(name.charAt(slot.element().length()));
    }

    private static String plain(String json) {
        return json.startsWith("_") ? json.substring(1) : json;
    }

    private void missing(Shape shape, long absent) {
        for (var element : shape.elementsOf(absent)) {
            findings.addAt(
                    element,
                    "required",
                    "\"" + element + "\" is missing: " + shape.type() + " must have it.");
        }
    }

    private void slot(ObjectNode owner, Slot slot, JsonNode value) {
        if (slot.repeats()) {
            if (value instanceof ArrayNode array) {
                items(owner, slot, array);
            } else {
                findings.addAt(
                        slot.element(),
                        "structure",
                        "\"" + slot.json() + "\" must be an array, also for one item.");
            }
        } else {
            findings.enter(slot.element());
            one(owner, slot, value, -1);
            findings.leave();
        }
    }

    private void items(ObjectNode owner, Slot slot, ArrayNode array) {
        if (array.isEmpty()) {
            findings.addAt(
                    slot.element(),
                    "structure",
                    "\"" + slot.json() + "\" is an empty array: leave it out.");
        } else if (array.size() > slot.most()) {
            findings.addAt(
                    slot.element(),
                    "structure",
                    "\"" + slot.json() + "\" may have at most " + slot.most() + " items.");
        }
        for (var i = 0; i < array.size() && !findings.full(); i++) {
            findings.enter(slot.element(), i);
            one(owner, slot, array.get(i), i);
            findings.leave();
        }
    }

    private void one(ObjectNode owner, Slot slot, JsonNode value, int index) {
        switch (slot.content()) {
            case Content.Value content -> {
                if (value instanceof NullNode) {
                    nullAt(index >= 0 && at(owner.get("_" + slot.json()), index) != null);
                } else {
                    values.primitive(content, value, scope());
                }
            }
            case Content.Companion content -> companion(owner, content, value, index);
            case Content.Complex content -> {
                if (value instanceof ObjectNode object) {
                    complex(object, content);
                } else {
                    mustBeObject(slot);
                }
            }
            case Content.AnyResource _ -> {
                if (value instanceof ObjectNode object) {
                    embedded(slot, object, index);
                } else {
                    mustBeObject(slot);
                }
            }
            case Content.TypeName _ -> {} // looked at when the shape was chosen
        }
    }

    private Scope scope() {
        if (scope == null) {
            throw new IllegalStateException("The walk is outside of any resource");
        }
        return scope;
    }

    private void mustBeObject(Slot slot) {
        findings.add("structure", "\"" + slot.json() + "\" must be an object.");
    }

    private void nullAt(boolean paired) {
        if (!paired) {
            findings.add(
                    "structure",
                    here() + " is null: leave it out, or give its companion in the same place.");
        }
    }

    private static @Nullable JsonNode at(@Nullable JsonNode array, int index) {
        var item = array == null ? null : index < 0 ? array : array.get(index);
        return item == null || item.isNull() ? null : item;
    }

    private void companion(ObjectNode owner, Content.Companion content, JsonNode value, int index) {
        var paired = at(owner.get(content.primitive()), index) != null;
        if (value instanceof NullNode) {
            nullAt(index >= 0 && paired);
        } else if (value instanceof ObjectNode object) {
            object(object, paired ? shapes.companionOfValue() : shapes.companionAlone());
        } else {
            findings.add(
                    "structure",
                    "\"_" + content.primitive() + "\" must be an object with id or extension.");
        }
    }

    private void complex(ObjectNode object, Content.Complex content) {
        var before = findings.count();
        object(object, shapes.type(content.type()));
        if (findings.count() > before) {
            return;
        }
        if (content.codes().isPresent()) {
            values.concept(object, content.codes().get());
        }
        if (content.type().equals("Reference")) {
            references.check(object, content.targets(), scope());
        }
    }

    private void embedded(Slot slot, ObjectNode object, int index) {
        var shape = shapeOf(object);
        if (shape == null) {
            return;
        }
        if (slot.json().equals("contained")) {
            if (scope().contained()) {
                findings.add("invariant", "A contained resource must not contain others (dom-2)");
                return;
            }
            scope().within(index);
            object(object, shape);
            scope().within(Scope.OUTER);
        } else {
            resource(object, shape);
        }
    }
}
