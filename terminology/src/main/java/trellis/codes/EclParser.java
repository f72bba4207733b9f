package trellis.codes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import trellis.codes.Ecl.Cardinality;
import trellis.codes.Ecl.Direction;
import trellis.codes.Ecl.Refinement;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Reads ECL: `*`, concepts with or without their term, `< > << >> <! >! <<! >>! ^`, brackets, `AND OR MINUS` and the comma,
/// refinements with cardinalities and groups, and the dot. Filters in double braces, reverse attributes and concrete values
/// are refused by name. Depth and length are bounded.
public final class EclParser {
    /// The longest expression that is read.
    public static final int LONGEST = 10_000;

    private static final int DEEPEST = 40;
    private static final List<Direction> LONGEST_SIGN_FIRST =
            List.of(
                    Direction.CHILDREN_OR_SELF,
                    Direction.PARENTS_OR_SELF,
                    Direction.DESCENDANTS_OR_SELF,
                    Direction.ANCESTORS_OR_SELF,
                    Direction.CHILDREN,
                    Direction.PARENTS,
                    Direction.DESCENDANTS,
                    Direction.ANCESTORS);

    private final String text;
    private int at;
    private int depth;

    private EclParser(String text) {
        this.text = text;
    }

    /// Reads an expression.
    ///
    /// @throws Refused with [Problem.BadRequest] that names the position, from 1
    public static Ecl parse(String text) {
        if (text.length() > LONGEST) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-costly",
                            "The ECL has more than " + LONGEST + " characters.",
                            "ecl"));
        }
        var parser = new EclParser(text);
        var expression = parser.expression();
        parser.space();
        if (parser.at < text.length()) {
            throw parser.expected("the end, AND, OR, MINUS or a colon");
        }
        return expression;
    }

    private Ecl expression() {
        if (++depth > DEEPEST) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-costly",
                            "The ECL has more than "
                                    + DEEPEST
                                    + " levels at position "
                                    + (at + 1)
                                    + ".",
                            "ecl"));
        }
        var first = dotted(part());
        var result = take(":") ? new Ecl.Refined(first, refinement(false)) : compound(first);
        depth--;
        return result;
    }

    private Ecl dotted(Ecl first) {
        var expression = first;
        while (take(".")) {
            expression = new Ecl.Values(expression, part());
        }
        return expression;
    }

    private Ecl compound(Ecl first) {
        if (word("MINUS")) {
            return new Ecl.Minus(first, part());
        }
        var parts = new ArrayList<Ecl>(List.of(first));
        if (conjunction()) {
            do {
                parts.add(part());
            } while (conjunction());
            return new Ecl.And(parts);
        }
        if (word("OR")) {
            do {
                parts.add(part());
            } while (word("OR"));
            return new Ecl.Or(parts);
        }
        return first;
    }

    private boolean conjunction() {
        return take(",") || word("AND");
    }

    /// A concept, `*` or brackets, with what stands before it.
    private Ecl part() {
        space();
        for (var direction : LONGEST_SIGN_FIRST) {
            if (take(direction.sign())) {
                return new Ecl.Near(direction, membersOrFocus());
            }
        }
        return membersOrFocus();
    }

    private Ecl membersOrFocus() {
        if (!take("^")) {
            return focus();
        }
        if (ahead("[")) {
            throw notDone("fields of reference sets");
        }
        return new Ecl.MembersOf(focus());
    }

    private Ecl focus() {
        Ecl focus;
        if (take("(")) {
            focus = expression();
            need(")", "a closing bracket");
        } else if (take("*")) {
            focus = new Ecl.Any();
        } else {
            focus = concept();
        }
        if (ahead("{{")) {
            throw notDone("filters in double braces");
        }
        return focus;
    }

    private Ecl concept() {
        space();
        var start = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        var digits = at - start;
        if (digits < 6 || digits > 18) {
            at = start;
            throw expected("a concept (6 to 18 digits), *, ^ or a bracket");
        }
        var code = text.substring(start, at);
        if (take("|")) {
            var end = text.indexOf('|', at);
            if (end < 0) {
                throw expected("a bar that ends the term");
            }
            at = end + 1;
        }
        return new Ecl.Concept(code, start + 1);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /// Refinements, all joined in one way.
    ///
    /// @param within whether inside a group, where there are no groups
    private Refinement refinement(boolean within) {
        var parts = new ArrayList<>(List.of(oneRefinement(within)));
        if (conjunction()) {
            do {
                parts.add(oneRefinement(within));
            } while (conjunction());
            refuseMixed("OR");
            return new Refinement.All(parts);
        }
        if (word("OR")) {
            do {
                parts.add(oneRefinement(within));
            } while (word("OR"));
            refuseMixed("AND");
            return new Refinement.Either(parts);
        }
        return parts.getFirst();
    }

    private void refuseMixed(String word) {
        if (ahead(word) || ahead(",")) {
            throw expected("brackets around what is joined by AND and what is joined by OR");
        }
    }

    private Refinement oneRefinement(boolean within) {
        if (++depth > DEEPEST) {
            throw expected("fewer than " + DEEPEST + " levels");
        }
        var cardinality = cardinality();
        Refinement refinement;
        if (ahead("{")) {
            if (within) {
                throw expected("an attribute: a group has no groups in it");
            }
            take("{");
            var like = refinement(true);
            need("}", "a closing brace");
            refinement = new Refinement.Group(cardinality.orElse(Cardinality.SOME), like);
        } else if (cardinality.isEmpty() && ahead("(") && bracketsHoldRefinement()) {
            take("(");
            refinement = refinement(within);
            need(")", "a closing bracket");
        } else {
            refinement = attribute(cardinality.orElse(Cardinality.SOME));
        }
        depth--;
        return refinement;
    }

    /// Whether the bracket ahead is one around refinements, and not around the names of an attribute: those are followed by
    /// an equals sign.
    private boolean bracketsHoldRefinement() {
        var open = 0;
        for (var i = at; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '|' -> {
                    var end = text.indexOf('|', i + 1);
                    i = end < 0 ? text.length() : end;
                }
                case '(' -> open++;
                case ')' -> {
                    if (--open == 0) {
                        return !text.substring(i + 1).stripLeading().matches("(?s)!?=.*");
                    }
                }
                default -> {}
            }
        }
        return true;
    }

    private Optional<Cardinality> cardinality() {
        if (!take("[")) {
            return Optional.empty();
        }
        var least = number();
        need("..", "two full stops");
        var most = take("*") ? Integer.MAX_VALUE : number();
        need("]", "a closing square bracket");
        if (most < least) {
            throw expected("a cardinality whose second number is not smaller than the first");
        }
        return Optional.of(new Cardinality(least, most));
    }

    private int number() {
        space();
        var start = at;
        while (at < text.length() && isDigit(text.charAt(at)) && at - start < 6) {
            at++;
        }
        if (at == start) {
            throw expected("a number");
        }
        return Integer.parseInt(text.substring(start, at));
    }

    private Refinement attribute(Cardinality times) {
        space();
        if (text.regionMatches(true, at, "R", 0, 1)) {
            throw notDone("reverse attributes");
        }
        var name = part();
        var equal = take("=");
        if (!equal && !take("!=")) {
            throw expected("= or !=");
        }
        space();
        if (ahead("#") || ahead("\"")) {
            throw notDone("concrete values");
        }
        return new Refinement.Attribute(times, name, equal, part());
    }

    private void space() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("/*", at)) {
                var end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else {
                return;
            }
        }
    }

    private boolean ahead(String sign) {
        space();
        return text.startsWith(sign, at);
    }

    private boolean take(String sign) {
        if (!ahead(sign)) {
            return false;
        }
        at += sign.length();
        return true;
    }

    private boolean word(String word) {
        space();
        var end = at + word.length();
        if (!text.regionMatches(true, at, word, 0, word.length())
                || (end < text.length() && Character.isLetterOrDigit(text.charAt(end)))) {
            return false;
        }
        at = end;
        return true;
    }

    private void need(String sign, String what) {
        if (!take(sign)) {
            throw expected(what);
        }
    }

    private Refused expected(String what) {
        var found =
                at < text.length()
                        ? "\""
                                + text.substring(at, Math.min(text.length(), at + 10))
                                        .toLowerCase(Locale.ROOT)
                                + "\""
                        : "the end";
        return new Refused(
                new Problem.BadRequest(
                        "invalid",
                        "The ECL cannot be read at position "
                                + (at + 1)
                                + ": "
                                + what
                                + " was expected, not "
                                + found
                                + ".",
                        "ecl"));
    }

    private Refused notDone(String what) {
        return new Refused(
                new Problem.BadRequest(
                        "not-supported",
                        "ECL at position " + (at + 1) + ": " + what + " are not done here.",
                        "ecl"));
    }
}
