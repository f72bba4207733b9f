package trellis.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.TestServer;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.settings.SettingsRefused;

/// A server that speaks TLS itself, and organisations' systems that prove themselves by a certificate (RFC 8705).
class TlsIT {
    private static final String PASSWORD = "changeit";
    @TempDir static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        keys("server", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1");
        keys("authority", "CN=Authority,O=Region", "-ext", "bc:c");
        keys("system", "CN=labs,O=Rowan Vale");
        sign("system", "authority");
        keys("impostor", "CN=labs,O=Rowan Vale");
        keys("other", "CN=other,O=Rowan Vale");
        sign("other", "authority");
        pem("server");
        pem("authority");
        server =
                TestServer.start(
                        Map.of(
                                "TRELLIS_TLS_CERTIFICATE", file("server.pem"),
                                "TRELLIS_TLS_KEY", file("server.key"),
                                "TRELLIS_TLS_CLIENTS", file("authority.pem")));
        server.bean(Apps.class)
                .register(
                        new App(
                                "labs",
                                "The laboratory",
                                App.Kind.BACKEND,
                                new App.Keys("", "", "CN=labs,O=Rowan Vale"),
                                List.of(),
                                "",
                                Scopes.parse("system/Patient.rs"),
                                new App.Works(Role.SYSTEM, "Rowan Vale", "ZR9", Purpose.CARE, ""),
                                false));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(Arrays.asList(arguments));
        var run =
                new ProcessBuilder(line)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as(said).isZero();
    }

    private static void keys(String name, String subject, String... more) throws Exception {
        var line =
                new ArrayList<>(
                        List.of(
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                subject,
                                "-validity",
                                "2",
                                "-keystore",
                                name + ".p12",
                                "-storepass",
                                PASSWORD));
        line.addAll(Arrays.asList(more));
        keytool(line.toArray(String[]::new));
    }

    private static void sign(String name, String authority) throws Exception {
        keytool(
                "-certreq",
                "-alias",
                name,
                "-keystore",
                name + ".p12",
                "-storepass",
                PASSWORD,
                "-file",
                name + ".csr");
        keytool(
                "-gencert",
                "-alias",
                authority,
                "-keystore",
                authority + ".p12",
                "-storepass",
                PASSWORD,
                "-infile",
                name + ".csr",
                "-outfile",
                name + ".crt",
                "-validity",
                "2");
        keytool(
                "-exportcert",
                "-alias",
                authority,
                "-keystore",
                authority + ".p12",
                "-storepass",
                PASSWORD,
                "-file",
                authority + ".crt");
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                authority,
                "-keystore",
                name + ".p12",
                "-storepass",
                PASSWORD,
                "-file",
                authority + ".crt");
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                name,
                "-keystore",
                name + ".p12",
                "-storepass",
                PASSWORD,
                "-file",
                name + ".crt");
    }

    private static KeyStore store(String name) throws IOException, GeneralSecurityException {
        try (InputStream file = Files.newInputStream(folder.resolve(name + ".p12"))) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(file, PASSWORD.toCharArray());
            return store;
        }
    }

    private static void pem(String name) throws IOException, GeneralSecurityException {
        Certificate certificate = store(name).getCertificate(name);
        Key key = store(name).getKey(name, PASSWORD.toCharArray());
        write(name + ".pem", "CERTIFICATE", certificate.getEncoded());
        write(name + ".key", "PRIVATE KEY", key.getEncoded());
    }

    private static void write(String file, String kind, byte[] bytes) throws IOException {
        var base64 = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    /// A client that trusts the server, and shows a certificate if it has one.
    private static HttpClient client(String... name) throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store("server").getCertificate("server"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        var own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        keys.init(name.length == 0 ? own : store(name[0]), PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static URI at(String path) {
        return URI.create("https://127.0.0.1:" + server.port() + path);
    }

    private static HttpResponse<String> token(HttpClient client) throws Exception {
        var form =
                "grant_type=client_credentials&client_id=labs&scope="
                        + URLEncoder.encode("system/Patient.rs", StandardCharsets.UTF_8);
        return client.send(
                HttpRequest.newBuilder(at("/oauth2/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void pages_come_over_tls_alone_and_say_so() throws Exception {
        try (var client = client()) {
            var page =
                    client.send(
                            HttpRequest.newBuilder(at("/sign-in")).build(),
                            BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Strict-Transport-Security")).isPresent();
            assertThat(page.headers().allValues("Set-Cookie"))
                    .isNotEmpty()
                    .allMatch(cookie -> cookie.contains("Secure"));
            assertThat(page.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
        try (var client = HttpClient.newHttpClient()) {
            var plain =
                    client.send(
                            HttpRequest.newBuilder(server.at("/sign-in")).build(),
                            BodyHandlers.ofString());
            assertThat(plain.statusCode()).as("in the clear").isEqualTo(400);
        }
    }

    @Test
    void an_organisations_system_proves_itself_by_its_certificate() throws Exception {
        try (var client = client("system")) {
            var answer = token(client);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var token = answer.body().replaceAll("(?s).*\"access_token\":\\s*\"([^\"]+)\".*", "$1");
            var read =
                    client.send(
                            HttpRequest.newBuilder(at("/fhir/Patient"))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(read.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void without_one_with_another_and_with_one_that_nobody_signed_there_is_no_token()
            throws Exception {
        try (var none = client();
                var other = client("other");
                var impostor = client("impostor")) {
            assertThat(token(none).statusCode()).isIn(400, 401);
            assertThat(token(other).statusCode()).as("another's").isEqualTo(401);
            try {
                assertThat(token(impostor).statusCode()).isIn(400, 401);
            } catch (SSLException e) {
                assertThat(e).as("the handshake itself may fail").isNotNull();
            }
        }
    }

    @Test
    void other_machines_are_let_near_over_tls_alone() {
        assertThatThrownBy(() -> TestServer.start(Map.of("TRELLIS_BIND", "0.0.0.0")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("TRELLIS_TLS_CERTIFICATE");
        assertThatThrownBy(() ->
                        TestServer.start(Map.of("TRELLIS_TLS_CERTIFICATE", file("server.pem"))))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("set together");
    }
}
