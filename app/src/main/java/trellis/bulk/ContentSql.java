package trellis.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.bulk.Job.Content;
import trellis.store.PartStream;

/// The tables of content. It comes and goes in parts, each by a statement of its own: a file of any size takes the memory of one
/// part, and neither a slow client nor a long export holds a connection for it.
final class ContentSql {
    /// Bytes of a part.
    static final int PART = 256 * 1024;

    /// How many parts go at once when a file is thrown away.
    private static final int SWEPT = 200;

    private final JdbcClient db;

    ContentSql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// Begins a file; what lies there under its name from an earlier try is gone.
    ///
    /// @param worker whose job it is; a file of a job that has gone to another worker, or was given up, cannot be written
    WritingSql begin(String job, String worker, String name) {
        db.sql("delete from bulk_part where job = ? and name = ?").params(job, name).update();
        return new WritingSql(job, worker, name);
    }

    /// Throws away every file of a job.
    void clear(String job) {
        db.sql("delete from bulk_file where job = ?").param(job).update();
        while (db.sql(
                                """
                                delete from bulk_part
                                 where ctid = any (array(
                                       select ctid from bulk_part where job = ? limit ?))
                                """)
                        .params(job, SWEPT)
                        .update()
                > 0) {}
    }

    /// Throws away what an earlier try of a job has left; what was sent stays.
    void begin(String job) {
        for (var content : of(job)) {
            if (content.use() != Content.Use.INPUT) {
                db.sql("delete from bulk_file where job = ? and name = ?")
                        .params(job, content.name())
                        .update();
                db.sql("delete from bulk_part where job = ? and name = ?")
                        .params(job, content.name())
                        .update();
            }
        }
    }

    List<Content> of(String job) {
        return db.sql("select * from bulk_file where job = ? order by kind, type, name")
                .param(job)
                .query((row, _) ->
                        new Content(
                                row.getString("name"),
                                Content.Use.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                                row.getString("type"),
                                row.getLong("count"),
                                row.getLong("bytes"),
                                row.getInt("parts")))
                .list();
    }

    Optional<Content> one(String job, String name) {
        return of(job).stream().filter(content -> content.name().equals(name)).findFirst();
    }

    /// The bytes of a file as they lie there, packed with gzip.
    InputStream open(String job, Content content) {
        return new PartStream((number, _) -> part(job, content, number));
    }

    /// That a job was given up, or has gone to another worker.
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;

        Lost() {
            super("the job is another's", null, false, false);
        }
    }

    /// A file that is being written. It is there when [#finish] returns.
    final class WritingSql {
        private final String job;
        private final String worker;
        private final String name;
        private final PackingSql parts = new PackingSql();
        private final OutputStream out;
        private long count;
        private long bytes;

        private WritingSql(String job, String worker, String name) {
            this.job = job;
            this.worker = worker;
            this.name = name;
            try {
                this.out = new Fast(parts);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Adds a line.
        ///
        /// @throws Lost when the job is not this worker's any more
        void line(byte[] content) {
            try {
                out.write(content);
                out.write('\n');
                count++;
                bytes += content.length + 1L;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Adds all there is.
        void all(InputStream in) throws IOException {
            bytes += in.transferTo(out);
        }

        long count() {
            return count;
        }

        /// Bytes before packing so far.
        long bytes() {
            return bytes;
        }

        void finish(Content.Use kind, String type) {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            db.sql(
                            """
                            insert into bulk_file (job, name, kind, type, count, bytes, parts)
                            values (?, ?, ?, ?, ?, ?, ?)
                            on conflict (job, name) do update
                               set kind = excluded.kind, type = excluded.type, count = excluded.count,
                                   bytes = excluded.bytes, parts = excluded.parts
                            """)
                    .params(
                            job,
                            name,
                            kind.name().toLowerCase(Locale.ROOT),
                            type,
                            count,
                            bytes,
                            parts.number)
                    .update();
        }

        /// Packed bytes on their way into parts.
        private final class PackingSql extends OutputStream {
            private final byte[] part = new byte[PART];
            private int filled;
            private int number;

            @Override
            public void write(int one) {
                part[filled++] = (byte) one;
                if (filled == PART) {
                    put();
                }
            }

            @Override
            public void write(byte[] from, int offset, int length) {
                var done = 0;
                while (done < length) {
                    var some = Math.min(length - done, PART - filled);
                    System.arraycopy(from, offset + done, part, filled, some);
                    filled += some;
                    done += some;
                    if (filled == PART) {
                        put();
                    }
                }
            }

            @Override
            public void close() {
                if (filled > 0) {
                    put();
                }
            }

            private void put() {
                var written =
                        db.sql(
                                        """
                                        insert into bulk_part (job, name, part, bytes)
                                        select id, ?, ?, ? from bulk_job
                                         where id = ? and worker = ? and state = 'running'
                                           for share
                                        """)
                                .params(name, number++, Arrays.copyOf(part, filled), job, worker)
                                .update();
                filled = 0;
                if (written == 0) {
                    throw new Lost();
                }
            }
        }
    }

    /// Packs for speed: the records of a cohort become a tenth all the same.
    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private Optional<byte[]> part(String job, Content content, int number) throws IOException {
        if (number >= content.parts()) {
            return Optional.empty();
        }
        return Optional.of(
                db.sql("select bytes from bulk_part where job = ? and name = ? and part = ?")
                        .params(job, content.name(), number)
                        .query(byte[].class)
                        .optional()
                        .orElseThrow(
                                () -> new IOException("the file was removed while it was sent")));
    }
}
