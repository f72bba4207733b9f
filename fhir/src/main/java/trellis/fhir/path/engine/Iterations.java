package trellis.fhir.path.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.path.Expression;

/// Functions that evaluate an argument for each item: `where`, `select`, `repeat` and their like.
final class Iterations {

    private Iterations() {}

    static Map<String, Function> functions() {
        return Map.of(
                "where", new Function(1, 1, Iterations::where),
                "exists", new Function(0, 1, Iterations::exists),
                "all", new Function(1, 1, Iterations::all),
                "select", new Function(1, 1, Iterations::select),
                "repeat", new Function(1, 1, Iterations::repeat),
                "aggregate", new Function(1, 2, Iterations::aggregate),
                "sort", new Function(0, Integer.MAX_VALUE, Iterations::sort),
                "trace", new Function(1, 2, Iterations::trace),
                "iif", new Function(2, 3, Iterations::iif));
    }

    private static Typed where(Builder builder, Typed focus, Expression.Call call) {
        var argument = call.arguments().getFirst();
        var items = focus.step();
        var criterion = builder.each(focus).compile(argument).step();
        return focus.by(frame -> {
            var found = items.in(frame);
            List<Value> kept = new ArrayList<>();
            for (var i = 0; i < found.size(); i++) {
                if (Values.truth(criterion.in(frame.at(found.get(i), i)), argument).orElse(false)) {
                    kept.add(found.get(i));
                }
            }
            return kept;
        });
    }

    private static Typed exists(Builder builder, Typed focus, Expression.Call call) {
        var items = (call.arguments().isEmpty() ? focus : where(builder, focus, call)).step();
        return Typed.values(frame -> Values.bool(!items.in(frame).isEmpty()));
    }

    private static Typed all(Builder builder, Typed focus, Expression.Call call) {
        var argument = call.arguments().getFirst();
        var items = focus.step();
        var criterion = builder.each(focus).compile(argument).step();
        return Typed.values(frame -> {
            var found = items.in(frame);
            for (var i = 0; i < found.size(); i++) {
                if (!Values.truth(criterion.in(frame.at(found.get(i), i)), argument)
                        .orElse(false)) {
                    return Values.FALSE;
                }
            }
            return Values.TRUE;
        });
    }

    private static Typed select(Builder builder, Typed focus, Expression.Call call) {
        var items = focus.step();
        var projection = builder.each(focus).compile(call.arguments().getFirst());
        var each = projection.step();
        return projection.by(frame -> selected(items.in(frame), each, frame));
    }

    private static List<Value> selected(List<Value> items, Step each, Frame frame) {
        List<Value> all = new ArrayList<>();
        for (var i = 0; i < items.size(); i++) {
            all.addAll(each.in(frame.at(items.get(i), i)));
        }
        return all;
    }

    /// The types that it can reach are found by compiling it for those it has reached.
    private static Typed repeat(Builder builder, Typed focus, Expression.Call call) {
        var argument = call.arguments().getFirst();
        var projection = builder.each(focus).compile(argument);
        var reached = new LinkedHashSet<TypeDefinition>(focus.types());
        while (reached.addAll(projection.types())) {
            projection =
                    new Builder(
                                    builder.definitions(),
                                    reached,
                                    focus.open() || projection.open(),
                                    builder.effort())
                            .compile(argument);
        }
        var items = focus.step();
        var each = projection.step();
        return projection.by(frame -> repeated(items.in(frame), each, frame));
    }

    private static List<Value> repeated(List<Value> start, Step each, Frame frame) {
        var seen = Operations.equality(frame).new Seen();
        List<Value> all = new ArrayList<>();
        var round = start;
        while (!round.isEmpty()) {
            List<Value> next = new ArrayList<>();
            for (var i = 0; i < round.size(); i++) {
                for (var value : each.in(frame.at(round.get(i), i))) {
                    if (seen.add(value)) {
                        next.add(value);
                    }
                }
            }
            all.addAll(next);
            round = next;
        }
        return all;
    }

    private static Typed aggregate(Builder builder, Typed focus, Expression.Call call) {
        var items = focus.step();
        var aggregator = builder.each(focus).compile(call.arguments().getFirst()).step();
        var start =
                call.arguments().size() > 1
                        ? builder.compile(call.arguments().get(1)).step()
                        : (Step) _ -> Values.NONE;
        return Typed.open(frame -> {
            var found = items.in(frame);
            var total = start.in(frame);
            for (var i = 0; i < found.size(); i++) {
                total = aggregator.in(frame.at(found.get(i), i).with(total));
            }
            return total;
        });
    }

    /// A key to sort by.
    private record Key(Step step, boolean descending, Expression place) {}

    /// By each argument in turn, one with a minus sign before it from large to small.
    private static Typed sort(Builder builder, Typed focus, Expression.Call call) {
        var items = focus.step();
        var arguments =
                call.arguments().isEmpty()
                        ? List.<Expression>of(new Expression.This())
                        : call.arguments();
        var keys = arguments.stream().map(argument -> key(builder.each(focus), argument)).toList();
        return focus.by(frame -> {
            var found = items.in(frame);
            var rows = new ArrayList<Row>(found.size());
            for (var i = 0; i < found.size(); i++) {
                var within = frame.at(found.get(i), i);
                rows.add(
                        new Row(
                                found.get(i),
                                keys.stream()
                                        .map(k -> Values.value(k.step.in(within), k.place))
                                        .toList()));
            }
            rows.sort((a, b) -> order(a, b, keys, frame));
            return rows.stream().map(Row::item).toList();
        });
    }

    private record Row(Value item, List<Optional<Value>> keys) {}

    private static Key key(Builder builder, Expression argument) {
        return argument instanceof Expression.Sign(var negative, var operand) && negative
                ? new Key(builder.compile(operand).step(), true, operand)
                : new Key(builder.compile(argument).step(), false, argument);
    }

    /// What has no value comes first, whichever way.
    private static int order(Row left, Row right, List<Key> keys, Frame frame) {
        frame.effort().spend(1);
        for (var i = 0; i < keys.size(); i++) {
            var a = left.keys.get(i);
            var b = right.keys.get(i);
            if (a.isEmpty() != b.isEmpty()) {
                return a.isEmpty() ? -1 : 1;
            }
            var order =
                    a.isEmpty()
                            ? 0
                            : Operations.compare(a.get(), b.orElseThrow(), keys.get(i).place)
                                    .orElse(0);
            if (order != 0) {
                return keys.get(i).descending ? -order : order;
            }
        }
        return 0;
    }

    private static Typed trace(Builder builder, Typed focus, Expression.Call call) {
        var items = focus.step();
        var name = builder.compile(call.arguments().getFirst()).step();
        var projection =
                call.arguments().size() > 1
                        ? Optional.of(builder.each(focus).compile(call.arguments().get(1)).step())
                        : Optional.<Step>empty();
        return focus.by(frame -> {
            var found = items.in(frame);
            var shown = projection.map(each -> selected(found, each, frame)).orElse(found);
            frame.origin()
                    .environment()
                    .traced(Values.text(name.in(frame), call).orElse(""), shown);
            return found;
        });
    }

    /// Evaluated on its focus, which is at most one item; only the branch that is taken is evaluated.
    private static Typed iif(Builder builder, Typed focus, Expression.Call call) {
        var here = call.focus() instanceof Expression.Focus;
        var within = here ? builder : builder.each(focus);
        var items = focus.step();
        var condition = call.arguments().getFirst();
        var criterion = within.compile(condition).step();
        var then = within.compile(call.arguments().get(1));
        var otherwise =
                call.arguments().size() > 2
                        ? within.compile(call.arguments().get(2))
                        : Typed.values(_ -> Values.NONE);
        return then.and(
                otherwise,
                frame -> {
                    var inner = frame;
                    if (!here) {
                        var found = items.in(frame);
                        Values.one(found, call.focus());
                        inner = frame.on(found);
                    }
                    return Values.strictTruth(criterion.in(inner), condition).orElse(false)
                            ? then.step().in(inner)
                            : otherwise.step().in(inner);
                });
    }
}
