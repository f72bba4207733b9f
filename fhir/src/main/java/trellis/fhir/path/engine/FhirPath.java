package trellis.fhir.path.engine;

import java.util.List;
import java.util.Set;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.path.Expression;

/// A compiled FHIRPath expression. Can be used by many threads at once.
///
/// Every method that compiles or evaluates throws [trellis.fhir.Refused] with a BadRequest that names
/// the part of the expression: code `invalid` for what is no FHIRPath, asks for elements that there
/// are not, or breaks a rule of the language while it runs; `not-supported` for what a profile would
/// be needed for; `too-long` and `too-costly` for what goes beyond the bounds.
public final class FhirPath {
    private final Expression expression;
    private final Step step;

    private FhirPath(Expression expression, Step step) {
        this.expression = expression;
        this.step = step;
    }

    /// Compiles an expression for anything: an element that its focus does not have gives nothing.
    public static FhirPath compile(String expression) {
        var tree = Expression.parse(expression);
        return new FhirPath(
                tree,
                new Builder(Definitions.r4(), Set.of(), true, Effort.compiling())
                        .compile(tree)
                        .step());
    }

    /// Compiles an expression for resources or elements of one type, whose names are checked.
    ///
    /// @param type such as `Patient`, `HumanName` or `Patient.contact`
    public static FhirPath compile(String expression, String type) {
        var tree = Expression.parse(expression);
        var definition =
                Definitions.r4()
                        .type(type)
                        .orElseThrow(() -> Faults.invalid("there is no type " + type, tree));
        return new FhirPath(
                tree,
                new Builder(Definitions.r4(), Set.of(definition), false, Effort.compiling())
                        .compile(tree)
                        .step());
    }

    /// What it gives on a whole resource, in order; nobody changes the list.
    public List<Value> on(Resource resource, Environment environment) {
        return on(Node.of(resource), environment);
    }

    /// What it gives on an element of a resource.
    public List<Value> on(Node focus, Environment environment) {
        return on(focus, environment, new Effort());
    }

    /// As [#on(Node, Environment)], within an effort that several evaluations share.
    public List<Value> on(Node focus, Environment environment, Effort effort) {
        return step.in(Frame.of(focus, environment, effort));
    }

    /// Whether it gives a single `true`, or a single thing that is no Boolean (FHIRPath N1, Singleton
    /// Evaluation of Collections). Nothing is false here.
    public boolean holds(Resource resource, Environment environment) {
        return Values.truth(on(resource, environment), expression).orElse(false);
    }

    /// The expression, as it was understood.
    @Override
    public String toString() {
        return expression.text();
    }
}
