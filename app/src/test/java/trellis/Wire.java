package trellis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.fhir.Json;

/// A server as those see it who call its services: accounts with tokens, resources kept through the API, requests and
/// answers.
public final class Wire {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PASSWORD = "quiet-harbour-lantern-42";

    private final TestServer server;
    private final String machine;

    public Wire(TestServer server) {
        this.server = server;
        this.machine =
                server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
    }

    /// A token of the machine itself.
    public String machine() {
        return machine;
    }

    /// Makes an account of somebody on the staff of an organisation.
    ///
    /// @return a token of it
    public String account(String name, Role role, String odsCode) {
        return account(new Account.Person(name, "Dr " + name, role, "The Trust", odsCode));
    }

    /// Makes an account.
    ///
    /// @return a token of it
    public String account(Account.Person person) {
        var accounts = server.bean(Accounts.class);
        accounts.add(person, PASSWORD);
        return server.bean(Tokens.class)
                .issue(accounts.named(person.signIn()), Duration.ofHours(1))
                .secret();
    }

    /// A browser in which somebody who has an account from here has signed in.
    public Browser browser(String name) {
        return Browser.signedIn(server, name, PASSWORD);
    }

    /// Keeps a resource through the FHIR API.
    ///
    /// @param path type and id
    public void keep(String path, String json) {
        var answer =
                send(
                        request(machine, "/fhir/" + path)
                                .header("Content-Type", "application/fhir+json")
                                .PUT(BodyPublishers.ofString(json)));
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    /// A resource as the FHIR API answers with it.
    public ObjectNode kept(String path) {
        return json(send(request(machine, "/fhir/" + path)));
    }

    /// Makes what the store keeps of a resource unreadable, as a fault of this program would.
    public void spoil(String id) {
        var rows =
                JdbcClient.create(server.database().dataSource())
                        .sql(
                                """
                                update res set body = decode('7f', 'hex')
                                 where fid = :id and not deleted
                                """)
                        .param("id", id)
                        .update();
        assertThat(rows).isEqualTo(1);
    }

    /// A request with a token.
    public HttpRequest.Builder request(String token, String path) {
        return HttpRequest.newBuilder(server.at(path)).header("Authorization", "Bearer " + token);
    }

    /// What is answered.
    public static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The body of an answer.
    public static ObjectNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body().getBytes(UTF_8));
    }
}
