package trellis.fhir.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The functions that can be compiled, by name.
final class Functions {

    /// Makes the call of a function.
    private interface Function {
        Compiled call(Compiler compiler, Compiled focus, Expression.Call call);
    }

    private static final Map<String, Function> BY_NAME =
            Map.ofEntries(
                    Map.entry("where", Functions::where),
                    Map.entry("exists", Functions::exists),
                    Map.entry("empty", (_, focus, call) -> empty(focus, call)),
                    Map.entry("not", (_, focus, call) -> not(focus, call)),
                    Map.entry("first", Functions::first),
                    Map.entry("as", Functions::ofType),
                    Map.entry("ofType", Functions::ofType),
                    Map.entry("is", Functions::is),
                    Map.entry("extension", Functions::extension),
                    Map.entry("resolve", Functions::resolve));

    private Functions() {}

    static Compiled compile(Compiler compiler, Expression.Call call) {
        var function = BY_NAME.get(call.name());
        if (function == null) {
            throw Compiler.unsupported("the function " + call.name());
        }
        return function.call(compiler, compiler.compile(call.focus()), call);
    }

    private static void takes(Expression.Call call, int least, int most) {
        var given = call.arguments().size();
        if (given < least || given > most) {
            throw Compiler.invalid(
                    "The function " + call.name() + " does not take " + given + " arguments");
        }
    }

    private static Compiled where(Compiler compiler, Compiled focus, Expression.Call call) {
        takes(call, 1, 1);
        var items = focus.evaluator();
        var criterion =
                compiler.each(focus.shape()).compile(call.arguments().getFirst()).evaluator();
        return new Compiled(scope -> kept(items.in(scope), criterion, scope), focus.shape());
    }

    private static List<Item> kept(List<Item> items, Evaluator criterion, Scope scope) {
        List<Item> kept = List.of();
        for (var i = 0; i < items.size(); i++) {
            if (Truth.isTrue(criterion.in(scope.of(items.get(i))))) {
                kept = kept.isEmpty() ? new ArrayList<>(items.size() - i) : kept;
                kept.add(items.get(i));
            }
        }
        return kept;
    }

    private static Compiled exists(Compiler compiler, Compiled focus, Expression.Call call) {
        takes(call, 0, 1);
        var items = (call.arguments().isEmpty() ? focus : where(compiler, focus, call)).evaluator();
        return Compiled.bool(scope -> Truth.of(!items.in(scope).isEmpty()));
    }

    private static Compiled empty(Compiled focus, Expression.Call call) {
        takes(call, 0, 0);
        var items = focus.evaluator();
        return Compiled.bool(scope -> Truth.of(items.in(scope).isEmpty()));
    }

    private static Compiled not(Compiled focus, Expression.Call call) {
        takes(call, 0, 0);
        var items = focus.evaluator();
        return Compiled.bool(scope -> Truth.not(items.in(scope)));
    }

    private static Compiled first(Compiler compiler, Compiled focus, Expression.Call call) {
        takes(call, 0, 0);
        return compiler.at(focus, 0);
    }

    private static Compiled ofType(Compiler compiler, Compiled focus, Expression.Call call) {
        return compiler.narrow(focus, compiler.test(typeName(call)));
    }

    private static Compiled is(Compiler compiler, Compiled focus, Expression.Call call) {
        return compiler.is(focus, typeName(call));
    }

    private static Expression.TypeName typeName(Expression.Call call) {
        takes(call, 1, 1);
        return switch (call.arguments().getFirst()) {
            case Expression.Member(Expression.Focus _, var name) ->
                    new Expression.TypeName("", name);
            case Expression.Member(
                            Expression.Member(Expression.Focus _, var namespace),
                            var name) ->
                    new Expression.TypeName(namespace, name);
            case Expression other ->
                    throw Compiler.invalid("A type's name is expected, not " + other.text());
        };
    }

    private static Compiled extension(Compiler compiler, Compiled focus, Expression.Call call) {
        takes(call, 1, 1);
        if (!(call.arguments().getFirst() instanceof Expression.Text(var url))) {
            throw Compiler.unsupported(call.text());
        }
        var all = compiler.member(focus, "extension");
        var extensions = all.evaluator();
        return new Compiled(
                scope -> extensions.in(scope).stream().filter(e -> hasUrl(e, url)).toList(),
                all.shape());
    }

    private static boolean hasUrl(Item item, String url) {
        return item instanceof Item.Element(_, var json, _)
                && json.path("url").asString("").equals(url);
    }

    private static Compiled resolve(Compiler compiler, Compiled focus, Expression.Call call) {
        takes(call, 0, 0);
        var items = focus.evaluator();
        return new Compiled(
                scope -> {
                    List<Item> targets = new ArrayList<>();
                    for (var item : items.in(scope)) {
                        Targets.of(compiler.definitions(), item, scope.resource())
                                .ifPresent(type -> targets.add(new Item.Target(type)));
                    }
                    return targets;
                },
                Shape.of(Sort.TARGET));
    }
}
