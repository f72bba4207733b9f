package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import trellis.TestServer;
import trellis.access.Account.Person;

/// Nothing of a patient, and no secret, reaches the log, whatever is sent and whatever goes wrong.
class QuietLogIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    /// Stands wherever something of a patient can stand, and nowhere else in any test.
    private static final String NAME = "Quetzalcoatlus";

    private static final String NUMBER = "9435797881";
    private static final String SECRET = "trellis_Wyvern" + "y".repeat(37);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final class Ear extends AppenderBase<ILoggingEvent> {
        private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            var cause = event.getThrowableProxy();
            heard.add(
                    event.getFormattedMessage()
                            + (cause == null ? "" : ThrowableProxyUtil.asString(cause)));
        }
    }

    @Test
    void the_log_holds_nothing_of_a_patient() throws Exception {
        var ear = new Ear();
        ear.start();
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(ear);
        var own = (Logger) LoggerFactory.getLogger("trellis");
        var before = own.getLevel();
        own.setLevel(Level.DEBUG);
        try {
            say();
        } finally {
            own.setLevel(before);
            root.detachAppender(ear);
        }
        assertThat(ear.heard)
                .noneMatch(line -> line.contains(NAME))
                .noneMatch(line -> line.contains(NUMBER))
                .noneMatch(line -> line.contains("Wyvern"));
    }

    private static void say() throws Exception {
        var accounts = server.bean(Accounts.class);
        accounts.add(new Person("quiet", "Dr Quiet", Role.GP, "T", "ZR1"), "correct horse battery");
        var machine =
                server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        var patient =
                "{\"resourceType\":\"Patient\",\"id\":\"quiet\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\""
                        + NUMBER
                        + "\"}],\"name\":[{\"family\":\""
                        + NAME
                        + "\"}]}";
        var contents =
                List.of(
                        patient,
                        patient.replace("Patient\"", "Patients\""),
                        patient.substring(0, patient.length() - 2),
                        patient.replace("\"family\"", "\"" + NAME + "\""),
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                                + patient
                                + ",\"request\":{\"method\":\"PUT\",\"url\":\"Patient/"
                                + NAME
                                + "?x\"}}]}",
                        NAME);
        for (var content : contents) {
            for (var path :
                    List.of("/fhir/Patient/quiet", "/fhir/Patient", "/fhir", "/fhir/" + NAME)) {
                for (var method : List.of("PUT", "POST", "PATCH", "DELETE")) {
                    send(machine, method, path, content);
                }
            }
        }
        for (var path :
                List.of(
                        "/fhir/Patient?family=" + NAME,
                        "/fhir/Patient?nonsense=" + NAME,
                        "/fhir/Patient?birthdate=" + NAME,
                        "/fhir/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C" + NUMBER,
                        "/fhir/Patient?_has:" + NAME + "=" + NUMBER,
                        "/fhir/Patient?_cursor=" + NAME,
                        "/fhir/Patient/" + NAME + "%00",
                        "/fhir/Patient/..%2f" + NAME,
                        "/fhir/Patient?family=%zz" + NAME)) {
            try {
                send(machine, "GET", path, "");
                send(SECRET, "GET", path, "");
            } catch (IllegalArgumentException e) {
                // An address that cannot even be sent.
            }
        }
        try (var browser = new Browser(server)) {
            browser.signIn(NAME, SECRET);
            browser.signIn("quiet", "correct horse battery");
            browser.post("/patients", Map.of("name", NAME));
            browser.post("/patients", Map.of("number", NUMBER));
            browser.get("/patients/" + NAME);
            browser.get("/patients/quiet/open");
            browser.post("/patients/quiet/open", Map.of("reason", NAME, "words", NAME));
            browser.get("/oauth2/authorize?client_id=" + NAME + "&response_type=" + NAME);
            browser.postBare("/oauth2/token", Map.of("client_id", NAME, "client_secret", SECRET));
            browser.postBare(
                    "/oauth2/token",
                    Map.of("grant_type", "client_credentials", "client_assertion", SECRET));
        }
    }

    private static void send(String token, String method, String path, String content)
            throws Exception {
        CLIENT.send(
                HttpRequest.newBuilder(server.at(path))
                        .method(
                                method,
                                content.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(content))
                        .header("Content-Type", "application/fhir+json")
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }
}
