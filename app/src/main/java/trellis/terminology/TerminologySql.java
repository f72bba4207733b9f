package trellis.terminology;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.AuditedSql;
import trellis.codes.Release;
import trellis.store.PartStream;

/// The releases that have been loaded, each in pieces that are read one after the other.
@Component
final class TerminologySql {
    private static final int PIECE = 1 << 20;
    private static final int BUFFER = 1 << 16;

    private final AuditedSql audited;
    private final JdbcClient db;

    TerminologySql(DataSource database, AuditLog log) {
        this.audited = new AuditedSql(database, log.table());
        this.db = audited.db();
    }

    /// All of them, by system and time.
    List<LoadedRelease> all() {
        return db.sql("select * from terminology_release order by system, loaded desc, id desc")
                .query((row, _) -> loaded(row))
                .list();
    }

    private static LoadedRelease loaded(ResultSet row) throws SQLException {
        return new LoadedRelease(
                row.getLong("id"),
                row.getString("system"),
                row.getString("version"),
                row.getString("name"),
                row.getString("format"),
                row.getInt("concepts"),
                row.getTimestamp("loaded").toInstant(),
                row.getBoolean("current"));
    }

    /// Keeps a release, in the place of one of the same system and version, and makes it the one that counts: at once for
    /// everybody, or not at all.
    void keep(Release release, String format, Instant when, AuditEntry line) {
        audited.allOrNothing(
                () -> {
                    db.sql("lock table terminology_release in share row exclusive mode").update();
                    db.sql("delete from terminology_release where system = ? and version = ?")
                            .params(release.system(), release.version())
                            .update();
                    db.sql("update terminology_release set current = false where system = ?")
                            .param(release.system())
                            .update();
                    var id = insert(release, format, when);
                    var parts = write(release, id);
                    db.sql("update terminology_release set parts = ? where id = ?")
                            .params(parts, id)
                            .update();
                    return true;
                },
                line);
    }

    private long insert(Release release, String format, Instant when) {
        return db.sql(
                        """
                        insert into terminology_release
                               (system, version, name, format, concepts, parts, loaded, current)
                        values (?, ?, ?, ?, ?, 0, ?, true) returning id
                        """)
                .params(
                        release.system(),
                        release.version(),
                        release.about().name(),
                        format,
                        release.size(),
                        Timestamp.from(when))
                .query(Long.class)
                .single();
    }

    private int write(Release release, long id) {
        var pieces = new Pieces(id);
        try (var out =
                new DataOutputStream(
                        new ZstdOutputStream(new BufferedOutputStream(pieces, PIECE)))) {
            release.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pieces.count;
    }

    /// Each piece becomes a row.
    private final class Pieces extends OutputStream {
        private final long release;
        private int count;

        Pieces(long release) {
            this.release = release;
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            insert(release, count++, Arrays.copyOfRange(bytes, from, from + length));
        }
    }

    private void insert(long release, int part, byte[] body) {
        db.sql("insert into terminology_part (release, part, body) values (?, ?, ?)")
                .params(release, part, body)
                .update();
    }

    /// Brings a release into memory.
    ///
    /// @throws IOException when it is not there any more
    Release read(LoadedRelease which) throws IOException {
        try (var in =
                new DataInputStream(
                        new BufferedInputStream(new ZstdInputStream(pieces(which.id())), BUFFER))) {
            return Release.read(in);
        }
    }

    private InputStream pieces(long release) {
        return new PartStream((number, _) -> body(release, number));
    }

    private Optional<byte[]> body(long release, int part) {
        return db.sql("select body from terminology_part where release = ? and part = ?")
                .params(release, part)
                .query(byte[].class)
                .optional();
    }

    /// Removes a release. When it was the one that counted, the one that was loaded last does from now on.
    ///
    /// @return whether it was there
    boolean remove(String system, String version, AuditEntry line) {
        return audited.allOrNothing(
                () -> {
                    db.sql("lock table terminology_release in share row exclusive mode").update();
                    var gone =
                            db.sql(
                                            "delete from terminology_release where system = ? and"
                                                    + " version = ?")
                                    .params(system, version)
                                    .update();
                    db.sql(
                                    """
                                    update terminology_release set current = true
                                     where id = (select id from terminology_release where system = :system
                                                  order by loaded desc, id desc limit 1)
                                       and not exists (select 1 from terminology_release
                                                        where system = :system and current)
                                    """)
                            .param("system", system)
                            .update();
                    return gone > 0;
                },
                line);
    }
}
