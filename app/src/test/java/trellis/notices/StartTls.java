package trellis.notices;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// STARTTLS before a mail server that offers none: greets, upgrades, and hands on what comes after that.
final class StartTls implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final ServerSocket server;
    private final SSLContext tls;
    private final int behind;

    /// @param folder where its key and, as `smtp.pem`, its certificate are put
    /// @param behind port of the mail server
    StartTls(Path folder, int behind) throws Exception {
        var file = folder.resolve("smtp.p12");
        certificate(file);
        var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        var encoded =
                java.util.Base64.getMimeEncoder()
                        .encodeToString(store.getCertificate("smtp").getEncoded());
        Files.writeString(
                folder.resolve("smtp.pem"),
                "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        this.tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        this.behind = behind;
        this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    /// A key and a certificate of its own for this machine's address.
    static void certificate(Path file) throws IOException, InterruptedException {
        var run =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-alias",
                                        "smtp",
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=relay",
                                        "-ext",
                                        "san=ip:127.0.0.1",
                                        "-validity",
                                        "2",
                                        "-keystore",
                                        file.toString(),
                                        "-storepass",
                                        PASSWORD))
                        .redirectErrorStream(true)
                        .start();
        var said = new String(run.getInputStream().readAllBytes(), US_ASCII);
        assertThat(run.waitFor()).as(said).isZero();
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        try {
            while (!server.isClosed()) {
                var client = server.accept();
                Thread.ofVirtual().start(() -> greet(client));
            }
        } catch (IOException e) {
            assertThat(server.isClosed()).isTrue();
        }
    }

    private void greet(Socket client) {
        try (client) {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
            say(client, "220 relay");
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("STARTTLS")) {
                    say(client, "220 Go ahead");
                    secured(client);
                    return;
                }
                say(
                        client,
                        line.startsWith("EHLO")
                                ? "250-relay\r\n250 STARTTLS"
                                : "530 STARTTLS first");
            }
        } catch (IOException e) {
            // The client went away, which is its right.
        }
    }

    private static void say(Socket client, String words) throws IOException {
        client.getOutputStream().write((words + "\r\n").getBytes(US_ASCII));
        client.getOutputStream().flush();
    }

    private void secured(Socket client) throws IOException {
        try (var secure = (SSLSocket) tls.getSocketFactory().createSocket(client, null, true);
                var relay = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            secure.setUseClientMode(false);
            secure.startHandshake();
            // Its greeting is not wanted a second time.
            while (relay.getInputStream().read() != '\n') {}
            var back = Thread.ofVirtual().start(() -> copy(relay, secure));
            copy(secure.getInputStream(), relay.getOutputStream());
            back.interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            copy(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            // One of them went away, and with it the mail.
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        var bytes = new byte[8_192];
        for (var read = from.read(bytes); read >= 0; read = from.read(bytes)) {
            to.write(bytes, 0, read);
            to.flush();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
