package trellis.fhir.path;

import java.util.List;

/// A compiled expression. Never throws, whatever the JSON holds, and keeps no state.
@FunctionalInterface
interface Evaluator {

    /// What it gives; nobody changes the list.
    List<Item> in(Scope scope);
}
