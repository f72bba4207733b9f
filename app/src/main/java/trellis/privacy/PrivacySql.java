package trellis.privacy;

import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.access.Opening;
import trellis.store.PatientRows;

/// The tables of cases, and of how far the detector has read.
final class PrivacySql {
    private final JdbcClient db;

    PrivacySql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// How far the detector has read; 0 before it has begun.
    long seen() {
        return db.sql("select seen from privacy_watch").query(Long.class).optional().orElse(0L);
    }

    void seen(long line) {
        db.sql(
                        """
                        insert into privacy_watch (one, seen) values (true, :line)
                        on conflict (one) do update
                           set seen = greatest(privacy_watch.seen, excluded.seen)
                        """)
                .param("line", line)
                .update();
    }

    /// Adds what the detector flagged; what is there already has grown.
    void flag(
            long account,
            long patient,
            LocalDate day,
            long line,
            int accesses,
            DetectorRules.Verdict verdict,
            Instant now) {
        db.sql(
                        """
                        insert into privacy_case
                               (kind, account, patient, day, line, accesses, score, signals, words, raised)
                        values ('flagged', :account, :patient, :day, :line, :accesses, :score, :signals, '',
                                :now)
                        on conflict (account, patient, day) where kind = 'flagged' do update
                           set accesses = privacy_case.accesses + excluded.accesses,
                               score = greatest(privacy_case.score, excluded.score)
                        """)
                .param("account", account)
                .param("patient", patient)
                .param("day", Date.valueOf(day))
                .param("line", line)
                .param("accesses", accesses)
                .param("score", verdict.score())
                .param("signals", words(verdict.signals()))
                .param("now", Timestamp.from(now))
                .update();
    }

    private static String words(Set<Signal> signals) {
        return signals.stream().map(Signal::name).collect(Collectors.joining(","));
    }

    void ask(long account, long patient, LocalDate day, long line, String words, Instant now) {
        db.sql(
                        """
                        insert into privacy_case
                               (kind, account, patient, day, line, accesses, score, signals, words, raised)
                        values ('asked', :account, :patient, :day, :line, 1, 100, '', :words, :now)
                        """)
                .param("account", account)
                .param("patient", patient)
                .param("day", Date.valueOf(day))
                .param("line", line)
                .param("words", words)
                .param("now", Timestamp.from(now))
                .update();
    }

    /// Lines of the audit that have been asked about, of one patient.
    Set<Long> asked(long patient) {
        return Set.copyOf(
                db.sql(
                                "select distinct line from privacy_case where patient = :p and kind = 'asked'")
                        .param("p", patient)
                        .query(Long.class)
                        .list());
    }

    /// Cases that wait, the worst first; or that have been looked at, the latest first.
    List<Case> some(boolean reviewed, int from, int most) {
        var order = reviewed ? "c.reviewed desc, c.id desc" : "c.score desc, c.id";
        return db.sql(
                        """
                        select c.*, coalesce(a.name, '') as name, coalesce(r.name, '') as reviewer_name
                          from privacy_case c
                          left join account a on a.id = c.account
                          left join account r on r.id = c.reviewer
                         where (c.reviewed is not null) = :reviewed
                         order by %s offset :from limit :most
                        """
                                .formatted(order))
                .param("reviewed", reviewed)
                .param("from", from)
                .param("most", most)
                .query((row, _) -> one(row))
                .list();
    }

    int count(boolean reviewed) {
        return db.sql("select count(*) from privacy_case where (reviewed is not null) = :reviewed")
                .param("reviewed", reviewed)
                .query(Integer.class)
                .single();
    }

    /// Whose access a case is about; empty when there is no such case.
    Optional<Long> account(long id) {
        return db.sql("select account from privacy_case where id = :id")
                .param("id", id)
                .query(Long.class)
                .optional();
    }

    void review(long id, long reviewer, Instant when, Opening.Outcome outcome, String note) {
        db.sql(
                        """
                        update privacy_case
                           set reviewer = :reviewer, reviewed = :when, outcome = :outcome, note = :note
                         where id = :id and reviewed is null
                        """)
                .param("id", id)
                .param("reviewer", reviewer)
                .param("when", Timestamp.from(when))
                .param("outcome", outcome.code())
                .param("note", note)
                .update();
    }

    private static Case one(ResultSet row) throws SQLException {
        var reviewed = row.getTimestamp("reviewed");
        return new Case(
                row.getLong("id"),
                row.getString("kind").equals("asked"),
                row.getString("name"),
                row.getLong("patient"),
                row.getDate("day").toLocalDate(),
                row.getInt("accesses"),
                row.getInt("score"),
                signals(row.getString("signals")),
                row.getString("words"),
                row.getTimestamp("raised").toInstant(),
                reviewed == null
                        ? Optional.empty()
                        : Optional.of(
                                new Opening.Review(
                                        row.getString("reviewer_name"),
                                        reviewed.toInstant(),
                                        Opening.Outcome.of(row.getString("outcome")).orElseThrow(),
                                        row.getString("note"))));
    }

    private static Set<Signal> signals(String words) {
        var signals = EnumSet.noneOf(Signal.class);
        Arrays.stream(words.split(",")).flatMap(w -> Signal.of(w).stream()).forEach(signals::add);
        return signals;
    }

    /// What goes with somebody whose two records are made one.
    @Component
    static final class CaseRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(
                    Column.of("privacy_case", "t.id", "patient", By.KEY).only("kind <> 'flagged'"),
                    Column.of("privacy_case", "t.id", "patient", By.KEY)
                            .only("kind = 'flagged'")
                            .alone("account", "day"));
        }
    }
}
