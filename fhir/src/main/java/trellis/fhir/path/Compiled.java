package trellis.fhir.path;

import java.util.List;

/// An expression's evaluator, and what it can give.
record Compiled(Evaluator evaluator, Shape shape) {

    static Compiled nothing() {
        return new Compiled(_ -> List.of(), Shape.NOTHING);
    }

    static Compiled constant(Item.Value value, Sort sort) {
        var always = List.<Item>of(value);
        return new Compiled(_ -> always, Shape.of(sort));
    }

    static Compiled bool(Evaluator evaluator) {
        return new Compiled(evaluator, Shape.of(Sort.BOOLEAN));
    }
}
