package trellis.summaries;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.audit.AuditEntry;
import trellis.audit.AuditedSql;
import trellis.fhir.Json;
import trellis.people.NhsNumber;
import trellis.store.PatientRows;
import trellis.store.Write;

/// The table of summaries that were sent. A change is one transaction with its line in the audit.
final class SummariesSql {
    private final AuditedSql audited;
    private final JdbcClient db;

    SummariesSql(DataSource database, Write.Table<AuditEntry> audit) {
        this.audited = new AuditedSql(database, audit);
        this.db = audited.db();
    }

    /// The one of a person that no other replaces.
    Optional<Summary.Sent> latest(NhsNumber number) {
        return db.sql(
                        """
                        select * from summary s
                         where nhs_number = ?
                           and not exists (select 1 from summary later
                                            where later.nhs_number = s.nhs_number
                                              and later.replaces = s.uuid)
                         order by made desc limit 1
                        """)
                .param(number.digits())
                .query((row, _) ->
                        new Summary.Sent(
                                row.getString("uuid"),
                                row.getTimestamp("made").toInstant(),
                                row.getString("ods"),
                                UploadRules.about(
                                        Json.parse(
                                                row.getString("body")
                                                        .getBytes(StandardCharsets.UTF_8)),
                                        number),
                                false))
                .optional();
    }

    boolean taken(String uuid) {
        return db.sql("select 1 from summary where uuid = ?")
                .param(uuid)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /// Keeps one in the place of another.
    ///
    /// @param before number of the one it replaces; empty for the first that is sent
    /// @return whether its number was free, and no other had taken that place
    boolean keep(NhsNumber number, String before, Summary.Sent sent, AuditEntry line) {
        return audited.allOrNothing(
                () ->
                        db.sql(
                                                """
                                                insert into summary
                                                       (uuid, nhs_number, replaces, ods, made, body)
                                                values (?, ?, ?, ?, ?, ?) on conflict do nothing
                                                """)
                                        .params(
                                                sent.uuid(),
                                                number.digits(),
                                                before,
                                                sent.ods(),
                                                Timestamp.from(sent.made()),
                                                sent.bundle().toString())
                                        .update()
                                == 1,
                line);
    }

    /// What goes with somebody whose two records are made one.
    @Component
    static final class SummaryRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(
                    // A chain of summaries goes whole, and to nobody who has one: it would be two
                    // that count.
                    Column.of("summary", "t.uuid", "nhs_number", By.NUMBER).alone());
        }
    }
}
