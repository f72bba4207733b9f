package trellis.terminals;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The tables of quick sign-in and of drafts.
final class TerminalSql {
    private final JdbcClient db;

    TerminalSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// The hash of an account's PIN; empty without one.
    Optional<String> pin(long account) {
        return db.sql("select pin from quick_sign_in where account = :account and pin <> ''")
                .param("account", account)
                .query(String.class)
                .optional();
    }

    /// Whose badge it is.
    Optional<Long> badge(byte[] hash) {
        return db.sql("select account from quick_sign_in where badge = :hash")
                .param("hash", hash)
                .query(Long.class)
                .optional();
    }

    void pin(long account, String hash) {
        db.sql(
                        """
                        insert into quick_sign_in (account, pin) values (:account, :pin)
                        on conflict (account) do update set pin = excluded.pin
                        """)
                .param("account", account)
                .param("pin", hash)
                .update();
    }

    /// Makes a badge somebody's own.
    ///
    /// @return false when it is somebody else's
    boolean badge(long account, byte[] hash) {
        try {
            db.sql(
                            """
                            insert into quick_sign_in (account, badge) values (:account, :badge)
                            on conflict (account) do update set badge = excluded.badge
                            """)
                    .param("account", account)
                    .param("badge", hash)
                    .update();
            return true;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    void forgetBadge(long account) {
        db.sql("update quick_sign_in set badge = null where account = :account")
                .param("account", account)
                .update();
    }

    boolean hasBadge(long account) {
        return db.sql("select badge is not null from quick_sign_in where account = :account")
                .param("account", account)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    Optional<String> draft(long account, String page) {
        return db.sql("select fields from draft where account = :account and page = :page")
                .param("account", account)
                .param("page", page)
                .query(String.class)
                .optional();
    }

    void draft(long account, String page, String fields, Instant when) {
        db.sql("delete from draft where account = :account and saved < :old")
                .param("account", account)
                .param("old", Timestamp.from(when.minusSeconds(7 * 86_400)))
                .update();
        db.sql(
                        """
                        insert into draft (account, page, fields, saved)
                        values (:account, :page, :fields, :when)
                        on conflict (account, page) do update
                           set fields = excluded.fields, saved = excluded.saved
                        """)
                .param("account", account)
                .param("page", page)
                .param("fields", fields)
                .param("when", Timestamp.from(when))
                .update();
    }

    void forget(long account, String page) {
        db.sql("delete from draft where account = :account and page = :page")
                .param("account", account)
                .param("page", page)
                .update();
    }
}
