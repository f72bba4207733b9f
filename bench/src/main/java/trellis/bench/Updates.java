package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/// Changes Observations that it made for that, each time with another value and with If-Match of the version that the answer
/// before gave. Two clients never change the same one at once, so that every answer has to be 200.
final class Updates implements Driver.Request {
    private static final Pattern LOCATION = Pattern.compile("Observation/([^/]+)");

    private final Light light;
    private final String body;
    private final Queue<Changing> free = new ConcurrentLinkedQueue<>();

    /// One of them.
    private record Changing(String id, String patient, String tag) {}

    private Updates(Light light, String body) {
        this.light = light;
        this.body = body;
    }

    /// Makes so many.
    static Updates of(int count, Light light, Subjects subjects) throws IOException {
        var updates = new Updates(light, subjects.changing());
        for (var i = 0; i < count; i++) {
            var made = light.post("Observation", subjects.observation(i)).expect(201, "a create");
            var location = LOCATION.matcher(made.header("Location"));
            if (!location.find() || made.header("ETag").isEmpty()) {
                throw new IllegalStateException("a create was answered without Location or ETag");
            }
            updates.free.add(
                    new Changing(location.group(1), subjects.patient(i), made.header("ETag")));
        }
        return updates;
    }

    @Override
    public boolean send(long number) throws IOException {
        var one = free.poll();
        if (one == null) {
            throw new IOException("more clients than Observations to change");
        }
        var tag = "";
        try {
            var answer = light.answer(request(one, number));
            tag = answer.header("ETag");
            return Requests.answered(answer.status(), 200);
        } finally {
            free.add(new Changing(one.id(), one.patient(), tag.isEmpty() ? current(one) : tag));
        }
    }

    /// @param number of the request, which is the value
    private byte[] request(Changing one, long number) {
        var text =
                body.replace("@id@", one.id())
                        .replace("@patient@", one.patient())
                        .replace("\"@value@\"", Long.toString(number));
        return light.write(
                "PUT", "Observation/" + one.id(), text.getBytes(UTF_8), "If-Match: " + one.tag());
    }

    private String current(Changing one) {
        try {
            return light.get("Observation/" + one.id()).header("ETag");
        } catch (IOException e) {
            return one.tag();
        }
    }
}
