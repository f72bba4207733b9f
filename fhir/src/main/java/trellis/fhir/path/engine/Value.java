package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.util.Optional;

/// One of the things that an expression gives: an element of a resource ([Node]) or a value of one of
/// FHIRPath's own types.
public sealed interface Value
        permits Node,
                Moment,
                Quantity,
                Value.Bool,
                Value.Int,
                Value.Dec,
                Value.Text,
                Value.TypeName {

    /// System.Boolean.
    record Bool(boolean value) implements Value {}

    /// System.Integer.
    record Int(int value) implements Value {}

    /// System.Decimal.
    record Dec(BigDecimal value) implements Value {}

    /// System.String.
    record Text(String value) implements Value {}

    /// What `type()` gives.
    ///
    /// @param namespace `System` or `FHIR`
    record TypeName(String namespace, String name) implements Value {}

    /// The value as one of FHIRPath's own types: a primitive element by its type, a Quantity as a
    /// quantity; empty for an element that has elements of its own or has no value.
    default Optional<Value> system() {
        return Optional.of(this);
    }

    /// Its type, as `type()` gives it.
    default TypeName type() {
        return new TypeName(
                "System",
                switch (this) {
                    case Bool _ -> "Boolean";
                    case Int _ -> "Integer";
                    case Dec _ -> "Decimal";
                    case Text _ -> "String";
                    case Moment moment -> moment.kind().systemName();
                    case Quantity _ -> "Quantity";
                    case TypeName _ -> "SimpleTypeInfo";
                    case Node node -> node.definition().name();
                });
    }

    /// As `toString()` writes it; empty for what has elements.
    default Optional<String> text() {
        return system().flatMap(value ->
                switch (value) {
                    case Bool(var bool) -> Optional.of(Boolean.toString(bool));
                    case Int(var number) -> Optional.of(Integer.toString(number));
                    case Dec(var number) -> Optional.of(number.toPlainString());
                    case Text(var text) -> Optional.of(text);
                    case Moment moment -> Optional.of(moment.toString());
                    case Quantity quantity -> Optional.of(quantity.toString());
                    case TypeName _, Node _ -> Optional.empty();
                });
    }
}
