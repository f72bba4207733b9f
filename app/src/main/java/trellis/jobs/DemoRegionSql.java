package trellis.jobs;

import java.time.Instant;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Whether the demo region has been loaded.
final class DemoRegionSql {
    private final JdbcClient db;

    DemoRegionSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    enum State {
        /// Nobody has tried.
        UNKNOWN,
        /// Begun, and not ended.
        BEGUN,
        LOADED
    }

    State state() {
        return db.sql("select ended is not null from demo_region")
                .query(Boolean.class)
                .optional()
                .map(ended -> ended ? State.LOADED : State.BEGUN)
                .orElse(State.UNKNOWN);
    }

    void begin(Instant now) {
        db.sql("insert into demo_region (began) values (:now)")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    void end(Instant now) {
        db.sql("update demo_region set ended = :now")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }
}
