package trellis.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import trellis.fhir.Json;

/// `./trellis bench ServiceLoad`: the synthetic cohort, asked for by the national services: people read by their number, found
/// by name and date of birth, summaries viewed.
final class ServiceLoad {
    private static final Set<String> OPTIONS =
            Set.of("seconds", "clients", "rounds", "bundles", "organisations");
    private static final Path COHORT = Path.of("../shared/data/cohort-200");
    private static final String NUMBERS = "https://fhir.nhs.uk/Id/nhs-number";
    private static final String PDS = "/personal-demographics/FHIR/R4/";
    private static final String SCR = "/summary-care-record/FHIR/R4/";

    private final Options options;
    private final PrintStream out;

    private ServiceLoad(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        var options = Options.parse(List.of(arguments), OPTIONS);
        // A connection for each client is kept; read once, before the first is opened.
        System.setProperty("http.maxConnections", Integer.toString(clients(options)));
        new ServiceLoad(options, System.out).run();
    }

    /// Somebody of the cohort.
    private record Person(String number, String family, String born) {}

    private void run() throws Exception {
        var organisations = options.file("organisations", COHORT.resolve("organisations.json"));
        var bundles = options.file("bundles", COHORT.resolve("bundles.ndjson.gz"));
        try (var node = new Node(Node.program())) {
            node.command("import", organisations.toString(), bundles.toString());
            node.start();
            var token = node.token();
            var people = people(node, token);
            measure(
                    "people read by number",
                    number -> got(node, token, PDS + "Patient/" + one(people, number).number()));
            measure(
                    "people found by family name and date of birth",
                    number -> {
                        var person = one(people, number);
                        return got(
                                node,
                                token,
                                PDS
                                        + "Patient?family="
                                        + person.family()
                                        + "&birthdate="
                                        + person.born());
                    });
            var summaries = summaries(node, token, people);
            measure(
                    "summaries viewed, of " + summaries.size() + " people, made from the record",
                    number -> got(node, token, one(summaries, number)));
        }
    }

    private static List<Person> people(Node node, String token) throws Exception {
        var people = new ArrayList<Person>();
        try (var client = new Client(node.fhir(), Optional.of(token))) {
            var answer = client.get("Patient?_count=500&_elements=identifier,name,birthDate");
            for (var entry : Json.parse(answer.body()).path("entry")) {
                var patient = entry.path("resource");
                for (var identifier : patient.path("identifier")) {
                    if (identifier.path("system").asString("").equals(NUMBERS)) {
                        people.add(
                                new Person(
                                        identifier.path("value").asString(""),
                                        patient.at("/name/0/family")
                                                .asString("")
                                                .replaceAll("[^A-Za-z].*", ""),
                                        patient.path("birthDate").asString("")));
                    }
                }
            }
        }
        return people;
    }

    /// Addresses of the summaries of all who have one.
    private List<String> summaries(Node node, String token, List<Person> people) throws Exception {
        var all = new ArrayList<String>();
        for (var person : people) {
            var whose = URLEncoder.encode(NUMBERS + "|" + person.number(), StandardCharsets.UTF_8);
            var answer = ask(node, token, SCR + "DocumentReference?patient=" + whose);
            var uuid =
                    Json.parse(answer).at("/entry/0/resource/masterIdentifier/value").asString("");
            if (!uuid.isEmpty()) {
                all.add(
                        SCR
                                + "Bundle?composition.identifier="
                                + uuid
                                + "&composition.subject:Patient.identifier="
                                + whose);
            }
        }
        return all;
    }

    /// One after the other, far apart.
    private static <T> T one(List<T> people, long number) {
        return people.get(Math.floorMod(number * 7_919L, people.size()));
    }

    private boolean got(Node node, String token, String path) throws Exception {
        return ask(node, token, path).length > 0;
    }

    /// By the oldest client of Java, which is the lightest: driver and server share the cores here, and what the driver takes
    /// the server does not have. `HttpClient` took half of what there was.
    ///
    /// @throws IOException also for an answer that says that it could not be done
    private static byte[] ask(Node node, String token, String path) throws IOException {
        var connection = (HttpURLConnection) node.pages().resolve(path).toURL().openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + token);
        connection.setRequestProperty("X-Request-ID", UUID.randomUUID().toString());
        try (var answer = connection.getInputStream()) {
            return answer.readAllBytes();
        }
    }

    private static int clients(Options options) {
        return options.number("clients", 32);
    }

    private void measure(String what, Driver.Request request) throws Exception {
        var clients = clients(options);
        var length = Duration.ofSeconds(options.number("seconds", 10));
        Driver.closed(request, clients, length);
        for (var round = 0; round < options.number("rounds", 3); round++) {
            var result = Driver.closed(request, clients, length);
            out.printf(
                    Locale.UK,
                    "%s, %d clients: %,.0f a second, p50 %.1f ms, p95 %.1f, p99 %.1f, %d errors%n",
                    what,
                    clients,
                    result.perSecond(),
                    result.millis(50),
                    result.millis(95),
                    result.millis(99),
                    result.errors());
        }
    }
}
