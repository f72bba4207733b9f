package trellis.fhir.validation;

import java.util.List;
import trellis.fhir.Issue;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;

/// Validates the structure of any R4 resource: known elements, cardinality, types, formats, choices,
/// required codes, reference targets, contained resources and the invariants of the specification.
/// What it covers and what not is told in `docs/validation.md`.
public final class Validator {
    private final Shapes shapes;

    private Validator(Shapes shapes) {
        this.shapes = shapes;
    }

    /// For R4. Made on first use, then shared; safe for any number of threads.
    public static Validator r4() {
        return R4.VALIDATOR;
    }

    /// Everything wrong with a resource, at most a hundred problems, each with the FHIRPath of its
    /// place and a sentence that says what to do.
    ///
    /// @return empty when there is nothing wrong
    public List<Issue> validate(Resource resource) {
        return new Walk(shapes, resource.json()).of(resource.json());
    }

    /// Holder, so that the shapes are made on first use.
    private static final class R4 {
        static final Validator VALIDATOR = new Validator(new Shapes(Definitions.r4(), Rules.all()));
    }
}
