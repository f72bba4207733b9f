package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.ObjectWriter;

/// Bodies as they lie in the database: compact JSON without `meta.versionId` and
/// `meta.lastUpdated`, packed with Zstandard and a dictionary of FHIR's common phrases. Version and
/// time are put back when a body is read, at the place where `meta` stood, so that neither needs a
/// second copy of the text and an update that changes nothing is recognised by its bytes.
///
/// The first byte of a packed body names how it was packed, so that a better dictionary can be
/// added later; what is stored stays readable for ever.
final class Bodies {

    private static final byte DICTIONARY_1 = 1;
    private static final int LEVEL = 3;

    private final Queue<ZstdCompressCtx> packers = new ConcurrentLinkedQueue<>();
    private final Queue<ZstdDecompressCtx> unpackers = new ConcurrentLinkedQueue<>();
    private final ZstdDictCompress packing;
    private final ZstdDictDecompress unpacking;

    Bodies() {
        try (var in = Bodies.class.getResourceAsStream("zstd-1.dict")) {
            if (in == null) {
                throw new IllegalStateException("zstd-1.dict is missing from the program");
            }
            var dictionary = in.readAllBytes();
            packing = new ZstdDictCompress(dictionary, LEVEL);
            unpacking = new ZstdDictDecompress(dictionary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A body without version and time.
    ///
    /// @param bytes compact JSON
    /// @param splice where they go: after this many bytes, as the first members of the `meta` that is
    ///     there; or, when negative, after `-splice` bytes as a whole `meta` member
    record Plain(byte[] bytes, int splice) {}

    /// Takes version and time out of a resource and notes where they belong.
    static Plain plain(ObjectNode resource) {
        var hasMeta = resource.has("meta");
        var splice = 0;
        try (var out = new ObjectWriter()) {
            for (var member : resource.properties()) {
                var name = member.getKey();
                var value = member.getValue();
                if (name.equals("meta") && value instanceof ObjectNode meta) {
                    var kept = withoutStamp(meta);
                    var start = out.position();
                    splice = kept.isEmpty() ? -start : start + opening(start);
                    value = kept;
                }
                if (!name.equals("meta") || !value.isEmpty()) {
                    out.member(name, value);
                }
                if (!hasMeta
                        && (name.equals("id") || (splice == 0 && name.equals("resourceType")))) {
                    splice = -out.position();
                }
            }
            return new Plain(out.finished(), splice);
        }
    }

    private static ObjectNode withoutStamp(ObjectNode meta) {
        if (!meta.has("versionId") && !meta.has("lastUpdated")) {
            return meta;
        }
        var kept = meta.objectNode();
        kept.setAll(meta);
        kept.remove("versionId");
        kept.remove("lastUpdated");
        return kept;
    }

    /// How many bytes open a `meta` that begins here: its name, and a comma unless it is the first.
    private static int opening(int start) {
        return "\"meta\":{".length() + (start == 1 ? 0 : 1);
    }

    /// The body of one version as it is served.
    static byte[] whole(byte[] plain, int splice, long version, Instant lastUpdated) {
        var stamp =
                "\"versionId\":\"" + version + "\",\"lastUpdated\":\"" + time(lastUpdated) + "\"";
        var at = Math.abs(splice);
        var atStart = at == 1;
        var text =
                splice > 0
                        ? stamp + ","
                        : (atStart ? "" : ",") + "\"meta\":{" + stamp + "}" + (atStart ? "," : "");
        var insert = text.getBytes(UTF_8);
        var whole = new byte[plain.length + insert.length];
        System.arraycopy(plain, 0, whole, 0, at);
        System.arraycopy(insert, 0, whole, at, insert.length);
        System.arraycopy(plain, at, whole, at + insert.length, plain.length - at);
        return whole;
    }

    /// A time to the microsecond, such as `2026-03-01T09:30:00.000000Z`: by hand, because each resource of a
    /// page has one and its form never changes.
    private static StringBuilder time(Instant when) {
        var time = LocalDateTime.ofEpochSecond(when.getEpochSecond(), when.getNano(), UTC);
        var out = new StringBuilder(27);
        digits(out, time.getYear(), 1000);
        digits(out.append('-'), time.getMonthValue(), 10);
        digits(out.append('-'), time.getDayOfMonth(), 10);
        digits(out.append('T'), time.getHour(), 10);
        digits(out.append(':'), time.getMinute(), 10);
        digits(out.append(':'), time.getSecond(), 10);
        digits(out.append('.'), time.getNano() / 1000, 100_000);
        return out.append('Z');
    }

    /// @param highest what the first digit counts
    private static void digits(StringBuilder out, int number, int highest) {
        for (var unit = highest; unit > 0; unit /= 10) {
            out.append((char) ('0' + number / unit % 10));
        }
    }

    byte[] pack(byte[] plain) {
        var packer = packers.poll();
        if (packer == null) {
            packer = new ZstdCompressCtx();
            packer.loadDict(packing);
            packer.setChecksum(false);
            packer.setDictID(false);
        }
        var packed = packer.compress(plain);
        packers.add(packer);
        var out = new byte[packed.length + 5];
        out[0] = DICTIONARY_1;
        out[1] = (byte) (plain.length >>> 24);
        out[2] = (byte) (plain.length >>> 16);
        out[3] = (byte) (plain.length >>> 8);
        out[4] = (byte) plain.length;
        System.arraycopy(packed, 0, out, 5, packed.length);
        return out;
    }

    byte[] unpack(byte[] packed) {
        if (packed[0] != DICTIONARY_1) {
            throw new IllegalStateException("a body is packed in a way this version cannot read");
        }
        var length =
                (packed[1] & 0xff) << 24
                        | (packed[2] & 0xff) << 16
                        | (packed[3] & 0xff) << 8
                        | (packed[4] & 0xff);
        var unpacker = unpackers.poll();
        if (unpacker == null) {
            unpacker = new ZstdDecompressCtx();
            unpacker.loadDict(unpacking);
        }
        var plain = new byte[length];
        unpacker.decompressByteArray(plain, 0, length, packed, 5, packed.length - 5);
        unpackers.add(unpacker);
        return plain;
    }
}
