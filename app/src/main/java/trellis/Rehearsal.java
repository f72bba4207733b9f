package trellis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Tokens;
import trellis.fhir.Json;
import trellis.jobs.CommandFailed;
import trellis.jobs.Console;
import trellis.jobs.DemoRegion;

/// Asks a server for what servers are asked most, again and again, so that the JVM can keep what it learns from it: which classes are
/// needed, and what of them is worth compiling. It writes into records, so the server must have none: it loads the demo region, which is
/// thrown away with all that was written.
final class Rehearsal {
    private static final int AT_ONCE = 4;
    private static final Duration LIFE = Duration.ofHours(1);
    private static final List<String> PAGES =
            List.of("/actuator/health", "/", "/sign-in", "/fhir/metadata");

    private final URI server;
    private final DemoRegion region;
    private final String token;
    private final HttpClient client;

    Rehearsal(URI server, DemoRegion region, Tokens tokens, HttpClient client) {
        this.server = server;
        this.region = region;
        this.token = tokens.issue(Optional.empty(), LIFE).secret();
        this.client = client;
    }

    /// An Observation, and whose it is.
    private record Seen(ObjectNode resource, String patient) {
        String id() {
            return resource.path("id").asString("");
        }

        String code() {
            var coding = resource.at("/code/coding/0");
            return coding.path("system").asString("") + "|" + coding.path("code").asString("");
        }
    }

    /// Loads the demo region, then asks for so long.
    ///
    /// @return how many answers came
    /// @throws CommandFailed when there are records already, or an answer was no success
    int play(Path demo, Console console, Duration length) throws InterruptedException {
        if (!region.load(demo, console)) {
            throw new CommandFailed(
                    "A rehearsal writes into records, so it needs an empty data folder (TRELLIS_HOME), and there are"
                            + " records in this one.");
        }
        // A page that is refused on some machine is no reason to learn nothing from the rest.
        PAGES.forEach(page -> send(request(page).build()));
        var people = resources("/fhir/Patient?_count=50");
        var seen = new ArrayList<Seen>();
        for (var person : people) {
            var patient = person.path("id").asString("");
            resources("/fhir/Observation?_count=20&patient=" + patient)
                    .forEach(one -> seen.add(new Seen(one, patient)));
        }
        if (seen.isEmpty()) {
            throw new CommandFailed("the rehearsal found nobody to ask for");
        }
        var answers = new AtomicInteger();
        var over = System.nanoTime() + length.toNanos();
        Callable<Boolean> part =
                () -> {
                    for (var i = answers.get(); System.nanoTime() < over; i++) {
                        asked(people.get(i % people.size()), seen.get(i % seen.size()), i);
                        answers.incrementAndGet();
                    }
                    return true;
                };
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var parts = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < AT_ONCE; i++) {
                parts.add(threads.submit(part));
            }
            for (var one : parts) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CommandFailed failed
                    ? failed
                    : new IllegalStateException(e);
        }
        return answers.get();
    }

    private void asked(ObjectNode person, Seen seen, int turn) {
        var patient = "patient=" + seen.patient();
        switch (turn % 12) {
            case 0, 1 -> get("/fhir/Observation/" + seen.id());
            case 2 -> get("/fhir/Patient/" + seen.patient());
            case 3, 4 ->
                    get(
                            "/fhir/Observation?_sort=-date&_count=20&code="
                                    + encoded(seen.code())
                                    + "&"
                                    + patient);
            case 5 -> get("/fhir/Condition?_count=50&" + patient);
            case 6 ->
                    get(
                            "/fhir/MedicationRequest?_include=MedicationRequest:encounter&_count=20&"
                                    + patient);
            case 7 ->
                    get(
                            "/fhir/Patient?family="
                                    + encoded(person.at("/name/0/family").asString("none"))
                                    + "&birthdate="
                                    + person.path("birthDate").asString("1970-01-01"));
            case 8 ->
                    get(
                            "/fhir/Patient?identifier="
                                    + encoded(person.at("/identifier/0/value").asString("none")));
            case 9 -> ask(sent("/fhir/Observation").POST(body(fresh(seen))).build());
            case 10 -> changed(seen);
            default -> {
                if (turn % 5 == 0) {
                    get("/fhir/Patient/" + seen.patient() + "/$everything");
                } else {
                    ask(sent("/fhir/").POST(body(together(seen))).build());
                }
            }
        }
    }

    private void changed(Seen seen) {
        var before = get("/fhir/Observation/" + seen.id());
        var next = Json.parse(before.body());
        next.putArray("note").addObject().put("text", "Looked at " + System.nanoTime());
        var request =
                sent("/fhir/Observation/" + seen.id())
                        .header("If-Match", before.headers().firstValue("ETag").orElse(""))
                        .PUT(body(next))
                        .build();
        var status = send(request).statusCode();
        // Somebody else was quicker, which is how it should be.
        if (status != 200 && status != 412) {
            throw refused(request, status);
        }
    }

    private static ObjectNode fresh(Seen seen) {
        var fresh = seen.resource().deepCopy();
        fresh.remove(List.of("id", "meta"));
        return fresh;
    }

    private static ObjectNode together(Seen seen) {
        var bundle =
                Json.parse(
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}".getBytes(UTF_8));
        var entries = bundle.putArray("entry");
        for (var i = 0; i < 5; i++) {
            var entry = entries.addObject();
            entry.set("resource", fresh(seen));
            entry.putObject("request").put("method", "POST").put("url", "Observation");
        }
        return bundle;
    }

    private List<ObjectNode> resources(String path) {
        var found = new ArrayList<ObjectNode>();
        for (var entry : Json.parse(get(path).body()).path("entry")) {
            Optional.of(entry.path("resource"))
                    .filter(JsonNode::isObject)
                    .map(ObjectNode.class::cast)
                    .ifPresent(found::add);
        }
        return found;
    }

    private HttpResponse<byte[]> get(String path) {
        return ask(request(path).header("Authorization", "Bearer " + token).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path));
    }

    private HttpRequest.Builder sent(String path) {
        return request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/fhir+json");
    }

    private static HttpRequest.BodyPublisher body(ObjectNode json) {
        return BodyPublishers.ofByteArray(Json.write(json));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private HttpResponse<byte[]> ask(HttpRequest request) {
        var response = send(request);
        if (response.statusCode() >= 400) {
            throw refused(request, response.statusCode());
        }
        return response;
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new CommandFailed("the rehearsal got no answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("the rehearsal was interrupted", e);
        }
    }

    private static CommandFailed refused(HttpRequest request, int status) {
        return new CommandFailed(
                "the rehearsal asked for "
                        + request.method()
                        + " "
                        + request.uri().getPath()
                        + " and got "
                        + status);
    }
}
