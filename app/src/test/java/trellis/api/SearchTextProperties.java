package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import trellis.fhir.search.SearchParameters;
import trellis.store.Catalogue;
import trellis.store.Criterion;
import trellis.store.Criterion.Prefix;
import trellis.store.Keys;

class SearchTextProperties {

    private final SearchCriteria criteria =
            new SearchCriteria(
                    new SearchAsked.Scene(
                            "",
                            Clock.systemUTC(),
                            SearchParameters.r4(),
                            Optional.empty(),
                            new Catalogue(),
                            SearchLookups.none()));

    @Property
    void whatever_is_escaped_comes_back_whole(@ForAll String text) {
        assertThat(SearchText.plain(SearchText.escaped(text))).isEqualTo(text);
    }

    @Property
    void escaped_values_are_split_where_they_were_joined(
            @ForAll @Size(min = 1, max = 6) List<String> values) {
        for (var separator : List.of(',', '|', '$')) {
            var joined =
                    values.stream()
                            .map(SearchText::escaped)
                            .collect(Collectors.joining(separator.toString()));
            assertThat(SearchText.split(joined, separator).stream().map(SearchText::plain))
                    .containsExactlyElementsOf(values);
        }
    }

    @Property
    void any_escaped_token_asks_for_its_own_hash(
            @ForAll String system, @ForAll @NotEmpty String code) {
        var value = SearchText.escaped(system) + "|" + SearchText.escaped(code);
        var salt = Keys.salt("Observation", "code");
        assertThat(criteria.of("Observation", new Parameter("code", value)))
                .containsExactly(
                        new Criterion.AnyToken(
                                java.util.Set.of(Keys.token(salt, system, code)), true));
    }

    @Property
    void a_number_lies_within_its_own_span_and_the_spans_of_neighbours_touch(
            @ForAll @BigRange(min = "-99999", max = "99999") @Scale(4) BigDecimal number) {
        var here = span(number.toPlainString());
        assertThat(number).isGreaterThanOrEqualTo(here.low()).isLessThan(here.high());
        var next = number.add(BigDecimal.ONE.movePointLeft(number.scale()));
        assertThat(span(next.toPlainString()).low()).isEqualByComparingTo(here.high());
    }

    private Criterion.Test.Amount span(String text) {
        var found =
                (Criterion.AnyValue)
                        criteria.of("RiskAssessment", new Parameter("probability", text))
                                .getFirst();
        assertThat(found.parameter())
                .isEqualTo(
                        SearchParameters.r4().find("RiskAssessment", "probability").orElseThrow());
        var amount = (Criterion.Test.Amount) found.tests().getFirst();
        assertThat(amount.prefix()).isEqualTo(Prefix.EQ);
        return amount;
    }
}
