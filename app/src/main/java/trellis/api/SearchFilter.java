package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A `_filter` as a tree (https://hl7.org/fhir/R4/search_filter.html).
sealed interface SearchFilter {

    /// How long the text of a filter is at the most.
    int LONGEST = 10_000;

    /// How many comparisons a filter has at the most.
    int MOST_COMPARISONS = 100;

    /// How deep its parentheses go.
    int DEEPEST = 20;

    /// All hold.
    record And(List<SearchFilter> all) implements SearchFilter {}

    /// One holds.
    record Or(List<SearchFilter> any) implements SearchFilter {}

    /// It does not hold.
    record Not(SearchFilter filter) implements SearchFilter {}

    /// A parameter compared with a value.
    ///
    /// @param path the parameter, through references
    /// @param value as a search value: escaped
    record Compare(Path path, Operator operator, String value) implements SearchFilter {}

    /// A parameter's code, perhaps with what must hold of what it leads to, and how it goes on from there.
    ///
    /// @param type of what it leads to; empty when it is left open
    record Path(String code, String type, Optional<SearchFilter> where, Optional<Path> rest) {}

    /// How a value compares.
    enum Operator {
        EQ,
        NE,
        CO,
        SW,
        EW,
        GT,
        LT,
        GE,
        LE,
        AP,
        SA,
        EB,
        PR,
        PO,
        SS,
        SB,
        IN,
        RE;

        static Optional<Operator> of(String text) {
            for (var operator : values()) {
                if (operator.word().equals(text)) {
                    return Optional.of(operator);
                }
            }
            return Optional.empty();
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Reads a filter.
    ///
    /// @throws trellis.fhir.Refused with [trellis.fhir.Problem.BadRequest] that names the character
    static SearchFilter parse(String text) {
        if (text.length() > LONGEST) {
            throw SearchProblems.tooCostly(
                    Reader.NAME, "A _filter has " + LONGEST + " characters at the most.");
        }
        return new Reader(text).read();
    }

    /// Reads a text from left to right.
    final class Reader {
        static final String NAME = "_filter";

        private final String text;
        private int at;
        private int comparisons;

        Reader(String text) {
            this.text = text;
        }

        SearchFilter read() {
            var filter = or(0);
            spaces();
            if (at < text.length()) {
                throw wrong("\"and\", \"or\" or the end");
            }
            return filter;
        }

        private SearchFilter or(int depth) {
            var any = new ArrayList<SearchFilter>();
            do {
                any.add(and(depth));
            } while (word("or"));
            return any.size() == 1 ? any.getFirst() : new Or(any);
        }

        private SearchFilter and(int depth) {
            var all = new ArrayList<SearchFilter>();
            do {
                all.add(one(depth));
            } while (word("and"));
            return all.size() == 1 ? all.getFirst() : new And(all);
        }

        private SearchFilter one(int depth) {
            if (depth > DEEPEST) {
                throw SearchProblems.tooCostly(
                        NAME, "The parentheses of a _filter go " + DEEPEST + " deep at the most.");
            }
            spaces();
            if (skip('(')) {
                var inner = or(depth + 1);
                expect(')');
                return inner;
            }
            if (negated()) {
                expect('(');
                var inner = or(depth + 1);
                expect(')');
                return new Not(inner);
            }
            return compare(depth);
        }

        /// Whether `not` and a parenthesis come next; takes the word.
        private boolean negated() {
            var begin = at;
            if (word("not")) {
                spaces();
                if (at < text.length() && text.charAt(at) == '(') {
                    return true;
                }
            }
            at = begin;
            return false;
        }

        private SearchFilter compare(int depth) {
            comparisons++;
            if (comparisons > MOST_COMPARISONS) {
                throw SearchProblems.tooCostly(
                        NAME, "A _filter has " + MOST_COMPARISONS + " comparisons at the most.");
            }
            var path = path(depth);
            spaces();
            var begin = at;
            var operator = Operator.of(name());
            if (operator.isEmpty()) {
                at = begin;
                throw wrong("an operator such as eq, ne, co, sw, gt, ge, pr or in");
            }
            spaces();
            return new Compare(path, operator.get(), value());
        }

        private Path path(int depth) {
            var code = name();
            if (code.isEmpty()) {
                throw wrong("a parameter");
            }
            var type = skip(':') ? name() : "";
            Optional<SearchFilter> where = Optional.empty();
            if (skip('[')) {
                where = Optional.of(or(depth + 1));
                expect(']');
            }
            return new Path(
                    code, type, where, skip('.') ? Optional.of(path(depth)) : Optional.empty());
        }

        private String name() {
            var begin = at;
            while (at < text.length() && isNameLetter(text.charAt(at))) {
                at++;
            }
            return text.substring(begin, at);
        }

        private static boolean isNameLetter(char c) {
            return Character.isLetterOrDigit(c) || c == '-' || c == '_';
        }

        /// A text in quotes, in which nothing separates; or letters up to a space or a parenthesis, in which `|` and `$` do.
        private String value() {
            if (skip('"')) {
                return quoted();
            }
            var begin = at;
            while (at < text.length() && " )]".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            if (at == begin) {
                throw wrong("a value");
            }
            return text.substring(begin, at).replace(",", "\\,");
        }

        private String quoted() {
            var plain = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                plain.append(text.charAt(at));
                at++;
            }
            expect('"');
            return SearchText.escaped(plain.toString());
        }

        private boolean word(String word) {
            spaces();
            var end = at + word.length();
            if (text.startsWith(word, at)
                    && (end == text.length() || !isNameLetter(text.charAt(end)))) {
                at = end;
                return true;
            }
            return false;
        }

        private void spaces() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }

        private boolean skip(char wanted) {
            if (at < text.length() && text.charAt(at) == wanted) {
                at++;
                return true;
            }
            return false;
        }

        private void expect(char wanted) {
            spaces();
            if (!skip(wanted)) {
                throw wrong("\"" + wanted + "\"");
            }
        }

        private RuntimeException wrong(String expected) {
            return SearchProblems.value(
                    NAME,
                    "At character "
                            + (at + 1)
                            + " of the _filter there should be "
                            + expected
                            + "; one is written such as given eq \"peter\" and birthdate ge"
                            + " 2014-10-10.");
        }
    }
}
