package trellis.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Trellis;
import trellis.access.Role;
import trellis.apps.AloneApp;
import trellis.fhir.Json;
import trellis.jobs.Commands;
import trellis.jobs.Console;
import trellis.settings.Settings;

/// Which types of pointers an organisation may make and find.
class PointerTypesIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PRODUCER = "/record-locator/producer/FHIR/R4/DocumentReference";
    private static final String CONSUMER = "/record-locator/consumer/FHIR/R4/DocumentReference";
    private static final String CRISIS = "736253002";
    private static final String END_OF_LIFE = "736373009";

    private record Said(int code, String out, String err) {}

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
                new Commands(console, settings, new PointerTypesCommand(console, settings))
                        .run(List.of(arguments));
        return new Said(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> call(
            String token, String method, String path, String body) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(server.at(path))
                            .header("Authorization", "Bearer " + token)
                            .header("X-Request-ID", UUID.randomUUID().toString())
                            .header("Content-Type", "application/fhir+json")
                            .method(
                                    method,
                                    body.isEmpty()
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String pointer(String type, String words) {
        return """
        {'resourceType':'DocumentReference','status':'current',
         'type':{'coding':[{'system':'http://snomed.info/sct','code':'%s','display':'%s'}]},
         'category':[{'coding':[{'system':'http://snomed.info/sct','code':'734163000','display':'Care plan'}]}],
         'subject':{'identifier':{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'9000000009'}},
         'custodian':{'identifier':{'system':'https://fhir.nhs.uk/Id/ods-organization-code','value':'ZP1'}},
         'content':[{'attachment':{'contentType':'application/pdf','url':'https://provider.example/plan.pdf'}}]}\
        """
                .formatted(type, words)
                .replace('\'', '"');
    }

    private static String search(String more) {
        return CONSUMER
                + more
                + "?subject:identifier="
                + URLEncoder.encode(
                        "https://fhir.nhs.uk/Id/nhs-number|9000000009", StandardCharsets.UTF_8);
    }

    private static String type(String code) {
        return "&type="
                + URLEncoder.encode("http://snomed.info/sct|" + code, StandardCharsets.UTF_8);
    }

    private static ObjectNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static int total(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).path("total").intValue();
    }

    private static void refused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).at("/issue/0/details/coding/0/code").asString("")).isEqualTo(code);
    }

    @Test
    void an_organisation_makes_and_finds_the_types_that_it_may() {
        var producer = AloneApp.token(server, "producer", Role.SYSTEM, "ZP1");
        var consumer = AloneApp.token(server, "consumer", Role.SYSTEM, "ZC1");
        var crisis = pointer(CRISIS, "Mental health crisis plan");
        var end = pointer(END_OF_LIFE, "End of life care plan");
        var first = call(producer, "POST", PRODUCER, crisis);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(call(producer, "POST", PRODUCER, end).statusCode()).isEqualTo(201);
        assertThat(total(call(consumer, "GET", search(""), ""))).isEqualTo(2);

        assertThat(run("pointer-types", "allow", "ZP1", "--produce", END_OF_LIFE).code()).isZero();
        refused(call(producer, "POST", PRODUCER, crisis), 403, "AUTHOR_CREDENTIALS_ERROR");
        assertThat(call(producer, "POST", PRODUCER, end).statusCode()).isEqualTo(201);
        var location = first.headers().firstValue("Location").orElseThrow();
        var kept = json(call(producer, "GET", location, ""));
        refused(call(producer, "PUT", location, kept.toString()), 403, "AUTHOR_CREDENTIALS_ERROR");

        assertThat(run("pointer-types", "allow", "ZC1", "--consume", END_OF_LIFE).code()).isZero();
        assertThat(total(call(consumer, "GET", search(""), ""))).isEqualTo(2);
        assertThat(total(call(consumer, "GET", search("/_count"), ""))).isEqualTo(2);
        assertThat(total(call(consumer, "GET", search("") + type(END_OF_LIFE), ""))).isEqualTo(2);
        refused(call(consumer, "GET", search("") + type(CRISIS), ""), 400, "INVALID_CODE_VALUE");
        var id = location.substring(location.lastIndexOf('/') + 1);
        refused(call(consumer, "GET", CONSUMER + "/" + id, ""), 403, "ACCESS DENIED");
        assertThat(run("pointer-types", "list").out())
                .contains("ZC1", "consume", "End of life care plan", "ZP1", "produce");

        assertThat(run("pointer-types", "allow", "ZC1", "--consume", "all").code()).isZero();
        assertThat(total(call(consumer, "GET", search(""), ""))).isEqualTo(3);
        var lines =
                JdbcClient.create(server.database().dataSource())
                        .sql("select count(*) from audit where what = ?")
                        .param("types of pointers allowed: ZC1")
                        .query(Long.class)
                        .single();
        assertThat(lines).isEqualTo(2);
    }

    @Test
    void what_it_does_not_take_is_said_with_its_usage() {
        for (var line :
                List.of(
                        "pointer-types",
                        "pointer-types allow ZP1",
                        "pointer-types allow ZP1 --produce 1",
                        "pointer-types list extra")) {
            var said = run(line.split(" "));
            assertThat(said.code()).as(said.err()).isEqualTo(2);
            assertThat(said.err()).contains("usage: trellis");
        }
        assertThat(run("pointer-types", "known").out()).contains(CRISIS, END_OF_LIFE, "MAULR");
    }
}
