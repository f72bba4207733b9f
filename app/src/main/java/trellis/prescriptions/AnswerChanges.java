package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.messages.Messages;

/// Tells prescribers, by message, what became of cancellations that had waited for a dispenser.
final class AnswerChanges {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerChanges.class);

    /// Workflow by which prescribers hear it.
    static final String WORKFLOW = "EPS_CANCEL_RESPONSE";

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(6);

    /// After so many tries somebody has to see to a mailbox: a good hour.
    private static final int MANY_TRIES = 6;

    private static final Duration SAID_EVERY = Duration.ofHours(1);

    private final AnswerSql sql;
    private final Messages messages;
    private Instant said = Instant.EPOCH;

    AnswerChanges(DataSource database, Messages messages) {
        this.sql = new AnswerSql(database);
        this.messages = messages;
    }

    /// Tries every answer whose time has come, each in a transaction of its own: one that cannot go holds up no other.
    void tell(Instant now) {
        while (sql.tryOne(
                now,
                FIRST,
                LONGEST,
                answer ->
                        messages.deliver(answer.ods(), WORKFLOW, answer.body().getBytes(UTF_8)))) {
            LOG.debug("an answer to a cancellation was tried");
        }
        warn(now);
    }

    private void warn(Instant now) {
        var waiting = sql.refused(MANY_TRIES);
        if (waiting > 0 && !now.isBefore(said.plus(SAID_EVERY))) {
            said = now;
            LOG.warn(
                    "{} answers to cancellations of prescriptions wait: their practices have no mailbox"
                            + " that takes {}; add one with `trellis mailbox add`",
                    waiting,
                    WORKFLOW);
        }
    }
}
