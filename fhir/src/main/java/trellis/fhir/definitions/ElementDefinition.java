package trellis.fhir.definitions;

import java.util.List;
import java.util.Optional;

/// One element of a type.
///
/// @param name as the specification has it, without `[x]`
/// @param choice whether its name in JSON ends with the name of its type (`value[x]`)
/// @param min how many there must be at least
/// @param max how many there may be at most; [#MANY] when there is no limit
/// @param types what it may hold; one, unless it is a choice
/// @param isSummary whether it belongs to the summary of the resource
/// @param isModifier whether it can change the meaning of what holds it
/// @param requiredCodes the only codes it may hold; empty when there is no required binding, or its
///     codes cannot be listed: MIME types (BCP 13) and UCUM units, which follow a grammar
/// @param invariants keys of the rules of severity error stated at this element, such as `pat-1`
public record ElementDefinition(
        String name,
        boolean choice,
        int min,
        int max,
        List<ElementType> types,
        boolean isSummary,
        boolean isModifier,
        Optional<CodeSet> requiredCodes,
        List<String> invariants) {

    /// No upper limit.
    public static final int MANY = Integer.MAX_VALUE;

    public ElementDefinition {
        types = List.copyOf(types);
        invariants = List.copyOf(invariants);
    }

    /// Whether JSON holds it as an array.
    public boolean repeats() {
        return max > 1;
    }

    /// Its name in JSON when it holds that type.
    public String nameFor(ElementType type) {
        if (!choice) {
            return name;
        }
        var typeName = type.wireName();
        return name + Character.toUpperCase(typeName.charAt(0)) + typeName.substring(1);
    }
}
