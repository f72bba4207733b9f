package trellis.fhir.path.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import trellis.fhir.path.Expression;

/// Functions of strings.
final class Texts {

    private Texts() {}

    static Map<String, Function> functions() {
        return Map.ofEntries(
                Map.entry("length", of(text -> Values.whole(text.length()))),
                Map.entry("upper", of(text -> Values.text(text.toUpperCase(Locale.ROOT)))),
                Map.entry("lower", of(text -> Values.text(text.toLowerCase(Locale.ROOT)))),
                Map.entry("trim", of(text -> Values.text(text.strip()))),
                Map.entry("toChars", of(Texts::characters)),
                Map.entry("startsWith", with((text, other) -> Values.bool(text.startsWith(other)))),
                Map.entry("endsWith", with((text, other) -> Values.bool(text.endsWith(other)))),
                Map.entry("contains", with((text, other) -> Values.bool(text.contains(other)))),
                Map.entry("indexOf", with((text, other) -> Values.whole(text.indexOf(other)))),
                Map.entry(
                        "lastIndexOf",
                        with((text, other) -> Values.whole(text.lastIndexOf(other)))),
                Map.entry("split", with((text, other) -> Values.texts(split(text, other)))),
                Map.entry("encode", coded(Texts::encoded)),
                Map.entry("decode", coded(Texts::decoded)),
                Map.entry("escape", coded(Texts::escaped)),
                Map.entry("unescape", coded(Texts::unescaped)),
                Map.entry("substring", new Function(1, 2, Texts::substring)),
                Map.entry("replace", new Function(2, 2, Texts::replace)),
                Map.entry("matches", matching((pattern, text) -> pattern.matcher(text).find())),
                Map.entry(
                        "matchesFull",
                        matching((pattern, text) -> pattern.matcher(text).matches())),
                Map.entry("replaceMatches", new Function(2, 2, Texts::replaceMatches)),
                Map.entry("join", new Function(0, 1, Texts::join)));
    }

    private interface OfText {
        List<Value> of(String text);
    }

    private static Function of(OfText function) {
        return new Function(
                0,
                0,
                (_, focus, call) ->
                        Typed.values(frame ->
                                Values.text(focus.step().in(frame), call)
                                        .map(function::of)
                                        .orElse(Values.NONE)));
    }

    private interface WithText {
        List<Value> of(String text, String other);
    }

    private static Function with(WithText function) {
        return new Function(
                1,
                1,
                (builder, focus, call) -> {
                    var argument = call.arguments().getFirst();
                    var other = builder.compile(argument).step();
                    return Typed.values(frame -> {
                        var text = Values.text(focus.step().in(frame), call);
                        var given = Values.text(other.in(frame), argument);
                        return text.isPresent() && given.isPresent()
                                ? function.of(text.get(), given.get())
                                : Values.NONE;
                    });
                });
    }

    private interface Coding {
        Optional<String> of(String text, String format);
    }

    /// In a format that is named; one that is unknown gives nothing, nor does text that is not in it.
    private static Function coded(Coding coding) {
        return with((text, format) -> Values.of(coding.of(text, format).map(Value.Text::new)));
    }

    private static Optional<String> encoded(String text, String format) {
        var bytes = text.getBytes(UTF_8);
        return switch (format) {
            case "hex" -> Optional.of(HexFormat.of().formatHex(bytes));
            case "base64" -> Optional.of(Base64.getEncoder().encodeToString(bytes));
            case "urlbase64" -> Optional.of(Base64.getUrlEncoder().encodeToString(bytes));
            default -> Optional.empty();
        };
    }

    private static Optional<String> decoded(String text, String format) {
        try {
            return switch (format) {
                case "hex" -> Optional.of(new String(HexFormat.of().parseHex(text), UTF_8));
                case "base64" -> Optional.of(new String(Base64.getDecoder().decode(text), UTF_8));
                case "urlbase64" ->
                        Optional.of(new String(Base64.getUrlDecoder().decode(text), UTF_8));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> escaped(String text, String format) {
        return switch (format) {
            case "html" ->
                    Optional.of(
                            text.replace("&", "&amp;")
                                    .replace("<", "&lt;")
                                    .replace(">", "&gt;")
                                    .replace("\"", "&quot;")
                                    .replace("'", "&#39;"));
            case "json" ->
                    Optional.of(
                            text.replace("\\", "\\\\")
                                    .replace("\"", "\\\"")
                                    .replace("\n", "\\n")
                                    .replace("\r", "\\r")
                                    .replace("\t", "\\t")
                                    .replace("\f", "\\f"));
            default -> Optional.empty();
        };
    }

    private static Optional<String> unescaped(String text, String format) {
        return switch (format) {
            case "html" ->
                    Optional.of(
                            text.replace("&lt;", "<")
                                    .replace("&gt;", ">")
                                    .replace("&quot;", "\"")
                                    .replace("&#39;", "'")
                                    .replace("&amp;", "&"));
            case "json" -> Optional.of(fromJson(text));
            default -> Optional.empty();
        };
    }

    private static String fromJson(String text) {
        var out = new StringBuilder(text.length());
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            var escape = text.charAt(++i);
            out.append(
                    switch (escape) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'f' -> '\f';
                        default -> escape;
                    });
        }
        return out.toString();
    }

    private static List<Value> characters(String text) {
        return Values.texts(text.codePoints().mapToObj(Character::toString).toList());
    }

    private static List<String> split(String text, String separator) {
        if (separator.isEmpty()) {
            return text.codePoints().mapToObj(Character::toString).toList();
        }
        List<String> parts = new ArrayList<>();
        var from = 0;
        for (var at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static Typed substring(Builder builder, Typed focus, Expression.Call call) {
        var from = builder.compile(call.arguments().getFirst()).step();
        var many =
                call.arguments().size() > 1
                        ? Optional.of(builder.compile(call.arguments().get(1)).step())
                        : Optional.<Step>empty();
        return Typed.values(frame -> {
            var text = Values.text(focus.step().in(frame), call);
            var start = Values.whole(from.in(frame), call);
            if (text.isEmpty()
                    || start.isEmpty()
                    || start.get() < 0
                    || start.get() >= text.get().length()) {
                return Values.NONE;
            }
            var length =
                    many.flatMap(step -> Values.whole(step.in(frame), call))
                            .orElse(Integer.MAX_VALUE);
            var end =
                    Math.min((long) text.get().length(), (long) start.get() + Math.max(0, length));
            return Values.text(text.get().substring(start.get(), (int) end));
        });
    }

    private static Typed replace(Builder builder, Typed focus, Expression.Call call) {
        var pattern = builder.compile(call.arguments().getFirst()).step();
        var by = builder.compile(call.arguments().get(1)).step();
        return Typed.values(frame -> {
            var text = Values.text(focus.step().in(frame), call);
            var old = Values.text(pattern.in(frame), call);
            var put = Values.text(by.in(frame), call);
            if (text.isEmpty() || old.isEmpty() || put.isEmpty()) {
                return Values.NONE;
            }
            bounded(text.get(), put.get());
            return Values.text(frame.effort().made(text.get().replace(old.get(), put.get())));
        });
    }

    /// Before the text is made, that it cannot be larger than memory bears.
    private static void bounded(String text, String put) {
        if ((long) text.length() * (put.length() + 1L) > 16L * Effort.TEXT) {
            throw Faults.tooCostly("the expression makes a text that is too long");
        }
    }

    private interface Matching {
        boolean of(Pattern pattern, String text);
    }

    private static Function matching(Matching matching) {
        return new Function(
                1,
                1,
                (builder, focus, call) -> {
                    var argument = call.arguments().getFirst();
                    var constant = Patterns.constant(argument);
                    var given = builder.compile(argument).step();
                    return Typed.values(frame -> {
                        var text = Values.text(focus.step().in(frame), call);
                        var pattern =
                                constant.or(() ->
                                        Values.text(given.in(frame), argument)
                                                .map(regex -> Patterns.compile(regex, argument)));
                        if (text.isEmpty() || pattern.isEmpty()) {
                            return Values.NONE;
                        }
                        Patterns.pay(frame.effort(), pattern.get(), text.get());
                        return Values.bool(matching.of(pattern.get(), text.get()));
                    });
                });
    }

    /// The replacement may name groups, as `$1` and `${name}`.
    private static Typed replaceMatches(Builder builder, Typed focus, Expression.Call call) {
        var argument = call.arguments().getFirst();
        var constant = Patterns.constant(argument);
        var given = builder.compile(argument).step();
        var by = builder.compile(call.arguments().get(1)).step();
        return Typed.values(frame -> {
            var text = Values.text(focus.step().in(frame), call);
            var pattern =
                    constant.or(() ->
                            Values.text(given.in(frame), argument)
                                    .map(regex -> Patterns.compile(regex, argument)));
            var put = Values.text(by.in(frame), call);
            if (text.isEmpty() || pattern.isEmpty() || put.isEmpty()) {
                return Values.NONE;
            }
            if (pattern.get().pattern().isEmpty()) {
                return Values.text(text.get());
            }
            bounded(text.get(), put.get());
            Patterns.pay(frame.effort(), pattern.get(), text.get());
            try {
                return Values.text(
                        frame.effort()
                                .made(pattern.get().matcher(text.get()).replaceAll(put.get())));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw Faults.invalid("the replacement names a group that there is not", call);
            }
        });
    }

    private static Typed join(Builder builder, Typed focus, Expression.Call call) {
        var separator =
                call.arguments().isEmpty()
                        ? (Step) _ -> Values.text("")
                        : builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame -> {
            var between = Values.text(separator.in(frame), call).orElse("");
            var items = focus.step().in(frame);
            var parts =
                    items.stream()
                            .flatMap(item -> Values.text(List.of(item), call).stream())
                            .toList();
            var length =
                    parts.stream().mapToLong(part -> part.length() + (long) between.length()).sum();
            if (length > 2L * Effort.TEXT) {
                throw Faults.tooCostly("the expression makes a text that is too long");
            }
            return Values.text(
                    frame.effort().made(parts.stream().collect(Collectors.joining(between))));
        });
    }
}
