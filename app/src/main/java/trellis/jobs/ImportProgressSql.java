package trellis.jobs;

import java.sql.Array;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// How far the import of each file has come.
final class ImportProgressSql {
    private final JdbcClient db;

    ImportProgressSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// A file whose import was interrupted.
    record Begun(Watermark.Level level, Tally.Counts counts) {}

    /// @throws Refused with [Problem.Unavailable] when the database is away, as from every method here
    Optional<Begun> find(byte[] file) {
        return here(() ->
                db.sql(
                                """
                                select high, beyond, created, changed, same, rejected
                                  from import_progress
                                 where file = :file
                                """)
                        .param("file", file)
                        .query((row, _) ->
                                new Begun(
                                        new Watermark.Level(row.getLong(1), longs(row.getArray(2))),
                                        new Tally.Counts(
                                                row.getLong(3),
                                                row.getLong(4),
                                                row.getLong(5),
                                                row.getLong(6))))
                        .optional());
    }

    private static List<Long> longs(Array array) throws SQLException {
        return Arrays.asList((Long[]) array.getArray());
    }

    void save(byte[] file, String name, Begun state, Instant now) {
        here(() ->
                db.sql(
                                """
                                insert into import_progress
                                       (file, name, began, updated, high, beyond,
                                        created, changed, same, rejected)
                                values (:file, :name, :now, :now, :high, :beyond,
                                        :created, :changed, :same, :rejected)
                                on conflict (file) do update
                                   set updated = :now, high = :high, beyond = :beyond, created = :created,
                                       changed = :changed, same = :same, rejected = :rejected
                                """)
                        .param("file", file)
                        .param("name", name)
                        .param("now", now.atOffset(ZoneOffset.UTC))
                        .param("high", state.level().high())
                        .param("beyond", state.level().beyond().toArray(Long[]::new))
                        .param("created", state.counts().created())
                        .param("changed", state.counts().changed())
                        .param("same", state.counts().same())
                        .param("rejected", state.counts().rejected())
                        .update());
    }

    /// Forgets a file that is done, or that is to be begun anew.
    ///
    /// @return whether it was known
    boolean forget(byte[] file) {
        return here(() ->
                db.sql("delete from import_progress where file = :file")
                                .param("file", file)
                                .update()
                        > 0);
    }

    private static <T> T here(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException e) {
            throw new Refused(
                    new Problem.Unavailable(
                            "The database cannot be reached just now", Duration.ofSeconds(5)));
        }
    }
}
