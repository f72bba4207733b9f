package trellis.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.ServerSettings;
import trellis.settings.Settings;

class CommandsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void no_command_at_all_lists_them() {
        assertThat(run(Map.of(), "help")).isZero();
        assertThat(text(out)).contains("serve      Stand in for the server");
    }

    @Test
    void an_unknown_command_is_a_misuse() {
        assertThat(run(Map.of(), "exprot")).isEqualTo(2);
        assertThat(text(err))
                .isEqualTo("trellis: there is no command \"exprot\"; `trellis help` lists them\n");
    }

    @Test
    void a_failure_is_one_plain_sentence() {
        assertThat(run(Map.of(), "serve", "fail")).isEqualTo(1);
        assertThat(text(err)).isEqualTo("trellis: the disk is full\n");
    }

    @Test
    void a_fault_of_our_own_does_not_pour_out_its_stack_unless_asked() {
        assertThat(run(Map.of(), "serve", "break")).isEqualTo(1);
        assertThat(text(err)).contains("TRELLIS_LOG=debug").doesNotContain("\tat ");
        assertThat(run(Map.of("TRELLIS_LOG", "debug"), "serve", "break")).isEqualTo(1);
        assertThat(text(err)).contains("\tat trellis.jobs.CommandsTest");
    }

    @Test
    void a_misused_command_shows_how_it_is_used() {
        assertThat(run(Map.of(), "serve", "dinner")).isEqualTo(2);
        assertThat(text(err))
                .isEqualTo("trellis: serve does not take \"dinner\"\nusage: trellis serve WHAT\n");
        assertThat(run(Map.of(), "serve", "--help")).isZero();
        assertThat(text(out)).endsWith("Stand in for the server\n  trellis serve WHAT\n");
    }

    private int run(Map<String, String> environment, String... line) {
        var console =
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false);
        var settings = Settings.read(environment, ServerSettings.KEYS);
        return new Commands(console, settings, new Standing()).run(List.of(line));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /// A command that does what it is told.
    private record Standing() implements Command {
        @Override
        public String name() {
            return "serve";
        }

        @Override
        public String summary() {
            return "Stand in for the server";
        }

        @Override
        public String usage() {
            return "serve WHAT";
        }

        @Override
        public int run(List<String> arguments) {
            throw switch (arguments.getFirst()) {
                case "fail" -> new CommandFailed("the disk is full");
                case "break" -> new NullPointerException();
                default -> new UsageRefused("serve does not take \"dinner\"");
            };
        }
    }
}
