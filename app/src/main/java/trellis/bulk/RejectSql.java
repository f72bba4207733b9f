package trellis.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The table of what imports did not store.
final class RejectSql {
    private final JdbcClient db;

    RejectSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    void add(String job, int input, long line, byte[] outcome) {
        db.sql(
                        """
                        insert into bulk_reject (job, input, line, hash, outcome)
                        values (?, ?, ?, md5(?), ?)
                        on conflict do nothing
                        """)
                .params(job, input, line, new String(outcome, UTF_8), new String(outcome, UTF_8))
                .update();
    }

    /// How many there are of an input already.
    long count(String job, int input) {
        return db.sql("select count(*) from bulk_reject where job = ? and input = ?")
                .params(job, input)
                .query(Long.class)
                .single();
    }

    /// All of a job, in the order of its inputs and their lines.
    List<byte[]> all(String job) {
        return db.sql("select outcome from bulk_reject where job = ? order by input, line, hash")
                .param(job)
                .query((row, _) -> row.getString(1).getBytes(UTF_8))
                .list();
    }
}
