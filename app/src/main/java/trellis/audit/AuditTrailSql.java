package trellis.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.audit.AuditEntry.Action;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditLine.Who;
import trellis.audit.AuditQuery.Place;

/// Reads the log. Each kind of question walks the one index that is ordered as the answer is: by
/// patient, by account, or by time.
final class AuditTrailSql {
    private static final String COLUMNS =
            """
            select a.*, a.action::text as code, c.name, c.role, c.organisation, c.ods_code, c.came,
                   g.agent as agent_name
            """;
    private static final String NAMES =
            """
             join audit_caller c on c.key = a.caller
             join audit_agent g on g.key = a.agent
            """;

    private final JdbcClient db;

    AuditTrailSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    List<AuditLine> find(AuditQuery query, int most) {
        var older = query.older().orElse(new Place(Long.MAX_VALUE, Long.MAX_VALUE));
        return db.sql(text(query))
                .param("patient", query.patient())
                .param("account", query.account())
                .param("action", query.action().map(Action::code).orElse(""))
                .param("from", micros(query.from()))
                .param("until", micros(query.until()))
                .param("at", older.at())
                .param("seq", older.seq())
                .param("most", most)
                .query((row, _) -> line(row))
                .list();
    }

    /// One line, if it touched a patient's information.
    Optional<AuditLine> line(long seq, long patient) {
        return db.sql(
                        COLUMNS
                                + " from audit_patient p join audit a on a.seq = p.seq"
                                + NAMES
                                + " where p.patient = :patient and a.seq = :seq")
                .param("patient", patient)
                .param("seq", seq)
                .query((row, _) -> line(row))
                .optional();
    }

    /// Who wrote which version of a Patient: of one version the last who did, as after a write that was repeated.
    Map<Long, Who> writers(String patient, long key) {
        var writers = new HashMap<Long, Who>();
        db.sql(
                        COLUMNS
                                + " from audit_patient p join audit a on a.seq = p.seq"
                                + NAMES
                                + """
                                 where p.patient = :key and a.rtype = 'Patient' and a.fid = :patient
                                   and a.action in ('C', 'U') and a.status < 400 and a.ver > 0
                                 order by p.at, p.seq
                                """)
                .param("key", key)
                .param("patient", patient)
                .query((row, _) -> line(row))
                .list()
                .forEach(line -> writers.put(line.target().version(), line.who()));
        return writers;
    }

    Optional<AuditLine> numbered(long seq) {
        return db.sql(COLUMNS + " from audit a" + NAMES + " where a.seq = :seq")
                .param("seq", seq)
                .query((row, _) -> line(row))
                .optional();
    }

    /// What people with accounts saw of patients, in the order it was written.
    List<AuditTrail.Touch> touches(long after, long until, int most) {
        return db.sql(
                        """
                        select a.seq, a.at, a.account, p.patient, c.ods_code,
                               a.what like 'page: opened with the reason%' as opened
                          from audit a
                          join audit_patient p on p.seq = a.seq
                          join audit_caller c on c.key = a.caller
                         where a.seq > :after and a.seq <= :until and a.account <> 0
                           and a.status < 400 and c.role not in ('PATIENT', 'SYSTEM', 'AUDITOR')
                         order by a.seq limit :most
                        """)
                .param("after", after)
                .param("until", until)
                .param("most", most)
                .query((row, _) ->
                        new AuditTrail.Touch(
                                row.getLong("seq"),
                                Instant.EPOCH.plus(row.getLong("at"), ChronoUnit.MICROS),
                                row.getLong("account"),
                                row.getString("ods_code"),
                                row.getLong("patient"),
                                row.getBoolean("opened")))
                .list();
    }

    /// The number of the latest line written before a moment; 0 when there is none.
    long last(Instant before) {
        return db.sql(
                        """
                        select seq from audit where at < :before order by at desc, seq desc limit 1
                        """)
                .param("before", micros(before))
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    /// How many others of an organisation saw a patient in a span of time.
    int others(long patient, long account, String odsCode, Instant from, Instant until) {
        return db.sql(
                        """
                        select count(distinct a.account)
                          from audit_patient p
                          join audit a on a.seq = p.seq
                          join audit_caller c on c.key = a.caller
                         where p.patient = :patient and p.at >= :from and p.at < :until
                           and a.account <> :account and a.account <> 0 and c.ods_code = :odsCode
                           and c.role not in ('PATIENT', 'SYSTEM', 'AUDITOR')
                        """)
                .param("patient", patient)
                .param("account", account)
                .param("odsCode", odsCode)
                .param("from", micros(from))
                .param("until", micros(until))
                .query(Integer.class)
                .single();
    }

    /// How many patients an account saw in a span of time.
    int records(long account, Instant from, Instant until) {
        return db.sql(
                        """
                        select count(distinct p.patient) from audit a join audit_patient p on p.seq = a.seq
                         where a.account = :account and a.at >= :from and a.at < :until
                        """)
                .param("account", account)
                .param("from", micros(from))
                .param("until", micros(until))
                .query(Integer.class)
                .single();
    }

    private static String text(AuditQuery query) {
        var text = new StringBuilder(COLUMNS);
        var place = query.patient() == 0 ? "a" : "p";
        text.append(
                query.patient() == 0
                        ? " from audit a"
                        : " from audit_patient p join audit a on a.seq = p.seq");
        text.append(NAMES)
                .append(
                        """
                         where (%1$s.at, %1$s.seq) < (:at, :seq)
                           and %1$s.at >= :from and %1$s.at < :until
                        """
                                .formatted(place));
        if (query.patient() != 0) {
            text.append(" and p.patient = :patient");
        }
        if (query.account() != 0) {
            text.append(" and a.account = :account");
        }
        if (query.action().isPresent()) {
            text.append(" and a.action = :action::\"char\"");
        }
        return text.append(" order by %1$s.at desc, %1$s.seq desc limit :most".formatted(place))
                .toString();
    }

    private static AuditLine line(ResultSet row) throws SQLException {
        var at = row.getLong("at");
        return new AuditLine(
                new Place(at, row.getLong("seq")),
                Instant.EPOCH.plus(at, ChronoUnit.MICROS),
                new Who(
                        row.getLong("account"),
                        row.getString("name"),
                        row.getString("role"),
                        row.getString("organisation"),
                        row.getString("ods_code"),
                        row.getString("came")),
                action(row.getString("code")),
                row.getString("what"),
                new Target(
                        row.getString("rtype"),
                        row.getString("fid"),
                        row.getLong("ver"),
                        row.getString("query")),
                row.getLong("patient"),
                row.getInt("others"),
                row.getInt("status"),
                new Source(
                        row.getString("address"),
                        row.getString("agent_name"),
                        row.getString("request")));
    }

    private static Action action(String code) {
        return Arrays.stream(Action.values())
                .filter(action -> action.code().equals(code))
                .findFirst()
                .orElse(Action.EXECUTE);
    }

    private static long micros(Instant when) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, when);
    }
}
