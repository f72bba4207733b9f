package trellis.fhir.validation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A type made ready for walking.
final class Shape {
    private final String type;
    private final boolean resource;
    private final Map<String, Slot> slots;
    private final long required;
    private final long choices;
    private final List<Rule> rules;

    /// @param type its name
    /// @param resource whether it is a resource type
    /// @param slots by name in JSON
    /// @param required a bit for each element's number that must be present
    /// @param choices a bit for each choice element's number
    /// @param rules invariants, checked on every instance
    Shape(
            String type,
            boolean resource,
            Map<String, Slot> slots,
            long required,
            long choices,
            List<Rule> rules) {
        this.type = type;
        this.resource = resource;
        this.slots = Map.copyOf(slots);
        this.required = required;
        this.choices = choices;
        this.rules = List.copyOf(rules);
    }

    /// The same shape with fewer rules.
    Shape without(List<Rule> left) {
        var fewer = rules.stream().filter(r -> !left.contains(r)).toList();
        return new Shape(type, resource, slots, required, choices, fewer);
    }

    String type() {
        return type;
    }

    boolean isResource() {
        return resource;
    }

    @Nullable Slot slot(String json) {
        return slots.get(json);
    }

    Map<String, Slot> slots() {
        return slots;
    }

    long required() {
        return required;
    }

    /// The names of the elements with these bits, in alphabetical order.
    List<String> elementsOf(long bits) {
        return slots.values().stream()
                .filter(s -> (bits & 1L << s.number()) != 0)
                .map(Slot::element)
                .distinct()
                .sorted()
                .toList();
    }

    boolean isChoice(int number) {
        return (choices & 1L << number) != 0;
    }

    List<Rule> rules() {
        return rules;
    }
}
