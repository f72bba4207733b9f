package trellis.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Tokens;

/// The message exchange over the wire, as two organisations' systems use it.
final class MeshIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final byte[] TEXT = "pathology report, in words".getBytes(UTF_8);

    private static final java.net.http.HttpRequest.BodyPublisher NO_BODY = BodyPublishers.noBody();

    private static MeshClient lab;
    private static MeshClient ward;
    private static MeshClient picky;

    @BeforeAll
    static void mailboxes() {
        lab = owner("X26LAB1", "R1A", Set.of());
        ward = owner("X26WARD", "R1B", Set.of());
        picky = owner("X26PICK", "R1B", Set.of("LAB_RESULT"));
        owner("X26SHUT", "R1C", Set.of());
        register().disable("X26SHUT", true);
    }

    private static Messages.Register register() {
        return new Messages.Register(server.database().dataSource());
    }

    private static MeshClient owner(String id, String ods, Set<String> workflows) {
        register()
                .add(
                        new Mailbox(id, "Mailbox " + id, ods, "", workflows, false, false),
                        "secret-of-" + id);
        return new MeshClient(server.at("/"), id, "secret-of-" + id);
    }

    /// A mailbox in which nobody else's messages are.
    private static MeshClient fresh(String id) {
        return owner(id, "R2" + id.charAt(id.length() - 1), Set.of());
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(one -> one.asString("")).toList();
    }

    private static List<String> inbox(MeshClient client, String query) {
        return texts(client.get("/inbox" + query).json().path("messages"));
    }

    private static long lines(String message) {
        return JdbcClient.create(server.database().dataSource())
                .sql("select count(*) from audit where query like '%' || ? || '%'")
                .param(message)
                .query(Long.class)
                .single();
    }

    // --- who asks --------------------------------------------------------------------------------

    @Test
    void a_mailbox_shakes_hands_in_either_version() {
        var first = lab.post("", new byte[0]);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().path("mailboxId").asString("")).isEqualTo("X26LAB1");
        var second = lab.get("/", "Accept", MeshClient.V2);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text()).isEmpty();
    }

    @Test
    void whatever_is_wrong_with_a_proof_the_answer_is_the_same_and_says_nothing() {
        var now = Instant.now();
        var shut = new MeshClient(lab.base(), "X26SHUT", "secret-of-X26SHUT");
        var unknown = new MeshClient(lab.base(), "X26NONE", "");
        var internal = new MeshClient(lab.base(), Mailbox.OPT_OUT, "");
        var wrong =
                List.of(
                        refused(lab, ""),
                        refused(lab, "Basic YTpi"),
                        refused(lab, "NHSMESH nonsense"),
                        refused(lab, lab.proof("n1", "1", now, "wrong", "TestKey")),
                        refused(lab, lab.proof("n2", "1", now, lab.password(), "OtherKey")),
                        refused(
                                lab,
                                lab.proof(
                                        "n3",
                                        "1",
                                        now.minus(Duration.ofHours(3)),
                                        lab.password(),
                                        "TestKey")),
                        refused(ward, lab.proof()),
                        refused(shut, shut.proof()),
                        refused(unknown, unknown.proof()),
                        refused(internal, internal.proof()));
        for (var got : wrong) {
            assertThat(got.status()).isEqualTo(403);
            assertThat(got.text()).isEmpty();
            assertThat(got.header("Content-Type")).isEmpty();
        }
        assertThat(lab.get("/count").status()).isEqualTo(200);
    }

    private static MeshClient.Got refused(MeshClient whose, String authorization) {
        return whose.raw(
                "GET",
                "/messageexchange/" + whose.mailbox() + "/inbox",
                BodyPublishers.noBody(),
                request ->
                        authorization.isEmpty()
                                ? request
                                : request.header("Authorization", authorization));
    }

    @Test
    void a_proof_is_good_once_and_of_two_at_the_same_moment_one_is() throws Exception {
        var proof = lab.proof("once", "7", Instant.now(), lab.password(), "TestKey");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all =
                    threads.invokeAll(
                            Collections.<Callable<MeshClient.Got>>nCopies(
                                    8, () -> refused(lab, proof)));
            var statuses = new ArrayList<Integer>();
            for (var one : all) {
                statuses.add(one.get().status());
                if (one.get().status() == 403) {
                    assertThat(one.get().json().path("errorDescription").asString(""))
                            .isEqualTo("Error Duplicated Authentication Token");
                }
            }
            assertThat(statuses).containsOnly(200, 403).containsOnlyOnce(200);
        }
        var next = lab.proof("once", "8", Instant.now(), lab.password(), "TestKey");
        assertThat(refused(lab, next).status()).isEqualTo(200);
    }

    @Test
    void a_mailbox_with_a_certificate_is_refused_without_it() {
        register()
                .add(
                        new Mailbox(
                                "X26CERT",
                                "Certified",
                                "R1D",
                                "CN=mesh.r1d.example,O=R1D",
                                Set.of(),
                                false,
                                false),
                        "secret");
        var client = new MeshClient(lab.base(), "X26CERT", "secret");
        assertThat(client.get("/count").status()).isEqualTo(403);
    }

    @Test
    void nothing_else_that_opens_doors_here_opens_this_one() {
        var token = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        assertThat(refused(lab, "Bearer " + token).status()).isEqualTo(403);
    }

    // --- a message in one piece ------------------------------------------------------------------

    @Test
    void a_message_is_sent_listed_collected_acknowledged_and_tracked() {
        var to = fresh("X26ONE1");
        var id =
                lab.send(
                        to.mailbox(),
                        "LAB_RESULT",
                        TEXT,
                        "Mex-Subject",
                        "Results of today",
                        "Mex-LocalID",
                        "local-1",
                        "Mex-FileName",
                        "results.dat",
                        "Mex-Content-Checksum",
                        "md5 a1b2",
                        "Mex-Content-Encrypted",
                        "Y",
                        "Content-Type",
                        "text/html");
        assertThat(id).matches("\\d{17}_[0-9A-F]{24}");
        assertThat(inbox(to, "")).containsExactly(id);
        assertThat(to.get("/count").json().path("count").intValue()).isEqualTo(1);
        var tracked = lab.get("/outbox/tracking?messageID=" + id).json();
        assertThat(tracked.path("status").asString("")).isEqualTo("Accepted");
        assertThat(tracked.path("downloadTimestamp").asString("")).isEmpty();

        var got = to.get("/inbox/" + id);
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.answer().body()).isEqualTo(TEXT);
        assertThat(got.header("Content-Type")).startsWith("application/octet-stream");
        assertThat(got.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(got.header("Mex-From")).isEqualTo("X26LAB1");
        assertThat(got.header("Mex-To")).isEqualTo(to.mailbox());
        assertThat(got.header("Mex-WorkflowID")).isEqualTo("LAB_RESULT");
        assertThat(got.header("Mex-Subject")).isEqualTo("Results of today");
        assertThat(got.header("Mex-LocalID")).isEqualTo("local-1");
        assertThat(got.header("Mex-FileName")).isEqualTo("results.dat");
        assertThat(got.header("Mex-Chunk-Range")).isEqualTo("1:1");
        assertThat(got.header("Mex-MessageType")).isEqualTo("DATA");
        assertThat(got.header("Mex-MessageID")).isEqualTo(id);
        assertThat(got.header("Mex-StatusCode")).isEqualTo("00");
        assertThat(got.header("Mex-StatusSuccess")).isEqualTo("SUCCESS");
        assertThat(got.header("Mex-Content-Checksum")).isEqualTo("md5 a1b2");
        assertThat(got.header("Mex-Content-Encrypted")).isEqualTo("Y");
        assertThat(got.answer().headers().firstValue("Mex-PartnerID")).isEmpty();
        assertThat(to.get("/inbox/" + id).status()).isEqualTo(200);

        var done = to.put("/inbox/" + id + "/status/acknowledged");
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.json().path("messageId").asString("")).isEqualTo(id);
        var again = to.put("/inbox/" + id + "/status/acknowledged", "Accept", MeshClient.V2);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text()).isEmpty();
        assertThat(inbox(to, "")).isEmpty();
        var gone = to.get("/inbox/" + id);
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.json().path("messageID").asString("")).isEqualTo(id);

        var acknowledged =
                lab.get("/outbox/tracking?messageID=" + id, "Accept", MeshClient.V2).json();
        assertThat(acknowledged.path("status").asString("")).isEqualTo("acknowledged");
        assertThat(acknowledged.path("status_success").booleanValue()).isTrue();
        assertThat(acknowledged.path("recipient_ods_code").asString("")).isEqualTo("R21");
        assertThat(lab.get("/outbox/" + id + "/status").json().path("status").asString(""))
                .isEqualTo("Acknowledged");
        // Sent, tracked, collected twice, acknowledged, tracked twice; what was refused shows
        // nothing.
        assertThat(lines(id)).isEqualTo(7);
    }

    @Test
    void the_second_version_has_its_own_words() {
        var to = fresh("X26TWO2");
        var sent =
                lab.post(
                        "/outbox",
                        TEXT,
                        "Accept",
                        MeshClient.V2,
                        "Mex-To",
                        to.mailbox(),
                        "Mex-WorkflowID",
                        "LAB_RESULT");
        assertThat(sent.status()).isEqualTo(202);
        assertThat(sent.header("Content-Type")).startsWith(MeshClient.V2);
        var id = sent.json().path("message_id").asString("");
        var listed = to.get("/inbox", "Accept", MeshClient.V2).json();
        assertThat(texts(listed.path("messages"))).containsExactly(id);
        assertThat(listed.path("approx_inbox_count").intValue()).isEqualTo(1);
        assertThat(listed.at("/links/self").asString(""))
                .isEqualTo("/messageexchange/X26TWO2/inbox");
        assertThat(listed.at("/links/next").isMissingNode()).isTrue();
        assertThat(to.get("/count", "Accept", MeshClient.V2).text()).isEqualTo("{\"count\":1}");
        var error = to.get("/inbox/nothing", "Accept", MeshClient.V2);
        assertThat(error.status()).isEqualTo(404);
        assertThat(error.json().at("/detail/0/event").asString("")).isEqualTo("RECEIVE");
        assertThat(error.json().at("/detail/0/code").asString("")).isEqualTo("20");
        assertThat(error.json().at("/detail/0/msg").asString(""))
                .isEqualTo("Message does not exist");
    }

    @Test
    void an_inbox_is_listed_in_order_page_by_page_and_by_workflow() {
        var to = fresh("X26MANY");
        var ids = new ArrayList<String>();
        for (var number = 0; number < 7; number++) {
            ids.add(lab.send("x26many", number % 2 == 0 ? "LAB_RESULT" : "LETTER_OUT", TEXT));
        }
        var seen = new ArrayList<String>();
        var next = "/messageexchange/X26MANY/inbox?max_results=3";
        while (!next.isEmpty()) {
            var page =
                    to.call("GET", next, BodyPublishers.noBody(), "Accept", MeshClient.V2).json();
            seen.addAll(texts(page.path("messages")));
            next = page.at("/links/next").asString("");
        }
        assertThat(seen).isEqualTo(ids);
        assertThat(inbox(to, "?continue_from=" + ids.get(4))).isEqualTo(ids.subList(5, 7));
        assertThat(inbox(to, "?workflow_filter=LETTER_OUT"))
                .containsExactly(ids.get(1), ids.get(3), ids.get(5));
        assertThat(inbox(to, "?workflow_filter=!LETTER*")).hasSize(4);
        assertThat(inbox(to, "?workflow_filter=*TTER_*")).hasSize(3);
        assertThat(inbox(to, "?workflow_filter=LAB%25")).isEmpty();
        assertThat(to.get("/inbox?max_results=501").status()).isEqualTo(400);
        assertThat(to.get("/inbox?max_results=0").status()).isEqualTo(400);
        assertThat(to.get("/inbox?max_results=x").status()).isEqualTo(400);
    }

    @Test
    void nobody_but_the_two_ends_learns_of_a_message() {
        var to = fresh("X26PRIV");
        var id = lab.send(to.mailbox(), "LAB_RESULT", TEXT, "Mex-LocalID", "private-1");
        assertThat(ward.get("/inbox/" + id).status()).isEqualTo(404);
        assertThat(ward.put("/inbox/" + id + "/status/acknowledged").status()).isEqualTo(404);
        assertThat(ward.get("/outbox/tracking?messageID=" + id).status()).isEqualTo(404);
        assertThat(ward.get("/outbox/tracking/private-1").status()).isEqualTo(404);
        assertThat(ward.post("/outbox/" + id + "/2", TEXT, "Mex-Chunk-Range", "2:2").status())
                .isEqualTo(404);
        assertThat(lab.get("/inbox/" + id).status()).isEqualTo(404);
        assertThat(to.get("/outbox/tracking?messageID=" + id).status()).isEqualTo(404);
        assertThat(head(ward, id).status()).isEqualTo(404);
        assertThat(head(lab, id).header("Mex-To")).isEqualTo("X26PRIV");
        assertThat(head(to, id).header("Mex-From")).isEqualTo("X26LAB1");
    }

    private static MeshClient.Got head(MeshClient client, String id) {
        return client.call(
                "HEAD",
                "/messageexchange/" + client.mailbox() + "/inbox/" + id,
                BodyPublishers.noBody());
    }

    @Test
    void a_message_is_tracked_by_the_senders_own_id_while_that_is_one_messages() {
        lab.send(ward.mailbox(), "LETTER", TEXT, "Mex-LocalID", "my 1");
        var one = lab.get("/outbox/tracking/my%201");
        assertThat(one.status()).isEqualTo(200);
        assertThat(one.json().path("localId").asString("")).isEqualTo("my 1");
        lab.send(ward.mailbox(), "LETTER", TEXT, "Mex-LocalID", "my 1");
        assertThat(lab.get("/outbox/tracking/my%201").status()).isEqualTo(300);
        assertThat(lab.get("/outbox/tracking/none").status()).isEqualTo(404);
    }

    // --- what is wrong ---------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mex-Subject | " + TOO_LONG + " | 400 | TRANSFER | 06",
                "Mex-WorkflowID | http://elsewhere.example | 400 | TRANSFER | 06",
                "Mex-From | X26WARD | 400 | SEND | 07",
                "Mex-To | '' | 400 | SEND | 08",
                "Mex-Version | 2.0 | 400 | SEND | 09",
                "Mex-MessageType | REPORT | 400 | SEND | 11",
                "Mex-To | X26NONE | 417 | SEND | 12",
                "Mex-To | X26SHUT | 417 | SEND | 12",
                "Mex-To | X26PICK | 417 | SEND | 17",
                "Mex-Chunk-Range | 2:3 | 417 | SEND | InvalidHeaderChunks",
                "Mex-Chunk-Range | 1 of 3 | 417 | SEND | InvalidHeaderChunks",
                "Mex-Content-Checksum | <script> | 400 | SEND | Invalid checksum",
                "Content-Encoding | br | 422 | SEND | UnsupportedContentEncoding",
            })
    void each_mistake_in_the_headers_has_its_error_and_keeps_nothing(
            String header, String value, int status, String event, String code) {
        var before = kept();
        var headers = new TreeMap<>(Map.of("Mex-To", "X26WARD", "Mex-WorkflowID", "LETTER"));
        headers.put(header, value);
        var all = new ArrayList<String>();
        headers.forEach((name, sent) -> all.addAll(List.of(name, sent)));
        var got = lab.post("/outbox", TEXT, all.toArray(String[]::new));
        assertThat(got.status()).as(got.text()).isEqualTo(status);
        assertThat(got.json().path("errorEvent").asString("")).isEqualTo(event);
        assertThat(got.json().path("errorCode").asString("")).isEqualTo(code);
        assertThat(kept()).isEqualTo(before);
    }

    private static final String TOO_LONG =
            "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                    + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                    + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                    + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                    + "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890";

    /// Messages of the laboratory, and parts of content that belong to none.
    private static List<Long> kept() {
        var db = JdbcClient.create(server.database().dataSource());
        return List.of(
                db.sql("select count(*) from mesh_message where sender = 'X26LAB1'")
                        .query(Long.class)
                        .single(),
                db.sql(
                                """
                                select count(*) from mesh_part
                                 where upload not in (select upload from mesh_chunk)
                                """)
                        .query(Long.class)
                        .single());
    }

    @Test
    void an_empty_body_is_no_message() {
        var got = lab.post("/outbox", new byte[0], "Mex-To", "X26WARD", "Mex-WorkflowID", "A");
        assertThat(got.status()).isEqualTo(417);
        assertThat(got.json().path("errorCode").asString("")).isEqualTo("02");
    }

    @Test
    void what_no_address_or_version_or_method_is_has_its_answer() {
        assertThat(lab.get("/inbox", "Accept", "application/vnd.mesh.v9+json").status())
                .isEqualTo(400);
        assertThat(lab.get("/nothing").status()).isEqualTo(404);
        assertThat(lab.get("/inbox/a/b/c").status()).isEqualTo(404);
        assertThat(lab.get("/inbox/a/x").status()).isEqualTo(404);
        var wrong = lab.put("/inbox");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.header("Allow")).isEqualTo("GET");
    }

    // --- pieces ----------------------------------------------------------------------------------

    @Test
    void a_message_in_pieces_is_there_when_all_of_them_are_in_any_order() {
        var to = fresh("X26PART");
        var id = begin(to, "one ", "1:4");
        assertThat(inbox(to, "")).isEmpty();
        assertThat(chunk(id, 4, "four", "4:4").status()).isEqualTo(202);
        assertThat(lab.get("/outbox/tracking?messageID=" + id).json().path("status").asString(""))
                .isEqualTo("Uploading");
        assertThat(to.get("/inbox/" + id).status()).isEqualTo(404);
        assertThat(chunk(id, 2, "two? ", "2:4").status()).isEqualTo(202);
        assertThat(chunk(id, 2, "two ", "2:4").status()).isEqualTo(202);
        assertThat(chunk(id, 5, "five", "5:5").status()).isEqualTo(406);
        assertThat(chunk(id, 3, "three ", "2:4").status()).isEqualTo(417);
        assertThat(chunk(id, 3, "three ", "").status()).isEqualTo(417);
        var encoded =
                lab.post(
                        "/outbox/" + id + "/3",
                        TEXT,
                        "Mex-Chunk-Range",
                        "3:4",
                        "Content-Encoding",
                        "gzip");
        assertThat(encoded.status()).isEqualTo(417);
        assertThat(inbox(to, "")).isEmpty();
        var last = chunk(id, 3, "three ", "3:4");
        assertThat(last.json().path("blockID").intValue()).isEqualTo(3);
        assertThat(inbox(to, "")).containsExactly(id);
        assertThat(chunk(id, 3, "late", "3:4").status()).isEqualTo(423);

        var all = new StringBuilder();
        for (var number = 1; number <= 4; number++) {
            var got = to.get("/inbox/" + id + (number == 1 ? "" : "/" + number));
            assertThat(got.status()).isEqualTo(number < 4 ? 206 : 200);
            assertThat(got.header("Mex-Chunk-Range")).isEqualTo(number + ":4");
            all.append(got.text());
        }
        assertThat(all).hasToString("one two three four");
        assertThat(to.get("/inbox/" + id + "/5").status()).isEqualTo(404);
        assertThat(to.get("/inbox/" + id + "/0").status()).isEqualTo(404);
        assertThat(lab.get("/outbox/tracking?messageID=" + id).json().path("fileSize").intValue())
                .isEqualTo(18);
    }

    private static String begin(MeshClient to, String text, String range) {
        return lab.send(to.mailbox(), "LETTER", text.getBytes(UTF_8), "Mex-Chunk-Range", range);
    }

    private static MeshClient.Got chunk(String id, int number, String text, String range) {
        var path = "/outbox/" + id + "/" + number;
        return range.isEmpty()
                ? lab.post(path, text.getBytes(UTF_8))
                : lab.post(path, text.getBytes(UTF_8), "Mex-Chunk-Range", range);
    }

    @Test
    void compressed_content_is_handed_out_as_the_client_can_take_it() throws IOException {
        var to = fresh("X26GZIP");
        var zipped = zipped(TEXT);
        var id = lab.send(to.mailbox(), "LETTER", zipped, "Content-Encoding", "gzip");
        var plain = to.get("/inbox/" + id);
        assertThat(plain.answer().body()).isEqualTo(TEXT);
        assertThat(plain.header("Content-Encoding")).isEmpty();
        var taken = to.get("/inbox/" + id, "Accept-Encoding", "gzip");
        assertThat(taken.answer().body()).isEqualTo(zipped);
        assertThat(taken.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(taken.header("Mex-Content-Compressed")).isEqualTo("Y");

        var other = lab.send(to.mailbox(), "LETTER", TEXT);
        var one = to.get("/inbox/" + other, "Accept-Encoding", "gzip");
        assertThat(one.answer().body()).isEqualTo(TEXT);
        var two = to.get("/inbox/" + other, "Accept-Encoding", "gzip", "Accept", MeshClient.V2);
        assertThat(two.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(unzipped(two.answer().body())).isEqualTo(TEXT);

        // One stream cut in pieces is no stream by itself: it goes out as it came.
        var half = zipped.length / 2;
        var cut =
                lab.send(
                        to.mailbox(),
                        "LETTER",
                        Arrays.copyOf(zipped, half),
                        "Content-Encoding",
                        "gzip",
                        "Mex-Chunk-Range",
                        "1:2");
        lab.post(
                "/outbox/" + cut + "/2",
                Arrays.copyOfRange(zipped, half, zipped.length),
                "Content-Encoding",
                "gzip",
                "Mex-Chunk-Range",
                "2:2");
        var both = new ByteArrayOutputStream();
        both.writeBytes(to.get("/inbox/" + cut).answer().body());
        both.writeBytes(to.get("/inbox/" + cut + "/2").answer().body());
        assertThat(unzipped(both.toByteArray())).isEqualTo(TEXT);
    }

    private static byte[] zipped(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] unzipped(byte[] zipped) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return in.readAllBytes();
        }
    }

    @Test
    void a_large_message_comes_out_as_it_went_in_and_one_too_large_leaves_nothing() {
        var to = fresh("X26HUGE");
        var content = new byte[5 * BodySql.PART + 17];
        new Random(1).nextBytes(content);
        var id = lab.send(to.mailbox(), "SCAN", content);
        assertThat(to.get("/inbox/" + id).answer().body()).isEqualTo(content);
        var exact = new byte[2 * BodySql.PART];
        new Random(2).nextBytes(exact);
        var even = lab.send(to.mailbox(), "SCAN", exact);
        assertThat(to.get("/inbox/" + even).answer().body()).isEqualTo(exact);

        var before = kept();
        var refused =
                lab.post(
                        "/outbox",
                        new Zeros(101_000_000, false),
                        "Mex-To",
                        to.mailbox(),
                        "Mex-WorkflowID",
                        "SCAN");
        assertThat(refused.status()).isEqualTo(413);
        assertThat(kept()).isEqualTo(before);
    }

    /// So many zeros, and then the end of the content or of the connection.
    private static final class Zeros extends InputStream {
        private final boolean broken;
        private long left;

        Zeros(long left, boolean broken) {
            this.left = left;
            this.broken = broken;
        }

        @Override
        public int read() throws IOException {
            return read(new byte[1], 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            if (left <= 0 && broken) {
                throw new IOException("the client went away");
            }
            if (left <= 0) {
                return -1;
            }
            var some = (int) Math.min(left, most);
            Arrays.fill(into, from, from + some, (byte) 0);
            left -= some;
            return some;
        }
    }

    /// As when the connection to the database breaks after the commit and before its answer.
    @Test
    void what_became_a_message_unseen_is_not_thrown_away() throws Exception {
        var content = new byte[BodySql.PART * 4];
        new Random(7).nextBytes(content);
        var to = fresh("X26UNSN");
        var message = lab.send(to.mailbox(), "SCAN", content);
        var database = server.database().dataSource();
        var upload =
                JdbcClient.create(database)
                        .sql(
                                """
                                select c.upload from mesh_chunk c join mesh_message m on m.key = c.message
                                 where m.id = ?
                                """)
                        .param(message)
                        .query(Long.class)
                        .single();
        var bodies = new BodySql(database);
        bodies.drop(upload);
        assertThat(to.get("/inbox/" + message).answer().body()).isEqualTo(content);

        var never = bodies.take(new ByteArrayInputStream(content), content.length, Instant.now());
        bodies.drop(never.id());
        assertThat(
                        JdbcClient.create(database)
                                .sql("select count(*) from mesh_part where upload = ?")
                                .param(never.id())
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void content_whose_sender_went_away_is_thrown_away() throws Exception {
        var bodies = new BodySql(server.database().dataSource());
        var broken = new Zeros(3 * BodySql.PART, true);
        var before = kept();
        try {
            bodies.take(broken, Long.MAX_VALUE, Instant.now());
            throw new AssertionError("taken");
        } catch (IOException e) {
            assertThat(kept()).isEqualTo(before);
        }
        var left = bodies.take(new Zeros(2 * BodySql.PART, false), Long.MAX_VALUE, Instant.EPOCH);
        assertThat(kept()).isNotEqualTo(before);
        bodies.sweep(Instant.EPOCH.plusSeconds(1));
        assertThat(left.bytes()).isEqualTo(2 * BodySql.PART);
        assertThat(kept()).isEqualTo(before);
    }

    // --- looking up ------------------------------------------------------------------------------

    @Test
    void a_mailbox_is_found_by_its_organisation_and_workflow() {
        for (var base : List.of("/endpointlookup", "/messageexchange/endpointlookup")) {
            var one = lab.call("GET", base + "/r1b/LAB_RESULT", BodyPublishers.noBody()).json();
            assertThat(one.path("query_id").asString("")).isNotEmpty();
            assertThat(one.path("results").valueStream().map(r -> r.path("address").asString("")))
                    .containsExactly("X26PICK", "X26WARD");
            assertThat(one.at("/results/0/endpoint_type").asString("")).isEqualTo("MESH");
            var two =
                    lab.call(
                                    "GET",
                                    base + "/R1B/LETTER",
                                    BodyPublishers.noBody(),
                                    "Accept",
                                    MeshClient.V2)
                            .json();
            assertThat(two.at("/results/0/mailbox_id").asString("")).isEqualTo("X26WARD");
            assertThat(two.path("results").size()).isEqualTo(1);
        }
        var search =
                lab.call(
                                "GET",
                                "/messageexchange/workflowsearch/LAB_RESULT",
                                BodyPublishers.noBody())
                        .json();
        assertThat(search.at("/results/0/mailbox_id").asString("")).isEqualTo("X26PICK");
        var nobody =
                lab.raw(
                        "GET",
                        "/endpointlookup/R1B/LETTER",
                        BodyPublishers.noBody(),
                        request -> request);
        assertThat(nobody.status()).isEqualTo(403);
    }

    @Test
    void a_mailbox_that_is_particular_takes_what_it_says() {
        var id = lab.send(picky.mailbox(), "LAB_RESULT", TEXT);
        assertThat(inbox(picky, "")).containsExactly(id);
    }

    // --- what happens by itself ------------------------------------------------------------------

    @Test
    void what_nobody_collects_in_five_days_comes_back_as_a_report_and_goes_after_thirty() {
        var from = fresh("X26LATE");
        var to = fresh("X26AWAY");
        var id =
                from.send(
                        to.mailbox(), "LETTER", TEXT, "Mex-Subject", "Hello", "Mex-LocalID", "l-1");
        var messages = server.bean(Messages.class);
        var now = Instant.now();
        messages.tidy(now.plus(Duration.ofDays(5)).minusSeconds(60));
        assertThat(inbox(to, "")).containsExactly(id);

        messages.tidy(now.plus(Duration.ofDays(5)).plusSeconds(60));
        assertThat(inbox(to, "")).isEmpty();
        assertThat(to.get("/inbox/" + id).status()).isEqualTo(410);
        assertThat(to.put("/inbox/" + id + "/status/acknowledged").status()).isEqualTo(410);
        var tracked = from.get("/outbox/tracking?messageID=" + id).json();
        assertThat(tracked.path("status").asString("")).isEqualTo("Undeliverable");
        assertThat(tracked.path("statusSuccess").asString("")).isEqualTo("ERROR");
        assertThat(tracked.path("statusCode").asString("")).isEqualTo("14");

        var reports = inbox(from, "");
        assertThat(reports).hasSize(1);
        var report = from.get("/inbox/" + reports.getFirst());
        assertThat(report.status()).isEqualTo(200);
        assertThat(report.text()).isEmpty();
        assertThat(report.header("Mex-MessageType")).isEqualTo("REPORT");
        assertThat(report.header("Mex-LinkedMsgID")).isEqualTo(id);
        assertThat(report.header("Mex-StatusCode")).isEqualTo("14");
        assertThat(report.header("Mex-StatusSuccess")).isEqualTo("ERROR");
        assertThat(report.header("Mex-Subject")).isEqualTo("NDR: Hello");
        assertThat(report.header("Mex-LocalID")).isEqualTo("l-1");
        messages.tidy(now.plus(Duration.ofDays(5)).plusSeconds(120));
        assertThat(inbox(from, "")).isEqualTo(reports);

        messages.tidy(now.plus(Duration.ofDays(31)));
        assertThat(from.get("/outbox/tracking?messageID=" + id).status()).isEqualTo(404);
        assertThat(inbox(from, "")).isEmpty();
    }

    @Test
    void what_took_long_to_send_waits_as_long_as_everything_else_and_its_end_is_written_down() {
        var from = fresh("X26SLOW");
        var to = fresh("X26WAIT");
        var id = begun(from, to);
        JdbcClient.create(server.database().dataSource())
                .sql("update mesh_message set sent = sent - interval '29 days' where id = ?")
                .param(id)
                .update();
        assertThat(from.post("/outbox/" + id + "/2", TEXT, "Mex-Chunk-Range", "2:2").status())
                .isEqualTo(202);
        var messages = server.bean(Messages.class);
        var now = Instant.now();
        messages.tidy(now.plus(Duration.ofDays(4)));
        assertThat(inbox(to, "")).containsExactly(id);
        messages.tidy(now.plus(Duration.ofDays(5)).plusSeconds(60));
        assertThat(inbox(from, "")).as("the report").hasSize(1);
        var lines =
                JdbcClient.create(server.database().dataSource())
                        .sql(
                                "select count(*) from audit where what = 'message given up' and query = ?")
                        .param("message=" + id + "&to=X26WAIT")
                        .query(Long.class)
                        .single();
        assertThat(lines).isEqualTo(1);
    }

    private static String begun(MeshClient from, MeshClient to) {
        return from.send(to.mailbox(), "LETTER", TEXT, "Mex-Chunk-Range", "1:2");
    }

    @Test
    void all_chunks_together_have_their_limit() {
        var from = fresh("X26BULK");
        var id = begun(from, fresh("X26BRIM"));
        JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        update mesh_chunk set bytes = 20000000000
                         where message = (select key from mesh_message where id = ?)
                        """)
                .param(id)
                .update();
        var got = from.post("/outbox/" + id + "/2", TEXT, "Mex-Chunk-Range", "2:2");
        assertThat(got.status()).isEqualTo(413);
        assertThat(got.text()).contains("20000000000 bytes in all chunks together");
        assertThat(from.get("/outbox/tracking?messageID=" + id).text()).contains("Uploading");
    }

    @Test
    void a_list_comes_back_without_those_who_opted_out() throws IOException {
        record(
                """
                {"resourceType":"Patient","id":"opted","identifier":[{
                 "system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990548609"}]}\
                """);
        record(
                """
                {"resourceType":"Consent","id":"out","status":"active",
                 "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"research"}]},
                 "category":[{"coding":[{"system":"https://trellis.example/choices","code":"national-data-opt-out"}]}],
                 "patient":{"reference":"Patient/opted"},"policyRule":{"text":"opt-out"}}\
                """);
        var asker = fresh("X26STUD");
        var list = "9990548609,\n9990554412,\n".getBytes(UTF_8);
        var sent =
                asker.send(
                        Mailbox.OPT_OUT,
                        "SPINE_NTT_UPHOLDING",
                        list,
                        "Mex-Subject",
                        "Cohort 7",
                        "Mex-LocalID",
                        "cohort-7");
        var answer = answer(asker);
        var got = asker.get("/inbox/" + answer);
        assertThat(got.text()).isEqualTo("9990554412,\n");
        assertThat(got.header("Mex-From")).isEqualTo(Mailbox.OPT_OUT);
        assertThat(got.header("Mex-LocalID")).isEqualTo("cohort-7");
        assertThat(got.header("Mex-WorkflowID")).isEqualTo("SPINE_NTT_UPHOLDING");
        assertThat(
                        asker.get("/outbox/tracking?messageID=" + sent)
                                .json()
                                .path("status")
                                .asString(""))
                .isEqualTo("Acknowledged");
        asker.put("/inbox/" + answer + "/status/acknowledged");

        asker.send(
                Mailbox.OPT_OUT,
                "SPINE_NTT_UPHOLDING",
                zipped("9990554412,\n9990554413,\n".getBytes(UTF_8)),
                "Content-Encoding",
                "gzip",
                "Mex-Subject",
                "Cohort 8",
                "Mex-LocalID",
                "cohort-8");
        var wrong = answer(asker);
        assertThat(asker.get("/inbox/" + wrong).text())
                .startsWith("ERROR: line 2")
                .containsOnlyOnce("\n");
        asker.put("/inbox/" + wrong + "/status/acknowledged");

        var bare = asker.send(Mailbox.OPT_OUT, "SPINE_NTT_UPHOLDING", list);
        var report = asker.get("/inbox/" + answer(asker));
        assertThat(report.header("Mex-MessageType")).isEqualTo("REPORT");
        assertThat(report.header("Mex-LinkedMsgID")).isEqualTo(bare);
        assertThat(report.header("Mex-StatusCode")).isEqualTo("06");
        var other = asker.post("/outbox", list, "Mex-To", Mailbox.OPT_OUT, "Mex-WorkflowID", "A");
        assertThat(other.json().path("errorCode").asString("")).isEqualTo("17");
    }

    private static void record(String json) {
        var token = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        var type = json.contains("\"Consent\"") ? "Consent/out" : "Patient/opted";
        var got =
                lab.raw(
                        "PUT",
                        "/fhir/" + type,
                        BodyPublishers.ofString(json),
                        request ->
                                request.header("Authorization", "Bearer " + token)
                                        .header("Content-Type", "application/fhir+json"));
        assertThat(got.status()).as(got.text()).isEqualTo(201);
    }

    /// The one message that comes, at once rather than at the next turn.
    private static String answer(MeshClient asker) {
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < until) {
            var found = inbox(asker, "");
            if (!found.isEmpty()) {
                return found.getFirst();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new AssertionError("no answer came");
    }

    @Test
    void many_senders_at_once_lose_nothing_and_send_nothing_twice() throws Exception {
        var to = fresh("X26RUSH");
        var sent = new HashSet<String>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            var all =
                    threads.invokeAll(
                            Collections.<Callable<String>>nCopies(
                                    120, () -> lab.send(to.mailbox(), "LETTER", TEXT)));
            for (var one : all) {
                sent.add(one.get());
            }
        }
        assertThat(sent).hasSize(120);
        assertThat(inbox(to, "")).hasSize(120).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void a_fault_inside_the_server_is_said_in_the_words_of_the_exchange() {
        var id = lab.send("X26WARD", "LAB_RESULT", TEXT);
        assertThat(
                        JdbcClient.create(server.database().dataSource())
                                .sql("update mesh_message set kind = 'UNHEARD' where id = ?")
                                .param(id)
                                .update())
                .isEqualTo(1);
        var first = ward.get("/inbox/" + id);
        assertThat(first.status()).isEqualTo(500);
        assertThat(first.json().path("errorDescription").asString(""))
                .startsWith("Something went wrong inside the server");
        var second = ward.get("/inbox/" + id, "Accept", MeshClient.V2);
        assertThat(second.status()).isEqualTo(500);
        assertThat(second.json().at("/detail/0/msg").asString(""))
                .startsWith("Something went wrong inside the server");
        assertThat(second.text()).doesNotContain("Exception", "UNHEARD");
    }

    // --- rich lists, and routing by person -------------------------------------------------------

    @Test
    void a_rich_list_tells_of_every_message_that_came_or_was_sent() {
        var from = fresh("X26RICA");
        var to = fresh("X26RICB");
        var first = from.send("X26RICB", "LAB_RESULT", TEXT, "Mex-LocalID", "rich-1");
        var second = from.send("X26RICB", "LETTER", TEXT);
        to.put("/inbox/" + first + "/status/acknowledged");

        var inbox = to.get("/inbox/rich");
        assertThat(inbox.status()).isEqualTo(200);
        assertThat(inbox.header("Content-Type")).startsWith(MeshClient.V2);
        assertThat(inbox.json().path("valid_at").asString("")).isNotEmpty();
        var one = inbox.json().at("/messages/0");
        assertThat(one.path("message_id").asString("")).isEqualTo(first);
        assertThat(one.path("local_id").asString("")).isEqualTo("rich-1");
        assertThat(one.path("message_type").asString("")).isEqualTo("DATA");
        assertThat(one.path("recipient").asString("")).isEqualTo("X26RICB");
        assertThat(one.path("recipient_name").asString("")).isEqualTo("Mailbox X26RICB");
        assertThat(one.path("sender_name").asString("")).isEqualTo("Mailbox X26RICA");
        assertThat(one.path("status").asString("")).isEqualTo("Acknowledged");
        assertThat(one.path("workflow_id").asString("")).isEqualTo("LAB_RESULT");
        assertThat(one.path("total_chunks").intValue()).isEqualTo(1);
        assertThat(one.path("expiry_timestamp").asString("")).isNotEmpty();
        assertThat(inbox.json().at("/messages/1/status").asString("")).isEqualTo("Accepted");

        var page = from.get("/outbox/rich?max_results=1").json();
        assertThat(page.path("messages").size()).isEqualTo(1);
        var next = page.at("/links/next").asString("");
        assertThat(next).startsWith("/messageexchange/X26RICA/outbox/rich?max_results=1");
        var rest = from.get(next.substring("/messageexchange/X26RICA".length())).json();
        assertThat(rest.at("/messages/0/message_id").asString("")).isEqualTo(second);
        assertThat(rest.path("links").has("next")).isFalse();
        assertThat(to.get("/outbox/rich").json().path("messages").size()).isZero();

        var later = Instant.now().plusSeconds(60).toString();
        assertThat(to.get("/inbox/rich?start_time=" + later).json().path("messages").size())
                .isZero();
        assertThat(to.get("/inbox/rich?start_time=yesterday").status()).isEqualTo(400);
        assertThat(to.get("/inbox/rich?max_results=2001").status()).isEqualTo(400);
    }

    @Test
    void a_message_goes_to_the_practice_of_the_person_it_names() {
        kept(
                "Organization/P81001",
                "{\"resourceType\":\"Organization\",\"id\":\"P81001\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"P81001\"}]}");
        kept(
                "Patient/routed",
                "{\"resourceType\":\"Patient\",\"id\":\"routed\",\"birthDate\":\"1975-03-09\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9693632109\"}],\"name\":[{\"family\":\"O'Néill-Smith\",\"given\":[\"Ada\"]}],\"generalPractitioner\":[{\"reference\":\"Organization/P81001\"}]}");
        var to = "GPPROVIDER_9693632109_09031975_ONeill Smith";
        assertThat(refusal(to)).isEqualTo("EPL-151");
        var practice = owner("X26PRAC", "P81001", Set.of("GPCONNECT_SEND_DOCUMENT"));
        var id = lab.send(to, "GPCONNECT_SEND_DOCUMENT", TEXT);
        assertThat(inbox(practice, "")).containsExactly(id);
        assertThat(practice.get("/inbox/" + id).header("Mex-To")).isEqualTo("X26PRAC");
        assertThat(lines(id)).isGreaterThan(1);

        assertThat(refusal("GPPROVIDER_9693632108_09031975_ONEILLSMITH")).isEqualTo("EPL-152");
        assertThat(refusal("GPPROVIDER_9111231130_09031975_ONEILLSMITH")).isEqualTo("EPL-153");
        assertThat(refusal("GPPROVIDER_9693632109_10031975_ONEILLSMITH")).isEqualTo("EPL-154");
        assertThat(refusal("GPPROVIDER_9693632109_31021975_ONEILLSMITH")).isEqualTo("EPL-154");
        assertThat(refusal("GPPROVIDER_9693632109_09031975_JONES")).isEqualTo("EPL-154");
        assertThat(refusal("GPPROVIDER_9693632109")).isEqualTo("12");
        owner("X26PRA2", "P81001", Set.of());
        assertThat(refusal(to)).isEqualTo("EPL-150");
        assertThat(inbox(practice, "")).containsExactly(id);
    }

    @Test
    void where_somebody_is_registered_who_is_protected_is_told_to_nobody() {
        kept(
                "Organization/P81002",
                "{\"resourceType\":\"Organization\",\"id\":\"P81002\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"P81002\"}]}");
        kept(
                "Patient/protected",
                "{\"resourceType\":\"Patient\",\"id\":\"protected\",\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}]},\"birthDate\":\"1980-01-02\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9693632117\"}],\"name\":[{\"family\":\"Reed\"}],\"generalPractitioner\":[{\"reference\":\"Organization/P81002\"}]}");
        var practice = owner("X26HIDE", "P81002", Set.of());
        var from = fresh("X26SEEK");
        var to = "GPPROVIDER_9693632117_02011980_REED";
        var id = from.send(to, "GPCONNECT_SEND_DOCUMENT", TEXT, "Mex-LocalID", "hidden-1");

        assertThat(inbox(practice, "")).containsExactly(id);
        assertThat(practice.get("/inbox/" + id).header("Mex-To")).isEqualTo("X26HIDE");
        assertThat(practice.get("/inbox/rich").text()).contains("\"recipient\":\"X26HIDE\"");
        var seen =
                List.of(
                        from.get("/outbox/tracking?messageID=" + id).text(),
                        from.get("/outbox/tracking?messageID=" + id, "Accept", MeshClient.V2)
                                .text(),
                        from.get("/outbox/tracking/hidden-1").text(),
                        from.get("/outbox/rich").text());
        for (var one : seen) {
            assertThat(one).contains(to).doesNotContain("X26HIDE", "P81002");
        }
        var head = from.call("HEAD", "/messageexchange/X26SEEK/inbox/" + id, NO_BODY);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Mex-To")).isEqualTo(to);
    }

    @Test
    void who_guesses_at_people_is_written_down_and_has_to_wait() {
        kept(
                "Patient/guessed",
                "{\"resourceType\":\"Patient\",\"id\":\"guessed\",\"birthDate\":\"1980-01-02\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9693632125\"}],\"name\":[{\"family\":\"Reed\"}]}");
        var from = fresh("X26GUES");
        for (var day = 1; day <= 20; day++) {
            var to = "GPPROVIDER_9693632125_%02d031980_REED".formatted(day);
            assertThat(guess(from, to).json().path("errorCode").asString("")).isEqualTo("EPL-154");
        }
        assertThat(guess(from, "GPPROVIDER_9693632125_02011980_REED").status()).isEqualTo(429);
        var lines =
                JdbcClient.create(server.database().dataSource())
                        .sql(
                                """
                                select count(*) from audit a join audit_patient p on p.seq = a.seq
                                 where a.what = 'message to the practice of a person refused'
                                   and a.query = 'code=EPL-154' and p.patient = ?
                                """)
                        .param(trellis.store.Keys.resource("Patient", "guessed"))
                        .query(Long.class)
                        .single();
        assertThat(lines).isEqualTo(20);
        var ordinary = from.send(ward.mailbox(), "LETTER", TEXT);
        assertThat(ordinary).as("what names a mailbox goes on").isNotEmpty();
        ward.put("/inbox/" + ordinary + "/status/acknowledged");
    }

    private static MeshClient.Got guess(MeshClient from, String to) {
        return from.post(
                "/outbox", TEXT, "Mex-To", to, "Mex-WorkflowID", "GPCONNECT_SEND_DOCUMENT");
    }

    private static String refusal(String to) {
        var got =
                lab.post(
                        "/outbox", TEXT, "Mex-To", to, "Mex-WorkflowID", "GPCONNECT_SEND_DOCUMENT");
        assertThat(got.status()).isEqualTo(417);
        return got.json().path("errorCode").asString("");
    }

    private static void kept(String path, String json) {
        new Wire(server).keep(path, json);
    }
}
