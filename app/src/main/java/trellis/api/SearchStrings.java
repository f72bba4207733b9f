package trellis.api;

import java.util.List;
import java.util.stream.Collectors;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;
import trellis.store.Keys;

/// String and URI parameters (https://hl7.org/fhir/R4/search.html#string).
final class SearchStrings {

    static final List<String> MODIFIERS = List.of("contains", "exact", "missing");

    private SearchStrings() {}

    static Criterion criterion(SearchAsked asked) {
        return switch (asked.modifier()) {
            case "exact" ->
                    new Criterion.AnyToken(
                            asked.plain().stream()
                                    .map(value -> Keys.exact(asked.salt(), value))
                                    .collect(Collectors.toSet()));
            case "contains" ->
                    new Criterion.AnyValue(
                            asked.parameter(),
                            asked.values().stream()
                                    .map(value -> (Test) new Test.Contains(normal(asked, value)))
                                    .toList());
            default ->
                    new Criterion.AnyValue(
                            asked.parameter(),
                            asked.values().stream().map(value -> test(asked, value)).toList());
        };
    }

    static Criterion uri(SearchAsked asked) {
        return new Criterion.AnyToken(
                asked.plain().stream()
                        .map(value -> Keys.uri(asked.salt(), value))
                        .collect(Collectors.toSet()));
    }

    /// The test of one value.
    static Test test(SearchAsked asked, String value) {
        return new Test.Starts(normal(asked, value));
    }

    private static String normal(SearchAsked asked, String value) {
        var normal = Keys.normal(SearchText.plain(value));
        if (normal.isEmpty()) {
            throw SearchProblems.value(
                    asked.name(), "Give at least one letter or digit to look for.");
        }
        return normal;
    }
}
