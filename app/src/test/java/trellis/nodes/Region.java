package trellis.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import trellis.TestServer;
import trellis.access.Role;
import trellis.people.NhsNumber;

/// An authority and the certificates that it signs for nodes, made for one test.
public final class Region {
    private static final String PASSWORD = "changeit";
    private static final String AUTHORITY = "authority";

    private final Path folder;

    /// @param folder where the files go
    public Region(Path folder) {
        this.folder = folder;
        keytool("-alias", AUTHORITY, "-dname", "CN=Authority,O=Region", "-ext", "bc:c");
        export(AUTHORITY);
    }

    /// Makes a certificate for a node on this machine, signed by the authority.
    public void node(String name) {
        keytool(
                "-alias",
                name,
                "-dname",
                "CN=" + name + ",O=Region",
                "-ext",
                "san=ip:127.0.0.1",
                "-signer",
                AUTHORITY,
                "-signerkeypass",
                PASSWORD);
        export(name);
    }

    private void keytool(String... more) {
        var line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-validity",
                                "2",
                                "-keystore",
                                "region.p12",
                                "-storepass",
                                PASSWORD));
        line.addAll(Arrays.asList(more));
        try {
            var run =
                    new ProcessBuilder(line)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
            var said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(run.waitFor()).as(said).isZero();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        try (InputStream file = Files.newInputStream(folder.resolve("region.p12"))) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(file, PASSWORD.toCharArray());
            return store;
        }
    }

    private void export(String name) {
        try {
            var key = store().getKey(name, PASSWORD.toCharArray());
            Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
            var certificate = store().getCertificate(name);
            Files.writeString(
                    folder.resolve(name + ".pem"), pem("CERTIFICATE", certificate.getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN "
                + kind
                + "-----\n"
                + Base64.getMimeEncoder().encodeToString(bytes)
                + "\n-----END "
                + kind
                + "-----\n";
    }

    /// The name of a file, such as `north.pem`.
    public String file(String name) {
        return folder.resolve(name).toString();
    }

    /// A port that is free.
    public static int port() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Settings of a node over TLS.
    ///
    /// @param locator name of the node that keeps the pointers; empty for this one
    public Map<String, String> settings(String name, int port, String locator) {
        var all = new LinkedHashMap<String, String>();
        all.put("TRELLIS_PORT", Integer.toString(port));
        all.put("TRELLIS_TLS_CERTIFICATE", file(name + ".pem"));
        all.put("TRELLIS_TLS_KEY", file(name + ".key"));
        all.put("TRELLIS_TLS_CLIENTS", file("authority.pem"));
        all.put("TRELLIS_NODE_NAME", name);
        all.put("TRELLIS_NODE_ORGANISATION", "The " + name);
        all.put("TRELLIS_NODE_ADDRESS", "https://127.0.0.1:" + port);
        all.put("TRELLIS_NODE_CERTIFICATE", file(name + ".pem"));
        all.put("TRELLIS_NODE_KEY", file(name + ".key"));
        all.put("TRELLIS_NODE_TRUST", file("authority.pem"));
        all.put("TRELLIS_NODE_LOCATOR", locator);
        return all;
    }

    /// What a node proves itself with.
    Credentials credentials(String name) {
        return Credentials.of(
                new NodeSettings.Pem(
                        file(name + ".pem"), file(name + ".key"), file("authority.pem")));
    }

    /// Trusts the authority, and shows a certificate if it has one.
    public SSLContext tls(String... name) {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(AUTHORITY, store().getCertificate(AUTHORITY));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (name.length > 0) {
                own.setKeyEntry(
                        name[0],
                        store().getKey(name[0], PASSWORD.toCharArray()),
                        PASSWORD.toCharArray(),
                        store().getCertificateChain(name[0]));
            }
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD.toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Tells a server of a node.
    public static void meet(TestServer server, Node node) {
        new NodeSql(server.database().dataSource()).put(node);
    }

    /// An assertion that is good now, signed by a node.
    String assertion(String from, String to, String ods, String number, Instant until) {
        return AssertionRules.sign(
                new Assertion(
                        from,
                        to,
                        UUID.randomUUID().toString(),
                        until,
                        new Assertion.Staff("1", "Dr Far", Role.CLINICIAN, "The far", ods),
                        new NhsNumber(number),
                        false),
                credentials(from));
    }
}
