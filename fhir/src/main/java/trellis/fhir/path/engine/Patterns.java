package trellis.fhir.path.engine;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Optional;
import trellis.fhir.path.Expression;

/// Regular expressions, matched in time linear in the text: one that runs away elsewhere cannot here.
final class Patterns {
    private static final int LONGEST = 1000;

    /// Most atoms of a pattern, each counted as often as a repetition such as `{20}` repeats it:
    /// the engine lays them out one by one.
    private static final long LARGEST = 10_000;

    private Patterns() {}

    /// One that stands in the expression is compiled with it.
    static Optional<Pattern> constant(Expression argument) {
        return argument instanceof Expression.Text(var text)
                ? Optional.of(compile(text, argument))
                : Optional.empty();
    }

    static Pattern compile(String text, Expression place) {
        if (text.length() > LONGEST) {
            throw Faults.invalid(
                    "a regular expression has at most " + LONGEST + " characters", place);
        }
        if (size(text) > LARGEST) {
            throw Faults.invalid("the repetitions of a regular expression are too many", place);
        }
        try {
            return Pattern.compile(text, Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw Faults.invalid("not a regular expression: " + e.getDescription(), place);
        }
    }

    /// What a match may cost.
    static void pay(Effort effort, Pattern pattern, String text) {
        var steps = ((long) text.length() * (pattern.programSize() + 1L)) >> 5;
        effort.spend((int) Math.min(steps + 1, Effort.STEPS + 1L));
    }

    /// How many atoms the pattern has when its repetitions are laid out. A little too many are
    /// counted for a pattern that is not well-formed, which is refused anyway.
    private static long size(String text) {
        var outer = new ArrayDeque<Long>();
        var sum = 0L;
        var last = 0L;
        for (var i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(' -> {
                    outer.push(sum);
                    sum = 0;
                    last = 0;
                }
                case ')' -> {
                    last = sum + 1;
                    sum = last + (outer.isEmpty() ? 0 : outer.pop());
                }
                case '[' -> {
                    i = endOfClass(text, i);
                    last = 1;
                    sum++;
                }
                case '{' -> {
                    var end = text.indexOf('}', i);
                    var times = end < 0 ? 1 : times(text.substring(i + 1, end));
                    sum += last * (times - 1);
                    last *= times;
                    i = end < 0 ? i : end;
                }
                case '\\' -> {
                    i = endOfEscape(text, i);
                    last = 1;
                    sum++;
                }
                default -> {
                    last = 1;
                    sum++;
                }
            }
            if (sum > LARGEST) {
                return sum;
            }
        }
        return sum + outer.stream().mapToLong(Long::longValue).sum();
    }

    private static int endOfClass(String text, int from) {
        for (var i = from + 2; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ']') {
                return i;
            }
        }
        return text.length();
    }

    /// Of `\\d`, or of the name of a class as in `\\p{Greek}`.
    private static int endOfEscape(String text, int from) {
        var named =
                text.startsWith("{", from + 2)
                        && from + 1 < text.length()
                        && "pPx".indexOf(text.charAt(from + 1)) >= 0;
        var end = named ? text.indexOf('}', from) : -1;
        return end < 0 ? from + 1 : end;
    }

    /// The larger number of `2`, `2,` or `2,5`; 1 when it is no repetition.
    private static long times(String inner) {
        var most = 1L;
        for (var number : inner.split(",", 2)) {
            if (!number.isEmpty()
                    && number.length() <= 5
                    && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                most = Math.max(most, Long.parseLong(number));
            }
        }
        return most;
    }
}
