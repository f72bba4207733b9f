package trellis.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import trellis.fhir.search.SearchParameter;
import trellis.store.Criterion.Test;
import trellis.store.SearchRows.Amount;
import trellis.store.SearchRows.Date;
import trellis.store.SearchRows.Text;

/// Whether a criterion holds for one content that is at hand: what [CriterionSql] asks of rows in the database, asked of the rows
/// that the content would have. What it answers is what a search would find, had the content been written at that time.
public final class Matching {
    private final Prepared content;
    private final SearchRows rows;
    private final long updated;

    private Matching(Prepared content, Instant updated) {
        this.content = content;
        this.rows = content.rows();
        this.updated = WriteSql.micros(updated);
    }

    /// Whether all criteria hold.
    ///
    /// @param updated when the content was written
    /// @throws IllegalArgumentException for one that [#beyond] finds fault with
    public static boolean holds(List<Criterion> criteria, Prepared content, Instant updated) {
        var matching = new Matching(content, updated);
        return criteria.stream().allMatch(matching::holds);
    }

    /// What of a criterion cannot be seen from one resource alone; empty when all of it can.
    ///
    /// @return in words that end a sentence that begins with what was asked
    public static Optional<String> beyond(Criterion criterion) {
        return switch (criterion) {
            case Criterion.Refers _ -> Optional.of("a chain through a reference");
            case Criterion.ReferredFrom _ -> Optional.of("what refers to it (_has, _list)");
            case Criterion.Worded _ -> Optional.of("words (_text, _content)");
            case Criterion.Near _ -> Optional.of("a distance (near)");
            case Criterion.AllOf(var criteria) -> beyond(criteria);
            case Criterion.AnyOf(var options) -> beyond(options);
            case Criterion.Not(var inner) -> beyond(inner);
            case Criterion.Ids _,
                    Criterion.OfPatients _,
                    Criterion.Updated _,
                    Criterion.AnyToken _,
                    Criterion.AnyIdentifier _,
                    Criterion.AnyValue _,
                    Criterion.Common _,
                    Criterion.Labelled _,
                    Criterion.Together _,
                    Criterion.Leads _,
                    Criterion.Present _ ->
                    Optional.empty();
        };
    }

    private static Optional<String> beyond(List<Criterion> criteria) {
        return criteria.stream().flatMap(one -> beyond(one).stream()).findFirst();
    }

    private boolean holds(Criterion criterion) {
        return switch (criterion) {
            case Criterion.Ids(var ids) -> ids.contains(content.id());
            case Criterion.OfPatients(var ids) ->
                    ids.stream().anyMatch(id -> Keys.resource("Patient", id) == content.patient());
            case Criterion.Updated(var low, var high) -> updated >= low && updated < high;
            case Criterion.AnyToken(var hashes, _) -> hashes.stream().anyMatch(this::has);
            case Criterion.AnyIdentifier(var hashes) ->
                    Arrays.stream(rows.identifiers()).anyMatch(hashes::contains);
            case Criterion.AnyValue(var parameter, var tests) ->
                    anyValue(Keys.parameter(parameter), tests, _ -> true);
            case Criterion.Common(var values) -> values.stream().allMatch(this::holds);
            case Criterion.Labelled(var parameter, var starts) ->
                    rows.terms().stream()
                            .filter(term -> term.parameter() == Keys.parameter(parameter))
                            .anyMatch(term -> starts.stream().anyMatch(term.normal()::startsWith));
            case Criterion.Together(var composite, var parts) ->
                    Composites.ordered(composite)
                            ? elements(composite, parts)
                            : choices(parts).stream().map(Composites::joined).anyMatch(this::has);
            case Criterion.Present(var parameter) ->
                    Composites.ordered(parameter.type())
                            ? ordered(Keys.parameter(parameter)).findAny().isPresent()
                            : has(Keys.present(Keys.salt(parameter)));
            case Criterion.Leads(var parameters, var type, var id) -> {
                var numbers = parameters.stream().flatMap(p -> Links.numbers(p).stream()).toList();
                var target = Keys.resource(type, id);
                yield rows.links().stream()
                        .anyMatch(link ->
                                link.target() == target
                                        && numbers.contains((long) link.parameter()));
            }
            case Criterion.AllOf(var criteria) -> criteria.stream().allMatch(this::holds);
            case Criterion.AnyOf(var options) -> options.stream().anyMatch(this::holds);
            case Criterion.Not(var inner) -> !holds(inner);
            case Criterion.Refers _,
                    Criterion.ReferredFrom _,
                    Criterion.Worded _,
                    Criterion.Near _ ->
                    throw new IllegalArgumentException("cannot be seen from one resource");
        };
    }

    private boolean has(long hash) {
        return Arrays.binarySearch(rows.tokens(), hash) >= 0;
    }

    /// The elements in which a parameter has an ordered value.
    private Stream<Integer> ordered(int parameter) {
        return Stream.of(
                        rows.texts().stream()
                                .filter(one -> one.parameter() == parameter)
                                .map(Text::element),
                        rows.dates().stream()
                                .filter(one -> one.parameter() == parameter)
                                .map(Date::element),
                        rows.amounts().stream()
                                .filter(one -> one.parameter() == parameter)
                                .map(Amount::element))
                .flatMap(one -> one);
    }

    /// One value, in an element that will do, passes one of the tests.
    private boolean anyValue(int parameter, List<Test> tests, Predicate<Integer> element) {
        return tests.stream().anyMatch(test -> passes(parameter, test, element));
    }

    private boolean passes(int parameter, Test test, Predicate<Integer> element) {
        return switch (test) {
            case Test.Hash _ -> false;
            case Test.Starts(var normal) ->
                    text(parameter, element, text -> text.startsWith(normal));
            case Test.Is(var normal) -> text(parameter, element, text -> text.equals(normal));
            case Test.Ends(var normal) -> text(parameter, element, text -> text.endsWith(normal));
            case Test.Contains(var normal) ->
                    text(parameter, element, text -> text.contains(normal));
            case Test.When when ->
                    rows.dates().stream()
                            .filter(one ->
                                    one.parameter() == parameter && element.test(one.element()))
                            .anyMatch(one -> when(when, one));
            case Test.Begins(var moments) ->
                    rows.dates().stream()
                            .filter(one ->
                                    one.parameter() == parameter && element.test(one.element()))
                            .anyMatch(one -> moments.contains(one.low()));
            case Test.Amount amount -> amount(parameter, amount, element);
            case Test.Measured(var prefix, var low, var high, var unit) -> {
                var asked = new Test.Amount(prefix, low, high, unit, 0);
                yield amount(parameter, asked, element)
                        || amount(Keys.canonical(parameter), asked, element);
            }
        };
    }

    private boolean text(int parameter, Predicate<Integer> element, Predicate<String> test) {
        return rows.texts().stream()
                .filter(one -> one.parameter() == parameter && element.test(one.element()))
                .anyMatch(one -> test.test(one.value()));
    }

    private static boolean when(Test.When when, Date value) {
        var low = when.low();
        var high = when.high();
        return switch (when.prefix()) {
            case EQ -> value.low() >= low && value.low() < high && value.high() <= high;
            case NE -> value.low() < low || value.high() > high;
            case GT -> value.high() > high;
            case LT -> value.low() < low;
            case GE -> value.low() >= low || value.high() > high;
            case LE -> value.low() < high && (value.low() < low || value.high() <= high);
            case SA -> value.low() >= high;
            case EB -> value.low() < low && value.high() <= low;
            case AP -> value.low() < high && value.high() > low;
        };
    }

    private boolean amount(int parameter, Test.Amount asked, Predicate<Integer> element) {
        return rows.amounts().stream()
                .filter(one -> one.parameter() == parameter && element.test(one.element()))
                .filter(one -> asked.unit() == 0 || one.unit() == asked.unit())
                .filter(one -> asked.code() == 0 || one.code() == asked.code())
                .anyMatch(one -> amount(asked, one));
    }

    private static boolean amount(Test.Amount asked, Amount one) {
        var toLow = one.value().compareTo(asked.low());
        var toHigh = one.value().compareTo(asked.high());
        return switch (asked.prefix()) {
            case EQ -> toLow >= 0 && toHigh < 0;
            case NE -> toLow < 0 || toHigh >= 0;
            case GT, SA -> toHigh > 0;
            case LT, EB -> toLow < 0;
            case GE -> toLow >= 0;
            case LE -> toHigh <= 0;
            case AP -> toLow >= 0 && toHigh <= 0;
        };
    }

    /// In one element every part holds: see [Composites] for what lies where.
    private boolean elements(SearchParameter composite, List<List<Test>> parts) {
        var numbers = new ArrayList<Integer>();
        for (var part = 0; part < parts.size(); part++) {
            if (Composites.ordered(composite.components().get(part).type())) {
                numbers.add(part);
            }
        }
        return ordered(Composites.row(composite, numbers.getFirst()))
                .distinct()
                .anyMatch(element -> {
                    Predicate<Integer> here = element::equals;
                    return numbers.stream()
                                    .allMatch(part ->
                                            anyValue(
                                                    Composites.row(composite, part),
                                                    parts.get(part),
                                                    here))
                            && hashed(parts, hash -> has(hash ^ element));
                });
    }

    private static boolean hashed(List<List<Test>> parts, LongPredicate has) {
        return parts.stream()
                .map(Matching::hashes)
                .filter(hashes -> !hashes.isEmpty())
                .allMatch(hashes -> hashes.stream().anyMatch(has::test));
    }

    private static List<Long> hashes(List<Test> tests) {
        return tests.stream()
                .filter(Test.Hash.class::isInstance)
                .map(test -> ((Test.Hash) test).hash())
                .toList();
    }

    private static List<List<Long>> choices(List<List<Test>> parts) {
        List<List<Long>> choices = List.of(List.of());
        for (var tests : parts) {
            choices = Composites.longer(choices, Set.copyOf(hashes(tests)));
        }
        return choices;
    }
}
