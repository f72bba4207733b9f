package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// One kind of request, a line of `workloads.txt`, where the form is described.
///
/// @param key by which `--only` names it
/// @param clients at once, unless `--clients` says otherwise
/// @param what it is, in words
/// @param line the request as it is written there
record Workload(String key, int clients, String what, String line) {
    private static final String FILE = "workloads.txt";
    private static final String ELSE = " else ";
    private static final Pattern LINE = Pattern.compile("\\s*\\|\\s*");
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)\\.(\\w+)}");

    /// A request whose placeholders stand open.
    ///
    /// @param method of HTTP, or `AS`, which is a page
    /// @param path with placeholders
    /// @param body the name of what is sent; empty for nothing
    record Call(String method, String path, String body) {

        static Call of(String text) {
            var sent = text.split("< ?", 2);
            var words = sent[0].strip().split(" ");
            return new Call(
                    words[0],
                    words.length > 1 ? words[words.length - 1] : "",
                    sent.length > 1 ? sent[1].strip() : "");
        }

        /// Whether only a Trellis has it.
        boolean isOurs() {
            return path.startsWith("/");
        }

        /// Whether the subjects have a row for each placeholder.
        boolean canAsk(Subjects subjects) {
            return PLACE.matcher(path)
                            .results()
                            .noneMatch(place -> subjects.list(place.group(1)).isEmpty())
                    && (body.isEmpty() || subjects.canWrite());
        }

        /// The path of one request.
        String path(Subjects subjects, long number) {
            return PLACE.matcher(path)
                    .replaceAll(place ->
                            subjects.one(place.group(1), number)
                                    .getOrDefault(place.group(2), place.group()));
        }
    }

    /// All that there are, in the order in which they are run.
    static List<Workload> all() {
        try (var in = Workload.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing");
            }
            return parse(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Workload> parse(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Workload::one)
                .toList();
    }

    private static Workload one(String line) {
        var parts = LINE.split(line, 4);
        return new Workload(parts[0], Integer.parseInt(parts[1]), parts[2], parts[3]);
    }

    /// What is asked of a Trellis.
    Call call() {
        return Call.of(line.split(ELSE)[0]);
    }

    /// What is asked of any FHIR server.
    Optional<Call> elsewhere() {
        var parts = line.split(ELSE);
        var call = Call.of(parts[parts.length - 1]);
        return call.isOurs() ? Optional.empty() : Optional.of(call);
    }

    /// Of a mix: how many of a hundred requests are of which workload. Empty for any other.
    Map<String, Integer> shares() {
        var shares = new LinkedHashMap<String, Integer>();
        if (line.startsWith("= ")) {
            for (var share : line.substring(2).split(",")) {
                var words = share.strip().split(" ");
                shares.put(words[1], Integer.valueOf(words[0]));
            }
        }
        return shares;
    }
}
