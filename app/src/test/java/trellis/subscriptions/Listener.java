package trellis.subscriptions;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps what comes over a websocket.
final class Listener implements WebSocket.Listener {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    /// Opens one.
    WebSocket opened(String url) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(url), this)
                .get(10, TimeUnit.SECONDS);
    }

    /// Opens one and binds it to a Subscription of somebody's.
    void bind(Asking asking, String id) throws Exception {
        var parameters = asking.json("Subscription/" + id + "/$get-ws-binding-token");
        opened(parameters.at("/parameter/3/valueUrl").asString(""))
                .sendText(
                        "bind-with-token " + parameters.at("/parameter/0/valueString").asString(""),
                        true)
                .get(10, TimeUnit.SECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            messages.add(text.toString());
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        messages.add("closed");
        return null;
    }

    /// The next message, `closed`, or `nothing` when none comes in time.
    String next() throws InterruptedException {
        var message = messages.poll(30, TimeUnit.SECONDS);
        return message == null ? "nothing" : message;
    }
}
