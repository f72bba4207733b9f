package trellis.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Trellis;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.SecondSteps;
import trellis.settings.Settings;

/// The commands against the database of a running server.
class AccountsAndTokensIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private record Said(int code, String out, String err) {}

    @Test
    void an_account_is_added_signs_in_gets_a_new_password_and_is_disabled() {
        var added =
                run(
                        "account",
                        "add",
                        "osei",
                        "--name",
                        "Dr Amina Osei",
                        "--role",
                        "clinician",
                        "--ods",
                        "ZR1");
        assertThat(added.code()).isZero();
        assertThat(added.out().strip()).matches("[a-z2-9]{4}(-[a-z2-9]{4}){3}");
        Browser.signedIn(server, "osei", added.out().strip()).close();

        var changed = run("account", "password", "osei");
        Browser.signedIn(server, "osei", changed.out().strip()).close();
        try (var browser = new Browser(server)) {
            assertThat(browser.signIn("osei", added.out().strip()).headers().firstValue("Location"))
                    .contains("/sign-in?error");
            assertThat(run("account", "disable", "osei").code()).isZero();
            assertThat(
                            browser.signIn("osei", changed.out().strip())
                                    .headers()
                                    .firstValue("Location"))
                    .contains("/sign-in?error");
        }
        assertThat(run("account", "list").out()).contains("osei").contains("disabled");
        assertThat(run("account", "enable", "osei").code()).isZero();
        Browser.signedIn(server, "osei", changed.out().strip()).close();
        assertThat(lines("account added: osei")).isEqualTo(1);
        assertThat(lines("account disabled: osei")).isEqualTo(1);
    }

    @Test
    void who_has_lost_their_telephone_signs_in_with_the_password_again() throws Exception {
        var added = run("account", "add", "lost", "--name", "Dr Lost", "--role", "gp");
        assertThat(run("account", "second-step-off", "lost").err())
                .contains("with their password alone already");
        var steps = server.bean(SecondSteps.class);
        var account = server.bean(Accounts.class).named("lost").orElseThrow().id();
        var key = new SecretKeySpec(new Base32().decode(steps.begin(account)), "HmacSHA1");
        var code =
                new TimeBasedOneTimePasswordGenerator()
                        .generateOneTimePasswordString(key, Instant.now());
        assertThat(steps.confirm(account, code)).hasSize(8);
        try (var browser = new Browser(server)) {
            assertThat(browser.signIn("lost", added.out().strip()).headers().firstValue("Location"))
                    .contains("/sign-in/code");
        }
        assertThat(run("account", "second-step-off", "lost").code()).isZero();
        Browser.signedIn(server, "lost", added.out().strip()).close();
        assertThat(lines("account second step ended: lost")).isEqualTo(1);
    }

    @Test
    void a_token_alone_goes_to_the_standard_output_and_is_listed_and_revoked() {
        var made = run("token", "--expires", "90m");
        assertThat(made.code()).isZero();
        assertThat(made.out().strip()).matches("trellis_[A-Za-z0-9_-]{43}");
        assertThat(made.err()).contains("this machine");
        try (var browser = new Browser(server)) {
            var bearer = "Bearer " + made.out().strip();
            assertThat(browser.get("/fhir/Patient", "Authorization", bearer).statusCode())
                    .isEqualTo(200);
        }
        var number = made.err().replaceAll("(?s).*Token (\\d+) of.*", "$1");
        assertThat(run("token", "--list").out()).contains("this machine").contains("good");
        assertThat(run("token", "--revoke", number).code()).isZero();
        assertThat(run("token", "--list").out()).contains("revoked");
        assertThat(run("token", "--list").out()).doesNotContain(made.out().strip().substring(8));
        assertThat(lines("token made: " + number + ", this machine")).isEqualTo(1);
        assertThat(lines("token revoked: " + number)).isEqualTo(1);
    }

    @Test
    void a_token_of_an_account_has_its_rights_and_no_more() {
        run("account", "add", "clerk", "--name", "Sam", "--role", "ward-clerk");
        var bearer = "Bearer " + run("token", "--account", "clerk").out().strip();
        try (var browser = new Browser(server)) {
            assertThat(browser.get("/fhir/Patient", "Authorization", bearer).statusCode())
                    .isEqualTo(200);
            assertThat(browser.get("/fhir/Condition", "Authorization", bearer).statusCode())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token --expires soon",
                "token --expires",
                "token --nonsense",
                "token extra",
                "token --list --revoke 1",
                "token --revoke one",
                "account",
                "account add x",
                "account add somebody --name S --role king",
                "account add somebody --name S --role system",
                "account disable",
                "account list extra",
                "account disable x --role gp",
                "account second-step-off",
                "retire-audit",
                "retire-audit file",
                "retire-audit file --before soon"
            })
    void what_it_does_not_take_is_said_with_its_usage(String line) {
        var said = run(line.split(" "));
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("usage: trellis");
        assertThat(said.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token --account nobody-there",
                "token --revoke 999999",
                "token --expires 400d",
                "account disable nobody-there",
                "account password nobody-there",
                "account second-step-off nobody-there",
                "account unlink nobody-there",
                "retire-audit /nowhere/at/all --before 2999-01-01",
                "account add UPPER_CASE! --name S --role gp"
            })
    void what_cannot_be_done_is_one_sentence(String line) {
        var said = run(line.split(" "));
        assertThat(said.code()).isEqualTo(1);
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
        var serve = new TokenCommand(console, settings);
        var line = new ArrayList<>(Arrays.asList(arguments));
        var code = new Commands(console, settings, serve).run(List.copyOf(line));
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
