package trellis.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.patch.Patch;

/// Reads contents of requests so that memory stays bounded whatever is sent: none beyond the limit,
/// and those of more than a megabyte only as long as there is room for all of them.
@Component
final class Bodies {
    private static final int SMALL = 1 << 20;
    private static final int UNIT = 1 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int most;
    private final Semaphore room;

    Bodies(ApiSettings settings) {
        this.most = settings.maxBody();
        this.room = new Semaphore(most / UNIT, true);
    }

    /// The content of a request.
    ///
    /// @return to be closed when nothing of the content is needed any more
    Sent of(HttpServletRequest request) {
        return new Sent(request);
    }

    /// A content that is about to be read.
    final class Sent implements Body, AutoCloseable {
        private final HttpServletRequest request;
        private int held;

        private Sent(HttpServletRequest request) {
            this.request = request;
        }

        @Override
        public ObjectNode resource() {
            var format = format();
            return parsed(format, bytes()).orElseGet(Body.NONE::resource);
        }

        @Override
        public Optional<ObjectNode> perhaps() {
            var bytes = bytes();
            if (bytes.length == 0) {
                return Optional.empty();
            }
            return isGraphql() ? Optional.of(query(bytes)) : parsed(format(), bytes);
        }

        /// A query of GraphQL may travel by itself (https://hl7.org/fhir/R4/graphql.html); here it is the JSON that it could be too.
        private boolean isGraphql() {
            var type = request.getContentType();
            return type != null && MediaTypes.typeOf(type).equals("application/graphql");
        }

        private static ObjectNode query(byte[] text) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("query", new String(text, StandardCharsets.UTF_8));
        }

        private Format format() {
            return MediaTypes.sent(Optional.ofNullable(request.getContentType()));
        }

        private static Optional<ObjectNode> parsed(Format format, byte[] bytes) {
            return bytes.length == 0 ? Optional.empty() : Optional.of(format.read(bytes));
        }

        @Override
        public Patch patch(Clock clock) {
            if (!PatchContent.isJsonPatch(Optional.ofNullable(request.getContentType()))) {
                return PatchContent.of(resource(), clock);
            }
            var bytes = bytes();
            return bytes.length == 0
                    ? PatchContent.of(Body.NONE.resource(), clock)
                    : PatchContent.ofJson(bytes);
        }

        private byte[] bytes() {
            var length = request.getContentLengthLong();
            if (length > most) {
                throw tooLarge();
            }
            var encoding =
                    Optional.ofNullable(request.getHeader("Content-Encoding"))
                            .map(text -> text.strip().toLowerCase(Locale.ROOT))
                            .orElse("identity");
            try {
                var in = request.getInputStream();
                return switch (encoding) {
                    case "identity" -> length < 0 ? unknown(in) : known(in, (int) length);
                    case "gzip" -> unknown(new GZIPInputStream(in));
                    default ->
                            throw new Refused(
                                    new Problem.UnsupportedMediaType(
                                            "Content-Encoding " + Addresses.quoted(encoding)));
                };
            } catch (ZipException _) {
                throw new Refused(
                        new Problem.BadRequest(
                                "structure",
                                "The content is not what Content-Encoding: gzip says.",
                                "Content-Encoding"));
            } catch (IOException e) {
                throw new Refused(
                        new Problem.BadRequest(
                                "incomplete",
                                "The content broke off before its end; send it again.",
                                ""));
            }
        }

        private byte[] known(InputStream in, int length) throws IOException {
            if (length > SMALL) {
                hold(length);
            }
            return in.readNBytes(length);
        }

        private byte[] unknown(InputStream in) throws IOException {
            var start = in.readNBytes(SMALL);
            if (start.length < SMALL) {
                return start;
            }
            hold(most);
            var parts = new ArrayList<byte[]>();
            var size = 0L;
            for (var part = start; part.length > 0; part = in.readNBytes(SMALL)) {
                size += part.length;
                if (size > most) {
                    throw tooLarge();
                }
                parts.add(part);
            }
            var all = ByteBuffer.allocate((int) size);
            parts.forEach(all::put);
            return all.array();
        }

        private void hold(int bytes) {
            var units = bytes / UNIT;
            try {
                if (!room.tryAcquire(units, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw busy();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw busy();
            }
            held = units;
        }

        private Refused tooLarge() {
            return new Refused(
                    new Problem.TooLarge(
                            "The content is larger than "
                                    + (most >> 20)
                                    + " MB (TRELLIS_MAX_BODY). Send it in parts, or load it with"
                                    + " `trellis import`."));
        }

        private static Refused busy() {
            return new Refused(
                    new Problem.Unavailable(
                            "Too many large contents are being processed. Send it again soon.",
                            Duration.ofSeconds(10)));
        }

        @Override
        public void close() {
            room.release(held);
            held = 0;
        }
    }
}
