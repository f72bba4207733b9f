package trellis.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLSocketFactory;

/// One connection to a server, kept from request to request (HTTP/1.1, RFC 9112), with one buffer for all answers. Of an answer
/// the status and where it ends are read; head and body are kept only where they are asked for.
final class Connection implements Closeable {
    private static final int BUFFER = 1 << 16;
    private static final int PATIENCE = (int) Duration.ofMinutes(2).toMillis();
    private static final byte[] LENGTH = "content-length:".getBytes(ISO_8859_1);
    private static final byte[] ENCODING = "transfer-encoding:".getBytes(ISO_8859_1);
    private static final byte[] CONNECTION = "connection:".getBytes(ISO_8859_1);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;

    // Of the answer that is being read.
    private int headEnd;
    private int status;
    private long length;
    private boolean isChunked;
    private boolean isLast;

    /// The server took the request and closed without a word, as it does with a connection that has been idle for long.
    static final class Unanswered extends IOException {
        private static final long serialVersionUID = 1;

        Unanswered(Throwable cause) {
            super("closed before an answer", cause);
        }
    }

    /// @param server `http` or `https`, host and port
    Connection(URI server) throws IOException {
        var secure = "https".equals(server.getScheme());
        var port = server.getPort() > 0 ? server.getPort() : secure ? 443 : 80;
        var plain = connected(server.getHost(), port);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(PATIENCE);
        socket =
                secure
                        ? ((SSLSocketFactory) SSLSocketFactory.getDefault())
                                .createSocket(plain, server.getHost(), port, true)
                        : plain;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    private static Socket connected(String host, int port) throws IOException {
        var trouble = new IOException("there is no host " + host);
        for (var address : InetAddress.getAllByName(host)) {
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), PATIENCE);
                return socket;
            } catch (IOException e) {
                socket.close();
                trouble = e;
            }
        }
        throw trouble;
    }

    /// Sends a request and reads its answer to the end.
    ///
    /// @param request head and body
    /// @throws Unanswered when nothing came back
    Answer exchange(byte[] request) throws IOException {
        send(request);
        var head = new String(buffer, at, headEnd - at, ISO_8859_1);
        var body = new ByteArrayOutputStream();
        body(body);
        return new Answer(status, head, body.toByteArray());
    }

    /// The same, without keeping anything.
    ///
    /// @param to where the body goes
    /// @return the status
    int exchange(byte[] request, OutputStream to) throws IOException {
        send(request);
        body(to);
        return status;
    }

    private void send(byte[] request) throws IOException {
        at = 0;
        end = 0;
        status = 0;
        try {
            out.write(request);
            do {
                head();
            } while (status / 100 == 1);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (EOFException | SocketException e) {
            throw end == 0 ? new Unanswered(e) : e;
        }
    }

    /// Whether another request may follow.
    boolean isReusable() {
        return !isLast && at == end;
    }

    /// Reads the buffer full to the empty line, and takes from it what is needed. `at` stays where the head begins.
    private void head() throws IOException {
        if (status / 100 == 1) {
            at = headEnd;
        }
        if (at == end) {
            at = 0;
            end = 0;
        }
        var from = at;
        while ((headEnd = emptyLine(from)) < 0) {
            from = Math.max(at, end - 3);
            if (end == buffer.length) {
                if (at == 0) {
                    throw new IOException("the head of an answer is longer than 64 KiB");
                }
                System.arraycopy(buffer, at, buffer, 0, end - at);
                from -= at;
                end -= at;
                at = 0;
            }
            more();
        }
        fields();
    }

    private int emptyLine(int from) {
        for (var i = from; i + 3 < end; i++) {
            if (buffer[i] == '\r'
                    && buffer[i + 1] == '\n'
                    && buffer[i + 2] == '\r'
                    && buffer[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    private void fields() throws IOException {
        if (headEnd - at < 16 || buffer[at] != 'H' || buffer[at + 8] != ' ') {
            throw new IOException("this is no answer of HTTP/1.1");
        }
        status =
                (buffer[at + 9] - '0') * 100
                        + (buffer[at + 10] - '0') * 10
                        + (buffer[at + 11] - '0');
        length = -1;
        isChunked = false;
        isLast = buffer[at + 7] == '0';
        for (var line = lineAfter(at); line < headEnd - 2; line = lineAfter(line)) {
            if (isNamed(line, LENGTH)) {
                length = number(line + LENGTH.length);
            } else if (isNamed(line, ENCODING)) {
                isChunked = has(line + ENCODING.length, "chunked");
            } else if (isNamed(line, CONNECTION)) {
                isLast |= has(line + CONNECTION.length, "close");
            }
        }
    }

    private int lineAfter(int line) {
        var i = line;
        while (buffer[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    private boolean isNamed(int line, byte[] name) {
        if (line + name.length > headEnd) {
            return false;
        }
        for (var i = 0; i < name.length; i++) {
            var letter = buffer[line + i];
            if ((letter >= 'A' && letter <= 'Z' ? letter + 32 : letter) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private long number(int from) {
        var value = 0L;
        for (var i = from; buffer[i] != '\r'; i++) {
            if (buffer[i] >= '0' && buffer[i] <= '9') {
                value = value * 10 + (buffer[i] - '0');
            }
        }
        return value;
    }

    private boolean has(int from, String word) {
        return new String(buffer, from, lineAfter(from) - from, ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains(word);
    }

    private void body(OutputStream to) throws IOException {
        at = headEnd;
        if (status == 204 || status == 304) {
            return;
        }
        if (isChunked) {
            chunks(to);
        } else if (length >= 0) {
            pass(length, to);
        } else {
            isLast = true;
            toTheEnd(to);
        }
    }

    private void chunks(OutputStream to) throws IOException {
        for (var size = size(); size > 0; size = size()) {
            pass(size, to);
            line();
        }
        // What follows the last one, up to an empty line.
        while (line() > 0) {}
    }

    /// The line before a chunk: its size in hexadecimal, and perhaps an extension.
    private long size() throws IOException {
        var size = 0L;
        var isSize = true;
        for (var letter = next(); letter != '\n'; letter = next()) {
            var digit = Character.digit(letter, 16);
            isSize &= digit >= 0;
            size = isSize ? size * 16 + digit : size;
        }
        return size;
    }

    /// Passes over a line.
    ///
    /// @return its length without the end
    private int line() throws IOException {
        var count = 0;
        for (var letter = next(); letter != '\n'; letter = next()) {
            count += letter == '\r' ? 0 : 1;
        }
        return count;
    }

    private byte next() throws IOException {
        if (at == end) {
            refill();
        }
        return buffer[at++];
    }

    private void pass(long count, OutputStream to) throws IOException {
        for (var left = count; left > 0; ) {
            if (at == end) {
                refill();
            }
            var part = (int) Math.min(left, end - at);
            to.write(buffer, at, part);
            at += part;
            left -= part;
        }
    }

    private void toTheEnd(OutputStream to) throws IOException {
        to.write(buffer, at, end - at);
        at = end;
        for (var read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            to.write(buffer, 0, read);
        }
    }

    private void refill() throws IOException {
        at = 0;
        end = 0;
        more();
    }

    private void more() throws IOException {
        var read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            throw new EOFException("closed in the middle of an answer");
        }
        end += read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
