package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Asks one server by plain sockets that are kept: driver and server share the cores here, and what the driver takes the server
/// does not have. Requests are bytes that were made beforehand, answers are read for their status alone.
///
/// Nothing is said of compression, so answers come plain from every server.
final class Light implements AutoCloseable {
    private final URI base;
    private final List<String> headers;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    /// @param base what paths without a slash in front are below
    /// @param token a bearer token, or nothing at all
    /// @param headers sent with each request besides, as `Name: value`
    Light(URI base, String token, List<String> headers) {
        this.base = base;
        var all = new ArrayList<String>();
        all.add("Host: " + base.getRawAuthority());
        if (!token.isEmpty()) {
            all.add("Authorization: Bearer " + token);
        }
        all.addAll(headers);
        this.headers = List.copyOf(all);
    }

    Light(URI base, String token) {
        this(base, token, List.of());
    }

    /// A request as it goes over the wire.
    ///
    /// @param path below the base; with a slash in front, below the server; whole addresses of the same server as well
    /// @param more headers of this one
    byte[] request(String method, String path, byte[] body, String... more) {
        var head =
                new StringBuilder(512)
                        .append(method)
                        .append(' ')
                        .append(target(path))
                        .append(" HTTP/1.1\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        for (var header : more) {
            head.append(header).append("\r\n");
        }
        head.append("X-Request-ID: ").append(UUID.randomUUID()).append("\r\n");
        if (!method.equals("GET")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var text = head.append("\r\n").toString().getBytes(UTF_8);
        var request = new byte[text.length + body.length];
        System.arraycopy(text, 0, request, 0, text.length);
        System.arraycopy(body, 0, request, text.length, body.length);
        return request;
    }

    private String target(String path) {
        if (path.startsWith("http:") || path.startsWith("https:")) {
            return path.substring(path.indexOf('/', path.indexOf("//") + 2));
        }
        var below = base.getRawPath();
        return path.startsWith("/") ? path : path.isEmpty() ? below : below + "/" + path;
    }

    /// A request that asks for FHIR.
    byte[] read(String path) {
        return request("GET", path, Answer.NOTHING, "Accept: application/fhir+json");
    }

    /// A request that sends FHIR, and does not want it back.
    byte[] write(String method, String path, byte[] body, String... more) {
        var all = new ArrayList<String>();
        all.add("Accept: application/fhir+json");
        all.add("Content-Type: application/fhir+json");
        all.add("Prefer: return=minimal");
        all.addAll(List.of(more));
        return request(method, path, body, all.toArray(String[]::new));
    }

    /// What is at a path, whole.
    Answer get(String path) throws IOException {
        return answer(read(path));
    }

    /// @param path empty for a Bundle
    Answer post(String path, byte[] body) throws IOException {
        return answer(write("POST", path, body));
    }

    /// Sends a request and keeps the answer.
    Answer answer(byte[] request) throws IOException {
        return exchange(connection -> connection.exchange(request));
    }

    /// Sends a request and passes over the answer.
    ///
    /// @return its status
    int status(byte[] request) throws IOException {
        return exchange(
                connection -> connection.exchange(request, OutputStream.nullOutputStream()));
    }

    /// How many lines the answer has, none of which is kept.
    long lines(byte[] request) throws IOException {
        var lines = new Lines();
        var status = exchange(connection -> connection.exchange(request, lines));
        if (status != 200) {
            throw new IOException("answered " + status);
        }
        return lines.count;
    }

    private static final class Lines extends OutputStream {
        private long count;

        @Override
        public void write(int one) {
            count += one == '\n' ? 1 : 0;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            for (var i = from; i < from + length; i++) {
                write(bytes[i]);
            }
        }
    }

    /// What is done with a connection.
    @FunctionalInterface
    private interface Exchange<T> {
        T on(Connection connection) throws IOException;
    }

    private <T> T exchange(Exchange<T> exchange) throws IOException {
        for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            try {
                return exchange(kept, exchange);
            } catch (Connection.Unanswered e) {
                // Closed by the server while nobody used it: the next one may do, or a new one.
            }
        }
        return exchange(new Connection(base), exchange);
    }

    private <T> T exchange(Connection connection, Exchange<T> exchange) throws IOException {
        try {
            var answer = exchange.on(connection);
            if (connection.isReusable()) {
                idle.addFirst(connection);
            } else {
                connection.close();
            }
            return answer;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            kept.close();
        }
    }
}
