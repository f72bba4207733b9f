package trellis.fhir.path.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.fhir.path.Expression;

/// Functions of whole collections: parts of them, sets, and questions about all of them.
final class Collections {

    private Collections() {}

    static Map<String, Function> functions() {
        return Map.ofEntries(
                Map.entry("empty", question((items, _) -> Optional.of(items.isEmpty()))),
                Map.entry(
                        "count",
                        new Function(
                                0,
                                0,
                                (_, focus, _) ->
                                        Typed.values(frame ->
                                                Values.whole(focus.step().in(frame).size())))),
                Map.entry(
                        "not",
                        new Function(
                                0,
                                0,
                                (_, focus, call) ->
                                        Typed.values(frame ->
                                                Values.bool(
                                                        Values.truth(
                                                                        focus.step().in(frame),
                                                                        call.focus())
                                                                .map(v -> !v))))),
                Map.entry("allTrue", booleans(true, true)),
                Map.entry("anyTrue", booleans(false, true)),
                Map.entry("allFalse", booleans(true, false)),
                Map.entry("anyFalse", booleans(false, false)),
                Map.entry(
                        "isDistinct",
                        question((items, frame) ->
                                Optional.of(
                                        Operations.equality(frame).distinct(items).size()
                                                == items.size()))),
                Map.entry(
                        "distinct",
                        part((items, frame, _) -> Operations.equality(frame).distinct(items))),
                Map.entry("first", part((items, _, _) -> cut(items, 0, 1))),
                Map.entry(
                        "last", part((items, _, _) -> cut(items, items.size() - 1, items.size()))),
                Map.entry("tail", part((items, _, _) -> cut(items, 1, items.size()))),
                Map.entry(
                        "single",
                        part((items, _, call) -> Values.of(Values.one(items, call.focus())))),
                Map.entry("skip", counted((items, many) -> cut(items, many, items.size()))),
                Map.entry("take", counted((items, many) -> cut(items, 0, many))),
                Map.entry(
                        "union",
                        both((left, right, frame) ->
                                Operations.equality(frame).distinct(Values.joined(left, right)))),
                Map.entry("combine", both((left, right, _) -> Values.joined(left, right))),
                Map.entry("intersect", both(Collections::intersect)),
                Map.entry("exclude", both(Collections::exclude)),
                Map.entry(
                        "subsetOf",
                        compared((left, right, frame) -> containsAll(right, left, frame))),
                Map.entry("supersetOf", compared(Collections::containsAll)),
                Map.entry(
                        "children",
                        new Function(
                                0,
                                0,
                                (_, focus, _) ->
                                        Typed.open(frame -> children(focus.step().in(frame))))),
                Map.entry(
                        "descendants",
                        new Function(
                                0,
                                0,
                                (_, focus, _) ->
                                        Typed.open(frame ->
                                                descendants(focus.step().in(frame), frame)))),
                Map.entry(
                        "is",
                        new Function(
                                1,
                                1,
                                (builder, focus, call) ->
                                        Types.is(
                                                builder,
                                                focus,
                                                Types.name(call.arguments().getFirst()),
                                                call))),
                Map.entry(
                        "as",
                        new Function(
                                1,
                                1,
                                (builder, focus, call) ->
                                        Types.as(
                                                builder,
                                                focus,
                                                Types.name(call.arguments().getFirst()),
                                                call))),
                Map.entry(
                        "ofType",
                        new Function(
                                1,
                                1,
                                (builder, focus, call) ->
                                        Types.ofType(
                                                builder,
                                                focus,
                                                Types.name(call.arguments().getFirst()),
                                                call))),
                Map.entry(
                        "type",
                        new Function(
                                0,
                                0,
                                (_, focus, _) ->
                                        Typed.open(frame ->
                                                focus.step().in(frame).stream()
                                                        .<Value>map(Value::type)
                                                        .toList()))));
    }

    private interface Question {
        Optional<Boolean> of(List<Value> items, Frame frame);
    }

    private static Function question(Question question) {
        return new Function(
                0,
                0,
                (_, focus, _) ->
                        Typed.values(
                                frame -> Values.bool(question.of(focus.step().in(frame), frame))));
    }

    /// @param every whether all items must be so, or one
    private static Function booleans(boolean every, boolean wanted) {
        return new Function(
                0,
                0,
                (_, focus, call) ->
                        Typed.values(frame -> {
                            var all = true;
                            var any = false;
                            for (var item : focus.step().in(frame)) {
                                var fits = Values.bool(item, call).orElse(!wanted) == wanted;
                                all &= fits;
                                any |= fits;
                            }
                            return Values.bool(every ? all : any);
                        }));
    }

    private interface Part {
        List<Value> of(List<Value> items, Frame frame, Expression.Call call);
    }

    private static Function part(Part part) {
        return new Function(
                0,
                0,
                (_, focus, call) ->
                        focus.by(frame -> part.of(focus.step().in(frame), frame, call)));
    }

    private interface Counted {
        List<Value> of(List<Value> items, int many);
    }

    private static Function counted(Counted counted) {
        return new Function(
                1,
                1,
                (builder, focus, call) -> {
                    var argument = call.arguments().getFirst();
                    var many = builder.compile(argument).step();
                    return focus.by(frame ->
                            Values.whole(many.in(frame), argument)
                                    .map(n -> counted.of(focus.step().in(frame), n))
                                    .orElse(Values.NONE));
                });
    }

    private static List<Value> cut(List<Value> items, int from, int to) {
        var start = Math.max(0, from);
        var end = Math.min(items.size(), to);
        return start < end ? List.copyOf(items.subList(start, end)) : Values.NONE;
    }

    private interface Both {
        List<Value> of(List<Value> left, List<Value> right, Frame frame);
    }

    private static Function both(Both both) {
        return new Function(
                1,
                1,
                (builder, focus, call) -> {
                    var other = builder.compile(call.arguments().getFirst());
                    return focus.and(
                            other,
                            frame ->
                                    both.of(focus.step().in(frame), other.step().in(frame), frame));
                });
    }

    private interface Comparison {
        boolean of(List<Value> left, List<Value> right, Frame frame);
    }

    private static Function compared(Comparison comparison) {
        return new Function(
                1,
                1,
                (builder, focus, call) -> {
                    var other = builder.compile(call.arguments().getFirst()).step();
                    return Typed.values(frame ->
                            Values.bool(
                                    comparison.of(focus.step().in(frame), other.in(frame), frame)));
                });
    }

    private static boolean containsAll(List<Value> large, List<Value> small, Frame frame) {
        var seen = Operations.equality(frame).new Seen().addAll(large);
        return small.stream().allMatch(seen::contains);
    }

    private static List<Value> intersect(List<Value> left, List<Value> right, Frame frame) {
        var seen = Operations.equality(frame).new Seen().addAll(right);
        return Operations.equality(frame).distinct(left.stream().filter(seen::contains).toList());
    }

    private static List<Value> exclude(List<Value> left, List<Value> right, Frame frame) {
        var seen = Operations.equality(frame).new Seen().addAll(right);
        return left.stream().filter(item -> !seen.contains(item)).toList();
    }

    private static List<Value> children(List<Value> items) {
        List<Value> all = new ArrayList<>();
        for (var item : items) {
            if (item instanceof Node node) {
                all.addAll(node.children());
            }
        }
        return all;
    }

    /// Level by level, each element of the tree once.
    private static List<Value> descendants(List<Value> items, Frame frame) {
        List<Value> all = new ArrayList<>();
        for (var level = items; !level.isEmpty(); ) {
            List<Value> next = new ArrayList<>();
            for (var item : level) {
                if (item instanceof Node node) {
                    var children = node.children();
                    frame.effort().spend(1 + children.size());
                    next.addAll(children);
                }
            }
            all.addAll(next);
            level = next;
        }
        return all;
    }
}
