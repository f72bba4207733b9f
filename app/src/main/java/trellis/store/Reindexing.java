package trellis.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import javax.sql.DataSource;

/// Goes through what was stored before a search parameter was there ([Learning]): some hundred resources in one short transaction
/// after the other, in the background, on one node at a time. Where it is stands in the database, so that a restart goes on. While
/// somebody is served it takes fewer at once, and gives way after each transaction.
public final class Reindexing implements AutoCloseable {
    private static final int AT_ONCE = 200;
    private static final int AT_ONCE_BEHIND = 25;

    /// Transactions after which the server looks what there is to do.
    private static final int LOOKED = 8;

    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// So much later than a definition was noted every node has looked and indexes what it writes.
    private static final int SECONDS = 5;

    private final Learning learning;
    private final Transactions transactions;
    private final Preparation preparation;
    private final Foreground foreground;
    private final ReadSql reads = new ReadSql(new Bodies());
    private final RowNumbers numbers = new RowNumbers();
    private final Rounds rounds = Rounds.of("resources to be gone through", PAUSE, this::round);

    /// @param learning says what there is to do
    /// @param preparation finds the values of what has been learnt
    /// @param foreground what it gives way to
    public Reindexing(
            Learning learning, DataSource source, Preparation preparation, Foreground foreground) {
        this.learning = learning;
        this.transactions = new Transactions(source);
        this.preparation = preparation;
        this.foreground = foreground;
    }

    /// Begins, in a thread of its own.
    public void begin() {
        rounds.begin();
    }

    /// Goes through everything that waits.
    void round() {
        foreground.behind(() -> {
            var steps = 0;
            while (!rounds.closing() && step()) {
                if (++steps % LOOKED == 0) {
                    learning.look();
                }
                Pace.step();
            }
            if (steps > 0) {
                learning.look();
            }
        });
    }

    @Override
    public void close() {
        rounds.close();
    }

    /// Goes through some more resources.
    ///
    /// @return whether there may be more to do at once
    private boolean step() {
        var most = foreground.busy() ? AT_ONCE_BEHIND : AT_ONCE;
        return transactions.with(connection -> {
            var sql = new CatalogueSql(connection);
            var next = sql.alone() ? sql.next(SECONDS) : Optional.<CatalogueSql.State>empty();
            if (next.isEmpty()) {
                return false;
            }
            var state = next.get();
            var found = sql.after(reads, state.base(), state.upto(), most);
            var rows = new ArrayList<WriteSql.Row>();
            for (var one : found) {
                rows.add(
                        new WriteSql.Row(
                                one.place(),
                                preparation.prepare(one.resource()),
                                0,
                                one.updated()));
            }
            if (!rows.isEmpty()) {
                SearchRowsSql.reindex(connection, rows, numbers);
            }
            var upto = found.isEmpty() ? state.upto() : found.getLast().place().rid();
            sql.advance(state, upto, found.size(), found.size() < most, SECONDS);
            return true;
        });
    }
}
