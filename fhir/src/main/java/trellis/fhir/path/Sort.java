package trellis.fhir.path;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import trellis.fhir.definitions.TypeDefinition;

/// The sorts of value that FHIRPath tells apart (its System types, the two number types together).
enum Sort {
    BOOLEAN,
    STRING,
    NUMBER,
    MOMENT,
    /// What has elements, and so no value of its own.
    STRUCTURE,
    /// What a reference points to.
    TARGET;

    /// The sort of value that elements of a type hold.
    static Sort of(TypeDefinition type) {
        if (type.kind() != TypeDefinition.Kind.PRIMITIVE) {
            return STRUCTURE;
        }
        return switch (type.name()) {
            case "boolean" -> BOOLEAN;
            case "integer", "positiveInt", "unsignedInt", "decimal" -> NUMBER;
            case "date", "dateTime", "instant", "time" -> MOMENT;
            default -> STRING;
        };
    }

    /// An item as a value; empty for a structure, a target, or a primitive that has no value or one
    /// that is not of its type.
    static Optional<Item.Value> value(Item item) {
        return switch (item) {
            case Item.Value value -> Optional.of(value);
            case Item.Target _ -> Optional.empty();
            case Item.Element(var type, var json, _) -> value(of(type), json);
        };
    }

    private static Optional<Item.Value> value(Sort sort, JsonNode json) {
        return switch (sort) {
            case BOOLEAN ->
                    json.isBoolean()
                            ? Optional.of(new Item.Bool(json.booleanValue()))
                            : Optional.empty();
            case NUMBER ->
                    json.isNumber()
                            ? Optional.of(new Item.Numeric(json.decimalValue()))
                            : Optional.empty();
            case STRING ->
                    json.isString()
                            ? Optional.of(new Item.Text(json.stringValue()))
                            : Optional.empty();
            case MOMENT ->
                    json.isString()
                            ? Optional.of(new Item.Moment(json.stringValue()))
                            : Optional.empty();
            case STRUCTURE, TARGET -> Optional.empty();
        };
    }
}
