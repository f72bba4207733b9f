package trellis.access;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import trellis.TestServer;

/// HTTP as bytes on a socket: what no decent client sends.
public final class RawHttp {
    private static final int PATIENCE_MILLIS = 20_000;

    private RawHttp() {}

    /// What came back until the server closed.
    ///
    /// @param status of the first answer; 0 when there was none
    /// @param answers how many answers there were
    /// @param text everything, one character a byte
    public record Answer(int status, int answers, String text) {}

    /// Sends bytes and reads until the server closes the connection.
    public static Answer send(TestServer server, byte[] bytes) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            return answer(
                    new String(
                            socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer within 20 seconds", e);
        } catch (IOException e) {
            // Closed while it was still being sent to: refused without a word.
            return new Answer(0, 0, "");
        }
    }

    /// Sends text; each `\n` of it stands for the end of a line.
    public static Answer send(TestServer server, String text) {
        return send(server, text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Answer answer(String text) {
        var status = text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0;
        var answers = text.split("HTTP/1\\.1 [0-9]{3}", -1).length - 1;
        return new Answer(status, answers, text);
    }
}
