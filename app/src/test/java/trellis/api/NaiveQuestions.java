package trellis.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;
import trellis.fhir.search.SearchValue;
import trellis.fhir.search.Units;
import trellis.store.Keys;

/// Makes up questions about what is in a [NaiveStore]: each as a parameter of a search, and as what
/// the specification says of it, evaluated on search values without the product's parser or store.
final class NaiveQuestions {

    private static final List<String> PREFIXES =
            List.of("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap");
    private static final List<String> DATE_FORMS =
            List.of(
                    "yyyy",
                    "yyyy-MM",
                    "yyyy-MM-dd",
                    "yyyy-MM-dd'T'HH:mm'Z'",
                    "yyyy-MM-dd'T'HH:mm:ss'Z'",
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'+00:00'");

    private final NaiveStore store;
    private final Random random;
    private final Instant now;

    NaiveQuestions(NaiveStore store, Random random, Instant now) {
        this.store = store;
        this.random = random;
        this.now = now;
    }

    /// A parameter of a search and what it means.
    record Question(Parameter parameter, Predicate<NaiveStore.Entry> holds) {
        Question under(String prefix, Predicate<NaiveStore.Entry> other) {
            return new Question(new Parameter(prefix + parameter.name(), parameter.value()), other);
        }
    }

    /// A question about one parameter that some resource of the type has a value of.
    Optional<Question> any(String type, int depth) {
        var kind = random.nextInt(12);
        if (kind == 0 && depth > 0) {
            return chain(type, depth);
        }
        if (kind == 1 && depth > 0) {
            return has(type, depth);
        }
        var entry = pick(store.of(type));
        if (kind == 2) {
            return Optional.of(random.nextInt(3) == 0 ? updated(entry) : ids(type, entry));
        }
        var codes = entry.values().keySet().stream().sorted().toList();
        var code = pick(codes);
        var parameter = SearchParameters.r4().find(type, code).orElseThrow();
        if (code.equals("_id") || code.equals("_lastUpdated")) {
            return Optional.empty();
        }
        if (kind == 3
                && parameter.type() != ParameterType.COMPOSITE
                && parameter.type() != ParameterType.SPECIAL) {
            return Optional.of(missing(pick(SearchParameters.r4().of(type))));
        }
        return about(parameter, entry);
    }

    /// A question about this parameter, suggested by a value that this resource has.
    Optional<Question> about(SearchParameter parameter, NaiveStore.Entry entry) {
        var values = entry.of(parameter);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        var value = pick(values);
        var code = parameter.code();
        return switch (value) {
            case SearchValue.Token token -> Optional.of(tokens(parameter, token));
            case SearchValue.Text text -> Optional.of(text(parameter, text));
            case SearchValue.Span span -> Optional.of(dates(parameter, span));
            case SearchValue.Numeric number -> {
                var test = number(number.value());
                yield Optional.of(
                        question(
                                code,
                                test.text,
                                parameter,
                                v ->
                                        v instanceof SearchValue.Numeric(_, var n)
                                                && test.holds.test(n)));
            }
            case SearchValue.Quantity quantity -> Optional.of(quantity(parameter, quantity));
            case SearchValue.Reference reference -> Optional.of(reference(parameter, reference));
            case SearchValue.Elsewhere(_, var url) ->
                    Optional.of(question(code, SearchText.escaped(url), parameter, value::equals));
            case SearchValue.Logical(_, var system, var id) ->
                    Optional.of(
                            question(
                                    code + ":identifier",
                                    SearchText.escaped(system) + "|" + SearchText.escaped(id),
                                    parameter,
                                    value::equals));
            case SearchValue.Label(_, var text) -> labelled(parameter, text);
            case SearchValue.Typed(_, var system, var kind, var id) ->
                    Optional.of(
                            question(
                                    code + ":of-type",
                                    SearchText.escaped(system)
                                            + "|"
                                            + SearchText.escaped(kind)
                                            + "|"
                                            + SearchText.escaped(id),
                                    parameter,
                                    value::equals));
            case SearchValue.Uri(_, var uri) -> Optional.of(uri(parameter, uri));
            case SearchValue.Composite composite -> composite(parameter, composite);
            case SearchValue.Position position -> Optional.of(near(parameter, position));
        };
    }

    private Question question(
            String name, String value, SearchParameter parameter, Predicate<SearchValue> test) {
        return new Question(
                new Parameter(name, value), e -> e.of(parameter).stream().anyMatch(test));
    }

    private Question ids(String type, NaiveStore.Entry entry) {
        var other = pick(store.of(type));
        var text = random.nextBoolean() ? entry.id() : entry.id() + "," + other.id() + ",nobody";
        return new Question(
                new Parameter("_id", text), e -> List.of(text.split(",")).contains(e.id()));
    }

    /// A question about the time of the last change, suggested by some resource of one of these types.
    Question updated(List<String> types) {
        return updated(pick(store.of(pick(types))));
    }

    private Question updated(NaiveStore.Entry entry) {
        var test = when(entry.updated(), true);
        return new Question(
                new Parameter("_lastUpdated", test.text),
                e -> test.holds.test(new SearchTime(e.updated(), e.updated() + 1)));
    }

    private Question missing(SearchParameter parameter) {
        var isNow =
                parameter.type() == ParameterType.COMPOSITE
                        || parameter.type() == ParameterType.SPECIAL
                        || parameter.code().equals("_id")
                        || parameter.code().equals("_lastUpdated");
        var asked =
                isNow
                        ? SearchParameters.r4().find(parameter.base(), "_tag").orElseThrow()
                        : parameter;
        var missing = random.nextBoolean();
        return new Question(
                new Parameter(asked.code() + ":missing", String.valueOf(missing)),
                e -> e.of(asked).isEmpty() == missing);
    }

    private record Test<T>(String text, Predicate<T> holds) {}

    private Question tokens(SearchParameter parameter, SearchValue.Token token) {
        var test = token(token);
        if (random.nextInt(3) == 0) {
            var other = pick(store.of(parameter.base())).of(parameter);
            if (!other.isEmpty() && pick(other) instanceof SearchValue.Token more) {
                var second = token(more);
                test = new Test<>(test.text + "," + second.text, test.holds.or(second.holds));
            }
        }
        var holds = test.holds;
        var question =
                question(
                        parameter.code(),
                        test.text,
                        parameter,
                        v -> v instanceof SearchValue.Token t && holds.test(t));
        return random.nextInt(6) > 0
                ? question
                : new Question(
                        new Parameter(parameter.code() + ":not", question.parameter().value()),
                        question.holds().negate());
    }

    private Test<SearchValue.Token> token(SearchValue.Token token) {
        var system = SearchText.escaped(token.system());
        var code = SearchText.escaped(random.nextInt(10) == 0 ? token.code() + "x" : token.code());
        var plain = SearchText.plain(code);
        if (token.code().isEmpty() || (random.nextInt(6) == 0 && !token.system().isEmpty())) {
            return new Test<>(system + "|", t -> t.system().equals(token.system()));
        }
        return random.nextBoolean()
                ? new Test<>(code, t -> t.code().equals(plain))
                : new Test<>(
                        system + "|" + code,
                        t -> t.system().equals(token.system()) && t.code().equals(plain));
    }

    private Question text(SearchParameter parameter, SearchValue.Text text) {
        var whole = text.value();
        var from = random.nextInt(whole.length());
        var to = from + 1 + random.nextInt(whole.length() - from);
        var part = whole.substring(from, to);
        var kind = random.nextInt(3);
        if (kind == 0) {
            return question(
                    parameter.code() + ":exact",
                    SearchText.escaped(whole),
                    parameter,
                    v -> v instanceof SearchValue.Text(_, var t) && t.equals(whole));
        }
        var asked = kind == 1 && !part.isBlank() ? part : whole.substring(0, to);
        var mixed = random.nextBoolean() ? asked.toUpperCase(Locale.ROOT) : asked;
        var normal = Keys.normal(mixed);
        return question(
                parameter.code() + (kind == 1 ? ":contains" : ""),
                SearchText.escaped(mixed),
                parameter,
                v ->
                        v instanceof SearchValue.Text(_, var t)
                                && (kind == 1
                                        ? Keys.normal(t).contains(normal)
                                        : Keys.normal(t).startsWith(normal)));
    }

    private Question dates(SearchParameter parameter, SearchValue.Span span) {
        var first = date(span);
        if (random.nextInt(4) == 0) {
            var second = date(span);
            return question(
                    parameter.code(),
                    first.text + "," + second.text,
                    parameter,
                    v ->
                            v instanceof SearchValue.Span(_, var low, var high)
                                    && first.holds
                                            .or(second.holds)
                                            .test(new SearchTime(low, high)));
        }
        return question(
                parameter.code(),
                first.text,
                parameter,
                v ->
                        v instanceof SearchValue.Span(_, var low, var high)
                                && first.holds.test(new SearchTime(low, high)));
    }

    private Test<SearchTime> date(SearchValue.Span span) {
        var low = span.low() == Long.MIN_VALUE ? span.high() - 1 : span.low();
        var high = span.high() == Long.MAX_VALUE ? low + 1 : span.high() - 1;
        return when(random.nextBoolean() ? low : high, false);
    }

    /// A time near this one in some precision, with some prefix.
    private Test<SearchTime> when(long micros, boolean fine) {
        var shift =
                random.nextInt(4) == 0
                        ? (random.nextLong(4_000_000_000_000L) - 2_000_000_000_000L)
                        : 0;
        var instant =
                Instant.ofEpochSecond(0, 0)
                        .plusNanos(0)
                        .plus(micros + shift, java.time.temporal.ChronoUnit.MICROS);
        var form = DATE_FORMS.get(fine ? DATE_FORMS.size() - 1 : random.nextInt(DATE_FORMS.size()));
        var text = DateTimeFormatter.ofPattern(form).withZone(ZoneOffset.UTC).format(instant);
        var prefix = pick(PREFIXES);
        var asked = SearchTime.parse(text).orElseThrow();
        return new Test<>(prefix + text, value -> holds(prefix, value, asked));
    }

    /// The rules of the specification's table of prefixes, by ranges.
    private boolean holds(String prefix, SearchTime value, SearchTime asked) {
        var contained = value.low() >= asked.low() && value.high() <= asked.high();
        var reachesAbove = value.high() > asked.high();
        var reachesBelow = value.low() < asked.low();
        return switch (prefix) {
            case "ne" -> !contained;
            case "gt" -> reachesAbove;
            case "lt" -> reachesBelow;
            case "ge" -> reachesAbove || contained;
            case "le" -> reachesBelow || contained;
            case "sa" -> value.low() >= asked.high();
            case "eb" -> value.high() <= asked.low();
            case "ap" -> {
                var micros = java.time.temporal.ChronoUnit.MICROS.between(Instant.EPOCH, now);
                var low = asked.low() - Math.abs(micros - asked.low()) / 10;
                var high = asked.high() + Math.abs(micros - asked.high()) / 10;
                yield value.low() < high && value.high() > low;
            }
            default -> contained;
        };
    }

    private Test<BigDecimal> number(BigDecimal value) {
        var scale = Math.max(0, Math.min(6, value.scale()) - random.nextInt(2));
        var asked = value.setScale(scale, RoundingMode.HALF_UP);
        if (random.nextInt(4) == 0) {
            asked = asked.add(BigDecimal.valueOf(random.nextInt(5) - 2));
        }
        var prefix = pick(PREFIXES);
        var number = asked;
        var half = new BigDecimal("0.5").movePointLeft(scale);
        var below = number.subtract(half);
        var above = number.add(half);
        var tenth = number.abs().divide(BigDecimal.TEN).max(half);
        return new Test<>(
                prefix + number.toPlainString(),
                v ->
                        switch (prefix) {
                            case "ne" -> v.compareTo(below) < 0 || v.compareTo(above) >= 0;
                            case "gt", "sa" -> v.compareTo(number) > 0;
                            case "lt", "eb" -> v.compareTo(number) < 0;
                            case "ge" -> v.compareTo(number) >= 0;
                            case "le" -> v.compareTo(number) <= 0;
                            case "ap" -> v.subtract(number).abs().compareTo(tenth) <= 0;
                            default -> v.compareTo(below) >= 0 && v.compareTo(above) < 0;
                        });
    }

    private Question quantity(SearchParameter parameter, SearchValue.Quantity quantity) {
        var test = quantity(quantity);
        return question(
                parameter.code(),
                test.text,
                parameter,
                v -> v instanceof SearchValue.Quantity q && test.holds.test(q));
    }

    private Test<SearchValue.Quantity> quantity(SearchValue.Quantity quantity) {
        var number = number(quantity.value());
        var kind = random.nextInt(4);
        if (kind == 0 && !quantity.code().isEmpty() && !quantity.system().isEmpty()) {
            return new Test<>(
                    number.text
                            + "|"
                            + SearchText.escaped(quantity.system())
                            + "|"
                            + SearchText.escaped(quantity.code()),
                    q ->
                            (number.holds.test(q.value()) && sameUnit(q, quantity))
                                    || measured(q, quantity, number.holds));
        }
        var words = random.nextBoolean() ? quantity.code() : quantity.unit();
        if (kind == 1 && !words.isEmpty()) {
            return new Test<>(
                    number.text + "||" + SearchText.escaped(words),
                    q ->
                            number.holds.test(q.value())
                                    && (q.code().equals(words) || q.unit().equals(words)));
        }
        return new Test<>(number.text, q -> number.holds.test(q.value()));
    }

    private static boolean sameUnit(SearchValue.Quantity one, SearchValue.Quantity other) {
        return one.system().equals(other.system()) && one.code().equals(other.code());
    }

    /// Whether a quantity in another unit of the same dimension passes the test, counted in the unit of the one asked for. What is
    /// so close to an edge that rounding decides is taken for its neighbour on neither side: such values are not in the cohort.
    private static boolean measured(
            SearchValue.Quantity one, SearchValue.Quantity asked, Predicate<BigDecimal> test) {
        if (!one.system().equals(Units.UCUM) || !asked.system().equals(Units.UCUM)) {
            return false;
        }
        var from = Units.ucum().scale(one.code());
        var to = Units.ucum().scale(asked.code());
        if (from.isEmpty() || to.isEmpty() || !from.get().unit().equals(to.get().unit())) {
            return false;
        }
        var base = from.get().of(one.value());
        return test.test(
                base.subtract(to.get().offset())
                        .divide(to.get().factor(), new java.math.MathContext(25)));
    }

    private Optional<Question> labelled(SearchParameter parameter, String text) {
        var part = text.substring(0, 1 + random.nextInt(text.length()));
        var normal = Keys.normal(part);
        return normal.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        question(
                                parameter.code() + ":text",
                                SearchText.escaped(part),
                                parameter,
                                v ->
                                        v instanceof SearchValue.Label(_, var t)
                                                && Keys.normal(t).startsWith(normal)));
    }

    /// The URI itself, what lies below a part of its path, or what lies above more of one.
    private Question uri(SearchParameter parameter, String uri) {
        var kind = random.nextInt(3);
        var slash = uri.lastIndexOf('/');
        if (kind == 0 && uri.contains("://") && slash > uri.indexOf("://") + 3) {
            var above = uri.substring(0, slash);
            return question(
                    parameter.code() + ":below",
                    SearchText.escaped(above),
                    parameter,
                    v ->
                            v instanceof SearchValue.Uri(_, var u)
                                    && (u.equals(above) || u.startsWith(above + "/")));
        }
        if (kind == 1 && uri.contains("://")) {
            var below = uri + "/more/of/it";
            return question(
                    parameter.code() + ":above",
                    SearchText.escaped(below),
                    parameter,
                    v ->
                            v instanceof SearchValue.Uri(_, var u)
                                    && u.contains("://")
                                    && below.startsWith(u.endsWith("/") ? u : u + "/"));
        }
        return question(
                parameter.code(),
                SearchText.escaped(uri),
                parameter,
                v -> v instanceof SearchValue.Uri(_, var u) && u.equals(uri));
    }

    private Question near(SearchParameter parameter, SearchValue.Position position) {
        var metres = Math.pow(10, 2 + random.nextInt(5)) * (1 + random.nextInt(9));
        var text =
                position.latitude().toPlainString()
                        + "|"
                        + position.longitude().toPlainString()
                        + "|"
                        + BigDecimal.valueOf(metres / 1000).toPlainString()
                        + "|km";
        return question(
                parameter.code(),
                text,
                parameter,
                v ->
                        v instanceof SearchValue.Position(_, var latitude, var longitude)
                                && metres(
                                                position.latitude().doubleValue(),
                                                position.longitude().doubleValue(),
                                                latitude.doubleValue(),
                                                longitude.doubleValue())
                                        <= metres);
    }

    /// The spherical law of cosines, which the product does not use.
    private static double metres(double lat, double lon, double otherLat, double otherLon) {
        var cos =
                Math.sin(Math.toRadians(lat)) * Math.sin(Math.toRadians(otherLat))
                        + Math.cos(Math.toRadians(lat))
                                * Math.cos(Math.toRadians(otherLat))
                                * Math.cos(Math.toRadians(otherLon - lon));
        return 6_371_008.8 * Math.acos(Math.clamp(cos, -1, 1));
    }

    /// A `_filter` of some comparisons, with and, or, not and parentheses.
    Optional<Question> filter(String type, int depth) {
        var kind = random.nextInt(depth == 0 ? 1 : 4);
        if (kind == 1) {
            return filter(type, depth - 1)
                    .map(inner ->
                            filtered(
                                    "not (" + inner.parameter().value() + ")",
                                    inner.holds().negate()));
        }
        if (kind > 1) {
            var left = filter(type, depth - 1);
            var right = filter(type, depth - 1);
            if (left.isEmpty() || right.isEmpty()) {
                return left.isEmpty() ? right : left;
            }
            var one = left.get();
            var other = right.get();
            return Optional.of(
                    kind == 2
                            ? filtered(
                                    "("
                                            + one.parameter().value()
                                            + ") and ("
                                            + other.parameter().value()
                                            + ")",
                                    one.holds().and(other.holds()))
                            : filtered(
                                    "("
                                            + one.parameter().value()
                                            + ") or ("
                                            + other.parameter().value()
                                            + ")",
                                    one.holds().or(other.holds())));
        }
        return comparison(type);
    }

    private static Question filtered(String text, Predicate<NaiveStore.Entry> holds) {
        return new Question(new Parameter("_filter", text), holds);
    }

    private Optional<Question> comparison(String type) {
        var entry = pick(store.of(type));
        var parameter =
                SearchParameters.r4()
                        .find(type, pick(entry.values().keySet().stream().sorted().toList()))
                        .orElseThrow();
        var code = parameter.code();
        if (code.equals("_id") || code.equals("_lastUpdated")) {
            return Optional.of(filtered("_id eq " + entry.id(), e -> e.id().equals(entry.id())));
        }
        var value = pick(entry.of(parameter));
        return switch (value) {
            case SearchValue.Token token
                    when !token.code().isEmpty() && !token.code().contains(" ") -> {
                var whole = token.system() + "|" + token.code();
                var plain = whole.matches("[A-Za-z0-9:/.|_-]+");
                Predicate<SearchValue> is =
                        v ->
                                v instanceof SearchValue.Token t
                                        && t.system().equals(token.system())
                                        && t.code().equals(token.code());
                var negative = random.nextBoolean();
                yield plain
                        ? Optional.of(
                                filtered(
                                        code + (negative ? " ne " : " eq ") + whole,
                                        e ->
                                                negative
                                                        ? !e.of(parameter).isEmpty()
                                                                && e.of(parameter).stream()
                                                                        .noneMatch(is)
                                                        : e.of(parameter).stream().anyMatch(is)))
                        : Optional.empty();
            }
            case SearchValue.Text(_, var text) -> {
                var normal = Keys.normal(text);
                var operator = pick(List.of("eq", "co", "sw", "ew"));
                var part =
                        switch (operator) {
                            case "sw" -> text.substring(0, 1 + random.nextInt(text.length()));
                            case "ew", "co" -> text.substring(random.nextInt(text.length()));
                            default -> text;
                        };
                var asked = Keys.normal(part);
                if (asked.isEmpty() || normal.length() >= 100) {
                    yield Optional.empty();
                }
                var quoted = "\"" + part.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
                yield Optional.of(
                        filtered(
                                code + " " + operator + " " + quoted,
                                e ->
                                        e.of(parameter).stream()
                                                .filter(SearchValue.Text.class::isInstance)
                                                .map(v ->
                                                        Keys.normal(((SearchValue.Text) v).value()))
                                                .anyMatch(t ->
                                                        switch (operator) {
                                                            case "eq" -> t.equals(asked);
                                                            case "sw" -> t.startsWith(asked);
                                                            case "ew" -> t.endsWith(asked);
                                                            default -> t.contains(asked);
                                                        })));
            }
            case SearchValue.Span span -> {
                var test = date(span);
                var operator =
                        test.text().matches("[a-z]{2}.*") ? test.text().substring(0, 2) : "eq";
                var rest = test.text().replaceFirst("^[a-z]{2}", "");
                yield Optional.of(
                        filtered(
                                code + " " + operator + " " + rest,
                                e ->
                                        e.of(parameter).stream()
                                                .anyMatch(v ->
                                                        v
                                                                        instanceof
                                                                        SearchValue.Span(
                                                                                _,
                                                                                var low,
                                                                                var high)
                                                                && test.holds()
                                                                        .test(
                                                                                new SearchTime(
                                                                                        low,
                                                                                        high)))));
            }
            case SearchValue.Reference(_, var target, var id) ->
                    Optional.of(
                            filtered(
                                    code + " re " + target + "/" + id,
                                    e -> e.of(parameter).stream().anyMatch(value::equals)));
            default ->
                    parameter.type() == ParameterType.COMPOSITE
                                    || parameter.type() == ParameterType.SPECIAL
                            ? Optional.empty()
                            : Optional.of(
                                    filtered(code + " pr true", e -> !e.of(parameter).isEmpty()));
        };
    }

    private Question reference(SearchParameter parameter, SearchValue.Reference reference) {
        var type = reference.type();
        var id = reference.id();
        return switch (random.nextInt(4)) {
            case 0 ->
                    question(
                            parameter.code(),
                            id,
                            parameter,
                            v -> v instanceof SearchValue.Reference(_, _, var i) && i.equals(id));
            case 1 ->
                    question(
                            parameter.code() + ":" + type,
                            id,
                            parameter,
                            v ->
                                    v instanceof SearchValue.Reference(_, var t, var i)
                                            && t.equals(type)
                                            && i.equals(id));
            case 2 ->
                    question(
                            parameter.code(),
                            SearchDifferenceIT.BASE + "/" + type + "/" + id,
                            parameter,
                            reference::equals);
            default -> question(parameter.code(), type + "/" + id, parameter, reference::equals);
        };
    }

    private Optional<Question> composite(
            SearchParameter parameter, SearchValue.Composite composite) {
        var texts = new ArrayList<String>();
        var tests = new ArrayList<Predicate<SearchValue>>();
        for (var part : composite.parts()) {
            var value = pick(part);
            switch (value) {
                case SearchValue.Token token -> {
                    var test = token(token);
                    texts.add(test.text);
                    tests.add(v -> v instanceof SearchValue.Token t && test.holds.test(t));
                }
                case SearchValue.Quantity quantity -> {
                    var test = quantity(quantity);
                    texts.add(test.text);
                    tests.add(v -> v instanceof SearchValue.Quantity q && test.holds.test(q));
                }
                case SearchValue.Span span -> {
                    var test = date(span);
                    texts.add(test.text);
                    tests.add(v ->
                            v instanceof SearchValue.Span(_, var low, var high)
                                    && test.holds.test(new SearchTime(low, high)));
                }
                case SearchValue.Numeric(_, var number) -> {
                    var test = number(number);
                    texts.add(test.text);
                    tests.add(
                            v -> v instanceof SearchValue.Numeric(_, var n) && test.holds.test(n));
                }
                case SearchValue.Text(_, var text) -> {
                    texts.add(SearchText.escaped(text));
                    tests.add(v ->
                            v instanceof SearchValue.Text(_, var t)
                                    && Keys.normal(t).startsWith(Keys.normal(text)));
                }
                case SearchValue.Reference reference -> {
                    texts.add(reference.type() + "/" + reference.id());
                    tests.add(v ->
                            v instanceof SearchValue.Reference r
                                    && r.type().equals(reference.type())
                                    && r.id().equals(reference.id()));
                }
                case SearchValue.Label _, SearchValue.Typed _ -> {
                    return Optional.empty();
                }
                case SearchValue.Elsewhere _,
                        SearchValue.Logical _,
                        SearchValue.Uri _,
                        SearchValue.Position _,
                        SearchValue.Composite _ -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(
                question(
                        parameter.code(),
                        String.join("$", texts),
                        parameter,
                        v -> v instanceof SearchValue.Composite c && holds(c, tests)));
    }

    private static boolean holds(
            SearchValue.Composite composite, List<Predicate<SearchValue>> tests) {
        for (var i = 0; i < tests.size(); i++) {
            if (composite.parts().get(i).stream().noneMatch(tests.get(i))) {
                return false;
            }
        }
        return true;
    }

    private Optional<Question> chain(String type, int depth) {
        var found = reference(type);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var reference = found.get();
        var target = reference.type();
        if (store.of(target).isEmpty()) {
            return Optional.empty();
        }
        var parameter = reference.parameter();
        return any(target, depth - 1)
                .map(inner ->
                        inner.under(
                                parameter.code() + ":" + target + ".",
                                e ->
                                        e.of(parameter).stream()
                                                .anyMatch(v -> leads(v, target, inner))));
    }

    private boolean leads(SearchValue value, String target, Question inner) {
        if (value instanceof SearchValue.Reference(_, var type, var id) && type.equals(target)) {
            var entry = store.at(type + "/" + id);
            return entry != null && inner.holds().test(entry);
        }
        return false;
    }

    private Optional<Question> has(String type, int depth) {
        var from = pick(store.types());
        var found = reference(from);
        if (found.isEmpty() || !found.get().type().equals(type)) {
            return Optional.empty();
        }
        var parameter = found.get().parameter();
        return any(from, depth - 1)
                .map(inner -> {
                    var hit = new java.util.HashSet<String>();
                    for (var entry : store.of(from)) {
                        if (inner.holds().test(entry)) {
                            for (var value : entry.of(parameter)) {
                                if (value instanceof SearchValue.Reference(_, var t, var i)) {
                                    hit.add(t + "/" + i);
                                }
                            }
                        }
                    }
                    return inner.under(
                            "_has:" + from + ":" + parameter.code() + ":",
                            e -> hit.contains(e.address()));
                });
    }

    /// An include and what it brings along with given matches.
    record Include(
            Parameter parameter,
            java.util.function.Function<List<String>, java.util.Set<String>> bring) {
        java.util.Set<String> brings(List<String> matches) {
            var brought = new java.util.HashSet<>(bring.apply(matches));
            matches.forEach(brought::remove);
            return brought;
        }
    }

    Optional<Include> include(String type) {
        var from = random.nextBoolean() ? type : pick(store.types());
        return reference(from)
                .map(reference -> reference.parameter())
                .flatMap(parameter ->
                        from.equals(type)
                                ? Optional.of(forward(parameter))
                                : leadsTo(parameter, type)
                                        ? Optional.of(reverse(parameter))
                                        : Optional.empty());
    }

    /// An include that goes on from what has been brought.
    Optional<Include> further(String type) {
        return reference(type)
                .map(SearchValue.Reference::parameter)
                .map(parameter -> random.nextBoolean() ? forward(parameter) : reverse(parameter))
                .map(include ->
                        new Include(
                                new Parameter(
                                        include.parameter().name() + ":iterate",
                                        include.parameter().value()),
                                include.bring()));
    }

    /// What one include brings of the matches, and another of them and of what has been brought, until there is no more.
    static java.util.Set<String> reached(List<String> matches, Include first, Include further) {
        var reached = new java.util.HashSet<>(first.brings(matches));
        for (var before = -1; before < reached.size(); ) {
            before = reached.size();
            reached.addAll(
                    further.bring()
                            .apply(
                                    java.util.stream.Stream.concat(
                                                    matches.stream(), reached.stream())
                                            .toList()));
        }
        matches.forEach(reached::remove);
        return reached;
    }

    private boolean leadsTo(SearchParameter parameter, String type) {
        return SearchRecords.targets(parameter).contains(type);
    }

    private Include forward(SearchParameter parameter) {
        return new Include(
                new Parameter("_include", parameter.base() + ":" + parameter.code()),
                matches ->
                        matches.stream()
                                .filter(address -> address.startsWith(parameter.base() + "/"))
                                .flatMap(address ->
                                        java.util.Objects.requireNonNull(store.at(address))
                                                .of(parameter)
                                                .stream())
                                .filter(SearchValue.Reference.class::isInstance)
                                .map(SearchValue.Reference.class::cast)
                                .map(reference -> reference.type() + "/" + reference.id())
                                .filter(address -> store.at(address) != null)
                                .collect(java.util.stream.Collectors.toSet()));
    }

    private Include reverse(SearchParameter parameter) {
        return new Include(
                new Parameter("_revinclude", parameter.base() + ":" + parameter.code()),
                matches ->
                        store.of(parameter.base()).stream()
                                .filter(entry ->
                                        entry.of(parameter).stream()
                                                .anyMatch(value ->
                                                        value
                                                                        instanceof
                                                                        SearchValue.Reference(
                                                                                _,
                                                                                var type,
                                                                                var id)
                                                                && matches.contains(
                                                                        type + "/" + id)))
                                .map(NaiveStore.Entry::address)
                                .collect(java.util.stream.Collectors.toSet()));
    }

    private Optional<SearchValue.Reference> reference(String type) {
        var entry = pick(store.of(type));
        var references =
                entry.values().values().stream()
                        .flatMap(List::stream)
                        .filter(SearchValue.Reference.class::isInstance)
                        .map(SearchValue.Reference.class::cast)
                        .sorted(java.util.Comparator.comparing(r -> r.parameter().code() + r.id()))
                        .toList();
        return references.isEmpty() ? Optional.empty() : Optional.of(pick(references));
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
