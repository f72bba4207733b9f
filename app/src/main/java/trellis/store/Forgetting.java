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
        turn();
        rounds.begin();
    }

    private void turn() {
        transactions.with(connection -> {
            WrittenSql.turn(connection);
            return true;
        });
    }

    @Override
    public void close() {
        rounds.close();
    }
}
