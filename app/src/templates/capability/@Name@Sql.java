package trellis.@name@;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The only SQL of this capability.
@Component
final class @Name@Sql {
    private final JdbcClient db;

    @Name@Sql(JdbcClient db) {
        this.db = db;
    }

    boolean answers() {
        return db.sql("select true").query(Boolean.class).single();
    }
}
