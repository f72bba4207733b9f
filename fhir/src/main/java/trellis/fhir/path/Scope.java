package trellis.fhir.path;

import java.util.List;

/// What an expression is evaluated in.
///
/// @param self `$this`, which a path that begins with a name begins from
/// @param resource `%resource`
record Scope(List<Item> self, Item.Element resource) {

    Scope of(Item item) {
        return new Scope(List.of(item), resource);
    }
}
