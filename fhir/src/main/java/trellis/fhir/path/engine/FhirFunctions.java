package trellis.fhir.path.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.path.Expression;
import trellis.fhir.validation.Xhtml;

/// The functions that FHIR R4 adds.
/// Clause: https://hl7.org/fhir/R4/fhirpath.html#functions
final class FhirFunctions {
    private static final String BASE = "http://hl7.org/fhir/StructureDefinition/";

    private FhirFunctions() {}

    static Map<String, Function> functions() {
        return Map.ofEntries(
                Map.entry("extension", new Function(1, 1, FhirFunctions::extension)),
                Map.entry(
                        "hasValue",
                        new Function(
                                0,
                                0,
                                (_, focus, _) ->
                                        Typed.values(frame -> {
                                            var items = focus.step().in(frame);
                                            return Values.bool(
                                                    items.size() == 1
                                                            && hasValue(items.getFirst()));
                                        }))),
                Map.entry(
                        "getValue",
                        new Function(
                                0,
                                0,
                                (_, focus, call) ->
                                        Typed.values(frame ->
                                                Values.of(
                                                        Values.one(focus.step().in(frame), call)
                                                                .filter(FhirFunctions::hasValue)
                                                                .flatMap(Value::system))))),
                Map.entry(
                        "resolve",
                        new Function(
                                0,
                                0,
                                (_, focus, _) ->
                                        Typed.open(
                                                frame -> resolve(focus.step().in(frame), frame)))),
                Map.entry("conformsTo", new Function(1, 1, FhirFunctions::conformsTo)),
                Map.entry("memberOf", new Function(1, 1, FhirFunctions::memberOf)),
                Map.entry(
                        "subsumes",
                        new Function(
                                1,
                                1,
                                (builder, focus, call) -> subsumes(builder, focus, call, false))),
                Map.entry(
                        "subsumedBy",
                        new Function(
                                1,
                                1,
                                (builder, focus, call) -> subsumes(builder, focus, call, true))),
                Map.entry(
                        "htmlChecks",
                        new Function(
                                0,
                                0,
                                (_, focus, call) ->
                                        Typed.values(frame ->
                                                Values.bool(html(focus.step().in(frame), call))))),
                Map.entry(
                        "checkModifiers",
                        new Function(0, Integer.MAX_VALUE, FhirFunctions::checkModifiers)),
                Map.entry("elementDefinition", new Function(0, 0, FhirFunctions::unsupported)),
                Map.entry("slice", new Function(2, 2, FhirFunctions::unsupported)));
    }

    private static Typed unsupported(Builder builder, Typed focus, Expression.Call call) {
        throw Faults.unsupported(
                "the function " + call.name() + " needs profiles, which are not read here", call);
    }

    private static boolean hasValue(Value item) {
        return !(item instanceof Node node) || (node.isPrimitive() && node.system().isPresent());
    }

    private static Typed extension(Builder builder, Typed focus, Expression.Call call) {
        var items = focus.step();
        var url = builder.compile(call.arguments().getFirst()).step();
        return Typed.of(
                frame -> {
                    var wanted = Values.text(url.in(frame), call);
                    List<Value> found = new ArrayList<>();
                    for (var item : items.in(frame)) {
                        if (wanted.isPresent() && item instanceof Node node) {
                            for (var extension : node.children("extension")) {
                                if (extension
                                        .json()
                                        .path("url")
                                        .asString("")
                                        .equals(wanted.get())) {
                                    found.add(extension);
                                }
                            }
                        }
                    }
                    return found;
                },
                builder.definitions().type("Extension").stream().toList());
    }

    private static List<Value> resolve(List<Value> items, Frame frame) {
        List<Value> found = new ArrayList<>();
        for (var item : items) {
            address(item).flatMap(address -> target(address, item, frame)).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<String> address(Value item) {
        return item instanceof Node node && !node.isPrimitive()
                ? Optional.of(node.json().path("reference").asString("")).filter(a -> !a.isEmpty())
                : item.system().filter(Value.Text.class::isInstance).flatMap(Value::text);
    }

    /// What is contained comes first, then what stands in the same Bundle, then the world outside.
    private static Optional<Node> target(String address, Value item, Frame frame) {
        var root = root(item instanceof Node node ? node : frame.origin().root());
        if (address.startsWith("#")) {
            var holder = item instanceof Node node ? container(node) : frame.origin().root();
            return address.length() == 1
                    ? Optional.of(holder)
                    : holder.children("contained").stream()
                            .filter(each ->
                                    each.json()
                                            .path("id")
                                            .asString("")
                                            .equals(address.substring(1)))
                            .findFirst();
        }
        if (root.definition().name().equals("Bundle")) {
            for (var entry : root.children("entry")) {
                frame.effort().spend(1);
                var url = entry.json().path("fullUrl").asString("");
                if (url.equals(address)
                        || (!address.contains(":") && url.endsWith("/" + address))) {
                    return entry.children("resource").stream().findFirst();
                }
            }
        }
        return frame.origin()
                .environment()
                .resolve(address)
                .filter(FhirFunctions::isKnown)
                .map(Node::of);
    }

    private static boolean isKnown(Resource resource) {
        return Definitions.r4().isResourceType(resource.type());
    }

    private static Node root(Node node) {
        var at = node;
        while (at.parent().isPresent()) {
            at = at.parent().get();
        }
        return at;
    }

    /// The resource that holds what is contained: not itself contained, nor a Bundle around it.
    private static Node container(Node node) {
        var at = node;
        while (at.parent().isPresent() && (!at.isResource() || at.name().equals("contained"))) {
            at = at.parent().get();
        }
        return at;
    }

    private static Typed conformsTo(Builder builder, Typed focus, Expression.Call call) {
        var profile = builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame -> {
            var item = Values.one(focus.step().in(frame), call);
            var url = Values.text(profile.in(frame), call);
            if (item.isEmpty() || url.isEmpty()) {
                return Values.NONE;
            }
            return Values.bool(
                    conforms(builder, item.get(), url.get(), frame)
                            .orElseThrow(() -> Faults.invalid("the profile is not known", call)));
        });
    }

    private static Optional<Boolean> conforms(
            Builder builder, Value item, String url, Frame frame) {
        var base =
                url.startsWith(BASE)
                        ? builder.definitions().type(url.substring(BASE.length()))
                        : Optional.<TypeDefinition>empty();
        if (base.isPresent()) {
            return Optional.of(item instanceof Node node && node.isA(base.get()));
        }
        return item instanceof Node node
                ? frame.origin().environment().conformsTo(node, url)
                : Optional.empty();
    }

    private static Typed memberOf(Builder builder, Typed focus, Expression.Call call) {
        var valueSet = builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame -> {
            var item = Values.one(focus.step().in(frame), call);
            var url = Values.text(valueSet.in(frame), call);
            if (item.isEmpty() || url.isEmpty()) {
                return Values.NONE;
            }
            var answers =
                    codes(item.get(), call).stream()
                            .map(code -> frame.origin().environment().memberOf(code, url.get()))
                            .toList();
            return any(answers);
        });
    }

    /// True when one is; unknown when none is and one is unknown.
    private static List<Value> any(List<Optional<Boolean>> answers) {
        if (answers.contains(Optional.of(true))) {
            return Values.TRUE;
        }
        return answers.contains(Optional.<Boolean>empty()) ? Values.NONE : Values.FALSE;
    }

    private static List<Environment.Coded> codes(Value item, Expression place) {
        if (item instanceof Node node && node.definition().name().equals("CodeableConcept")) {
            return node.children("coding").stream().map(FhirFunctions::coded).toList();
        }
        if (item instanceof Node node && node.definition().name().equals("Coding")) {
            return List.of(coded(node));
        }
        return Values.text(List.of(item), place)
                .map(code -> List.of(new Environment.Coded("", code)))
                .orElse(List.of());
    }

    private static Environment.Coded coded(Node coding) {
        return new Environment.Coded(
                coding.json().path("system").asString(""), coding.json().path("code").asString(""));
    }

    private static Typed subsumes(
            Builder builder, Typed focus, Expression.Call call, boolean reversed) {
        var argument = builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame -> {
            var one = Values.one(focus.step().in(frame), call);
            var other = Values.one(argument.in(frame), call);
            if (one.isEmpty() || other.isEmpty()) {
                return Values.NONE;
            }
            var environment = frame.origin().environment();
            List<Optional<Boolean>> answers = new ArrayList<>();
            for (var a : codes(one.get(), call)) {
                for (var b : codes(other.get(), call)) {
                    answers.add(reversed ? environment.subsumes(b, a) : environment.subsumes(a, b));
                }
            }
            return any(answers);
        });
    }

    private static Optional<Boolean> html(List<Value> items, Expression place) {
        return Values.one(items, place)
                .map(item ->
                        item instanceof Node node
                                && node.json().isString()
                                && Xhtml.isSafe(node.json().stringValue()));
    }

    private static Typed checkModifiers(Builder builder, Typed focus, Expression.Call call) {
        var known =
                call.arguments().stream()
                        .map(argument -> builder.compile(argument).step())
                        .toList();
        return focus.by(frame -> {
            var urls =
                    known.stream()
                            .flatMap(step -> Values.text(step.in(frame), call).stream())
                            .toList();
            var items = focus.step().in(frame);
            for (var item : items) {
                if (item instanceof Node node
                        && node.children("modifierExtension").stream()
                                .anyMatch(e -> !urls.contains(e.json().path("url").asString("")))) {
                    throw Faults.invalid(
                            "a modifier extension is there that is not expected", call);
                }
            }
            return items;
        });
    }
}
