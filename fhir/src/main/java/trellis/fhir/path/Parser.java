package trellis.fhir.path;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.Refused;

/// Recursive descent over the whole grammar of FHIRPath N1; operators by precedence climbing.
final class Parser {

    /// Deepest tree that is built, so that nothing which walks it can run out of stack.
    private static final int MAX_DEPTH = 200;

    private static final Set<String> CALENDAR_UNITS =
            Set.of(
                    "year",
                    "month",
                    "week",
                    "day",
                    "hour",
                    "minute",
                    "second",
                    "millisecond",
                    "years",
                    "months",
                    "weeks",
                    "days",
                    "hours",
                    "minutes",
                    "seconds",
                    "milliseconds");

    private final List<Token> tokens;
    private int next;
    private int depth;

    Parser(String text) {
        this.tokens = new Lexer(text).tokens();
    }

    Expression parse() {
        var expression = expression(0);
        if (current().kind() != Token.Kind.END) {
            throw unexpected();
        }
        return expression;
    }

    /// An expression whose operators all bind at least that tightly.
    private Expression expression(int strength) {
        var outer = depth;
        deeper();
        var left = signed();
        for (var more = true; more; ) {
            var operator = Operator.of(current().text());
            if (isType(current()) && strength <= Operator.TYPE_STRENGTH) {
                left = typeTest(left);
            } else if (isOperator(current())
                    && operator.isPresent()
                    && operator.get().strength() >= strength) {
                next++;
                left =
                        new Expression.Binary(
                                operator.get(), left, expression(operator.get().strength() + 1));
            } else {
                more = false;
                continue;
            }
            deeper();
        }
        depth = outer;
        return left;
    }

    private void deeper() {
        if (++depth > MAX_DEPTH) {
            throw Lexer.refusal("it is nested too deeply", current().at());
        }
    }

    private static boolean isOperator(Token token) {
        return token.kind() == Token.Kind.SIGN || token.kind() == Token.Kind.NAME;
    }

    private static boolean isType(Token token) {
        return token.kind() == Token.Kind.NAME && (token.is("is") || token.is("as"));
    }

    private Expression typeTest(Expression operand) {
        var is = current().is("is");
        next++;
        var first = name();
        var type =
                skip(".")
                        ? new Expression.TypeName(first, name())
                        : new Expression.TypeName("", first);
        return is ? new Expression.Is(operand, type) : new Expression.As(operand, type);
    }

    private Expression signed() {
        if (current().is("-") || current().is("+")) {
            var negative = current().is("-");
            next++;
            return new Expression.Sign(negative, expression(Operator.SIGN_STRENGTH));
        }
        return steps(term());
    }

    private Expression steps(Expression start) {
        var outer = depth;
        var expression = start;
        for (var more = true; more; ) {
            deeper();
            if (skip(".")) {
                expression = invocation(expression);
            } else if (skip("[")) {
                expression = new Expression.At(expression, expression(0));
                expect("]");
            } else {
                more = false;
            }
        }
        depth = outer;
        return expression;
    }

    private Expression term() {
        var token = current();
        return switch (token.kind()) {
            case NUMBER -> number();
            case STRING -> {
                next++;
                yield new Expression.Text(token.text());
            }
            case MOMENT -> {
                next++;
                yield new Expression.Moment(token.text());
            }
            case NAME, QUOTED_NAME -> bool().orElseGet(() -> invocation(new Expression.Focus()));
            case SIGN -> sign();
            case END -> throw unexpected();
        };
    }

    private Optional<Expression> bool() {
        var token = current();
        if (token.is("true") || token.is("false")) {
            next++;
            return Optional.of(new Expression.Bool(token.is("true")));
        }
        return Optional.empty();
    }

    private Expression sign() {
        if (skip("(")) {
            var inner = expression(0);
            expect(")");
            return inner;
        }
        if (skip("{")) {
            expect("}");
            return new Expression.Empty();
        }
        if (skip("%")) {
            var token = current();
            if (token.kind() == Token.Kind.STRING) {
                next++;
                return new Expression.Constant(token.text());
            }
            return new Expression.Constant(name());
        }
        return variable();
    }

    private Expression variable() {
        var variable =
                switch (current().text()) {
                    case "$this" -> new Expression.This();
                    case "$index" -> new Expression.Index();
                    case "$total" -> new Expression.Total();
                    default -> throw unexpected();
                };
        next++;
        return variable;
    }

    private Expression number() {
        var text = current().text();
        next++;
        var unit = current();
        if (unit.kind() == Token.Kind.STRING) {
            next++;
            return new Expression.Quantity(new BigDecimal(text), unit.text(), false);
        }
        if (unit.kind() == Token.Kind.NAME && CALENDAR_UNITS.contains(unit.text())) {
            next++;
            return new Expression.Quantity(new BigDecimal(text), unit.text(), true);
        }
        if (text.indexOf('.') >= 0) {
            return new Expression.Fraction(new BigDecimal(text));
        }
        var value = new BigDecimal(text);
        if (value.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
            throw Lexer.refusal("a whole number is at most " + Integer.MAX_VALUE, unit.at());
        }
        return new Expression.Whole(value.intValueExact());
    }

    /// A step's name, or the call of a function.
    private Expression invocation(Expression focus) {
        if (current().kind() == Token.Kind.SIGN && current().text().startsWith("$")) {
            if (focus instanceof Expression.Focus) {
                return variable();
            }
            throw unexpected();
        }
        var name = focus instanceof Expression.Focus ? name() : stepName();
        if (!skip("(")) {
            return new Expression.Member(focus, name);
        }
        var arguments = new ArrayList<Expression>();
        if (!skip(")")) {
            do {
                arguments.add(expression(0));
            } while (skip(","));
            expect(")");
        }
        return new Expression.Call(focus, name, arguments);
    }

    /// After a dot no operator can stand, so that even `div` is a name there, as in `text.div`.
    private String stepName() {
        var token = current();
        if (token.kind() == Token.Kind.NAME) {
            next++;
            return token.text();
        }
        return name();
    }

    private String name() {
        var token = current();
        var named =
                token.kind() == Token.Kind.QUOTED_NAME
                        || (token.kind() == Token.Kind.NAME && Lexer.isPlainName(token.text()));
        if (!named) {
            throw unexpected();
        }
        next++;
        return token.text();
    }

    private Token current() {
        return tokens.get(next);
    }

    private boolean skip(String sign) {
        if (current().kind() == Token.Kind.SIGN && current().text().equals(sign)) {
            next++;
            return true;
        }
        return false;
    }

    private void expect(String sign) {
        if (!skip(sign)) {
            throw Lexer.refusal(sign + " is expected, not " + current().text(), current().at());
        }
    }

    private Refused unexpected() {
        return Lexer.refusal(
                current().kind() == Token.Kind.END
                        ? "it ends too early"
                        : "unexpected " + current().text(),
                current().at());
    }
}
