package trellis.api;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;
import trellis.store.Keys;
import trellis.store.Uris;

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

    static final List<String> URI_MODIFIERS = List.of("above", "below", "missing");

    static Criterion uri(SearchAsked asked) {
        var hashes = new HashSet<Long>();
        for (var sent : asked.plain()) {
            var uri = sent.length() > 1 && sent.endsWith("/") ? cut(sent) : sent;
            hashes.add(Keys.uri(asked.salt(), sent));
            switch (asked.modifier()) {
                case "above" -> {
                    for (var above : Uris.above(sent)) {
                        hashes.add(Keys.uri(asked.salt(), above));
                        hashes.add(Keys.uri(asked.salt(), above + "/"));
                    }
                }
                case "below" -> {
                    asked.checkComplete();
                    hashes.add(Keys.uri(asked.salt(), uri));
                    hashes.add(Keys.below(asked.salt(), uri));
                }
                default -> {}
            }
        }
        return new Criterion.AnyToken(hashes);
    }

    private static String cut(String uri) {
        return uri.substring(0, uri.length() - 1);
    }

    /// The test of one value.
    static Test test(SearchAsked asked, String value) {
        return new Test.Starts(normal(asked, value));
    }

    static String normal(SearchAsked asked, String value) {
        var normal = Keys.normal(SearchText.plain(value));
        if (normal.isEmpty()) {
            throw SearchProblems.value(
                    asked.name(), "Give at least one letter or digit to look for.");
        }
        return normal;
    }
}
