package trellis.custodians;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/// A node of the region that answers as none should.
final class FaultyNode implements AutoCloseable {
    private static final int HUGE = 100_000_000;
    private static final byte[] BLOCK = " ".repeat(10_000).getBytes(StandardCharsets.UTF_8);

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong sent = new AtomicLong();
    private volatile Way way = Way.RUBBISH;

    /// How it answers.
    enum Way {
        /// What is no JSON.
        RUBBISH,
        /// What is no Bundle.
        ANOTHER,
        /// A page that leads elsewhere.
        REDIRECT,
        /// 100 MB of it.
        HUGE,
        /// A little at a time, for ever.
        ENDLESS,
        /// Not at all, on a connection that it takes.
        SILENT
    }

    private FaultyNode(HttpsServer server) {
        this.server = server;
    }

    static FaultyNode start(SSLContext tls, int port) {
        try {
            var server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            var node = new FaultyNode(server);
            server.setExecutor(node.threads);
            server.createContext(
                    "/nodes/ready",
                    exchange -> {
                        exchange.sendResponseHeaders(204, -1);
                        exchange.close();
                    });
            server.createContext("/", node::answer);
            server.start();
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void answer(Way next) {
        way = next;
        sent.set(0);
    }

    /// How many bytes have left since then.
    long sent() {
        return sent.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/fhir+json");
            switch (way) {
                case RUBBISH -> whole(exchange, "<html>Not what you want</html>");
                case ANOTHER -> whole(exchange, "{\"resourceType\":\"Patient\"}");
                case REDIRECT -> {
                    exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
                    exchange.sendResponseHeaders(302, -1);
                }
                case HUGE -> {
                    exchange.sendResponseHeaders(200, HUGE);
                    for (var at = 0; at < HUGE; at += BLOCK.length) {
                        send(exchange, BLOCK);
                    }
                }
                case SILENT -> Thread.sleep(60_000);
                case ENDLESS -> {
                    exchange.sendResponseHeaders(200, 0);
                    while (!Thread.interrupted()) {
                        send(exchange, new byte[] {' '});
                        exchange.getResponseBody().flush();
                        Thread.sleep(20);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void whole(HttpExchange exchange, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        send(exchange, bytes);
    }

    private void send(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.getResponseBody().write(bytes);
        sent.addAndGet(bytes.length);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
