package trellis.codes;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import trellis.codes.Ecl.Refinement;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Which concepts of a release an ECL expression selects: active ones only. Work is counted, and an expression that takes
/// more than is allowed is refused.
public final class EclAnswer {
    private final Release release;
    private final Effort effort;

    private EclAnswer(Release release, Effort effort) {
        this.release = release;
        this.effort = effort;
    }

    /// Evaluates an expression.
    ///
    /// @throws Refused with [Problem.BadRequest] when it names a concept that the release does not have, or costs too much
    public static BitSet of(Ecl expression, Release release) {
        return of(expression, release, new Effort());
    }

    /// Evaluates one of several expressions whose work is counted together.
    static BitSet of(Ecl expression, Release release, Effort effort) {
        var found = new EclAnswer(release, effort).concepts(expression);
        found.and(release.active());
        return found;
    }

    /// A set of its own, which may be changed.
    private BitSet concepts(Ecl expression) {
        return switch (expression) {
            case Ecl.Any _ -> {
                work(release.size() / 64);
                yield release.active();
            }
            case Ecl.Concept(var code, var position) -> one(code, position);
            case Ecl.Near(var direction, var of) -> near(direction, concepts(of));
            case Ecl.MembersOf(var sets) -> members(sets);
            case Ecl.And(var parts) -> {
                var all = concepts(parts.getFirst());
                parts.stream().skip(1).forEach(part -> all.and(concepts(part)));
                yield all;
            }
            case Ecl.Or(var parts) -> {
                var all = concepts(parts.getFirst());
                parts.stream().skip(1).forEach(part -> all.or(concepts(part)));
                yield all;
            }
            case Ecl.Minus(var from, var what) -> {
                var left = concepts(from);
                left.andNot(concepts(what));
                yield left;
            }
            case Ecl.Refined(var focus, var by) -> refined(concepts(focus), by);
            case Ecl.Values(var of, var attribute) -> values(concepts(of), concepts(attribute));
        };
    }

    private BitSet one(String code, int position) {
        var concept =
                release.concept(code)
                        .orElseThrow(() ->
                                new Refused(
                                        new Problem.BadRequest(
                                                "not-found",
                                                "The ECL names, at position "
                                                        + position
                                                        + ", a concept that this release does not"
                                                        + " have.",
                                                "ecl")));
        var set = new BitSet();
        set.set(concept);
        return set;
    }

    private BitSet near(Ecl.Direction direction, BitSet of) {
        BitSet found;
        if (direction.far()) {
            found = direction.down() ? release.below(of) : release.above(of);
        } else {
            found = new BitSet();
            of.stream()
                    .forEach(concept -> {
                        var next =
                                direction.down()
                                        ? release.children(concept)
                                        : release.parents(concept);
                        Arrays.stream(next).forEach(found::set);
                    });
        }
        if (direction.self()) {
            found.or(of);
        }
        work(found.cardinality() + of.cardinality());
        return found;
    }

    private BitSet members(Ecl sets) {
        var found = new BitSet();
        var asked = sets instanceof Ecl.Any ? release.referenceSets() : concepts(sets);
        asked.stream()
                .forEach(set -> {
                    release.members(set).ifPresent(found::or);
                    work(release.size() / 64);
                });
        return found;
    }

    private BitSet values(BitSet of, BitSet attributes) {
        var found = new BitSet();
        of.stream()
                .forEach(concept ->
                        release.attributes(
                                concept,
                                (type, target, _) -> {
                                    work(1);
                                    if (attributes.get(type)) {
                                        found.set(target);
                                    }
                                }));
        return found;
    }

    private BitSet refined(BitSet focus, Refinement by) {
        var test = test(by);
        var found = new BitSet();
        var attributes = new Attributes();
        focus.stream()
                .forEach(concept -> {
                    attributes.of(release, concept);
                    work(1 + attributes.size);
                    if (test.holds(attributes, _ -> true)) {
                        found.set(concept);
                    }
                });
        return found;
    }

    /// The attributes of the concept that is being looked at.
    private static final class Attributes {
        private int[] types = new int[16];
        private int[] targets = new int[16];
        private int[] groups = new int[16];
        private int size;

        void of(Release release, int concept) {
            size = 0;
            release.attributes(
                    concept,
                    (type, target, group) -> {
                        if (size == types.length) {
                            types = Arrays.copyOf(types, size * 2);
                            targets = Arrays.copyOf(targets, size * 2);
                            groups = Arrays.copyOf(groups, size * 2);
                        }
                        types[size] = type;
                        targets[size] = target;
                        groups[size++] = group;
                    });
        }
    }

    /// A refinement whose expressions have been evaluated.
    @FunctionalInterface
    private interface Test {
        /// @param of which of the attributes count
        boolean holds(Attributes attributes, IntPredicate of);
    }

    private Test test(Refinement refinement) {
        return switch (refinement) {
            case Refinement.All(var parts) -> {
                List<Test> tests = parts.stream().map(this::test).toList();
                yield (attributes, of) ->
                        tests.stream().allMatch(test -> test.holds(attributes, of));
            }
            case Refinement.Either(var parts) -> {
                List<Test> tests = parts.stream().map(this::test).toList();
                yield (attributes, of) ->
                        tests.stream().anyMatch(test -> test.holds(attributes, of));
            }
            case Refinement.Group(var times, var like) -> groups(times, test(like));
            case Refinement.Attribute(var times, var name, var equal, var value) ->
                    attributes(times, concepts(name), equal, concepts(value));
        };
    }

    private Test attributes(Ecl.Cardinality times, BitSet names, boolean equal, BitSet values) {
        return (attributes, of) -> {
            work(attributes.size);
            var count = 0;
            for (var i = 0; i < attributes.size; i++) {
                if (of.test(i)
                        && names.get(attributes.types[i])
                        && values.get(attributes.targets[i]) == equal) {
                    count++;
                }
            }
            return times.holds(count);
        };
    }

    /// An attribute without a group is a group of its own.
    private static Test groups(Ecl.Cardinality times, Test like) {
        return (attributes, _) -> {
            var count = 0;
            for (var i = 0; i < attributes.size; i++) {
                var first = i;
                var group = attributes.groups[i];
                if (group == 0) {
                    count += like.holds(attributes, at -> at == first) ? 1 : 0;
                } else if (isFirst(attributes, i)) {
                    count += like.holds(attributes, at -> attributes.groups[at] == group) ? 1 : 0;
                }
            }
            return times.holds(count);
        };
    }

    private static boolean isFirst(Attributes attributes, int at) {
        for (var i = 0; i < at; i++) {
            if (attributes.groups[i] == attributes.groups[at]) {
                return false;
            }
        }
        return true;
    }

    private void work(long more) {
        effort.steps(more);
    }
}
