package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;

/// PostgreSQL keeps one plan for each read that goes straight to its rows. Such a plan does not see the values, and has to take
/// the index that was made for them all the same.
class StraightPlansIT {

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    @Test
    void by_number_it_is_the_index_of_numbers() throws SQLException {
        assertThat(plan(new Criterion.AnyIdentifier(Set.of(7L)))).contains("ix_identifier_hash");
        assertThat(plan(new Criterion.AnyIdentifier(Set.of(7L, 8L))))
                .contains("ix_identifier_hash");
    }

    @Test
    void by_patient_it_is_the_index_of_patients() throws SQLException {
        assertThat(plan(new Criterion.OfPatients(Set.of("a")))).contains("res_patient");
        assertThat(
                        plan(
                                new Criterion.OfPatients(Set.of("a")),
                                new Criterion.Present(
                                        SearchParameters.r4().find("Flag", "date").orElseThrow())))
                .contains("res_patient");
    }

    @Test
    void by_id_it_is_the_place_of_the_resource() throws SQLException {
        assertThat(plan(new Criterion.Ids(Set.of("a")))).contains("loc_pkey");
    }

    @Test
    void by_a_day_of_birth_it_is_the_index_of_dates_and_names_are_looked_at() throws SQLException {
        var family = SearchParameters.r4().find("Patient", "family").orElseThrow();
        var name = new Criterion.AnyValue(family, List.of(new Criterion.Test.Starts("smith")));
        var query = SearchQuery.of("Patient", 20, born("1971-12-14"), name);
        assertThat(plan(query)).contains("ix_date_low").doesNotContain("ix_string_value");
    }

    @Test
    void what_leads_elsewhere_or_says_little_is_planned_for_its_values() {
        var subject = SearchParameters.r4().find("Observation", "subject").orElseThrow();
        var has = new Criterion.ReferredFrom(subject, List.of());
        assertThat(SearchSql.straight(SearchQuery.of("Patient", 20, born("1971-12-14"), has)))
                .isFalse();
        assertThat(SearchSql.straight(SearchQuery.of("Patient", 20, born("1900-01-01")))).isFalse();
        assertThat(SearchSql.straight(SearchQuery.of("Patient", 20, born("1971")))).isFalse();
        var one = List.<Criterion>of(new Criterion.Ids(Set.of("a")));
        assertThat(SearchSql.straight(including(one, false))).isTrue();
        assertThat(SearchSql.straight(including(one, true))).isFalse();
    }

    private static SearchQuery including(List<Criterion> criteria, boolean reverse) {
        var subject = SearchParameters.r4().find("Flag", "subject").orElseThrow();
        return new SearchQuery(
                "Flag",
                criteria,
                List.of(),
                20,
                Optional.empty(),
                false,
                List.of(new SearchQuery.Include(subject, Optional.empty(), reverse)));
    }

    private static Criterion born(String date) {
        var span = SearchTime.parse(date).orElseThrow();
        return new Criterion.AnyValue(
                SearchParameters.r4().find("Patient", "birthdate").orElseThrow(),
                List.of(new Criterion.Test.When(Criterion.Prefix.EQ, span.low(), span.high())));
    }

    private static String plan(Criterion... criteria) throws SQLException {
        return plan(SearchQuery.of("Flag", 20, criteria));
    }

    private static String plan(SearchQuery query) throws SQLException {
        assertThat(SearchSql.straight(query)).isTrue();
        try (var connection = DATABASE.dataSource().getConnection()) {
            var passes = OrderSql.passes(connection, query);
            assertThat(passes).hasSize(1);
            var sql = SearchSql.statement(query, passes.getFirst(), Optional.empty(), 21, false);
            return plan(connection, sql.toString());
        }
    }

    /// The plan for any values. An empty table would be read as a whole.
    private static String plan(Connection connection, String sql) throws SQLException {
        var text = new StringBuilder();
        var parts = sql.split("\\?", -1);
        for (var at = 0; at < parts.length; at++) {
            text.append(at == 0 ? "" : "$" + at).append(parts[at]);
        }
        var lines = new ArrayList<String>();
        try (var statement = connection.createStatement()) {
            statement.execute("set enable_seqscan = off");
            statement.execute("set plan_cache_mode = force_generic_plan");
            statement.execute("deallocate all");
            statement.execute("prepare read as " + text);
            var values = String.join(", ", Collections.nCopies(parts.length - 1, "null"));
            try (var rows = statement.executeQuery("explain execute read (" + values + ")")) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
        }
        return String.join("\n", List.copyOf(lines));
    }
}
