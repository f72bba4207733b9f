package trellis.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/// A terminal that a test reads.
final class Terminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    Console console() {
        return new Console(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }

    /// Everything that was said.
    String all() {
        return out() + err();
    }
}
