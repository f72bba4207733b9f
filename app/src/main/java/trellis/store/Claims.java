package trellis.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What one answer is made from that the database was not asked for ([Kept]). Each claim says that a record still is as it was at a
/// moment. Whoever writes the answer's lines into the audit has them confirmed by the same statement, before the answer leaves: so
/// what is kept costs no way to the database, and is never older than the request.
public final class Claims {
    private static final ScopedValue<Claims> HERE = ScopedValue.newInstance();
    private static final ScopedValue<Boolean> READS = ScopedValue.newInstance();

    private final List<Kept.Claim> open = new ArrayList<>();

    /// Something that was claimed does not hold any more: the answer has to be made again.
    public static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        /// Without a trace: it is no fault.
        public Overtaken() {
            super("written since it was kept", null, false, false);
        }
    }

    private Claims() {}

    /// Makes an answer, from what is kept where that suffices. When it turns out that this has been written since, the answer is made
    /// anew from the database.
    ///
    /// @param work only looks, and has its lines written into the audit before it returns; may be done twice
    public static <T> T answering(Supplier<T> work) {
        var claims = new Claims();
        try {
            var answer = ScopedValue.where(HERE, claims).call(work::get);
            if (claims.open.isEmpty()) {
                return answer;
            }
        } catch (Overtaken _) {
            // Made anew.
        }
        return work.get();
    }

    /// Reads something that goes into the answer and nowhere else: it may be what is kept. Whatever is remembered for longer than
    /// the request is never read so, for it would outlive a claim that does not hold.
    public static <T> T reading(Supplier<T> read) {
        return HERE.isBound() ? ScopedValue.where(READS, true).call(read::get) : read.get();
    }

    /// Whether this thread reads something that may be what is kept.
    static boolean welcome() {
        return READS.isBound() && HERE.isBound();
    }

    static void make(Kept.Claim claim) {
        HERE.get().open.add(claim);
    }

    /// What this thread has claimed and is still to be confirmed. Whoever takes it has it confirmed or throws [Overtaken].
    public static List<Kept.Claim> taken() {
        if (!HERE.isBound() || HERE.get().open.isEmpty()) {
            return List.of();
        }
        var open = HERE.get().open;
        var taken = List.copyOf(open);
        open.clear();
        return taken;
    }
}
