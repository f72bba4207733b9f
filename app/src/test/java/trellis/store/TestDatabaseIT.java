package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class TestDatabaseIT {

    @Test
    void each_database_is_migrated_and_its_own() {
        try (var one = TestDatabase.fresh();
                var other = TestDatabase.fresh()) {
            JdbcClient.create(one.dataSource()).sql("create table mine (id int)").update();
            var tables =
                    "select count(*) from pg_class where relkind = 'r' and relname in ('mine',"
                            + " 'flyway_schema_history')";
            assertThat(count(one, tables)).isEqualTo(2);
            assertThat(count(other, tables)).isEqualTo(1);
        }
    }

    @Test
    void the_server_is_of_the_version_that_trellis_brings() {
        try (var database = TestDatabase.fresh()) {
            var version =
                    JdbcClient.create(database.dataSource())
                            .sql("show server_version")
                            .query(String.class)
                            .single();
            assertThat(PostgresBinaries.VERSION).startsWith(version);
        }
    }

    private static long count(TestDatabase database, String sql) {
        return JdbcClient.create(database.dataSource()).sql(sql).query(Long.class).single();
    }
}
