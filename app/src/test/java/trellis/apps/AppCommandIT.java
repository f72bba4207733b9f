package trellis.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Trellis;
import trellis.jobs.Commands;
import trellis.jobs.Console;
import trellis.settings.Settings;

/// `trellis app` against the database of a running server.
class AppCommandIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private record Said(int code, String out, String err) {}

    @Test
    void an_app_is_registered_works_is_disabled_and_works_again() {
        var done =
                run(
                        "app",
                        "register",
                        "chart",
                        "--name",
                        "Growth chart",
                        "--kind",
                        "confidential",
                        "--redirect",
                        AppFlow.REDIRECT,
                        "--scopes",
                        "patient/*.rs launch/patient");
        assertThat(done.code()).as(done.err()).isZero();
        var secret = done.out().strip();
        assertThat(secret).matches("[a-z2-9]{4}(-[a-z2-9]{4}){3}").doesNotContain(" ");
        assertThat(run("app", "list").out())
                .contains("chart", "Growth chart", "patient/*.rs")
                .doesNotContain(secret);
        var flow = new AppFlow(server, "chart");
        assertThat(introspect(flow, secret)).isEqualTo(200);
        assertThat(introspect(flow, "not-" + secret)).isEqualTo(401);
        assertThat(run("app", "disable", "chart").code()).isZero();
        assertThat(run("app", "list").out()).contains("(disabled)");
        assertThat(introspect(flow, secret)).isEqualTo(401);
        assertThat(run("app", "enable", "chart").code()).isZero();
        assertThat(introspect(flow, secret)).isEqualTo(200);
        for (var what :
                List.of("app registered: chart", "app disabled: chart", "app enabled: chart")) {
            assertThat(lines(what)).as(what).isEqualTo(1);
        }
    }

    private static int introspect(AppFlow flow, String secret) {
        return flow.post(
                        "/oauth2/introspect",
                        Map.of("token", "none", "client_id", "chart", "client_secret", secret))
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app",
                "app register",
                "app register x --name X --scopes patient/*.rs",
                "app register x --name X --kind king --scopes patient/*.rs",
                "app register x --name X --kind backend --scopes system/*.rs --role patient",
                "app register x --kind public --scopes patient/*.rs",
                "app register x --name X --kind public",
                "app register x --name X --kind backend --scopes system/*.rs --purpose fun",
                "app list extra",
                "app disable x --name Y"
            })
    void what_it_does_not_take_is_said_with_its_usage(String line) {
        var said = run(line.split(" "));
        assertThat(said.code()).as(said.err()).isEqualTo(2);
        assertThat(said.err()).contains("usage: trellis");
        assertThat(said.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app disable nobody-there",
                "app register bad --name X --kind public --scopes patient/*.rs --redirect http://elsewhere.example/x",
                "app register bad --name X --kind public --scopes patient/*.rs --redirect javascript:alert(1)",
                "app register bad --name X --kind public --scopes patient/*.rs",
                "app register bad --name X --kind public --scopes patient/*.nonsense --redirect https://a.example/",
                "app register bad --name X --kind backend --scopes system/*.rs"
            })
    void what_cannot_be_done_is_one_sentence(String line) {
        var said = run(line.split(" "));
        assertThat(said.code()).as(said.err()).isEqualTo(1);
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.out()).isEmpty();
    }

    private static Said run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console =
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false);
        var settings = Settings.read(server.database().environment(), Trellis.SETTINGS);
        var code =
                new Commands(console, settings, new AppCommand(console, settings))
                        .run(List.of(arguments));
        return new Said(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static long lines(String what) {
        return JdbcClient.create(server.database().dataSource())
                .sql("select count(*) from audit where what = ?")
                .param(what)
                .query(Long.class)
                .single();
    }
}
