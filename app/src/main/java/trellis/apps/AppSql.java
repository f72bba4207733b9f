package trellis.apps;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.store.PatientRows;

/// The tables of apps, of what people let them do, and of what may be used once.
final class AppSql {
    private final JdbcClient db;

    /// An app with its secret's hash.
    record Locked(App app, String secret) {}

    AppSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// @return false when the id is taken
    boolean insert(App app, String secret) {
        return db.sql(
                                """
                                insert into app (id, name, kind, secret, keys, keys_at, certificate, redirects,
                                                 launch, scopes, role, organisation, ods_code, purpose, project)
                                values (:id, :name, :kind, :secret, :keys, :keysAt, :certificate, :redirects,
                                        :launch, :scopes, :role, :organisation, :odsCode, :purpose, :project)
                                on conflict (id) do nothing
                                """)
                        .param("id", app.id())
                        .param("name", app.name())
                        .param("kind", app.kind().code())
                        .param("secret", secret)
                        .param("keys", app.keys().set())
                        .param("keysAt", app.keys().address())
                        .param("certificate", app.keys().certificate())
                        .param("redirects", app.redirects().toArray(String[]::new))
                        .param("launch", app.launch())
                        .param("scopes", app.scopes().text())
                        .param("role", app.works().role().name())
                        .param("organisation", app.works().organisation())
                        .param("odsCode", app.works().odsCode())
                        .param("purpose", app.works().purpose().code())
                        .param("project", app.works().project())
                        .update()
                > 0;
    }

    List<App> all() {
        return db.sql("select * from app order by id").query((row, _) -> app(row)).list();
    }

    Optional<Locked> byId(String id) {
        return db.sql("select * from app where id = :id")
                .param("id", id)
                .query((row, _) -> new Locked(app(row), row.getString("secret")))
                .optional();
    }

    boolean disabled(String id, boolean disabled) {
        return db.sql("update app set disabled = :disabled where id = :id")
                        .param("disabled", disabled)
                        .param("id", id)
                        .update()
                > 0;
    }

    /// What somebody has let an app do; empty when nothing.
    Set<String> consent(String app, String account) {
        return db.sql("select scopes from app_consent where app = :app and account = :account")
                .param("app", app)
                .param("account", account)
                .query((row, _) -> texts(row.getArray("scopes")))
                .optional()
                .map(scopes -> (Set<String>) new LinkedHashSet<>(scopes))
                .orElse(Set.of());
    }

    void consent(String app, String account, Set<String> scopes, Instant when) {
        db.sql(
                        """
                        insert into app_consent (app, account, scopes, given)
                        values (:app, :account, :scopes, :when)
                        on conflict (app, account) do update
                           set scopes = excluded.scopes, given = excluded.given
                        """)
                .param("app", app)
                .param("account", account)
                .param("scopes", scopes.toArray(String[]::new))
                .param("when", Timestamp.from(when))
                .update();
    }

    /// An app that somebody has let do something.
    record Consented(App app, Set<String> scopes, Instant given) {}

    List<Consented> consents(String account) {
        return db.sql(
                        """
                        select a.*, c.scopes as let, c.given
                          from app_consent c join app a on a.id = c.app
                         where c.account = :account order by a.name, a.id
                        """)
                .param("account", account)
                .query((row, _) ->
                        new Consented(
                                app(row),
                                new LinkedHashSet<>(texts(row.getArray("let"))),
                                row.getTimestamp("given").toInstant()))
                .list();
    }

    /// Takes back what somebody let an app do, with every token.
    void takeBack(String app, String account) {
        db.sql(
                        """
                        delete from oauth2_authorization
                         where registered_client_id = :app and principal_name = :account
                        """)
                .param("app", app)
                .param("account", account)
                .update();
        db.sql("delete from app_consent where app = :app and account = :account")
                .param("app", app)
                .param("account", account)
                .update();
    }

    Optional<String> context(String authorization) {
        return db.sql("select patient from app_context where authorization_id = :id")
                .param("id", authorization)
                .query(String.class)
                .optional();
    }

    void context(String authorization, String patient) {
        db.sql(
                        """
                        insert into app_context (authorization_id, patient) values (:id, :patient)
                        on conflict (authorization_id) do update set patient = excluded.patient
                        """)
                .param("id", authorization)
                .param("patient", patient)
                .update();
    }

    /// Uses a value up.
    ///
    /// @return false when it had been used before
    boolean spend(byte[] hash, String authorization, Instant until, Instant now) {
        db.sql("delete from app_spent where until < :now")
                .param("now", Timestamp.from(now))
                .update();
        return db.sql(
                                """
                                insert into app_spent (hash, authorization_id, until)
                                values (:hash, :authorization, :until) on conflict do nothing
                                """)
                        .param("hash", hash)
                        .param("authorization", authorization)
                        .param("until", Timestamp.from(until))
                        .update()
                > 0;
    }

    /// The authorization whose token a used value was; empty when it was not used.
    Optional<String> spent(byte[] hash) {
        return db.sql(
                        """
                        select authorization_id from app_spent
                         where hash = :hash and authorization_id <> ''
                        """)
                .param("hash", hash)
                .query(String.class)
                .optional();
    }

    /// Forgets authorizations that can be of no use any more.
    void forget(Instant now) {
        db.sql(
                        """
                        delete from oauth2_authorization
                         where touched < :hourAgo
                           and coalesce(refresh_token_expires_at, access_token_expires_at,
                                        authorization_code_expires_at, touched) < :hourAgo
                        """)
                .param("hourAgo", Timestamp.from(now.minusSeconds(3600)))
                .update();
        db.sql(
                        """
                        delete from app_context c where chosen < :hourAgo and not exists
                               (select 1 from oauth2_authorization o where o.id = c.authorization_id)
                        """)
                .param("hourAgo", Timestamp.from(now.minusSeconds(3600)))
                .update();
    }

    /// The key that signs identity tokens, made by whoever comes first.
    String key(String made) {
        db.sql("insert into issuer_key (one, jwk) values (true, :jwk) on conflict do nothing")
                .param("jwk", made)
                .update();
        return db.sql("select jwk from issuer_key").query(String.class).single();
    }

    private static App app(ResultSet row) throws SQLException {
        return new App(
                row.getString("id"),
                row.getString("name"),
                App.Kind.of(row.getString("kind")).orElseThrow(),
                new App.Keys(
                        row.getString("keys"),
                        row.getString("keys_at"),
                        row.getString("certificate")),
                texts(row.getArray("redirects")),
                row.getString("launch"),
                Scopes.parse(row.getString("scopes")),
                new App.Works(
                        Role.valueOf(row.getString("role")),
                        row.getString("organisation"),
                        row.getString("ods_code"),
                        Purpose.of(row.getString("purpose")).orElseThrow(),
                        row.getString("project")),
                row.getBoolean("disabled"));
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray()).map(String::valueOf).toList();
    }

    /// What goes with somebody whose two records are made one.
    @Component
    static final class ContextRows implements PatientRows {
        @Override
        public List<Column> columns() {
            return List.of(Column.of("app_context", "t.authorization_id", "patient", By.ID));
        }
    }
}
