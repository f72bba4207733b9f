package trellis.api;

import java.util.ArrayList;
import java.util.List;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;
import trellis.store.Keys;

/// Turns a [SearchFilter] into criteria. What a parameter means, through which references, is [SearchCriteria]'s matter.
final class SearchFilters {

    private static final String NAME = SearchFilter.Reader.NAME;

    private final SearchCriteria criteria;

    SearchFilters(SearchCriteria criteria) {
        this.criteria = criteria;
    }

    /// What a filter asks of a resource of a type.
    Criterion of(String type, SearchFilter filter) {
        return switch (filter) {
            case SearchFilter.And(var all) ->
                    new Criterion.AllOf(all.stream().map(one -> of(type, one)).toList());
            case SearchFilter.Or(var any) ->
                    new Criterion.AnyOf(any.stream().map(one -> of(type, one)).toList());
            case SearchFilter.Not(var inner) -> new Criterion.Not(of(type, inner));
            case SearchFilter.Compare compare -> compare(type, compare.path(), compare);
        };
    }

    private Criterion compare(String type, SearchFilter.Path path, SearchFilter.Compare compare) {
        var parameter = criteria.find(type, path.code(), NAME);
        if (path.rest().isEmpty()) {
            if (path.where().isPresent() || !path.type().isEmpty()) {
                throw SearchProblems.value(
                        NAME, "What stands in [ ] or after a colon is followed by .parameter.");
            }
            return compare(parameter, compare.operator(), compare.value());
        }
        var rest = path.rest().get();
        var options = new ArrayList<Criterion>();
        for (var target : criteria.targets(parameter, path.type(), rest.code(), NAME)) {
            criteria.countLink(NAME);
            var parts = new ArrayList<Criterion>();
            path.where().ifPresent(where -> parts.add(of(target, where)));
            parts.add(compare(target, rest, compare));
            options.add(new Criterion.Refers(parameter, target, parts));
        }
        return options.size() == 1 ? options.getFirst() : new Criterion.AnyOf(options);
    }

    private Criterion compare(
            SearchParameter parameter, SearchFilter.Operator operator, String value) {
        return switch (operator) {
            case EQ, RE -> equal(parameter, value, operator);
            case NE ->
                    ordered(parameter)
                            ? prefixed(parameter, operator, value)
                            : new Criterion.AllOf(
                                    List.of(
                                            present(parameter),
                                            new Criterion.Not(equal(parameter, value, operator))));
            case GT, LT, GE, LE, AP, SA, EB -> prefixed(parameter, operator, value);
            case CO -> text(parameter, operator, new Test.Contains(normal(value)));
            case SW -> text(parameter, operator, new Test.Starts(normal(value)));
            case EW -> text(parameter, operator, new Test.Ends(normal(value)));
            case PO -> overlaps(parameter, value);
            case PR -> present(parameter, value);
            case IN -> asked(parameter, "in", value, operator);
            case SS -> asked(parameter, "below", value, operator);
            case SB -> asked(parameter, "above", value, operator);
        };
    }

    private static boolean ordered(SearchParameter parameter) {
        return switch (parameter.type()) {
            case DATE, NUMBER, QUANTITY -> true;
            case STRING, TOKEN, REFERENCE, COMPOSITE, URI, SPECIAL -> false;
        };
    }

    /// Whole texts are compared without regard to case and accents, everything else as a search does.
    private Criterion equal(
            SearchParameter parameter, String value, SearchFilter.Operator operator) {
        return parameter.type() == ParameterType.STRING
                ? text(parameter, operator, new Test.Is(normal(value)))
                : asked(parameter, "", value, operator);
    }

    private Criterion prefixed(
            SearchParameter parameter, SearchFilter.Operator operator, String value) {
        if (!ordered(parameter)) {
            throw unsuited(parameter, operator);
        }
        return asked(parameter, "", operator.word() + value, operator);
    }

    private Criterion text(SearchParameter parameter, SearchFilter.Operator operator, Test test) {
        if (parameter.type() != ParameterType.STRING) {
            throw unsuited(parameter, operator);
        }
        return new Criterion.AnyValue(parameter, List.of(test));
    }

    private static String normal(String value) {
        return Keys.normal(SearchText.plain(value));
    }

    private Criterion overlaps(SearchParameter parameter, String value) {
        if (parameter.type() != ParameterType.DATE || parameter.code().equals("_lastUpdated")) {
            throw unsuited(parameter, SearchFilter.Operator.PO);
        }
        var span = SearchDates.test(criteria.asked(NAME, parameter, "", value), value);
        return new Criterion.AnyValue(
                parameter, List.of(new Test.When(Criterion.Prefix.AP, span.low(), span.high())));
    }

    private static Criterion present(SearchParameter parameter) {
        return switch (parameter.code()) {
            case "_id", "_lastUpdated" -> new Criterion.AllOf(List.of());
            default -> new Criterion.Present(parameter);
        };
    }

    private static Criterion present(SearchParameter parameter, String value) {
        if (parameter.type() == ParameterType.COMPOSITE) {
            throw unsuited(parameter, SearchFilter.Operator.PR);
        }
        return switch (value) {
            case "true" -> present(parameter);
            case "false" -> new Criterion.Not(present(parameter));
            default -> throw SearchProblems.value(NAME, "pr takes true or false.");
        };
    }

    private Criterion asked(
            SearchParameter parameter,
            String modifier,
            String value,
            SearchFilter.Operator operator) {
        if (!modifier.isEmpty() && !SearchCriteria.modifiers(parameter).contains(modifier)) {
            throw unsuited(parameter, operator);
        }
        return new Criterion.AllOf(
                criteria.criteria(criteria.asked(NAME, parameter, modifier, value)));
    }

    private static RuntimeException unsuited(
            SearchParameter parameter, SearchFilter.Operator operator) {
        return SearchProblems.unsupported(
                NAME,
                "\""
                        + operator.word()
                        + "\" does not suit the "
                        + parameter.type().code()
                        + " parameter \""
                        + parameter.code()
                        + "\".");
    }
}
