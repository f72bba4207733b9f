package trellis.codes;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// The filters of a value set (https://hl7.org/fhir/R4/valueset-filter-operator.html).
final class Filters {
    private static final Set<String> ITSELF = Set.of("concept", "code");

    private final Release release;
    private final Effort effort;
    private final String property;
    private final String value;

    private Filters(JsonNode filter, Release release, Effort effort) {
        this.release = release;
        this.effort = effort;
        this.property = filter.path("property").asString("");
        this.value = filter.path("value").asString("");
    }

    /// The concepts that pass.
    ///
    /// @param effort of all filters of one expansion
    /// @throws Refused for a filter that is not known, or one that names a concept that is not there
    static BitSet of(JsonNode filter, Release release, Effort effort) {
        effort.steps(release.size() / 64 + 1);
        return new Filters(filter, release, effort).concepts(filter.path("op").asString(""));
    }

    private BitSet concepts(String op) {
        return switch (op) {
            case "is-a" -> near(true, true);
            case "descendent-of", "descendant-of" -> near(true, false);
            case "is-not-a" -> {
                var all = release.all();
                all.andNot(near(true, true));
                yield all;
            }
            case "generalizes" -> near(false, true);
            case "=" -> equal();
            case "in" -> in();
            case "not-in" -> {
                var all = release.all();
                all.andNot(in());
                yield all;
            }
            case "regex" -> where(regex());
            case "exists" -> {
                var with = where(_ -> true);
                if (value.equals("false")) {
                    var all = release.all();
                    all.andNot(with);
                    yield all;
                }
                yield with;
            }
            default -> throw unknown(op);
        };
    }

    private BitSet near(boolean down, boolean self) {
        if (!ITSELF.contains(property)) {
            throw unknown("is-a");
        }
        var of = one(value);
        var found = down ? release.below(of) : release.above(of);
        if (self) {
            found.or(of);
        } else {
            found.andNot(of);
        }
        return found;
    }

    private BitSet one(String code) {
        var found = release.concept(code.strip());
        if (found.isEmpty()) {
            throw new Refused(
                    Problem.invalid(
                            "not-found",
                            "A filter of the value set names a code that "
                                    + release.system()
                                    + " does not have.",
                            "ValueSet.compose.include.filter.value"));
        }
        var set = new BitSet();
        set.set(found.get());
        return set;
    }

    private BitSet equal() {
        return switch (property) {
            case "constraint", "expression" -> {
                if (!release.system().equals(ReleaseBuilder.SNOMED)) {
                    throw unknown("=");
                }
                yield EclAnswer.of(EclParser.parse(value), release, effort);
            }
            case "concept", "code" -> one(value);
            case "parent" -> directly(true);
            case "child" -> directly(false);
            case "ancestor" -> release.below(one(value));
            case "inactive" -> {
                var inactive = release.all();
                inactive.andNot(release.active());
                yield value.equals("true") ? inactive : release.active();
            }
            case "display" -> where(value::equals);
            default -> where(value::equals);
        };
    }

    private BitSet directly(boolean below) {
        var found = new BitSet();
        one(value).stream()
                .forEach(concept ->
                        Arrays.stream(below ? release.children(concept) : release.parents(concept))
                                .forEach(found::set));
        return found;
    }

    private BitSet in() {
        if (ITSELF.contains(property) && release.system().equals(ReleaseBuilder.SNOMED)) {
            var set = one(value);
            return release.members(set.nextSetBit(0))
                    .orElseThrow(() ->
                            new Refused(
                                    Problem.invalid(
                                            "not-found",
                                            "A filter of the value set names a concept that is no"
                                                    + " reference set of this release.",
                                            "ValueSet.compose.include.filter.value")));
        }
        var wanted = Arrays.stream(value.split(",")).map(String::strip).collect(Collectors.toSet());
        return where(wanted::contains);
    }

    private BitSet where(Predicate<String> test) {
        effort.steps(release.size());
        if (ITSELF.contains(property) || property.equals("display")) {
            var found = new BitSet();
            for (var concept = 0; concept < release.size(); concept++) {
                var text =
                        property.equals("display")
                                ? release.display(concept)
                                : release.code(concept);
                if (test.test(text)) {
                    found.set(concept);
                }
            }
            return found;
        }
        var known =
                release.kinds().stream().anyMatch(kind -> kind.code().equals(property))
                        || (release.attributes() > 0 && release.find(property) >= 0);
        if (!known && release.size() > 0) {
            throw unknown("");
        }
        return release.where(property, test);
    }

    private Predicate<String> regex() {
        if (value.length() > 500) {
            throw unknown("regex");
        }
        try {
            var pattern = Pattern.compile(value);
            return text -> pattern.matcher(new Looked(text, effort)).matches();
        } catch (PatternSyntaxException _) {
            throw unknown("regex");
        }
    }

    private record Looked(CharSequence text, Effort effort) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            effort.look();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private Refused unknown(String op) {
        return new Refused(
                Problem.invalid(
                        "not-supported",
                        "The value set has a filter that is not done here, or not for "
                                + release.system()
                                + ": property "
                                + (property.length() > 60 ? property.substring(0, 60) : property)
                                + (op.isEmpty() ? "" : ", op " + (op.length() > 20 ? "?" : op))
                                + ".",
                        "ValueSet.compose.include.filter"));
    }
}
