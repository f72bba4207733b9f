package trellis.fhir.definitions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every type that FHIR R4 (4.0.1) defines.
public final class Definitions {

    private final Map<String, TypeDefinition> types;
    private final String[] resourceTypes;

    Definitions(Map<String, TypeDefinition> types) {
        this.types = types;
        this.resourceTypes =
                types.values().stream()
                        .filter(t -> t.kind() == TypeDefinition.Kind.RESOURCE)
                        .map(TypeDefinition::name)
                        .sorted()
                        .toArray(String[]::new);
    }

    /// R4. Read on first use, then shared.
    public static Definitions r4() {
        return R4.DEFINITIONS;
    }

    /// Names of all concrete resource types, in alphabetical order.
    public List<String> resourceTypes() {
        return Collections.unmodifiableList(Arrays.asList(resourceTypes));
    }

    /// A number for a resource type: its position, from 1, in [#resourceTypes]. It is stored in
    /// databases and never changes, because R4 is frozen.
    ///
    /// @return 0 for anything that is not a concrete resource type
    public int typeCode(String type) {
        var at = Arrays.binarySearch(resourceTypes, type);
        return at < 0 ? 0 : at + 1;
    }

    /// The resource type with that [#typeCode].
    ///
    /// @throws IllegalArgumentException for a number that stands for no type
    public String typeName(int code) {
        if (code < 1 || code > resourceTypes.length) {
            throw new IllegalArgumentException("No resource type has the number " + code);
        }
        return resourceTypes[code - 1];
    }

    /// Whether this names a concrete resource type.
    public boolean isResourceType(String type) {
        return typeCode(type) != 0;
    }

    /// A resource type, data type or primitive type by its name, or a nested one by its path
    /// (`Patient.contact`).
    public Optional<TypeDefinition> type(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /// All types, nested ones too, in order of name.
    public Collection<TypeDefinition> types() {
        return types.values();
    }

    /// The type that a path of element names leads to, each choice element by its typed name, such
    /// as `Observation.component.valueQuantity.code`.
    ///
    /// @return the last element with the type its name stands for
    public Optional<TypedElement> at(String path) {
        var names = new ArrayList<>(List.of(path.split("\\.")));
        var type = type(names.removeFirst());
        Optional<TypedElement> element = Optional.empty();
        for (var name : names) {
            element = type.flatMap(t -> t.named(name));
            type = element.flatMap(e -> type(e.type().name()));
        }
        return element;
    }

    /// Holder, so that the table is read on first use.
    private static final class R4 {
        static final Definitions DEFINITIONS = Table.read("r4.table");
    }
}
