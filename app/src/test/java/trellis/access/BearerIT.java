package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.fhir.Json;

class BearerIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static Account account;

    private final Tokens tokens = server.bean(Tokens.class);

    @BeforeAll
    static void people() {
        var accounts = server.bean(Accounts.class);
        accounts.add(
                new Person("nair", "Dr Nair", Role.GP, "Practice", "Z80001"), "long password 1");
        account = accounts.named("nair").orElseThrow();
    }

    @Test
    void without_token_the_api_asks_for_one() throws Exception {
        var answer = get("/fhir/Patient");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"trellis\"");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/fhir+json");
        var outcome = Json.parse(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(outcome.at("/resourceType").asString()).isEqualTo("OperationOutcome");
        assertThat(outcome.at("/issue/0/code").asString()).isEqualTo("login");
        assertThat(outcome.at("/issue/0/diagnostics").asString()).contains("trellis token");
    }

    @Test
    void what_the_server_can_do_is_public() throws Exception {
        assertThat(get("/fhir/metadata").statusCode()).isNotIn(401, 403);
        assertThat(get("/actuator/health").statusCode()).isEqualTo(200);
    }

    @Test
    void other_measurements_need_a_token() throws Exception {
        assertThat(get("/actuator/env").statusCode()).isEqualTo(401);
        assertThat(get("/actuator").statusCode()).isEqualTo(401);
    }

    @Test
    void a_token_opens_the_api() throws Exception {
        var token = tokens.issue(Optional.of(account), Duration.ofHours(1));
        assertThat(get("/fhir/Patient", "Authorization", "Bearer " + token.secret()).statusCode())
                .isNotIn(401, 403);
        assertThat(tokens.caller(token.secret()))
                .contains(
                        new Caller(
                                account.id(),
                                "Dr Nair",
                                Role.GP,
                                "Practice",
                                "Z80001",
                                Caller.Came.TOKEN));
    }

    @Test
    void a_token_without_account_is_the_machines_own() {
        var token = tokens.issue(Optional.empty(), Duration.ofHours(1));
        assertThat(tokens.caller(token.secret()).orElseThrow().role()).isEqualTo(Role.SYSTEM);
    }

    @Test
    void what_is_not_a_token_is_refused_and_said_so() throws Exception {
        for (var sent :
                new String[] {
                    "Bearer ",
                    "Bearer nonsense",
                    "Bearer trellis_" + "A".repeat(43),
                    "Basic bmFpcjpsb25nIHBhc3N3b3JkIDE=",
                    "trellis_" + "A".repeat(43)
                }) {
            var answer = get("/fhir/Patient", "Authorization", sent);
            assertThat(answer.statusCode()).as(sent).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .contains("invalid_token");
        }
    }

    @Test
    void a_bad_token_is_refused_even_where_none_is_needed() throws Exception {
        assertThat(get("/fhir/metadata", "Authorization", "Bearer nonsense").statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_browser_session_is_no_token() {
        try (var browser = Browser.signedIn(server, "nair", "long password 1")) {
            assertThat(browser.get("/fhir/Patient").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void a_revoked_token_and_one_of_a_disabled_account_end_within_five_seconds() {
        var clock = new Hands();
        var own = new Tokens(server.database().dataSource(), clock);
        var accounts = server.bean(Accounts.class);
        accounts.add(new Person("leaver", "Leaver", Role.GP, "", ""), "long password 2");
        var one = own.issue(Optional.of(account), Duration.ofHours(1));
        var two = own.issue(accounts.named("leaver"), Duration.ofHours(1));
        assertThat(own.caller(one.secret())).isPresent();
        assertThat(own.caller(two.secret())).isPresent();
        own.revoke(one.id());
        accounts.disable("leaver", true);
        clock.now = clock.now.plusSeconds(5);
        assertThat(own.caller(one.secret())).isEmpty();
        assertThat(own.caller(two.secret())).isEmpty();
        assertThatThrownBy(() -> own.revoke(987654)).isInstanceOf(AccountRefused.class);
    }

    @Test
    void an_expired_token_ends_at_once() {
        var clock = new Hands();
        var own = new Tokens(server.database().dataSource(), clock);
        var token = own.issue(Optional.of(account), Duration.ofSeconds(2));
        assertThat(own.caller(token.secret())).isPresent();
        clock.now = clock.now.plusSeconds(2);
        assertThat(own.caller(token.secret())).isEmpty();
    }

    @Test
    void the_database_holds_no_token_that_could_be_used() {
        var token = tokens.issue(Optional.of(account), Duration.ofHours(1));
        var row =
                JdbcClient.create(server.database().dataSource())
                        .sql("select bearer_token::text from bearer_token where id = ?")
                        .param(token.id())
                        .query(String.class)
                        .single();
        assertThat(row).doesNotContain(token.secret().substring(8));
    }

    @Test
    void an_address_that_could_deceive_a_guard_is_refused() throws Exception {
        for (var path :
                new String[] {
                    "/fhir/metadata;x=1/../Patient", "/fhir//Patient", "/fhir/%2e%2e/patients"
                }) {
            assertThat(get(path).statusCode()).as(path).isIn(400, 401);
        }
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(server.at(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    /// A clock whose hands the test moves.
    private static final class Hands extends Clock {
        private Instant now = Instant.parse("2026-11-01T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
