package trellis.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/// How a request is refused whose body is still coming: a client that is still sending when the connection closes would
/// not see the answer.
public final class Drain {
    private static final Duration LINGER = Duration.ofSeconds(20);

    private Drain() {}

    /// Reads what is still coming, keeping nothing, and has the connection closed after the answer where the end was not
    /// reached in good time.
    public static void before(HttpServletResponse answer, HttpServletRequest request)
            throws IOException {
        if (!drained(request)) {
            answer.setHeader("Connection", "close");
        }
    }

    private static boolean drained(HttpServletRequest request) throws IOException {
        // One that waits to be told to go on sends nothing, and is not told.
        if (request.getHeader("Expect") != null) {
            return false;
        }
        var until = System.nanoTime() + LINGER.toNanos();
        var part = new byte[1 << 16];
        var in = request.getInputStream();
        while (System.nanoTime() < until) {
            if (in.read(part) < 0) {
                return true;
            }
        }
        return false;
    }
}
