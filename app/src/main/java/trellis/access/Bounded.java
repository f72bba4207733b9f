package trellis.access;

import java.util.LinkedHashMap;
import java.util.Map;

/// A map of so many entries at the most: what was asked for longest ago goes first. Guarded by whoever holds it.
///
/// @param <K> by what
/// @param <V> what is kept
public final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    /// @param most how many entries
    public Bounded(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
