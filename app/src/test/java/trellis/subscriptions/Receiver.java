package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// A receiver of notifications: a real server on this machine that keeps what it is sent, and answers as a test wants.
final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile IntSupplier answer = () -> 200;

    /// One request.
    record Call(String method, String path, Map<String, String> headers, String body, int answer) {
        ObjectNode json() {
            return Json.parse(body.getBytes(UTF_8));
        }

        JsonNode status() {
            return json().at("/entry/0/resource");
        }

        String parameter(String name) {
            for (var one : status().path("parameter")) {
                if (one.path("name").asString("").equals(name)) {
                    for (var member : one.properties()) {
                        if (member.getKey().startsWith("value")) {
                            return member.getValue().asString("");
                        }
                    }
                }
            }
            return "";
        }

        String type() {
            return body.isEmpty() ? "" : parameter("type");
        }
    }

    /// An event as it was told.
    record Event(long number, String focus) {}

    /// At any port.
    Receiver() {
        this(0);
    }

    Receiver(int port) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(
                "/",
                exchange -> {
                    var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
                    exchange.getRequestHeaders()
                            .forEach((name, values) -> headers.put(name, values.getFirst()));
                    var status = answer.getAsInt();
                    calls.add(
                            new Call(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI().getPath(),
                                    headers,
                                    body,
                                    status));
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /// From now on it answers so.
    void answers(IntSupplier status) {
        answer = status;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    List<Call> taken(String type) {
        return calls.stream().filter(c -> c.answer() == 200 && c.type().equals(type)).toList();
    }

    /// The events of all notifications that it has taken.
    List<Event> events() {
        var events = new ArrayList<Event>();
        taken("event-notification").forEach(call -> events.addAll(events(call.status())));
        return events;
    }

    static List<Event> events(JsonNode status) {
        var events = new ArrayList<Event>();
        for (var parameter : status.path("parameter")) {
            if (parameter.path("name").asString("").equals("notification-event")) {
                var number = 0L;
                var focus = "";
                for (var part : parameter.path("part")) {
                    switch (part.path("name").asString("")) {
                        case "event-number" ->
                                number = Long.parseLong(part.path("valueString").asString(""));
                        case "focus" -> focus = part.at("/valueReference/reference").asString("");
                        default -> {}
                    }
                }
                events.add(new Event(number, focus.replaceAll(".*/fhir/", "")));
            }
        }
        return events;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
