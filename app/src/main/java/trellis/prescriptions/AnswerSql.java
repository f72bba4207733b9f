package trellis.prescriptions;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The answers to cancellations that wait for a prescriber's mailbox.
final class AnswerSql {
    private final JdbcClient db;
    private final TransactionTemplate transactions;

    AnswerSql(DataSource database) {
        this.db = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    /// An answer that waits.
    ///
    /// @param tries how many times no mailbox has taken it
    record Answer(long seq, String ods, String body, int tries) {}

    /// Tries one answer whose time has come, which no other server does meanwhile: it is delivered and gone, or it waits again,
    /// each time longer.
    ///
    /// @param deliver whether a mailbox has taken it; what it writes is part of the same transaction
    /// @return whether there was one
    boolean tryOne(Instant now, Duration first, Duration longest, Predicate<Answer> deliver) {
        return Boolean.TRUE.equals(
                transactions.execute(_ -> {
                    var found =
                            db.sql(
                                            """
                                            select * from prescription_answer where next_try <= ?
                                             order by next_try, seq limit 1 for update skip locked
                                            """)
                                    .param(Timestamp.from(now))
                                    .query((row, _) ->
                                            new Answer(
                                                    row.getLong("seq"),
                                                    row.getString("ods"),
                                                    row.getString("body"),
                                                    row.getInt("tries")))
                                    .optional();
                    found.ifPresent(answer -> {
                        if (deliver.test(answer)) {
                            db.sql("delete from prescription_answer where seq = ?")
                                    .param(answer.seq())
                                    .update();
                        } else {
                            db.sql(
                                            """
                                            update prescription_answer set tries = tries + 1, next_try = ?
                                             where seq = ?
                                            """)
                                    .params(
                                            Timestamp.from(
                                                    now.plus(
                                                            longer(
                                                                    first,
                                                                    longest,
                                                                    answer.tries()))),
                                            answer.seq())
                                    .update();
                        }
                    });
                    return found.isPresent();
                }));
    }

    /// Twice as long after each try.
    private static Duration longer(Duration first, Duration longest, int tries) {
        var next = first.multipliedBy(1L << Math.min(tries, 20));
        return next.compareTo(longest) < 0 ? next : longest;
    }

    /// How many answers no mailbox has taken in so many tries.
    int refused(int tries) {
        return db.sql("select count(*) from prescription_answer where tries >= ?")
                .param(tries)
                .query(Integer.class)
                .single();
    }
}
