package trellis.api;

import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The key of page addresses. It lies in the database, so that every node on it reads the addresses
/// that another gave out.
@Component
final class SearchKeySql {

    private static final int BYTES = 32;

    private final JdbcClient db;

    SearchKeySql(JdbcClient db) {
        this.db = db;
    }

    /// The key; made by the first node that asks.
    SecretKey key() {
        var fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        db.sql("insert into page_key (one, key) values (true, :key) on conflict (one) do nothing")
                .param("key", fresh)
                .update();
        return new SecretKeySpec(
                db.sql("select key from page_key").query(byte[].class).single(), "AES");
    }
}
