package trellis.codes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import trellis.codes.Ecl.Cardinality;
import trellis.codes.Ecl.Refinement;

/// ECL over small random ontologies, held against sets that are computed as the definitions read.
class EclProperties {
    private static final int CONCEPTS = 9;

    private record Attribute(int source, int type, int target, int group) {}

    /// @param active which concepts are
    /// @param parents pairs of child and parent; a child is the larger number
    /// @param members pairs of reference set and member
    private record Ontology(
            Set<Integer> active,
            Set<List<Integer>> parents,
            Set<Attribute> attributes,
            Set<List<Integer>> members) {

        Release release() {
            var builder = new ReleaseBuilder();
            for (var i = 0; i < CONCEPTS; i++) {
                builder.concept(code(i));
                if (!active.contains(i)) {
                    builder.inactive(i);
                }
            }
            parents.forEach(pair -> builder.parent(pair.get(0), pair.get(1)));
            attributes.forEach(a -> builder.attribute(a.source(), a.type(), a.target(), a.group()));
            members.forEach(pair -> builder.member(pair.get(0), pair.get(1)));
            return builder.build(new Release.About(ReleaseBuilder.SNOMED, "", "", true, true));
        }
    }

    private static String code(int concept) {
        return Long.toString(SctIds.of(100_000 + 7L * concept));
    }

    private static int concept(String code) {
        return IntStream.range(0, CONCEPTS)
                .filter(i -> code(i).equals(code))
                .findFirst()
                .orElseThrow();
    }

    @Provide
    Arbitrary<Ontology> ontologies() {
        var concept = Arbitraries.integers().between(0, CONCEPTS - 1);
        var pair = Combinators.combine(concept, concept).as(List::of);
        var below =
                pair.filter(p -> !p.get(0).equals(p.get(1)))
                        .map(p ->
                                List.of(
                                        Math.max(p.get(0), p.get(1)),
                                        Math.min(p.get(0), p.get(1))));
        var attribute =
                Combinators.combine(concept, concept, concept, Arbitraries.integers().between(0, 2))
                        .as(Attribute::new);
        return Combinators.combine(
                        concept.set().ofMinSize(CONCEPTS - 3),
                        below.set().ofMaxSize(14),
                        attribute.set().ofMaxSize(16),
                        pair.set().ofMaxSize(6))
                .as(Ontology::new);
    }

    @Provide
    Arbitrary<Ecl> expressions() {
        return expression(3);
    }

    private static Arbitrary<Ecl> expression(int depth) {
        Arbitrary<Ecl> concept =
                Arbitraries.integers()
                        .between(0, CONCEPTS - 1)
                        .map(i -> new Ecl.Concept(code(i), 0));
        var simple =
                Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(4, concept),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just((Ecl) new Ecl.Any())));
        if (depth == 0) {
            return simple;
        }
        var inner = Arbitraries.lazy(() -> expression(depth - 1));
        var parts = inner.list().ofMinSize(2).ofMaxSize(3);
        return Arbitraries.oneOf(
                simple,
                Combinators.combine(Arbitraries.of(Ecl.Direction.values()), inner)
                        .as(Ecl.Near::new),
                inner.map(Ecl.MembersOf::new),
                parts.map(Ecl.And::new),
                parts.map(Ecl.Or::new),
                Combinators.combine(inner, inner).as(Ecl.Minus::new),
                Combinators.combine(inner, inner).as(Ecl.Values::new),
                Combinators.combine(inner, refinement(depth - 1, true)).as(Ecl.Refined::new));
    }

    private static Arbitrary<Refinement> refinement(int depth, boolean groups) {
        var cardinality =
                Arbitraries.of(
                        Cardinality.SOME,
                        new Cardinality(0, 0),
                        new Cardinality(0, 1),
                        new Cardinality(2, Integer.MAX_VALUE));
        var inner = Arbitraries.lazy(() -> expression(Math.max(depth - 1, 0)));
        Arbitrary<Refinement> attribute =
                Combinators.combine(cardinality, inner, Arbitraries.of(true, false), inner)
                        .as(Refinement.Attribute::new);
        if (depth == 0) {
            return attribute;
        }
        var more = Arbitraries.lazy(() -> refinement(depth - 1, groups));
        var parts = more.list().ofMinSize(2).ofMaxSize(3);
        var kinds =
                new ArrayList<Arbitrary<? extends Refinement>>(
                        List.of(
                                attribute,
                                parts.map(Refinement.All::new),
                                parts.map(Refinement.Either::new)));
        if (groups) {
            kinds.add(
                    Combinators.combine(
                                    cardinality,
                                    Arbitraries.lazy(() -> refinement(depth - 1, false)))
                            .as(Refinement.Group::new));
        }
        return Arbitraries.oneOf(
                kinds.stream().map(kind -> kind.map(r -> (Refinement) r)).toList());
    }

    @Property(tries = 3000)
    void an_expression_selects_what_its_definition_says(
            @ForAll("ontologies") Ontology ontology, @ForAll("expressions") Ecl expression) {
        var found =
                EclAnswer.of(expression, ontology.release()).stream()
                        .boxed()
                        .collect(Collectors.toSet());

        var expected = new HashSet<>(naive(expression, ontology));
        expected.retainAll(ontology.active());
        assertThat(found).isEqualTo(expected);
    }

    @Property(tries = 2000)
    void what_is_written_is_read_as_it_was_meant(@ForAll("expressions") Ecl expression) {
        assertThat(plain(EclParser.parse(print(expression)))).isEqualTo(plain(expression));
    }

    /// Without positions, which only the text has.
    private static String plain(Ecl expression) {
        return expression.toString().replaceAll("position=\\d+", "");
    }

    private static Set<Integer> all() {
        return IntStream.range(0, CONCEPTS).boxed().collect(Collectors.toSet());
    }

    private static Set<Integer> naive(Ecl expression, Ontology ontology) {
        return switch (expression) {
            case Ecl.Any _ -> ontology.active();
            case Ecl.Concept(var code, _) -> Set.of(concept(code));
            case Ecl.Near(var direction, var of) -> {
                var from = naive(of, ontology);
                var found = new HashSet<Integer>();
                for (var one : all()) {
                    for (var start : from) {
                        var lower = direction.down() ? one : start;
                        var upper = direction.down() ? start : one;
                        var near =
                                direction.far()
                                        ? under(lower, upper, ontology)
                                        : ontology.parents().contains(List.of(lower, upper));
                        if (near || (direction.self() && one.equals(start))) {
                            found.add(one);
                        }
                    }
                }
                yield found;
            }
            case Ecl.MembersOf(var sets) -> {
                var which = sets instanceof Ecl.Any ? all() : naive(sets, ontology);
                yield ontology.members().stream()
                        .filter(pair -> which.contains(pair.get(0)))
                        .map(pair -> pair.get(1))
                        .collect(Collectors.toSet());
            }
            case Ecl.And(var parts) -> {
                var found = new HashSet<>(naive(parts.getFirst(), ontology));
                parts.forEach(part -> found.retainAll(naive(part, ontology)));
                yield found;
            }
            case Ecl.Or(var parts) ->
                    parts.stream()
                            .flatMap(part -> naive(part, ontology).stream())
                            .collect(Collectors.toSet());
            case Ecl.Minus(var from, var what) -> {
                var found = new HashSet<>(naive(from, ontology));
                found.removeAll(naive(what, ontology));
                yield found;
            }
            case Ecl.Values(var of, var attribute) -> {
                var sources = naive(of, ontology);
                var types = naive(attribute, ontology);
                yield ontology.attributes().stream()
                        .filter(a -> sources.contains(a.source()) && types.contains(a.type()))
                        .map(Attribute::target)
                        .collect(Collectors.toSet());
            }
            case Ecl.Refined(var focus, var by) ->
                    naive(focus, ontology).stream()
                            .filter(one ->
                                    holds(
                                            by,
                                            ontology.attributes().stream()
                                                    .filter(a -> a.source() == one)
                                                    .toList(),
                                            ontology))
                            .collect(Collectors.toSet());
        };
    }

    private static boolean under(int lower, int upper, Ontology ontology) {
        return ontology.parents().stream()
                .filter(pair -> pair.get(0) == lower)
                .anyMatch(pair -> pair.get(1) == upper || under(pair.get(1), upper, ontology));
    }

    private static boolean holds(
            Refinement refinement, List<Attribute> attributes, Ontology ontology) {
        Predicate<Refinement> holds = part -> holds(part, attributes, ontology);
        return switch (refinement) {
            case Refinement.All(var parts) -> parts.stream().allMatch(holds);
            case Refinement.Either(var parts) -> parts.stream().anyMatch(holds);
            case Refinement.Attribute(var times, var name, var equal, var value) -> {
                var names = naive(name, ontology);
                var values = naive(value, ontology);
                var count =
                        attributes.stream()
                                .filter(a ->
                                        names.contains(a.type())
                                                && values.contains(a.target()) == equal)
                                .count();
                yield count >= times.least() && count <= times.most();
            }
            case Refinement.Group(var times, var like) -> {
                var groups = new ArrayList<List<Attribute>>();
                for (var number : List.of(1, 2)) {
                    groups.add(attributes.stream().filter(a -> a.group() == number).toList());
                }
                attributes.stream()
                        .filter(a -> a.group() == 0)
                        .forEach(a -> groups.add(List.of(a)));
                var count =
                        groups.stream()
                                .filter(group -> !group.isEmpty() && holds(like, group, ontology))
                                .count();
                yield count >= times.least() && count <= times.most();
            }
        };
    }

    private static String print(Ecl expression) {
        return switch (expression) {
            case Ecl.Any _ -> "*";
            case Ecl.Concept(var code, _) -> code + " |a term (with brackets) AND = , words|";
            case Ecl.Near(var direction, var of) -> direction.sign() + " " + within(of);
            case Ecl.MembersOf(var sets) -> "^" + bracketed(sets);
            case Ecl.And(var parts) -> joined(parts, " AND ");
            case Ecl.Or(var parts) -> joined(parts, " OR ");
            case Ecl.Minus(var from, var what) -> bracketed(from) + " MINUS " + bracketed(what);
            case Ecl.Values(var of, var attribute) -> bracketed(of) + " . " + bracketed(attribute);
            case Ecl.Refined(var focus, var by) -> bracketed(focus) + ": " + print(by);
        };
    }

    private static String within(Ecl of) {
        return of instanceof Ecl.MembersOf ? print(of) : bracketed(of);
    }

    private static String bracketed(Ecl expression) {
        return expression instanceof Ecl.Any || expression instanceof Ecl.Concept
                ? print(expression)
                : "(" + print(expression) + ")";
    }

    private static String joined(List<Ecl> parts, String by) {
        return parts.stream().map(EclProperties::bracketed).collect(Collectors.joining(by));
    }

    private static String print(Refinement refinement) {
        return switch (refinement) {
            case Refinement.All(var parts) ->
                    parts.stream().map(EclProperties::bracketed).collect(Collectors.joining(", "));
            case Refinement.Either(var parts) ->
                    parts.stream()
                            .map(EclProperties::bracketed)
                            .collect(Collectors.joining(" OR "));
            case Refinement.Group(var times, var like) -> print(times) + "{ " + print(like) + " }";
            case Refinement.Attribute(var times, var name, var equal, var value) ->
                    print(times) + bracketed(name) + (equal ? " = " : " != ") + bracketed(value);
        };
    }

    private static String bracketed(Refinement refinement) {
        return refinement instanceof Refinement.All || refinement instanceof Refinement.Either
                ? "(" + print(refinement) + ")"
                : print(refinement);
    }

    private static String print(Cardinality times) {
        return times.equals(Cardinality.SOME)
                ? ""
                : "["
                        + times.least()
                        + ".."
                        + (times.most() == Integer.MAX_VALUE ? "*" : times.most())
                        + "] ";
    }
}
