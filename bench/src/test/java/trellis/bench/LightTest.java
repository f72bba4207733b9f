package trellis.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Answers as servers send them, over real sockets.
class LightTest {
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final Light light;

    LightTest() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        light =
                new Light(
                        URI.create("http://127.0.0.1:" + server.getLocalPort() + "/fhir"),
                        "secret");
    }

    @AfterEach
    void close() throws IOException {
        light.close();
        server.close();
    }

    /// Each list is what one connection says, an answer for each request, each in pieces that are sent one by one; then the server
    /// closes it.
    @SafeVarargs
    private void saying(List<List<String>>... conversations) {
        Thread.ofVirtual()
                .start(() -> {
                    for (var conversation : conversations) {
                        try (var connection = server.accept()) {
                            connections.incrementAndGet();
                            connection.setTcpNoDelay(true);
                            for (var answer : conversation) {
                                requests.add(request(connection));
                                for (var piece : answer) {
                                    connection.getOutputStream().write(piece.getBytes(ISO_8859_1));
                                    connection.getOutputStream().flush();
                                }
                            }
                        } catch (IOException e) {
                            return;
                        }
                    }
                });
    }

    /// Everything up to the empty line, and as much after it as is announced.
    private static String request(Socket connection) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            var one = connection.getInputStream().read();
            if (one < 0) {
                throw new EOFException();
            }
            text.append((char) one);
        }
        var length = text.toString().replaceAll("(?s).*Content-Length: (\\d+).*|.*", "$1");
        var body =
                connection
                        .getInputStream()
                        .readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        return text + new String(body, ISO_8859_1);
    }

    private static List<String> whole(String text) {
        return List.of(text);
    }

    @Test
    void an_answer_of_a_length_is_read_to_its_end_and_the_connection_kept() throws Exception {
        saying(
                List.of(
                        whole("HTTP/1.1 200 OK\r\nETag: W/\"3\"\r\nContent-Length: 5\r\n\r\nfirst"),
                        whole("HTTP/1.1 404 \r\ncontent-length:6\r\n\r\nsecond")));

        var first = light.get("Patient/1");
        var second = light.get("Patient/2");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).isEqualTo("first");
        assertThat(first.header("etag")).isEqualTo("W/\"3\"");
        assertThat(second.status()).isEqualTo(404);
        assertThat(second.text()).isEqualTo("second");
        assertThat(connections).hasValue(1);
    }

    @Test
    void chunks_are_put_together_wherever_they_are_cut() throws Exception {
        var answer =
                String.join(
                        "\r\n",
                        "HTTP/1.1 200 OK",
                        "Transfer-Encoding: Chunked",
                        "",
                        "4",
                        "wiki",
                        "1B;name=value",
                        "pedia in chunks of any size",
                        "0",
                        "Expires: now",
                        "",
                        "");
        var byBytes = answer.chars().mapToObj(one -> String.valueOf((char) one)).toList();
        saying(List.of(whole(answer), byBytes, whole("HTTP/1.1 204 No Content\r\n\r\n")));

        assertThat(light.get("").text()).isEqualTo("wikipedia in chunks of any size");
        assertThat(light.get("").text()).isEqualTo("wikipedia in chunks of any size");
        assertThat(light.get("").status()).isEqualTo(204);
        assertThat(connections).hasValue(1);
    }

    @Test
    void an_answer_larger_than_the_buffer_is_passed_over_and_the_next_one_found() throws Exception {
        var large = "x".repeat(300_000);
        saying(
                List.of(
                        whole("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + large),
                        List.of(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n",
                                large,
                                "\r\n0\r\n\r\n"),
                        whole("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")));

        assertThat(light.status(light.read("a"))).isEqualTo(200);
        assertThat(light.status(light.read("b"))).isEqualTo(200);
        assertThat(light.status(light.read("c"))).isEqualTo(201);
        assertThat(connections).hasValue(1);
    }

    @Test
    void without_a_length_the_answer_ends_with_the_connection() throws Exception {
        saying(
                List.of(whole("HTTP/1.1 200 OK\r\n\r\nto the end")),
                List.of(whole("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew")));

        assertThat(light.get("").text()).isEqualTo("to the end");
        assertThat(light.get("").text()).isEqualTo("new");
        assertThat(connections).hasValue(2);
    }

    @Test
    void a_server_that_says_close_is_not_asked_again_on_that_connection() throws Exception {
        saying(
                List.of(
                        whole(
                                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\none")),
                List.of(whole("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo")));

        assertThat(light.get("").text()).isEqualTo("one");
        assertThat(light.get("").text()).isEqualTo("two");
    }

    @Test
    void a_connection_that_was_closed_while_it_was_idle_is_replaced() throws Exception {
        saying(
                List.of(whole("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none")),
                List.of(whole("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo")));

        assertThat(light.get("").text()).isEqualTo("one");
        assertThat(light.get("").text()).isEqualTo("two");
        assertThat(connections).hasValue(2);
    }

    @Test
    void an_answer_that_breaks_off_is_none() {
        saying(List.of(whole("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nnot all")));

        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> light.get(""));
    }

    @Test
    void a_word_in_advance_is_passed_over() throws Exception {
        saying(
                List.of(
                        whole(
                                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")));

        assertThat(light.get("").text()).isEqualTo("ok");
    }

    @Test
    void a_request_says_who_asks_and_what_it_sends() throws Exception {
        saying(
                List.of(
                        whole("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
                        whole("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));

        light.post("Observation", "{}".getBytes(ISO_8859_1));
        light.get("/record-locator");

        assertThat(requests.getFirst())
                .startsWith("POST /fhir/Observation HTTP/1.1\r\nHost: 127.0.0.1:")
                .contains(
                        "\r\nAuthorization: Bearer secret\r\n",
                        "\r\nPrefer: return=minimal\r\n",
                        "\r\nContent-Length: 2\r\n")
                .doesNotContain("Accept-Encoding")
                .endsWith("\r\n\r\n{}");
        assertThat(requests.getLast()).startsWith("GET /record-locator HTTP/1.1\r\n");
    }
}
