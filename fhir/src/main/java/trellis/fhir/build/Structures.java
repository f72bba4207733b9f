package trellis.fhir.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Turns StructureDefinitions into lines of the table: one `T` line for a type (also for each
/// nested one, named by its path) followed by one `E` line for each element.
final class Structures {
    private static final String SYSTEM_TYPE = "http://hl7.org/fhirpath/System.";

    private final ValueSets valueSets;
    private final Map<String, List<String>> lines = new TreeMap<>();
    private final Map<String, Integer> bindings = new LinkedHashMap<>();

    Structures(ValueSets valueSets) {
        this.valueSets = valueSets;
    }

    /// Table lines of all types, in order of type name.
    List<String> lines() {
        return lines.values().stream().flatMap(List::stream).toList();
    }

    /// Table lines of the value sets that the elements point to by number.
    List<String> valueSetLines() {
        var all = new ArrayList<String>();
        for (var url : bindings.keySet()) {
            var codes = valueSets.expand(url).orElseThrow();
            all.add("V\t" + url.replaceFirst("\\|.*", ""));
            codes.forEach((s, c) -> all.add("C\t" + s + "\t" + String.join("\t", c)));
        }
        return all;
    }

    void add(Xml definition) {
        var name = definition.need("name");
        if (definition.need("kind").equals("logical")) {
            return;
        }
        var elements = definition.first("snapshot").orElseThrow().all("element").toList();
        var root = elements.getFirst().need("path");
        for (var element : elements) {
            var path = name + element.need("path").substring(root.length());
            if (!path.contains(".")) {
                type(path, kind(definition), base(definition), element);
            } else if (!element.need("max").equals("0")) {
                element(path, element, root, name);
            }
        }
    }

    private static String kind(Xml definition) {
        if (definition.need("abstract").equals("true")) {
            return "ABSTRACT";
        }
        return switch (definition.need("kind")) {
            case "resource" -> "RESOURCE";
            case "primitive-type" -> "PRIMITIVE";
            default -> "COMPLEX";
        };
    }

    private static String base(Xml definition) {
        return definition.value("baseDefinition").map(Structures::last).orElse("");
    }

    private static String last(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private void type(String name, String kind, String base, Xml element) {
        var type = new ArrayList<String>();
        type.add(String.join("\t", "T", name, kind, base, constraints(element)));
        lines.put(name, type);
    }

    private void element(String path, Xml element, String root, String name) {
        var dot = path.lastIndexOf('.');
        var owner = lines.get(path.substring(0, dot));
        if (owner == null) {
            throw new IllegalStateException("No type holds " + path);
        }
        var types =
                path.equals(name + ".id") && isResource(owner)
                        ? "id" // published as string, although its text says id
                        : types(path, element, root, name);
        if (types.equals(path)) {
            var base = last(element.first("type").orElseThrow().need("code"));
            type(path, "NESTED", base, element);
        }
        owner.add(
                String.join(
                        "\t",
                        "E",
                        path.substring(dot + 1),
                        element.need("min"),
                        element.need("max"),
                        flag(element, "isSummary") + flag(element, "isModifier"),
                        types,
                        binding(element),
                        types.equals(path) ? "" : constraints(element)));
    }

    private static boolean isResource(List<String> owner) {
        return owner.getFirst().contains("\tRESOURCE\t");
    }

    private static String flag(Xml element, String flag) {
        return element.value(flag).equals(Optional.of("true")) ? flag.substring(2, 3) : "";
    }

    private static String constraints(Xml element) {
        return element.all("constraint")
                .filter(c -> c.need("severity").equals("error"))
                .map(c -> c.need("key"))
                .collect(Collectors.joining(","));
    }

    private static String types(String path, Xml element, String root, String name) {
        var reference = element.value("contentReference");
        if (reference.isPresent()) {
            return name + reference.get().substring(1 + root.length());
        }
        return element.all("type").map(t -> type(path, t)).collect(Collectors.joining(" "));
    }

    private static String type(String path, Xml type) {
        var code = type.need("code");
        if (code.startsWith(SYSTEM_TYPE)) {
            var declared = type.first("extension").flatMap(e -> e.value("valueUrl"));
            return declared.orElse(code.substring(SYSTEM_TYPE.length()).toLowerCase(Locale.ROOT));
        }
        if (code.equals("BackboneElement") || code.equals("Element")) {
            return path;
        }
        var profile =
                type.value("profile").filter(p -> p.endsWith("Quantity")).map(p -> ":" + last(p));
        var targets =
                type.all("targetProfile").map(t -> last(t.own())).collect(Collectors.joining("|"));
        return profile.map(p -> p.substring(1)).orElse(code)
                + (targets.isEmpty() ? "" : ":" + targets);
    }

    private String binding(Xml element) {
        return element.first("binding")
                .filter(b -> b.need("strength").equals("required"))
                .flatMap(b -> b.value("valueSet"))
                .flatMap(this::number)
                .orElse("");
    }

    private Optional<String> number(String url) {
        if (valueSets.expand(url).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(bindings.computeIfAbsent(url, _ -> bindings.size()).toString());
    }
}
