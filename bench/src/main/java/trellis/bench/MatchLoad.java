package trellis.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/// `./trellis bench MatchLoad`: one person looked for among many (`Patient/$match`). The people are made up, imported, and then
/// asked for with a slip in the birth date, another first name, or a new address, by turns.
final class MatchLoad {
    private static final Set<String> OPTIONS = Set.of("people", "seconds", "clients", "rounds");
    private static final String HEADS =
            "Ash Bar Birch Black Brad Brock Burn Cald Clay Colt Cran Dal Den East Fair Fen Glen Gren Had Ham Hart Hay Hol Kel"
                    + " Kirk Lang Lin Mar Mel Mil Nor Oak Pem Red Rock Row San Shel Stan Sut Thorn Tor Wad Wal Wes Whit Win";
    private static final String TAILS =
            "bourne bridge brook by combe cott dale den field ford gate ham hurst land ley low man mere ridge shaw stead stock"
                    + " stone ton wall ward way well wick wood worth";
    private static final String COMMON =
            "Smith Jones Taylor Brown Williams Wilson Davies Evans Thomas Johnson Patel Khan Singh Begum Murphy Nowak Wang";
    private static final String GIVEN =
            "Oliver George Arthur Noah Muhammad Leo Oscar Harry Archie Jack Olivia Amelia Isla Ava Mia Ivy Lily Freya Florence"
                    + " Willow Margaret Susan David John Paul Peter Karen Helen Aisha Fatima Priya Kofi Ngozi Piotr Anna Mei Wei"
                    + " Sean Niamh Yusuf";

    private final Options options;
    private final PrintStream out;
    private final HttpClient http = HttpClient.newHttpClient();

    private MatchLoad(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        new MatchLoad(Options.parse(List.of(arguments), OPTIONS), System.out).run();
    }

    /// Somebody who does not exist; the same number is the same person.
    private record Person(
            String family,
            String given,
            LocalDate born,
            String line,
            String postcode,
            String phone) {

        static Person of(long number) {
            var random = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
            var family =
                    random.nextInt(3) == 0
                            ? one(COMMON, random)
                            : one(HEADS, random) + one(TAILS, random);
            return new Person(
                    family,
                    one(GIVEN, random),
                    LocalDate.of(1930, 1, 1).plusDays(random.nextInt(34_000)),
                    (1 + random.nextInt(90)) + " Mill Lane",
                    "ZZ%d %d%c%c"
                            .formatted(
                                    1 + random.nextInt(99),
                                    random.nextInt(10),
                                    'A' + random.nextInt(20),
                                    'A' + random.nextInt(20)),
                    "07700%06d".formatted(random.nextInt(1_000_000)));
        }

        private static String one(String words, SplittableRandom random) {
            var all = words.split(" ");
            return all[random.nextInt(all.length)];
        }

        /// With a fault, as the number has it.
        Person asked(long number) {
            return switch ((int) Math.floorMod(number, 3L)) {
                case 0 -> new Person(family, given, born.plusDays(1), line, postcode, phone);
                case 1 -> new Person(family, "Someone", born, line, postcode, phone);
                default ->
                        new Person(family, given, born, "9 New Road", "ZZ100 9ZZ", "01632960000");
            };
        }

        String json(String id) {
            return ("{\"resourceType\":\"Patient\"%s,\"name\":[{\"use\":\"official\",\"family\":\"%s\",\"given\":[\"%s\"]}],"
                            + "\"birthDate\":\"%s\",\"gender\":\"female\",\"telecom\":[{\"system\":\"phone\",\"value\":\"%s\"}],"
                            + "\"address\":[{\"line\":[\"%s\"],\"postalCode\":\"%s\"}]}")
                    .formatted(
                            id.isEmpty() ? "" : ",\"id\":\"" + id + "\"",
                            family,
                            given,
                            born,
                            phone,
                            line,
                            postcode);
        }
    }

    private void run() throws Exception {
        var people = options.number("people", 1_000_000);
        try (var node = new Node(Node.program())) {
            var file = node.home().resolve("people.ndjson");
            write(file, people);
            var began = System.nanoTime();
            node.command("import", file.toString());
            out.printf(
                    Locale.UK,
                    "%,d people imported in %,d s%n",
                    people,
                    Duration.ofNanos(System.nanoTime() - began).toSeconds());
            Files.delete(file);
            node.start();
            var token = node.token();
            measure(node, token, people);
        }
    }

    private static void write(Path file, int people) throws IOException {
        Files.createDirectories(file.getParent());
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (var number = 0; number < people; number++) {
                writer.write(Person.of(number).json("m" + number));
                writer.newLine();
            }
        }
    }

    private void measure(Node node, String token, int people) throws Exception {
        var clients = options.number("clients", 1);
        var length = Duration.ofSeconds(options.number("seconds", 15));
        for (var round = 0; round <= options.number("rounds", 3); round++) {
            var result =
                    Driver.closed(number -> found(node, token, number, people), clients, length);
            out.printf(
                    Locale.UK,
                    "%s: one person among %,d, %d clients: %,.0f a second, p50 %.1f ms, p95 %.1f, p99 %.1f, %d not found%n",
                    round == 0 ? "warming" : "round " + round,
                    people,
                    clients,
                    result.perSecond(),
                    result.millis(50),
                    result.millis(95),
                    result.millis(99),
                    result.errors());
        }
    }

    private boolean found(Node node, String token, long number, int people) throws Exception {
        var whose = Math.floorMod(number * 7_919L, (long) people);
        var request =
                HttpRequest.newBuilder(node.pages().resolve("/fhir/Patient/$match"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(Person.of(whose).asked(number).json("")))
                        .build();
        var answer = http.send(request, BodyHandlers.ofString());
        return answer.statusCode() == 200 && answer.body().contains("\"m" + whose + "\"");
    }
}
