package trellis.fhir.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.path.Expression;
import trellis.fhir.path.Operator;
import trellis.fhir.path.Path;

/// SearchParameter resources as parameters that can be searched by (https://hl7.org/fhir/R4/searchparameter.html).
public final class CustomParameters {

    private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

    /// What says whose record a resource is in; nobody else defines it.
    private static final Set<String> RESERVED = Set.of("patient", "subject");

    private static final Set<String> KINDS =
            Set.of("number", "date", "string", "token", "reference", "quantity", "uri");

    private CustomParameters() {}

    /// The parameters that a SearchParameter defines, one for each of its base types.
    ///
    /// @throws Refused with [Problem.Invalid] that names the element and says what would be right
    public static List<SearchParameter> of(JsonNode resource) {
        var code = text(resource, "code");
        if (!CODE.matcher(code).matches() || RESERVED.contains(code)) {
            throw wrong(
                    "code",
                    "A search parameter of this server is named with a letter and then letters, digits,"
                            + " - and _, and not patient or subject, which say whose record a"
                            + " resource is in.");
        }
        var kind = text(resource, "type");
        if (!KINDS.contains(kind)) {
            throw wrong(
                    "type",
                    "A search parameter of this server is of one of the types "
                            + String.join(", ", KINDS.stream().sorted().toList())
                            + ".");
        }
        var whole = expression(resource);
        var parameters = new ArrayList<SearchParameter>();
        for (var base : resource.path("base")) {
            parameters.add(parameter(resource, base.asString(""), whole));
        }
        if (parameters.isEmpty()) {
            throw wrong("base", "Name the resource types that the parameter searches.");
        }
        return parameters;
    }

    private static Expression expression(JsonNode resource) {
        var text = text(resource, "expression");
        if (text.isEmpty()) {
            throw wrong("expression", "A parameter without an expression finds nothing.");
        }
        try {
            return Expression.parse(text);
        } catch (Refused e) {
            throw wrong("expression", why(e));
        }
    }

    private static SearchParameter parameter(JsonNode resource, String base, Expression whole) {
        if (!Definitions.r4().isResourceType(base)) {
            throw wrong("base", "Name resource types, such as Patient.");
        }
        var part = part(base, whole);
        if (part.isEmpty()) {
            throw wrong("expression", "The expression says nothing of " + base + ".");
        }
        try {
            Path.compile(part.get().text(), base);
        } catch (Refused e) {
            throw wrong("expression", "For " + base + ": " + why(e));
        }
        return new SearchParameter(
                base,
                text(resource, "code"),
                ParameterType.valueOf(text(resource, "type").toUpperCase(Locale.ROOT)),
                text(resource, "url"),
                part.get().text(),
                resource.path("target").valueStream().map(node -> node.asString("")).toList(),
                List.of());
    }

    /// Of alternatives, those that begin with the type, or with no type at all.
    private static Optional<Expression> part(String base, Expression expression) {
        if (expression instanceof Expression.Binary(var operator, var left, var right)
                && operator == Operator.UNION) {
            var one = part(base, left);
            var other = part(base, right);
            return one.isPresent() && other.isPresent()
                    ? Optional.of(new Expression.Binary(operator, one.get(), other.get()))
                    : one.or(() -> other);
        }
        var first = first(expression);
        return Definitions.r4().isResourceType(first) && !first.equals(base)
                ? Optional.empty()
                : Optional.of(expression);
    }

    private static String first(Expression expression) {
        return switch (expression) {
            case Expression.Member(Expression.Focus _, var name) -> name;
            case Expression.Member(var focus, _) -> first(focus);
            case Expression.Call(var focus, _, _) -> first(focus);
            case Expression.At(var focus, _) -> first(focus);
            case Expression.As(var operand, _) -> first(operand);
            case Expression.Is(var operand, _) -> first(operand);
            case Expression.Binary(_, var left, _) -> first(left);
            case Expression.Sign(_, var operand) -> first(operand);
            case Expression.Focus _,
                    Expression.This _,
                    Expression.Index _,
                    Expression.Total _,
                    Expression.Constant _,
                    Expression.Literal _ ->
                    "";
        };
    }

    private static String why(Refused refused) {
        return refused.problem() instanceof Problem.BadRequest(_, var why, _)
                ? why
                : "This is no FHIRPath that can be searched by.";
    }

    private static String text(JsonNode resource, String name) {
        return Converter.text(resource, name);
    }

    private static Refused wrong(String element, String why) {
        return new Refused(
                new Problem.Invalid(
                        List.of(Issue.error("value", why, "SearchParameter." + element))));
    }
}
