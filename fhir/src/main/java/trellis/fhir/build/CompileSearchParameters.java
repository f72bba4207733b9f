package trellis.fhir.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Json;
import trellis.fhir.path.Expression;
import trellis.fhir.path.Operator;

/// Compiles the published R4 search parameters into one gzipped text table: a line for each
/// resource type that a parameter is defined for, with the part of its expression that speaks of
/// that type. Parameters without an expression (`_text`, `_content`, `_query`) are left out.
public final class CompileSearchParameters {
    private static final String PUBLISHED = "/org/hl7/fhir/r4/model/sp/search-parameters.json";

    /// Mistakes in the publication, by the address of the parameter and the expression as published.
    /// `relationship` has the expressions of its two parts exchanged; FHIR has no type `DateTime`.
    private static final Map<String, String> CORRECTIONS =
            Map.of(
                    "DocumentReference-relationship/code", "target",
                    "DocumentReference-relationship/target", "code",
                    "Observation-code-value-date/value.as(DateTime) | value.as(Period)",
                            "value.as(dateTime) | value.as(Period)");

    private final Map<String, JsonNode> byUrl = new HashMap<>();

    private CompileSearchParameters() {}

    /// @param arguments one: the file to write
    public static void main(String[] arguments) throws IOException {
        var target = Path.of(arguments[0]);
        Files.createDirectories(target.toAbsolutePath().getParent());
        try (var out = new GZIPOutputStream(Files.newOutputStream(target))) {
            for (var line : new CompileSearchParameters().lines()) {
                out.write(line.getBytes(UTF_8));
                out.write('\n');
            }
        }
    }

    private List<String> lines() throws IOException {
        try (var in = CompileSearchParameters.class.getResourceAsStream(PUBLISHED)) {
            if (in == null) {
                throw new IllegalStateException("The definitions lack " + PUBLISHED);
            }
            for (var entry : Json.parse(in.readAllBytes()).path("entry")) {
                var parameter = entry.path("resource");
                byUrl.put(parameter.path("url").stringValue(), parameter);
            }
        }
        var lines = new ArrayList<String>();
        for (var parameter : byUrl.values()) {
            if (parameter.has("expression")) {
                parameter.path("base").forEach(b -> lines.add(line(b.stringValue(), parameter)));
            }
        }
        lines.sort(null);
        return lines;
    }

    private String line(String base, JsonNode parameter) {
        var columns = new ArrayList<String>();
        columns.add(base);
        columns.add(parameter.path("code").stringValue());
        columns.add(parameter.path("type").stringValue());
        columns.add(parameter.path("url").stringValue());
        var expression = partFor(base, parameter);
        columns.add(expression.text());
        var targets = parameter.path("target").valueStream().map(JsonNode::stringValue).toList();
        columns.add(String.join(" ", ReferenceTargets.narrowed(base, expression, targets)));
        for (var component : parameter.path("component")) {
            var definition = byUrl.get(component.path("definition").stringValue());
            if (definition == null) {
                throw new IllegalStateException("A part of a composite is missing: " + component);
            }
            columns.add(definition.path("code").stringValue());
            columns.add(definition.path("type").stringValue());
            columns.add(corrected(parameter, component));
        }
        return String.join("\t", columns);
    }

    private static String corrected(JsonNode parameter, JsonNode component) {
        var expression = component.path("expression").stringValue();
        var key = parameter.path("id").stringValue() + "/" + expression;
        return Expression.parse(CORRECTIONS.getOrDefault(key, expression)).text();
    }

    private static Expression partFor(String base, JsonNode parameter) {
        var parts = new ArrayList<Expression>();
        alternatives(Expression.parse(parameter.path("expression").stringValue()), parts);
        var own = parts.stream().filter(p -> speaksOf(base, p)).toList();
        return own.stream()
                .reduce((a, b) -> new Expression.Binary(Operator.UNION, a, b))
                .orElseThrow(() -> new IllegalStateException("Nothing for " + base + parameter));
    }

    private static void alternatives(Expression expression, List<Expression> parts) {
        if (expression instanceof Expression.Binary(var operator, var left, var right)
                && operator == Operator.UNION) {
            alternatives(left, parts);
            alternatives(right, parts);
        } else {
            parts.add(expression);
        }
    }

    /// Whether an expression begins with that type's name, or with no type's name at all.
    private static boolean speaksOf(String base, Expression expression) {
        return switch (expression) {
            case Expression.Member(Expression.Focus _, var name) ->
                    name.equals(base) || Character.isLowerCase(name.charAt(0));
            case Expression.Member(var focus, _) -> speaksOf(base, focus);
            case Expression.Call(var focus, _, _) -> speaksOf(base, focus);
            case Expression.At(var focus, _) -> speaksOf(base, focus);
            case Expression.As(var operand, _) -> speaksOf(base, operand);
            case Expression.Is(var operand, _) -> speaksOf(base, operand);
            case Expression.Binary(_, var left, _) -> speaksOf(base, left);
            case Expression.Sign(_, var operand) -> speaksOf(base, operand);
            case Expression.Focus _,
                    Expression.This _,
                    Expression.Index _,
                    Expression.Total _,
                    Expression.Constant _,
                    Expression.Literal _ ->
                    true;
        };
    }
}
