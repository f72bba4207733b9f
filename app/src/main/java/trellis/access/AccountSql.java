package trellis.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.access.Account.Person;

/// The table `account`.
final class AccountSql {
    private final JdbcClient db;

    /// What is needed to check a password.
    record Lock(Account account, String password) {}

    AccountSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// @return the number of the new account; empty when the sign-in name is taken
    Optional<Long> insert(Person person, String password) {
        return db.sql(
                        """
                        insert into account (sign_in, password, name, role, organisation, ods_code,
                                             patient, level, user_id, profile_id, role_code)
                        values (:signIn, :password, :name, :role, :organisation, :odsCode,
                                :patient, :level, :userId, :profileId, :roleCode)
                        on conflict (sign_in) do nothing
                        returning id
                        """)
                .param("signIn", person.signIn())
                .param("password", password)
                .param("name", person.name())
                .param("role", person.role().name())
                .param("organisation", person.organisation())
                .param("odsCode", person.odsCode())
                .param("patient", person.self().patient())
                .param("level", person.self().level().name())
                .param("userId", person.self().profile().userId())
                .param("profileId", person.self().profile().id())
                .param("roleCode", person.self().profile().roleCode())
                .query(Long.class)
                .optional();
    }

    Optional<Lock> lock(String signIn) {
        return db.sql("select * from account where sign_in = :signIn")
                .param("signIn", signIn)
                .query((row, _) -> new Lock(account(row), row.getString("password")))
                .optional();
    }

    Optional<Account> byId(long id) {
        return db.sql("select * from account where id = :id")
                .param("id", id)
                .query((row, _) -> account(row))
                .optional();
    }

    List<Account> all() {
        return db.sql("select * from account order by sign_in")
                .query((row, _) -> account(row))
                .list();
    }

    boolean password(String signIn, String password) {
        return db.sql(
                                """
                                update account set password = :password, changed = changed + 1
                                 where sign_in = :signIn
                                """)
                        .param("password", password)
                        .param("signIn", signIn)
                        .update()
                > 0;
    }

    boolean disabled(String signIn, boolean disabled) {
        return db.sql(
                                """
                                update account set disabled = :disabled, changed = changed + 1
                                 where sign_in = :signIn
                                """)
                        .param("disabled", disabled)
                        .param("signIn", signIn)
                        .update()
                > 0;
    }

    /// The accounts of a user of the Care Identity Service that may be used.
    List<Account> ofUser(String userId) {
        return db.sql(
                        """
                        select * from account
                         where user_id = :userId and user_id <> '' and not disabled
                         order by id
                        """)
                .param("userId", userId)
                .query((row, _) -> account(row))
                .list();
    }

    List<Account> ofOrganisation(String odsCode, String words, int most) {
        return db.sql(
                        """
                        select * from account
                         where ods_code = :odsCode and role <> 'PATIENT' and not disabled
                           and position(lower(:words) in lower(name)) > 0
                         order by name, id limit :most
                        """)
                .param("odsCode", odsCode)
                .param("words", words)
                .param("most", most)
                .query((row, _) -> account(row))
                .list();
    }

    /// The accounts of a member of the public, the one first that they use: one that may be used, that shows the most, and to which
    /// they came last.
    List<Account> ofPatient(String patient) {
        return db.sql(
                        """
                        select * from account
                         where patient = :patient and patient <> '' and role = 'PATIENT'
                         order by disabled, level desc, last_sign_in desc nulls last, id
                        """)
                .param("patient", patient)
                .query((row, _) -> account(row))
                .list();
    }

    void level(long id, Level level) {
        db.sql("update account set level = :level where id = :id")
                .param("level", level.name())
                .param("id", id)
                .update();
    }

    Optional<Account> linked(String issuer, String subject) {
        return db.sql(
                        """
                        select account.* from account join account_link on account_link.account = account.id
                         where issuer = :issuer and subject = :subject
                        """)
                .param("issuer", issuer)
                .param("subject", subject)
                .query((row, _) -> account(row))
                .optional();
    }

    /// @return false when the account is another subject's there
    boolean link(String issuer, String subject, long account, Instant when) {
        return db.sql(
                                """
                                insert into account_link (issuer, subject, account, made)
                                values (:issuer, :subject, :account, :when)
                                on conflict do nothing
                                """)
                        .param("issuer", issuer)
                        .param("subject", subject)
                        .param("account", account)
                        .param("when", Timestamp.from(when))
                        .update()
                > 0;
    }

    boolean unlink(long account) {
        return db.sql("delete from account_link where account = :account")
                        .param("account", account)
                        .update()
                > 0;
    }

    void signedIn(long id, Instant when) {
        db.sql("update account set last_sign_in = :when where id = :id")
                .param("when", Timestamp.from(when))
                .param("id", id)
                .update();
    }

    /// An account from a row that holds its columns.
    static Account account(ResultSet row) throws SQLException {
        return new Account(
                row.getLong("id"),
                new Person(
                        row.getString("sign_in"),
                        row.getString("name"),
                        Role.valueOf(row.getString("role")),
                        row.getString("organisation"),
                        row.getString("ods_code"),
                        self(row)),
                row.getBoolean("disabled"),
                row.getInt("changed"),
                Optional.ofNullable(row.getTimestamp("last_sign_in")).map(Timestamp::toInstant));
    }

    private static Account.Self self(ResultSet row) throws SQLException {
        return new Account.Self(
                row.getString("patient"),
                Level.of(row.getString("level")).orElse(Level.P0),
                new Account.Profile(
                        row.getString("user_id"),
                        row.getString("profile_id"),
                        row.getString("role_code")));
    }
}
