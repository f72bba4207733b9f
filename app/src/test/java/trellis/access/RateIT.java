package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.access.Account.Person;

/// How often somebody may ask.
class RateIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_RATE", "2"));

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void who_asks_too_often_waits_and_nobody_else_does() throws Exception {
        var accounts = server.bean(Accounts.class);
        for (var name : new String[] {"hasty", "patient-one"}) {
            accounts.add(
                    new Person(name, "Dr X", Role.CLINICIAN, "T", "ZR1"), "correct horse battery");
        }
        var tokens = server.bean(Tokens.class);
        var hasty = tokens.issue(accounts.named("hasty"), Duration.ofHours(1)).secret();
        var other = tokens.issue(accounts.named("patient-one"), Duration.ofHours(1)).secret();
        var machine = tokens.issue(Optional.empty(), Duration.ofHours(1)).secret();
        var refused = Optional.<HttpResponse<String>>empty();
        for (var i = 0; i < 200 && refused.isEmpty(); i++) {
            refused = Optional.of(get(hasty)).filter(answer -> answer.statusCode() == 429);
        }
        assertThat(refused).isPresent();
        assertThat(refused.get().headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.get().body()).contains("throttled");
        assertThat(get(other).statusCode()).isEqualTo(200);
        for (var i = 0; i < 50; i++) {
            assertThat(get(machine).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void who_guesses_tokens_is_stopped_and_nobody_behind_the_same_address_is() throws Exception {
        var status = 401;
        for (var i = 0; i < 1_000 && status == 401; i++) {
            status = get("trellis_" + "x".repeat(43)).statusCode();
        }
        assertThat(status).isEqualTo(429);
        var machine =
                server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        assertThat(get(machine).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> get(String token) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.at("/fhir/Organization?_id=none"))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }
}
