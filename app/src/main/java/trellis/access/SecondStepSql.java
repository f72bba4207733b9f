package trellis.access;

import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The tables of second steps and recovery codes.
final class SecondStepSql {
    private final JdbcClient db;

    /// @param secret what the authenticator shares
    /// @param confirmed whether a code of it has been shown
    record Step(byte[] secret, boolean confirmed) {}

    SecondStepSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    Optional<Step> of(long account) {
        return db.sql("select secret, confirmed from second_step where account = :account")
                .param("account", account)
                .query((row, _) -> new Step(row.getBytes("secret"), row.getBoolean("confirmed")))
                .optional();
    }

    /// Begins anew with a secret that is not confirmed yet, unless one is.
    void begin(long account, byte[] secret) {
        db.sql(
                        """
                        insert into second_step (account, secret) values (:account, :secret)
                        on conflict (account) do update set secret = excluded.secret
                         where not second_step.confirmed
                        """)
                .param("account", account)
                .param("secret", secret)
                .update();
    }

    /// Uses the code of a step in time.
    ///
    /// @return false when it, or a later one, was used before
    boolean use(long account, long step) {
        return db.sql(
                                """
                                update second_step set last_step = :step, confirmed = true
                                 where account = :account and last_step < :step
                                """)
                        .param("account", account)
                        .param("step", step)
                        .update()
                > 0;
    }

    void recovery(long account, List<byte[]> codes) {
        db.sql("delete from recovery_code where account = :account")
                .param("account", account)
                .update();
        for (var code : codes) {
            db.sql("insert into recovery_code (account, code) values (:account, :code)")
                    .param("account", account)
                    .param("code", code)
                    .update();
        }
    }

    /// Uses a recovery code up.
    ///
    /// @return false when there is none like it
    boolean recover(long account, byte[] code) {
        return db.sql("delete from recovery_code where account = :account and code = :code")
                        .param("account", account)
                        .param("code", code)
                        .update()
                > 0;
    }

    int recoveryCodes(long account) {
        return db.sql("select count(*) from recovery_code where account = :account")
                .param("account", account)
                .query(Integer.class)
                .single();
    }

    void forget(long account) {
        recovery(account, List.of());
        db.sql("delete from second_step where account = :account")
                .param("account", account)
                .update();
    }
}
