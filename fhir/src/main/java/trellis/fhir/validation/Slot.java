package trellis.fhir.validation;

import java.util.Optional;
import java.util.Set;
import trellis.fhir.definitions.CodeSet;

/// What one JSON name stands for within a [Shape].
///
/// @param json the name in JSON, such as `valueQuantity` or `_birthDate`
/// @param element the element's name in expressions, such as `value`
/// @param number the element's number within its shape; all names of a choice share it, and a
///     companion has that of its primitive
/// @param repeats whether it must be an array
/// @param most how many there may be
/// @param content what it holds
record Slot(String json, String element, int number, boolean repeats, int most, Content content) {

    /// What a slot can hold.
    sealed interface Content {

        /// A value.
        ///
        /// @param codes the only ones allowed, if there is a required binding
        /// @param type its format
        /// @param bare whether its companion `_name` is not allowed (`id`, `Extension.url`)
        record Value(Primitive type, Optional<CodeSet> codes, boolean bare) implements Content {}

        /// The `_name` that carries id and extensions of the primitive `name`.
        record Companion(String primitive) implements Content {}

        /// An object of that shape.
        ///
        /// @param type its name
        /// @param codes for a CodeableConcept with a required binding
        /// @param targets for a Reference: the resource types allowed; empty for any
        record Complex(String type, Optional<CodeSet> codes, Set<String> targets)
                implements Content {}

        /// Any resource.
        record AnyResource() implements Content {}

        /// `resourceType` itself.
        record TypeName() implements Content {}
    }
}
