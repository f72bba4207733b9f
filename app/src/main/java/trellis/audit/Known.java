package trellis.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import trellis.access.Caller;

/// Which callers and clients the database holds already. Bounded: when full it forgets everything,
/// which costs a few statements and loses no line.
final class Known {
    private static final int MOST = 10_000;

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
        return hash("agent", agent);
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
