package trellis.messages;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// An organisation's system as the MESH API describes it, written apart from the server's own rules.
record MeshClient(URI base, String mailbox, String password) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    static final String V2 = "application/vnd.mesh.v2+json";

    /// What came back.
    record Got(HttpResponse<byte[]> answer) {
        int status() {
            return answer.statusCode();
        }

        String text() {
            return new String(answer.body(), StandardCharsets.UTF_8);
        }

        ObjectNode json() {
            return Json.parse(answer.body());
        }

        String header(String name) {
            return answer.headers().firstValue(name).orElse("");
        }
    }

    String proof() {
        return proof(UUID.randomUUID().toString(), "1", Instant.now(), password, "TestKey");
    }

    String proof(String nonce, String count, Instant when, String password, String key) {
        var minute =
                DateTimeFormatter.ofPattern("yyyyMMddHHmm").withZone(ZoneOffset.UTC).format(when);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            var text = mailbox + ":" + nonce + ":" + count + ":" + password + ":" + minute;
            var hex =
                    HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
            return "NHSMESH " + mailbox + ":" + nonce + ":" + count + ":" + minute + ":" + hex;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Got call(String method, String path, BodyPublisher body, String... headers) {
        return raw(
                method,
                path,
                body,
                request -> {
                    request.setHeader("Authorization", proof());
                    if (headers.length > 0) {
                        request.headers(headers);
                    }
                    return request;
                });
    }

    Got raw(
            String method,
            String path,
            BodyPublisher body,
            UnaryOperator<HttpRequest.Builder> more) {
        var request = HttpRequest.newBuilder(base.resolve(path)).method(method, body);
        try {
            return new Got(HTTP.send(more.apply(request).build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String own(String path) {
        return "/messageexchange/" + mailbox + path;
    }

    Got get(String path, String... headers) {
        return call("GET", own(path), BodyPublishers.noBody(), headers);
    }

    Got put(String path, String... headers) {
        return call("PUT", own(path), BodyPublishers.noBody(), headers);
    }

    Got post(String path, byte[] body, String... headers) {
        return call("POST", own(path), BodyPublishers.ofByteArray(body), headers);
    }

    /// Content of any size, as it is read.
    Got post(String path, InputStream body, String... headers) {
        return call("POST", own(path), BodyPublishers.ofInputStream(() -> body), headers);
    }

    /// Sends a message in one piece.
    ///
    /// @return its id
    String send(String to, String workflow, byte[] body, String... headers) {
        var all = new String[headers.length + 4];
        System.arraycopy(headers, 0, all, 4, headers.length);
        all[0] = "Mex-To";
        all[1] = to;
        all[2] = "Mex-WorkflowID";
        all[3] = workflow;
        var got = post("/outbox", body, all);
        if (got.status() != 202) {
            throw new AssertionError(got.status() + " " + got.text());
        }
        return got.json().path("messageID").asString("");
    }
}
