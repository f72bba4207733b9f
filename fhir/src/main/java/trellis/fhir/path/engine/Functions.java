package trellis.fhir.path.engine;

import java.util.HashMap;
import java.util.Map;
import trellis.fhir.path.Expression;

/// The functions by name.
final class Functions {
    private static final Map<String, Function> BY_NAME = byName();

    private Functions() {}

    private static Map<String, Function> byName() {
        var all = new HashMap<String, Function>();
        all.putAll(Iterations.functions());
        all.putAll(Collections.functions());
        all.putAll(Texts.functions());
        all.putAll(Mathematics.functions());
        all.putAll(Conversions.functions());
        all.putAll(Boundaries.functions());
        all.putAll(FhirFunctions.functions());
        return Map.copyOf(all);
    }

    static Typed compile(Builder builder, Expression.Call call) {
        var function = BY_NAME.get(call.name());
        if (function == null) {
            throw Faults.invalid("there is no function " + call.name(), call);
        }
        var given = call.arguments().size();
        if (given < function.least() || given > function.most()) {
            throw Faults.invalid(
                    "the function " + call.name() + " does not take " + given + " arguments", call);
        }
        var focus =
                call.focus() instanceof Expression.Focus
                        ? builder.self()
                        : builder.compile(call.focus());
        return function.maker().call(builder, focus, call);
    }
}
