package trellis.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import trellis.access.Caller;

/// Which callers and clients the database holds already. Bounded: when full it forgets everything,
/// which costs a few statements and loses no line.
final class Known {
    private static final int MOST = 10_000;

    /// The same few callers and clients come again and again, and a hash takes longer than a look.
    private static final Map<Caller, Long> CALLERS = new ConcurrentHashMap<>();

    private static final Map<String, Long> AGENTS = new ConcurrentHashMap<>();

    private final Set<Long> keys = ConcurrentHashMap.newKeySet();

    boolean has(long key) {
        return keys.contains(key);
    }

    /// Whether caller and client of a line are there.
    boolean has(AuditEntry entry) {
        return has(key(entry.caller())) && has(key(entry.source().agent()));
    }

    void add(AuditEntry entry) {
        if (keys.size() > MOST) {
            keys.clear();
        }
        keys.add(key(entry.caller()));
        keys.add(key(entry.source().agent()));
    }

    /// The key of a caller as they are now: another name or role is another key.
    static long key(Caller caller) {
        return kept(CALLERS, caller, Known::hashed);
    }

    private static <T> long kept(Map<T, Long> kept, T what, ToLongFunction<T> hash) {
        var known = kept.get(what);
        if (known != null) {
            return known;
        }
        if (kept.size() > MOST) {
            kept.clear();
        }
        var key = hash.applyAsLong(what);
        kept.put(what, key);
        return key;
    }

    private static long hashed(Caller caller) {
        return hash(
                "caller",
                Long.toString(caller.account()),
                caller.name(),
                caller.role().name(),
                caller.organisation(),
                caller.odsCode(),
                caller.way());
    }

    /// The key of a client's own name for itself.
    static long key(String agent) {
        return kept(AGENTS, agent, name -> hash("agent", name));
    }

    /// The first 64 bits of the SHA-256 of the parts, each preceded by its length.
    private static long hash(String... parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                var bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
                digest.update(bytes);
            }
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
