package trellis.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// What was looked up and found good, believed for five seconds, so that what is taken back holds after
/// that at the latest and not every request asks the database.
///
/// @param <K> what it is looked up by; of a secret its hash
/// @param <V> what is found
public final class Believed<K, V> {
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final int MOST = 10_000;

    private final Map<K, Good<V>> known = new ConcurrentHashMap<>();

    /// What was found good.
    ///
    /// @param ends when it is not good any more by itself
    public record Good<V>(V value, Instant ends) {}

    /// What is believed, or found now.
    ///
    /// @param look asked when nothing is believed; empty when there is nothing good
    public Optional<V> get(K key, Instant now, Supplier<Optional<Good<V>>> look) {
        var last = known.get(key);
        if (last != null && now.isBefore(last.ends())) {
            return Optional.of(last.value());
        }
        var found = look.get();
        if (found.isEmpty()) {
            known.remove(key);
            return Optional.empty();
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        var soon = now.plus(TIME);
        var good = found.get();
        known.put(key, new Good<>(good.value(), soon.isBefore(good.ends()) ? soon : good.ends()));
        return Optional.of(good.value());
    }

    /// Looks anew the next time.
    public void forget(K key) {
        known.remove(key);
    }
}
