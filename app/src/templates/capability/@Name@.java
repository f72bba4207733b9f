package trellis.@name@;

import org.springframework.stereotype.Component;

/// The door of this capability: a few verbs of its domain.
@Component
public final class @Name@ {
    private final @Name@Sql sql;

    @Name@(@Name@Sql sql) {
        this.sql = sql;
    }

    /// Whether the database is there to work with.
    public boolean ready() {
        return sql.answers();
    }
}
