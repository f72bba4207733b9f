package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.access.Tokens;
import trellis.fhir.Json;

/// What is closed says so in the service's own words, and so does a server that trusts nobody.
final class ClosedIT {
    private static final String PRESCRIBING = "/fhir-prescribing/FHIR/R4/$process-message";
    private static final Sent.Order ORDER = Sent.Order.of("9990548609", "", 1);

    private static ObjectNode refused(TestServer server, String path, ObjectNode body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var token = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1));
            var answer =
                    client.send(
                            HttpRequest.newBuilder(server.at(path))
                                    .header("Authorization", "Bearer " + token.secret())
                                    .header("X-Request-ID", UUID.randomUUID().toString())
                                    .header("Content-Type", "application/fhir+json")
                                    .POST(BodyPublishers.ofString(body.toString()))
                                    .build(),
                            BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(400);
            return Json.parse(answer.body());
        }
    }

    private static String why(ObjectNode outcome) {
        return outcome.at("/issue/0/diagnostics").asString("");
    }

    @Test
    void what_is_closed_says_so() throws IOException, InterruptedException {
        try (var server =
                TestServer.start(Map.of("TRELLIS_PRESCRIPTION_CLOSED", "cancelling, dispensing"))) {
            var cancelled =
                    refused(
                            server,
                            PRESCRIBING,
                            Sent.cancellation(ORDER, ORDER.items().getFirst()));
            assertThat(cancelled.at("/issue/0/details/coding/0/code").asString(""))
                    .isEqualTo("R-0009");
            assertThat(cancelled.at("/issue/0/code").asString("")).isEqualTo("not-supported");
            var released =
                    refused(
                            server,
                            "/fhir-dispensing/FHIR/R4/Task/$release",
                            Sent.release("FA565", ORDER.id().text()));
            assertThat(why(released)).isEqualTo("Dispensing functionality is disabled.");
        }
    }

    @Test
    void prescribing_that_is_closed_says_so() throws IOException, InterruptedException {
        try (var server = TestServer.start(Map.of("TRELLIS_PRESCRIPTION_CLOSED", "prescribing"))) {
            var ordered = refused(server, PRESCRIBING, Sent.unsigned(ORDER));
            assertThat(ordered.at("/issue/0/code").asString("")).isEqualTo("not-supported");
            assertThat(why(ordered)).isEqualTo("Prescribing functionality is disabled.");
            var task = Sent.giveBack(ORDER, "FA565");
            task.remove("identifier");
            var wrong = refused(server, "/fhir-dispensing/FHIR/R4/Task", task);
            assertThat(wrong.at("/issue/0/details/coding/0/code").asString(""))
                    .isEqualTo("INVALID_MESSAGE");
        }
    }

    @Test
    void without_authorities_no_signature_is_good() throws IOException, InterruptedException {
        try (var server = TestServer.start()) {
            // Before the moment of signing: its certificate is not good for what was earlier.
            var signer = Signer.shared();
            var unsigned = Sent.unsigned(ORDER);
            var when = Instant.now().toString();
            var signed =
                    Sent.signed(
                            unsigned,
                            when,
                            signer.sign(
                                    SignatureRules.digestToSign(
                                            new MessageRules.Message(unsigned), when)));
            assertThat(why(refused(server, PRESCRIBING, signed)))
                    .contains("this server trusts no authority yet")
                    .contains("TRELLIS_PRESCRIPTION_AUTHORITIES");
        }
    }
}
