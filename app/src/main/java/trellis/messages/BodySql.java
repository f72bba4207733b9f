package trellis.messages;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.store.PartStream;

/// The tables of content. It comes and goes in parts, each by a statement of its own: a message of any size takes the
/// memory of one part, and a slow client holds no connection of the database.
final class BodySql {
    /// Bytes of a part.
    static final int PART = 256 * 1024;

    private final JdbcClient db;

    BodySql(DataSource database) {
        this.db = JdbcClient.create(database);
    }

    /// Content that has come, and belongs to no message yet.
    ///
    /// @param id what its parts are known by; 0 while all of it is held
    /// @param held all of it, when it is small; else empty
    /// @param bytes how many there are
    record Taken(long id, byte[] held, long bytes) {
        static Taken of(byte[] all) {
            return new Taken(0, all, all.length);
        }
    }

    /// Takes what comes.
    ///
    /// @param most how many bytes may come
    /// @throws MeshError.Refusal when there are more, or none; then nothing of it is kept
    Taken take(InputStream in, long most, Instant now) throws IOException {
        var part = in.readNBytes(PART);
        if (part.length == 0) {
            throw MeshError.NO_CONTENT.refusal("the body is empty");
        }
        if (part.length > most) {
            throw tooLarge(most);
        }
        if (part.length < PART) {
            return Taken.of(part);
        }
        var id = begin(now);
        try {
            var bytes = 0L;
            for (var number = 0; part.length > 0; number++) {
                bytes += part.length;
                if (bytes > most) {
                    throw tooLarge(most);
                }
                put(id, number, part);
                part = in.readNBytes(PART);
            }
            return new Taken(id, new byte[0], bytes);
        } catch (IOException | RuntimeException e) {
            drop(id);
            throw e;
        }
    }

    private static MeshError.Refusal tooLarge(long most) {
        return MeshError.TOO_LARGE.refusal("at most " + most + " bytes in one piece");
    }

    private long begin(Instant now) {
        return db.sql(
                        """
                        insert into mesh_upload (id, since) values (nextval('mesh_content'), :now)
                        returning id
                        """)
                .param("now", Timestamp.from(now))
                .query(Long.class)
                .single();
    }

    private void put(long id, int number, byte[] bytes) {
        db.sql("insert into mesh_part (upload, part, bytes) values (?, ?, ?)")
                .params(id, number, bytes)
                .update();
    }

    /// Throws away what became no part of a message. Whoever calls this may be wrong: a commit whose answer was lost on the way has
    /// made it one. One statement says so, because it waits for a transaction that still holds the row and then finds it gone.
    void drop(long id) {
        db.sql(
                        """
                        with dropped as (delete from mesh_upload where id = ? returning id)
                        delete from mesh_part where upload in (select id from dropped)
                        """)
                .param(id)
                .update();
    }

    /// Throws away what began before a moment and never became part of a message: its client went away, or
    /// the server did.
    void sweep(Instant before) {
        db.sql("select id from mesh_upload where since < ?")
                .param(Timestamp.from(before))
                .query(Long.class)
                .list()
                .forEach(this::drop);
    }

    /// Makes what was taken a piece of a message, in the place of what was there before; in the caller's transaction.
    void attach(long message, int chunk, Taken taken) {
        db.sql(
                        """
                        delete from mesh_part where upload in
                               (select upload from mesh_chunk where message = ? and chunk = ?)
                        """)
                .params(message, chunk)
                .update();
        var id = taken.id() == 0 ? hold(taken.held()) : release(taken.id());
        db.sql(
                        """
                        insert into mesh_chunk (message, chunk, upload, bytes) values (?, ?, ?, ?)
                        on conflict (message, chunk) do update
                           set upload = excluded.upload, bytes = excluded.bytes
                        """)
                .params(message, chunk, id, taken.bytes())
                .update();
    }

    private long release(long id) {
        var released = db.sql("delete from mesh_upload where id = ?").param(id).update();
        if (released != 1) {
            throw new IllegalStateException("the content was thrown away before it was kept");
        }
        return id;
    }

    private long hold(byte[] all) {
        long id = db.sql("select nextval('mesh_content')").query(Long.class).single();
        for (var from = 0; from < all.length; from += PART) {
            put(id, from / PART, Arrays.copyOfRange(all, from, Math.min(all.length, from + PART)));
        }
        return id;
    }

    /// How many bytes all pieces of a message have.
    long bytes(long message) {
        return db.sql("select coalesce(sum(bytes), 0) from mesh_chunk where message = ?")
                .param(message)
                .query(Long.class)
                .single();
    }

    /// A piece of a message.
    ///
    /// @param id what its parts are known by
    /// @param bytes how many it has
    record Piece(long id, long bytes) {}

    Optional<Piece> piece(long message, int chunk) {
        return db.sql("select upload, bytes from mesh_chunk where message = ? and chunk = ?")
                .params(message, chunk)
                .query((row, _) -> new Piece(row.getLong(1), row.getLong(2)))
                .optional();
    }

    /// The bytes of a piece, read part by part.
    InputStream open(Piece piece) {
        return new PartStream((number, before) -> part(piece, number, before));
    }

    private Optional<byte[]> part(Piece piece, int number, long before) throws IOException {
        if (before >= piece.bytes()) {
            return Optional.empty();
        }
        return Optional.of(
                db.sql("select bytes from mesh_part where upload = ? and part = ?")
                        .params(piece.id(), number)
                        .query(byte[].class)
                        .optional()
                        .orElseThrow(() ->
                                new IOException("the content was removed while it was sent")));
    }
}
