package trellis.fhir.path;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The operators that stand between two expressions, as FHIRPath N1 orders them. All of them bind to
/// the left.
public enum Operator {
    IMPLIES("implies", 1),
    OR("or", 2),
    XOR("xor", 2),
    AND("and", 3),
    IN("in", 4),
    CONTAINS("contains", 4),
    EQUAL("=", 5),
    EQUIVALENT("~", 5),
    NOT_EQUAL("!=", 5),
    NOT_EQUIVALENT("!~", 5),
    LESS_OR_EQUAL("<=", 6),
    LESS("<", 6),
    GREATER(">", 6),
    GREATER_OR_EQUAL(">=", 6),
    UNION("|", 7),
    PLUS("+", 9),
    MINUS("-", 9),
    JOIN("&", 9),
    TIMES("*", 10),
    DIVIDE("/", 10),
    DIV("div", 10),
    MOD("mod", 10);

    /// How tightly `is` and `as` bind.
    static final int TYPE_STRENGTH = 8;

    /// How tightly a sign binds to what follows it.
    static final int SIGN_STRENGTH = 11;

    /// How tightly `.` and `[` bind to what precedes them.
    static final int STEP_STRENGTH = 12;

    private static final Map<String, Operator> BY_SYMBOL =
            Arrays.stream(values()).collect(Collectors.toMap(o -> o.symbol, Function.identity()));

    private final String symbol;
    private final int strength;

    Operator(String symbol, int strength) {
        this.symbol = symbol;
        this.strength = strength;
    }

    /// As it is written.
    public String symbol() {
        return symbol;
    }

    int strength() {
        return strength;
    }

    static Optional<Operator> of(String symbol) {
        return Optional.ofNullable(BY_SYMBOL.get(symbol));
    }
}
