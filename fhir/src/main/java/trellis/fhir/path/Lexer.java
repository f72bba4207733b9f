package trellis.fhir.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Cuts the text of an expression into [Token]s.
final class Lexer {

    /// Longest text that is read; the longest published expression has 1,200 characters.
    private static final int MAX_LENGTH = 10_000;

    private static final Pattern MOMENT =
            Pattern.compile(
                    "@(T\\d\\d(:\\d\\d(:\\d\\d(\\.\\d+)?)?)?"
                            + "|\\d{4}(-\\d\\d(-\\d\\d)?)?"
                            + "(T(\\d\\d(:\\d\\d(:\\d\\d(\\.\\d+)?)?)?(Z|[+-]\\d\\d:\\d\\d)?)?)?)");
    private static final Set<String> PAIRS = Set.of("<=", ">=", "!=", "!~");
    private static final Set<String> RESERVED =
            Set.of("true", "false", "and", "or", "xor", "implies", "div", "mod");

    private final String text;
    private int at;

    Lexer(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-long",
                            "A FHIRPath expression has at most " + MAX_LENGTH + " characters",
                            ""));
        }
        this.text = text;
    }

    /// The tokens, the last one of kind END.
    List<Token> tokens() {
        var tokens = new ArrayList<Token>();
        do {
            skipBlanks();
            tokens.add(next());
        } while (tokens.getLast().kind() != Token.Kind.END);
        return tokens;
    }

    /// Whether a name needs no backticks.
    static boolean isPlainName(String name) {
        return !name.isEmpty()
                && isLetter(name.charAt(0))
                && name.chars().allMatch(c -> isLetter((char) c) || isDigit((char) c))
                && !RESERVED.contains(name);
    }

    /// A refusal that names the character.
    static Refused refusal(String why, int at) {
        return new Refused(
                new Problem.BadRequest(
                        "invalid",
                        "Not a FHIRPath expression: " + why + " at character " + (at + 1),
                        ""));
    }

    private Token next() {
        if (at == text.length()) {
            return new Token(Token.Kind.END, "the end", at);
        }
        var c = text.charAt(at);
        if (isLetter(c)) {
            return word(Token.Kind.NAME, at);
        }
        if (isDigit(c)) {
            return number();
        }
        return switch (c) {
            case '\'' -> quoted(Token.Kind.STRING);
            case '`' -> quoted(Token.Kind.QUOTED_NAME);
            case '@' -> moment();
            case '$' -> word(Token.Kind.SIGN, at++);
            default -> sign();
        };
    }

    private Token word(Token.Kind kind, int from) {
        while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        return new Token(kind, text.substring(from, at), from);
    }

    private Token number() {
        var from = at;
        skipDigits();
        if (at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1))) {
            at++;
            skipDigits();
        }
        return new Token(Token.Kind.NUMBER, text.substring(from, at), from);
    }

    private void skipDigits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    private Token moment() {
        var matcher = MOMENT.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw refusal("a date or time is expected after @", at);
        }
        var from = at;
        at = matcher.end();
        return new Token(Token.Kind.MOMENT, text.substring(from + 1, at), from);
    }

    private Token sign() {
        var from = at;
        var length = at + 1 < text.length() && PAIRS.contains(text.substring(at, at + 2)) ? 2 : 1;
        at += length;
        return new Token(Token.Kind.SIGN, text.substring(from, at), from);
    }

    private Token quoted(Token.Kind kind) {
        var from = at;
        var quote = text.charAt(at++);
        var content = new StringBuilder();
        while (at < text.length()) {
            var c = text.charAt(at++);
            if (c == quote) {
                return new Token(kind, content.toString(), from);
            }
            content.append(c == '\\' ? escaped() : c);
        }
        throw refusal("the quote is not closed that opens", from);
    }

    private char escaped() {
        if (at == text.length()) {
            throw refusal("nothing follows the backslash", at - 1);
        }
        var c = text.charAt(at++);
        return switch (c) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'f' -> '\f';
            case 'u' -> unicode();
            case '\'', '"', '`', '\\', '/' -> c;
            default -> throw refusal("unknown escape \\" + c, at - 2);
        };
    }

    private char unicode() {
        var digits = text.substring(at, Math.min(at + 4, text.length()));
        if (digits.length() < 4 || !digits.chars().allMatch(d -> Character.digit(d, 16) >= 0)) {
            throw refusal("four hexadecimal digits are expected after \\u", at - 2);
        }
        at += 4;
        return (char) Integer.parseInt(digits, 16);
    }

    private void skipBlanks() {
        while (at < text.length()) {
            if (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            } else if (text.startsWith("//", at)) {
                while (at < text.length() && "\r\n".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
            } else if (text.startsWith("/*", at)) {
                var end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw refusal("the comment is not closed that opens", at);
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
