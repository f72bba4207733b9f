package trellis.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.store.PatientRows;

/// The table `proxy`, and what `account` says of its holder.
final class PersonSql {
    private static final String PROXIES =
            "select p.*, a.name from proxy p join account a on a.id = p.account where ";

    private final JdbcClient db;

    PersonSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    Optional<String> patient(long account) {
        return db.sql("select patient from account where id = :id and patient <> ''")
                .param("id", account)
                .query(String.class)
                .optional();
    }

    Level level(long account) {
        return db.sql("select level from account where id = :id")
                .param("id", account)
                .query(String.class)
                .optional()
                .flatMap(Level::of)
                .orElse(Level.P0);
    }

    /// The number of a person's own account that is not disabled.
    Optional<Long> person(String signIn) {
        return db.sql(
                        """
                        select id from account
                         where sign_in = :signIn and role = 'PATIENT' and not disabled
                        """)
                .param("signIn", signIn)
                .query(Long.class)
                .optional();
    }

    List<String> colleagues(Collection<String> odsCodes) {
        return db.sql(
                        """
                        select distinct patient from account
                         where ods_code in (:codes) and patient <> '' and role <> 'PATIENT'
                        """)
                .param("codes", odsCodes)
                .query(String.class)
                .list();
    }

    List<Proxy> of(long account) {
        return db.sql(PROXIES + "p.account = :account order by p.id desc")
                .param("account", account)
                .query((row, _) -> proxy(row))
                .list();
    }

    List<Proxy> actingFor(String patient) {
        return db.sql(PROXIES + "p.patient = :patient order by p.id desc")
                .param("patient", patient)
                .query((row, _) -> proxy(row))
                .list();
    }

    void insert(
            long account,
            String patient,
            Proxy.Kind kind,
            String scope,
            Instant granted,
            String by,
            Optional<Instant> ends) {
        db.sql(
                        """
                        insert into proxy (account, patient, kind, scope, granted, granted_by, ends)
                        values (:account, :patient, :kind, :scope, :granted, :by, :ends)
                        """)
                .param("account", account)
                .param("patient", patient)
                .param("kind", kind.code())
                .param("scope", scope)
                .param("granted", Timestamp.from(granted))
                .param("by", by)
                .param("ends", ends.map(Timestamp::from).orElse(null), Types.TIMESTAMP)
                .update();
    }

    boolean revoke(String patient, long id, Instant when, String by) {
        return db.sql(
                                """
                                update proxy set revoked = coalesce(revoked, :when),
                                                 revoked_by = coalesce(revoked_by, :by)
                                 where id = :id and patient = :patient
                                """)
                        .param("when", Timestamp.from(when))
                        .param("by", by)
                        .param("id", id)
                        .param("patient", patient)
                        .update()
                > 0;
    }

    private static Proxy proxy(ResultSet row) throws SQLException {
        return new Proxy(
                row.getLong("id"),
                row.getLong("account"),
                row.getString("name"),
                row.getString("patient"),
                Proxy.Kind.of(row.getString("kind")).orElseThrow(),
                row.getString("scope"),
                row.getTimestamp("granted").toInstant(),
                Optional.ofNullable(row.getTimestamp("ends")).map(Timestamp::toInstant),
                Optional.ofNullable(row.getTimestamp("revoked")).map(Timestamp::toInstant));
    }

    /// What goes with somebody whose two records are made one.
    @Component
    static final class PersonRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(
                    Column.of("account", "t.id", "patient", By.ID),
                    Column.of("proxy", "t.id", "patient", By.ID),
                    Column.of("opened_record", "t.id", "patient_id", By.ID),
                    Column.of("opened_record", "t.id", "patient", By.KEY));
        }
    }
}
