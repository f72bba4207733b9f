package trellis.fhir.path;

import java.math.BigDecimal;
import java.util.stream.Collectors;

/// Writes an expression as text, one node at a time.
final class Printer {

    String print(Expression expression) {
        return switch (expression) {
            case Expression.Focus _ -> "$this";
            case Expression.This _ -> "$this";
            case Expression.Index _ -> "$index";
            case Expression.Total _ -> "$total";
            case Expression.Constant(var name) -> "%" + name(name);
            case Expression.Member(var focus, var name) -> step(focus) + name(name);
            case Expression.Call(var focus, var name, var arguments) ->
                    step(focus)
                            + name(name)
                            + arguments.stream()
                                    .map(this::print)
                                    .collect(Collectors.joining(", ", "(", ")"));
            case Expression.At(var focus, var index) ->
                    within(focus, Operator.STEP_STRENGTH) + "[" + print(index) + "]";
            case Expression.Sign(var negative, var operand) ->
                    (negative ? "-" : "+") + within(operand, Operator.SIGN_STRENGTH);
            case Expression.Binary(var operator, var left, var right) ->
                    within(left, operator.strength())
                            + " "
                            + operator.symbol()
                            + " "
                            + within(right, operator.strength() + 1);
            case Expression.Is(var operand, var type) ->
                    within(operand, Operator.TYPE_STRENGTH) + " is " + type(type);
            case Expression.As(var operand, var type) ->
                    within(operand, Operator.TYPE_STRENGTH) + " as " + type(type);
            case Expression.Literal literal -> literal(literal);
        };
    }

    private String step(Expression focus) {
        return focus instanceof Expression.Focus ? "" : within(focus, Operator.STEP_STRENGTH) + ".";
    }

    private String within(Expression expression, int strength) {
        var text = print(expression);
        return strength(expression) < strength ? "(" + text + ")" : text;
    }

    private static int strength(Expression expression) {
        return switch (expression) {
            case Expression.Binary binary -> binary.operator().strength();
            case Expression.Is _, Expression.As _ -> Operator.TYPE_STRENGTH;
            case Expression.Sign _ -> Operator.SIGN_STRENGTH;
            case Expression.Focus _,
                    Expression.This _,
                    Expression.Index _,
                    Expression.Total _,
                    Expression.Constant _,
                    Expression.Member _,
                    Expression.Call _,
                    Expression.At _,
                    Expression.Literal _ ->
                    Operator.STEP_STRENGTH;
        };
    }

    private static String literal(Expression.Literal literal) {
        return switch (literal) {
            case Expression.Empty _ -> "{}";
            case Expression.Bool(var value) -> Boolean.toString(value);
            case Expression.Text(var value) -> quoted(value, '\'');
            case Expression.Whole(var value) -> Integer.toString(value);
            case Expression.Fraction(var value) -> fraction(value);
            case Expression.Moment(var value) -> "@" + value;
            case Expression.Quantity(var value, var unit, var calendar) ->
                    value.toPlainString() + " " + (calendar ? unit : quoted(unit, '\''));
        };
    }

    private static String fraction(BigDecimal value) {
        var text = value.toPlainString();
        return text.indexOf('.') < 0 ? text + ".0" : text;
    }

    private static String type(Expression.TypeName type) {
        return type.namespace().isEmpty()
                ? name(type.name())
                : name(type.namespace()) + "." + name(type.name());
    }

    private static String name(String name) {
        return Lexer.isPlainName(name) ? name : quoted(name, '`');
    }

    private static String quoted(String text, char quote) {
        var out = new StringBuilder().append(quote);
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == quote || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append(quote).toString();
    }
}
