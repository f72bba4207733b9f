package trellis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Tokens;
import trellis.jobs.CommandFailed;
import trellis.jobs.Console;
import trellis.jobs.DemoRegion;

class RehearsalIT {
    private static final Path DEMO = Path.of("../demo");

    @RegisterExtension static final TestServer server = TestServer.start();

    @Test
    void everything_it_asks_for_is_answered_and_where_there_are_records_it_asks_for_nothing()
            throws InterruptedException {
        var quiet = new PrintStream(OutputStream.nullOutputStream());
        var console = new Console(quiet, quiet, false);
        try (var client = HttpClient.newHttpClient()) {
            var rehearsal =
                    new Rehearsal(
                            server.at("/"),
                            server.bean(DemoRegion.class),
                            server.bean(Tokens.class),
                            client);
            // More than the twelve kinds of question there are.
            assertThat(rehearsal.play(DEMO, console, Duration.ofSeconds(4))).isGreaterThan(60);
            assertThatThrownBy(() -> rehearsal.play(DEMO, console, Duration.ofSeconds(4)))
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("TRELLIS_HOME");
        }
    }
}
