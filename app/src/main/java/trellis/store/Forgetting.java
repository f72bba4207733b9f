package trellis.store;

import java.time.Duration;
import javax.sql.DataSource;

/// Keeps the note of what was written lately short.
final class Forgetting implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(20);

    private final Transactions transactions;
    private final Rounds rounds = Rounds.of("notes of what was written", PAUSE, this::turn);

    Forgetting(DataSource source) {
        this.transactions = new Transactions(source);
    }

    /// From the first moment it is known from when on everything is noted.
    void begin() {
        transactions.with(connection -> {
            WrittenSql.begin(connection);
            return true;
        });
        rounds.begin();
    }

    private void turn() {
        var more = transactions.with(WrittenSql::turn);
        while (more && !rounds.closing()) {
            more = transactions.with(WrittenSql::forget);
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
