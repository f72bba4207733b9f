package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import trellis.fhir.search.SearchParameter;
import trellis.store.Composites;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;

/// Composite parameters: values joined by `$` that hold together
/// (https://hl7.org/fhir/R4/search.html#composite).
final class SearchComposites {

    /// Asks one plain parameter.
    interface Parts {
        List<Criterion> criteria(SearchAsked asked);
    }

    private SearchComposites() {}

    /// What is asked, all of which must hold. Where the exact question is about elements, the same
    /// is first asked of the resource as a whole, part by part: that is implied, says nothing more,
    /// and can begin at an index.
    static List<Criterion> criteria(SearchAsked asked, Parts plain) {
        var options = new ArrayList<Criterion>();
        var implied = new ArrayList<Criterion>();
        for (var value : asked.values()) {
            var pieces = pieces(asked, value);
            var composite = asked.parameter();
            whole(asked).ifPresent(whole -> options.add(all(asked, whole, pieces, plain)));
            if (!Composites.single(composite)) {
                options.add(new Criterion.Together(composite, tests(asked, pieces)));
                implied.add(all(asked, composite, pieces, plain));
            }
        }
        var criteria = new ArrayList<Criterion>();
        if (implied.size() == 1 && implied.getFirst() instanceof Criterion.AllOf(var parts)) {
            criteria.addAll(parts);
        }
        criteria.add(options.size() == 1 ? options.getFirst() : new Criterion.AnyOf(options));
        return criteria;
    }

    private static List<String> pieces(SearchAsked asked, String value) {
        var pieces = SearchText.split(value, '$');
        var components = asked.parameter().components();
        if (pieces.size() != components.size() || pieces.contains("")) {
            throw SearchProblems.value(
                    asked.name(),
                    "\""
                            + asked.parameter().code()
                            + "\" takes "
                            + components.stream()
                                    .map(SearchParameter.Component::code)
                                    .collect(Collectors.joining("$"))
                            + "; a $ within a value is written \\$.");
        }
        return pieces;
    }

    /// The composite over the resource as a whole that says the same as this one does of element 0;
    /// itself, when it speaks of nothing else.
    private static java.util.Optional<SearchParameter> whole(SearchAsked asked) {
        var composite = asked.parameter();
        if (!Composites.overWhole(composite)) {
            return java.util.Optional.empty();
        }
        var expressions = expressions(composite);
        return asked.scene().all().of(composite.base()).stream()
                .filter(Composites::single)
                .filter(other -> expressions(other).equals(expressions))
                .findFirst();
    }

    private static List<String> expressions(SearchParameter composite) {
        return composite.components().stream().map(SearchParameter.Component::expression).toList();
    }

    private static Criterion all(
            SearchAsked asked, SearchParameter whole, List<String> pieces, Parts plain) {
        var parts = new ArrayList<Criterion>();
        for (var i = 0; i < pieces.size(); i++) {
            parts.addAll(plain.criteria(asked.of(component(asked, whole, i), pieces.get(i))));
        }
        return new Criterion.AllOf(parts);
    }

    private static SearchParameter component(
            SearchAsked asked, SearchParameter composite, int part) {
        return asked.scene()
                .all()
                .find(composite.base(), composite.components().get(part).code())
                .orElseThrow();
    }

    private static List<List<Test>> tests(SearchAsked asked, List<String> pieces) {
        var composite = asked.parameter();
        var tests = new ArrayList<List<Test>>();
        for (var i = 0; i < pieces.size(); i++) {
            var part = asked.of(component(asked, composite, i), pieces.get(i));
            tests.add(tests(part, composite.components().get(i), Composites.salt(composite, i)));
        }
        return tests;
    }

    private static List<Test> tests(
            SearchAsked part, SearchParameter.Component component, long salt) {
        var value = part.values().getFirst();
        return switch (component.type()) {
            case DATE -> List.of(SearchDates.test(part, value));
            case NUMBER -> List.of(SearchAmounts.number(part, value));
            case QUANTITY -> List.of(SearchAmounts.quantity(part, value));
            case STRING -> List.of(SearchStrings.test(part, value));
            case TOKEN -> List.of(new Test.Hash(SearchTokens.hash(part, salt, value)));
            case REFERENCE ->
                    SearchReferences.hashes(part, salt, value).stream()
                            .map(hash -> (Test) new Test.Hash(hash))
                            .toList();
            case URI ->
                    List.of(new Test.Hash(trellis.store.Keys.uri(salt, SearchText.plain(value))));
            case COMPOSITE, SPECIAL ->
                    throw SearchProblems.unsupported(
                            part.name(), "This composite has a part that cannot be searched.");
        };
    }
}
