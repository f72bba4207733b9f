package trellis.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.access.Caller.Came;
import trellis.access.Tokens.Token;

/// The table `bearer_token`.
final class TokenSql {
    private final JdbcClient db;

    /// What a good token stands for.
    record Good(Caller caller, Instant expires) {}

    TokenSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    long insert(byte[] hash, Optional<Account> account, Instant created, Instant expires) {
        return db.sql(
                        """
                        insert into bearer_token (hash, account, created, expires)
                        values (:hash, :account, :created, :expires) returning id
                        """)
                .param("hash", hash)
                .param("account", account.map(Account::id).orElse(null), Types.BIGINT)
                .param("created", Timestamp.from(created))
                .param("expires", Timestamp.from(expires))
                .query(Long.class)
                .single();
    }

    /// The caller of a token that is neither expired nor revoked and whose account is not disabled.
    Optional<Good> good(byte[] hash, Instant now) {
        return db.sql(
                        """
                        select t.account is null as machine, t.expires, a.*
                          from bearer_token t left join account a on a.id = t.account
                         where t.hash = :hash and t.revoked is null and t.expires > :now
                           and a.disabled is not true
                        """)
                .param("hash", hash)
                .param("now", Timestamp.from(now))
                .query((row, _) -> good(row))
                .optional();
    }

    List<Token> all() {
        return db.sql(
                        """
                        select t.id, t.created, t.expires, t.revoked, coalesce(a.sign_in, '') as sign_in
                          from bearer_token t left join account a on a.id = t.account
                         order by t.id
                        """)
                .query((row, _) ->
                        new Token(
                                row.getLong("id"),
                                row.getString("sign_in"),
                                row.getTimestamp("created").toInstant(),
                                row.getTimestamp("expires").toInstant(),
                                Optional.ofNullable(row.getTimestamp("revoked"))
                                        .map(Timestamp::toInstant)))
                .list();
    }

    boolean revoke(long id, Instant when) {
        return db.sql(
                                """
                                update bearer_token set revoked = coalesce(revoked, :when) where id = :id
                                """)
                        .param("when", Timestamp.from(when))
                        .param("id", id)
                        .update()
                > 0;
    }

    private static Good good(ResultSet row) throws SQLException {
        var caller =
                row.getBoolean("machine")
                        ? new Caller(0, "Token of this machine", Role.SYSTEM, "", "", Came.TOKEN)
                        : AccountSql.account(row).caller(Came.TOKEN);
        return new Good(caller, row.getTimestamp("expires").toInstant());
    }
}
