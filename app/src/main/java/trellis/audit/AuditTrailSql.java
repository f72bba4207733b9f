package trellis.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
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
