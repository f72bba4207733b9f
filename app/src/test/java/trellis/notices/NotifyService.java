package trellis.notices;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Json;

/// A text service on this machine that speaks GOV.UK Notify's API: checks the proof of each request, takes texts, and finds
/// them by their reference.
final class NotifyService implements AutoCloseable {
    private static final UUID SERVICE = UUID.fromString("11111111-2222-4333-8444-555555555555");
    private static final UUID SECRET = UUID.fromString("66666666-7777-4888-9999-aaaaaaaaaaaa");

    static final String KEY = "trellis-" + SERVICE + "-" + SECRET;
    static final String TEMPLATE = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff";

    private final HttpServer server;
    private final List<JsonNode> taken = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();

    NotifyService() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/v2/notifications/sms", exchange -> answer(exchange, this::text));
        server.createContext("/v2/notifications", exchange -> answer(exchange, this::found));
        server.start();
    }

    private record Answer(int status, String json) {}

    @FunctionalInterface
    private interface Road {
        Answer answer(HttpExchange exchange) throws IOException;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// What has been taken for a number.
    List<JsonNode> to(String number) {
        return taken.stream()
                .filter(one -> one.path("phone_number").asString("").equals(number))
                .toList();
    }

    /// Answers for a number with this status from now on.
    void answering(String number, int status) {
        answers.put(number, status);
    }

    private static void answer(HttpExchange exchange, Road road) throws IOException {
        try (exchange) {
            var answer =
                    proven(exchange)
                            ? road.answer(exchange)
                            : new Answer(403, error(403, "Invalid token"));
            var bytes = answer.json().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String error(int status, String words) {
        return "{\"status_code\":%d,\"errors\":[{\"error\":\"Error\",\"message\":\"%s\"}]}"
                .formatted(status, words);
    }

    /// A token of HS256 with the secret of the key, by the service, of the last half minute.
    private static boolean proven(HttpExchange exchange) {
        var sent = exchange.getRequestHeaders().getFirst("Authorization");
        if (sent == null || !sent.startsWith("Bearer ")) {
            return false;
        }
        var parts = sent.substring(7).split("\\.");
        if (parts.length != 3) {
            return false;
        }
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.toString().getBytes(UTF_8), "HmacSHA256"));
            var made = mac.doFinal((parts[0] + "." + parts[1]).getBytes(UTF_8));
            var claims = Json.parse(Base64.getUrlDecoder().decode(parts[1]));
            var header = Json.parse(Base64.getUrlDecoder().decode(parts[0]));
            var issued = Instant.ofEpochSecond(claims.path("iat").asLong(0));
            return MessageDigest.isEqual(made, Base64.getUrlDecoder().decode(parts[2]))
                    && header.path("alg").asString("").equals("HS256")
                    && claims.path("iss").asString("").equals(SERVICE.toString())
                    && Duration.between(issued, Instant.now()).abs().toSeconds() <= 30;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer text(HttpExchange exchange) throws IOException {
        var body = Json.parse(exchange.getRequestBody().readAllBytes());
        var status = answers.getOrDefault(body.path("phone_number").asString(""), 201);
        if (status != 201 || !body.path("template_id").asString("").equals(TEMPLATE)) {
            return new Answer(status == 201 ? 400 : status, error(status, "Not taken"));
        }
        taken.add(body);
        return new Answer(
                201,
                "{\"id\":\"%s\",\"reference\":\"%s\",\"content\":{\"body\":\"text\"},\"uri\":\"u\",%s}"
                        .formatted(
                                UUID.randomUUID(),
                                body.path("reference").asString(""),
                                template()));
    }

    private static String template() {
        return "\"template\":{\"id\":\"" + TEMPLATE + "\",\"version\":1,\"uri\":\"u\"}";
    }

    private Answer found(HttpExchange exchange) {
        var query = exchange.getRequestURI().getQuery();
        var found =
                taken.stream()
                        .filter(one ->
                                query.contains("reference=" + one.path("reference").asString("")))
                        .map(one ->
                                "{\"id\":\"%s\",\"type\":\"sms\",\"status\":\"sending\",\"body\":\"text\",\"created_at\":\"2026-03-09T14:05:00.000000Z\",%s}"
                                        .formatted(UUID.randomUUID(), template()))
                        .toList();
        return new Answer(
                200,
                "{\"notifications\":[%s],\"links\":{\"current\":\"u\"}}"
                        .formatted(String.join(",", found)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
