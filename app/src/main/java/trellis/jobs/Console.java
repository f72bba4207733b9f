package trellis.jobs;

import java.io.PrintStream;
import java.util.Optional;

/// The terminal: the answer of a command goes to `out`, progress and errors to `err`, so that the
/// answer can be piped.
///
/// @param out where answers go
/// @param err where progress and errors go
/// @param interactive whether somebody watches, so that a line may be drawn over
public record Console(PrintStream out, PrintStream err, boolean interactive) {

    /// The terminal this process was started from.
    public static Console ofThisProcess() {
        var terminal = Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal);
        return new Console(System.out, System.err, terminal.isPresent());
    }

    /// One line of the answer.
    public void say(String line) {
        out.println(line);
    }

    /// One line about the work, not part of the answer.
    public void note(String line) {
        err.println(line);
    }

    /// The state of the work: drawn over the last one at a terminal, a line of its own elsewhere.
    public void progress(String line) {
        if (interactive) {
            err.print("\r\u001b[K" + line);
            err.flush();
        } else {
            err.println(line);
        }
    }

    /// Ends a line that [#progress] was drawing over.
    public void progressDone() {
        if (interactive) {
            err.println();
        }
    }
}
