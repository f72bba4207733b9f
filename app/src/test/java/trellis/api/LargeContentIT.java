package trellis.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/// Contents that are meant to fill the memory. Alone, because what other classes keep meanwhile would
/// be counted as well.
@Isolated
class LargeContentIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    @AfterEach
    void the_server_is_still_up() {
        wire().get("/metadata").is(200);
    }

    @Test
    void two_hundred_megabytes_in_chunks_are_refused_without_being_kept() {
        var before = heap();
        var reply =
                wire().send(
                                "POST",
                                "/Patient",
                                BodyPublishers.ofInputStream(() -> new Endless(200L << 20)),
                                "Content-Type",
                                "application/fhir+json");

        reply.refused(
                413,
                "too-long",
                "The content is larger than 64 MB (TRELLIS_MAX_BODY). Send it in parts, or load it"
                        + " with `trellis import`.",
                "");
        assertThat(heap() - before).as("bytes kept").isLessThan(32L << 20);
    }

    @Test
    void two_hundred_megabytes_announced_are_refused_at_once() {
        var reply =
                wire().send(
                                "POST",
                                "/Patient",
                                BodyPublishers.fromPublisher(
                                        BodyPublishers.ofInputStream(() -> new Endless(200L << 20)),
                                        200L << 20),
                                "Content-Type",
                                "application/fhir+json");

        reply.is(413);
    }

    @Test
    void millions_of_small_values_are_refused_before_they_fill_the_memory() {
        var many =
                "{\"resourceType\":\"Patient\",\"extension\":[" + "{},".repeat(5_000_000) + "{}]}";

        var reply = posted(many).is(400);

        assertThat(reply.at("/issue/0/code")).isEqualTo("too-costly");
    }

    @Test
    void many_large_contents_at_once_take_turns() throws Exception {
        var large =
                "{\"resourceType\":\"Patient\",\"extension\":[{\"url\":\"https://x.example\",\"valueString\":\""
                        + "x".repeat(20 << 20)
                        + "\"}],\"gender\":\"f\"}";
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var replies =
                    IntStream.range(0, 8)
                            .mapToObj(_ -> callers.submit(() -> posted(large)))
                            .toList();
            for (var reply : replies) {
                assertThat(reply.get().status()).isIn(422, 503);
            }
        }
    }

    /// Connections that were kept open may be closed by the server in the moment in which they are used again, as after a content
    /// that it did not read to its end: then once more, for each of them.
    private static Wire.Reply posted(String content) {
        for (var time = 0; time < 8; time++) {
            try {
                return wire().post("/Patient", content);
            } catch (UncheckedIOException _) {
                // The next connection may be a new one.
            }
        }
        return wire().post("/Patient", content);
    }

    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// The start of a Patient with a very long text.
    private static final class Endless extends InputStream {
        private static final byte[] START =
                "{\"resourceType\":\"Patient\",\"id\":\"".getBytes(ISO_8859_1);
        private final long length;
        private long at;

        Endless(long length) {
            this.length = length;
        }

        @Override
        public int read() {
            if (at >= length) {
                return -1;
            }
            return at < START.length ? START[(int) at++] : filler();
        }

        private int filler() {
            at++;
            return 'x';
        }

        @Override
        public int read(byte[] into, int offset, int wanted) {
            if (at >= length) {
                return -1;
            }
            var count = 0;
            while (count < wanted && at < length) {
                into[offset + count++] = (byte) read();
            }
            return count;
        }
    }
}
