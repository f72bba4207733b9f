package trellis.store;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Lets those in this process who name the same condition go one after another before any of them
/// takes a connection: waiting for the database's own lock, they would hold all connections and stop
/// everybody else. The database's lock still decides between processes.
final class Turns {
    private static final int STRIPES = 256;

    private final List<Lock> stripes =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(STRIPES).toList();

    /// Waits for the turn of all of these conditions.
    ///
    /// @param hashes of the conditions
    /// @return to be closed when the turn is over
    Turn of(long[] hashes) {
        var wanted =
                Arrays.stream(hashes)
                        .map(hash -> Math.floorMod(hash, STRIPES))
                        .sorted()
                        .distinct()
                        .mapToObj(stripe -> stripes.get((int) stripe))
                        .toList();
        wanted.forEach(Lock::lock);
        return () -> wanted.reversed().forEach(Lock::unlock);
    }

    /// A turn that is being taken.
    @FunctionalInterface
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
