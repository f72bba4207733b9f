package trellis.bench;

import java.io.IOException;

/// The requests of one workload, made before the clock runs: they are bytes, and are sent again from the first when all have been
/// sent.
final class Requests implements Driver.Request {
    private static final int COUNT = 4_096;

    private final Light light;
    private final byte[][] requests;
    private final int wanted;

    private Requests(Light light, byte[][] requests, int wanted) {
        this.light = light;
        this.requests = requests;
        this.wanted = wanted;
    }

    /// @param call none of `update`, which cannot be made before the answer to the one before
    static Requests of(Workload.Call call, Light light, Subjects subjects) {
        var requests = new byte[COUNT][];
        for (var i = 0; i < COUNT; i++) {
            var path = call.path(subjects, i);
            requests[i] =
                    switch (call.body()) {
                        case "" ->
                                call.method().equals("AS")
                                        ? light.request("GET", path, Answer.NOTHING)
                                        : light.read(path);
                        case "observation" ->
                                light.write(call.method(), path, subjects.observation(i));
                        case "transaction" ->
                                light.write(call.method(), path, subjects.transaction(i));
                        default ->
                                throw new IllegalArgumentException(
                                        "nothing is known of a body \"" + call.body() + "\"");
                    };
        }
        return new Requests(light, requests, call.body().equals("observation") ? 201 : 200);
    }

    @Override
    public boolean send(long number) throws IOException {
        return answered(light.status(requests[(int) (number % COUNT)]), wanted);
    }

    /// The first one, with its answer.
    Answer first() throws IOException {
        return light.answer(requests[0]).expect(wanted, "the first request");
    }

    static boolean answered(int status, int wanted) throws IOException {
        if (status != wanted) {
            throw new IOException("answered " + status + " and not " + wanted);
        }
        return true;
    }
}
