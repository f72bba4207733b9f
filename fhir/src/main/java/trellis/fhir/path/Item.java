package trellis.fhir.path;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import trellis.fhir.definitions.TypeDefinition;

/// One of the things that an expression gives.
public sealed interface Item {

    /// A resource or a part of one.
    ///
    /// @param type its FHIR type, for a choice element the one that its name says
    /// @param json an object, or a primitive's value; missing when a primitive has only extensions
    /// @param companion the object beside a primitive that holds its id and extensions (`_birthDate`);
    ///     missing when there is none
    record Element(TypeDefinition type, JsonNode json, JsonNode companion) implements Item {}

    /// What a reference points to, of which only the type is known, from the reference itself.
    record Target(TypeDefinition type) implements Item {}

    /// A value that is no part of a resource.
    sealed interface Value extends Item {}

    record Bool(boolean value) implements Value {}

    record Text(String value) implements Value {}

    record Numeric(BigDecimal value) implements Value {}

    /// A date, dateTime, instant or time.
    record Moment(String value) implements Value {}
}
