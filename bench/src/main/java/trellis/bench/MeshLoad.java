package trellis.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import trellis.fhir.Json;

/// `./trellis bench MeshLoad`: messages of 10 kB sent as fast as they are taken and at a fixed rate; messages of 100 MB in a
/// small heap; and a server that is killed while two organisations send, collect and acknowledge messages of 10 kB and of 1 MB.
final class MeshLoad {
    private static final Set<String> OPTIONS =
            Set.of("seconds", "clients", "rate", "large", "heap", "kills");
    private static final int SMALL = 10_000;
    private static final long MEGABYTE = 1_000_000;
    private static final List<CrashProof.Victim> VICTIMS =
            List.of(CrashProof.Victim.SERVER, CrashProof.Victim.POSTGRES, CrashProof.Victim.BOTH);
    private static final String WORKFLOW = "BENCH";

    private final Options options;
    private final PrintStream out;

    private MeshLoad(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        new MeshLoad(Options.parse(List.of(arguments), OPTIONS), System.out).run();
    }

    private void run() throws Exception {
        try (var node = new Node(Node.program())) {
            node.start();
            rates(owner(node, "X26FROM"), owner(node, "X26TO"));
        }
        try (var node = new Node(Node.program(), "-Xmx" + options.number("heap", 192) + "m")) {
            node.start();
            large(owner(node, "X26FROM"), owner(node, "X26TO"), node);
        }
        try (var node = new Node(Node.program())) {
            node.start();
            var from = owner(node, "X26FROM");
            var to = owner(node, "X26TO");
            for (var round = 0; round < options.number("kills", 6); round++) {
                killed(round, node, from, to);
            }
        }
    }

    private static Mailbox owner(Node node, String id) {
        var said = node.command("mailbox", "add", id, "--name", id, "--ods", "X26");
        var password = said.strip().lines().toList().getLast();
        return new Mailbox(node.pages(), id, password, HttpClient.newHttpClient());
    }

    /// One organisation's system.
    private record Mailbox(URI base, String id, String password, HttpClient http) {

        private String proof() {
            var minute =
                    DateTimeFormatter.ofPattern("yyyyMMddHHmm")
                            .withZone(ZoneOffset.UTC)
                            .format(Instant.now());
            var nonce = UUID.randomUUID();
            var text = id + ":" + nonce + ":1:" + password + ":" + minute;
            try {
                var mac = Mac.getInstance("HmacSHA256");
                mac.init(
                        new SecretKeySpec(
                                "TestKey".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
                var hex =
                        HexFormat.of()
                                .formatHex(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
                return "NHSMESH " + id + ":" + nonce + ":1:" + minute + ":" + hex;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(base.resolve("/messageexchange/" + id + path))
                    .timeout(Duration.ofMinutes(5))
                    .header("Authorization", proof());
        }

        /// @return the message's id; empty when it was not taken
        String send(String to, String localId, BodyPublisher body)
                throws IOException, InterruptedException {
            var answer =
                    http.send(
                            request("/outbox")
                                    .header("Mex-To", to)
                                    .header("Mex-WorkflowID", WORKFLOW)
                                    .header("Mex-LocalID", localId)
                                    .POST(body)
                                    .build(),
                            BodyHandlers.ofByteArray());
            return answer.statusCode() == 202
                    ? Json.parse(answer.body()).path("messageID").asString("")
                    : "";
        }

        List<String> inbox() throws IOException, InterruptedException {
            var answer = http.send(request("/inbox").build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("the inbox was answered " + answer.statusCode());
            }
            return Json.parse(answer.body())
                    .path("messages")
                    .valueStream()
                    .map(one -> one.asString(""))
                    .toList();
        }

        HttpResponse<byte[]> collect(String message) throws IOException, InterruptedException {
            return http.send(request("/inbox/" + message).build(), BodyHandlers.ofByteArray());
        }

        /// @return how many bytes came
        long collectLarge(String message) throws IOException, InterruptedException {
            var answer =
                    http.send(request("/inbox/" + message).build(), BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                return body.transferTo(java.io.OutputStream.nullOutputStream());
            }
        }

        boolean acknowledge(String message) throws IOException, InterruptedException {
            var request =
                    request("/inbox/" + message + "/status/acknowledged")
                            .PUT(BodyPublishers.noBody())
                            .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        }
    }

    private static byte[] content(long number) {
        return content(number, SMALL);
    }

    /// Of what is sent while the server dies, one in three comes in parts, which are kept before there is a message.
    private static byte[] mixed(long number) {
        return content(number, number % 3 == 0 ? (int) MEGABYTE : SMALL);
    }

    private static byte[] content(long number, int size) {
        var bytes = new byte[size];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    // --- how fast --------------------------------------------------------------------------------

    private void rates(Mailbox from, Mailbox to) throws Exception {
        var length = Duration.ofSeconds(options.number("seconds", 20));
        var clients = options.number("clients", 16);
        Driver.Request send =
                number ->
                        !from.send(
                                        to.id(),
                                        Long.toString(number),
                                        BodyPublishers.ofByteArray(content(number)))
                                .isEmpty();
        Driver.closed(send, clients, length);
        say("sent as fast as they are taken, " + clients + " clients", send, clients, length);
        var rate = options.number("rate", 300);
        var open = Driver.open(send, rate, length);
        out.printf(
                Locale.UK,
                "sent at %d a second: p50 %.1f ms, p95 %.1f, p99 %.1f, longest %.1f, %d errors%n",
                rate,
                open.millis(50),
                open.millis(95),
                open.millis(99),
                open.millis(100),
                open.errors());
        Driver.Request journey =
                number -> {
                    var id =
                            from.send(
                                    from.id(),
                                    Long.toString(number),
                                    BodyPublishers.ofByteArray(content(number)));
                    return from.collect(id).body().length == SMALL && from.acknowledge(id);
                };
        say("sent, collected and acknowledged", journey, clients, length);
    }

    private void say(String what, Driver.Request request, int clients, Duration length)
            throws Exception {
        var result = Driver.closed(request, clients, length);
        out.printf(
                Locale.UK,
                "%s: %,.0f a second, p50 %.1f ms, p95 %.1f, p99 %.1f, %d errors%n",
                what,
                result.perSecond(),
                result.millis(50),
                result.millis(95),
                result.millis(99),
                result.errors());
    }

    // --- how large -------------------------------------------------------------------------------

    private void large(Mailbox from, Mailbox to, Node node) throws Exception {
        var count = options.number("large", 4);
        var bytes = 100 * MEGABYTE;
        var began = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(Math.max(1, count))) {
            var sent = new ArrayList<Callable<Boolean>>();
            for (var number = 0; number < count; number++) {
                var seed = number;
                sent.add(() -> {
                    var body = BodyPublishers.ofInputStream(() -> new Noise(seed, bytes));
                    var id = from.send(to.id(), "large-" + seed, body);
                    return to.collectLarge(id) == bytes;
                });
            }
            var whole = 0;
            for (var one : threads.invokeAll(sent)) {
                whole += one.get() ? 1 : 0;
            }
            out.printf(
                    Locale.UK,
                    "%d of %d messages of 100 MB at once, sent and collected in %.1f s, heap of at most"
                            + " %d MB; largest resident size of the server %s%n",
                    whole,
                    count,
                    (System.nanoTime() - began) / 1e9,
                    options.number("heap", 192),
                    peak(node));
        }
    }

    private static String peak(Node node) throws IOException {
        var process = node.processes().server().orElseThrow().pid();
        var status = Path.of("/proc/" + process + "/status");
        if (!Files.isReadable(status)) {
            return "not known here";
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.substring(6).strip())
                .collect(Collectors.joining());
    }

    /// Bytes that do not compress.
    private static final class Noise extends InputStream {
        private final Random random;
        private final byte[] block = new byte[1 << 16];
        private long left;

        Noise(long seed, long bytes) {
            this.random = new Random(seed);
            this.left = bytes;
            random.nextBytes(block);
        }

        @Override
        public int read() {
            return left-- > 0 ? block[0] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int most) {
            if (left <= 0) {
                return -1;
            }
            var some = (int) Math.min(left, Math.min(most, block.length));
            System.arraycopy(block, 0, into, from, some);
            block[random.nextInt(block.length)]++;
            left -= some;
            return some;
        }
    }

    // --- what is lost ----------------------------------------------------------------------------

    /// What the two ends know when the server has died.
    private static final class Known {
        /// Messages that were accepted, with the number from which their content is made.
        final Map<String, Long> accepted = new ConcurrentHashMap<>();

        /// Whose acknowledgement was answered.
        final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

        /// Whose acknowledgement was asked for; it may have happened.
        final Set<String> asked = ConcurrentHashMap.newKeySet();

        final AtomicBoolean over = new AtomicBoolean();
    }

    private void killed(int round, Node node, Mailbox from, Mailbox to) throws Exception {
        var known = new Known();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var client = 0; client < 6; client++) {
                var first = round * 100_000_000L + client * 10_000_000L;
                threads.execute(() -> sending(first, from, to, known));
            }
            threads.execute(() -> receiving(to, known));
            TimeUnit.MILLISECONDS.sleep(500 + new Random(round).nextInt(3_000));
            var victim = VICTIMS.get(round % VICTIMS.size());
            if (victim != CrashProof.Victim.SERVER) {
                node.killPostgres();
            }
            if (victim != CrashProof.Victim.POSTGRES) {
                node.killServer();
            }
            known.over.set(true);
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
            if (victim != CrashProof.Victim.POSTGRES) {
                node.start();
            }
            node.awaitAnswer();
            verify(round, victim, to, known);
        }
    }

    private static void sending(long first, Mailbox from, Mailbox to, Known known) {
        for (var number = first; !known.over.get(); number++) {
            try {
                var id =
                        from.send(
                                to.id(),
                                Long.toString(number),
                                BodyPublishers.ofByteArray(mixed(number)));
                if (!id.isEmpty()) {
                    known.accepted.put(id, number);
                }
            } catch (IOException e) {
                // No answer: it may or may not have been accepted.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void receiving(Mailbox to, Known known) {
        while (!known.over.get()) {
            try {
                for (var id : to.inbox()) {
                    known.asked.add(id);
                    if (to.acknowledge(id)) {
                        known.acknowledged.add(id);
                    }
                    if (known.over.get()) {
                        return;
                    }
                }
            } catch (IOException e) {
                // The server is away.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Empties the inbox, and compares.
    private void verify(int round, CrashProof.Victim victim, Mailbox to, Known known)
            throws Exception {
        var there = new HashMap<String, Integer>();
        var spoilt = 0;
        for (var page = to.inbox(); !page.isEmpty(); page = to.inbox()) {
            for (var id : page) {
                there.merge(id, 1, Integer::sum);
                var answer = to.collect(id);
                var number = answer.headers().firstValueAsLong("Mex-LocalID").orElse(-1);
                spoilt += java.util.Arrays.equals(mixed(number), answer.body()) ? 0 : 1;
                to.acknowledge(id);
            }
        }
        var lost = new HashSet<>(known.accepted.keySet());
        lost.removeAll(known.asked);
        lost.removeAll(there.keySet());
        var twice = new HashSet<>(known.acknowledged);
        twice.retainAll(there.keySet());
        there.forEach((id, times) -> {
            if (times > 1) {
                twice.add(id);
            }
        });
        out.printf(
                Locale.UK,
                "%d  %-8s killed: %d accepted, %d acknowledged, %d in the inbox after; %d lost, %d twice, %d spoilt%n",
                round + 1,
                victim.name().toLowerCase(Locale.ROOT),
                known.accepted.size(),
                known.acknowledged.size(),
                there.size(),
                lost.size(),
                twice.size(),
                spoilt);
        if (!lost.isEmpty() || !twice.isEmpty() || spoilt > 0) {
            throw new IllegalStateException("messages were lost, given twice or spoilt");
        }
    }
}
