package trellis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestServerIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    @Test
    void the_program_starts_and_answers() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer =
                    client.send(
                            HttpRequest.newBuilder(server.at("/actuator/health")).build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).isLessThan(500);
        }
    }
}
