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

    private static String plan(Criterion... criteria) throws SQLException {
        var query = SearchQuery.of("Flag", 20, criteria);
        assertThat(SearchSql.straight(query)).isTrue();
        var passes = OrderSql.passes(query);
        assertThat(passes).hasSize(1);
        var sql = SearchSql.statement(query, passes.getFirst(), Optional.empty(), 21, false);
        try (var connection = DATABASE.dataSource().getConnection()) {
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
