package trellis.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What the database's errors mean to a caller (PostgreSQL manual, appendix A).
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final AtomicLong LAST_SAID = new AtomicLong();

    /// Another writer was quicker: the same write will do when tried again.
    private static final Set<String> COLLISIONS = Set.of("23505", "40001", "40P01");

    private static final Set<String> FULL = Set.of("53100", "53200", "53300");

    /// What a statement gets that outlasts the server's patience.
    private static final String TOO_LONG = "57014";

    /// Of a text with the character zero, which PostgreSQL has none with.
    private static final String ZERO = "22021";

    private static final Set<String> STOPPING = Set.of("57P01", "57P02", "57P03", "25006");

    private Faults() {}

    static boolean isCollision(SQLException fault) {
        return COLLISIONS.contains(state(fault));
    }

    /// The exception to throw for a fault that is not a collision.
    static RuntimeException of(SQLException fault) {
        var state = state(fault);
        if (state.equals("53100")) {
            LOG.error("the database's disk is full");
            return unavailable(
                    "The server has no disk space left, and stores nothing until it has");
        }
        if (state.equals(TOO_LONG)) {
            LOG.warn("a statement took too long and was ended");
            return new TookTooLong(
                    "The database needs longer for this than a caller can wait: ask for less, or try"
                            + " again when it is less busy");
        }
        if (FULL.contains(state)) {
            LOG.warn("the database lacks a resource: {}", state);
            return unavailable("The database is overloaded");
        }
        if (state.startsWith("08") || STOPPING.contains(state) || state.isEmpty()) {
            if (firstOfManyAway()) {
                LOG.warn("the database cannot be reached: {}", state);
            }
            return unavailable("The database cannot be reached just now");
        }
        if (state.equals(ZERO)) {
            return new Refused(
                    new Problem.BadRequest(
                            "invalid",
                            "What was sent has the character with the number zero, which no text here"
                                    + " can hold; leave it out.",
                            ""));
        }
        return new IllegalStateException("the database refused a statement: " + state, fault);
    }

    /// While the database is away everybody who asks finds it so; the log says it once a minute.
    private static boolean firstOfManyAway() {
        var now = System.nanoTime();
        var last = LAST_SAID.get();
        return (last == 0 || now - last > EVERY.toNanos()) && LAST_SAID.compareAndSet(last, now);
    }

    private static Refused unavailable(String why) {
        return new Refused(new Problem.Unavailable(why, Duration.ofSeconds(5)));
    }

    private static String state(SQLException fault) {
        var state = fault.getSQLState();
        return state == null ? "" : state;
    }
}
