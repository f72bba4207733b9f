package trellis.subscriptions;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import trellis.access.PublicOnly;
import trellis.fhir.Refused;
import trellis.subscriptions.SubscriptionSettings.To;

/// Calls rest-hooks. Where an address leads is looked at on the connection itself, by [PublicOnly]: a name may lead elsewhere than
/// when it was asked for. No redirect is followed, and of what is answered only the status counts.
final class RestHookApi implements Sender {
    private static final int CONNECTS = (int) Duration.ofSeconds(10).toMillis();

    /// So much of an answer is read and thrown away, that the connection can be used again.
    private static final int READ = 8192;

    private final SubscriptionSettings settings;
    private final HeaderRules headers;

    /// One for all, so that connections are used again.
    private final SSLSocketFactory outside =
            new PublicOnly(HttpsURLConnection.getDefaultSSLSocketFactory());

    private final SSLSocketFactory anywhere =
            PublicOnly.anywhere(HttpsURLConnection.getDefaultSSLSocketFactory());

    RestHookApi(SubscriptionSettings settings, HeaderRules headers) {
        this.settings = settings;
        this.headers = headers;
    }

    @Override
    public Optional<String> send(Standing standing, Wanted wanted, Message message) {
        try {
            var address = WantedRules.called(wanted.channel().endpoint(), settings.to());
            var whose = HeaderRules.Whose.of(standing, wanted.channel().endpoint());
            return called(joined(address, message.path()), wanted.channel(), whose, message);
        } catch (Refused | IllegalArgumentException e) {
            return Optional.of("The endpoint is none that this server calls");
        } catch (IOException e) {
            // Its words may hold the address, and with it what the receiver keeps secret.
            return Optional.of("The endpoint could not be reached, or did not answer in time");
        }
    }

    private static URI joined(URI address, String path) {
        if (path.isEmpty()) {
            return address;
        }
        var text = address.toString();
        return URI.create(text.endsWith("/") ? text + path : text + "/" + path);
    }

    private Optional<String> called(
            URI address, Wanted.Channel channel, HeaderRules.Whose whose, Message message)
            throws IOException {
        if (!(address.toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IOException("the address is none of http or https");
        }
        if (connection instanceof HttpsURLConnection secured) {
            secured.setSSLSocketFactory(settings.to() == To.PUBLIC ? outside : anywhere);
        }
        connection.setRequestMethod(message.method());
        connection.setConnectTimeout(CONNECTS);
        connection.setReadTimeout((int) channel.timeout().toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(message.body().length);
        connection.setRequestProperty("Accept", "*/*");
        if (!message.type().isEmpty()) {
            connection.setRequestProperty("Content-Type", message.type());
        }
        for (var header : channel.headers()) {
            var value = headers.opened(header, whose);
            if (value.isEmpty()) {
                return Optional.of(
                        "A header was sealed for another endpoint; send its value again");
            }
            connection.addRequestProperty(header.substring(0, header.indexOf(':')), value.get());
        }
        var status = status(connection, message, channel.timeout());
        return status >= 200 && status < 300
                ? Optional.empty()
                : Optional.of("The endpoint answers " + status);
    }

    /// One that answers a byte now and then is given up in time as well.
    private static int status(HttpURLConnection connection, Message message, Duration timeout)
            throws IOException {
        var done = new CountDownLatch(1);
        Thread.ofVirtual().name("rest-hook in time").start(() -> giveUp(connection, done, timeout));
        try {
            try (var out = connection.getOutputStream()) {
                out.write(message.body());
            }
            var status = connection.getResponseCode();
            finish(connection, status);
            return status;
        } finally {
            done.countDown();
        }
    }

    private static void giveUp(
            HttpURLConnection connection, CountDownLatch done, Duration timeout) {
        try {
            if (!done.await(timeout.toMillis() + CONNECTS, TimeUnit.MILLISECONDS)) {
                connection.disconnect();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void finish(HttpURLConnection connection, int status) throws IOException {
        if (status >= 400) {
            connection.disconnect();
            return;
        }
        try (InputStream in = connection.getInputStream()) {
            if (in.readNBytes(READ).length == READ) {
                connection.disconnect();
            }
        }
    }
}
