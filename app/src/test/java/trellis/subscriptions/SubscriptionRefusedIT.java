package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static trellis.subscriptions.Asking.filtered;
import static trellis.subscriptions.Asking.wanted;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Role;
import trellis.fhir.Json;

/// Subscriptions past the bound of their owner, also in one Bundle or side by side, and filters that a topic does not allow.
class SubscriptionRefusedIT {
    private static final int EACH = 3;
    private static final String CRITERIA = "Observation?status=final";
    private static final String TOPIC = "http://example.org/topic/narrow";

    @RegisterExtension
    static final TestServer server =
            TestServer.start(Map.of("TRELLIS_SUBSCRIPTIONS_EACH", Integer.toString(EACH)));

    private static final Wire WIRE = new Wire(server);
    private static final Asking MACHINE = new Asking(server, WIRE.machine());

    @BeforeAll
    static void fill() {
        MACHINE.keep("Organization/ZR1", "{'resourceType':'Organization','id':'ZR1','name':'T'}");
        var x = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.";
        MACHINE.keep(
                "Basic/narrow",
                ("{'resourceType':'Basic','id':'narrow','code':{'coding':[{'system':'http://hl7.org/fhir/fhir-types','code':'SubscriptionTopic'}]},"
                                + "'modifierExtension':[{'url':'X.status','valueCode':'active'}],'extension':[{'url':'X.url','valueUri':'U'},"
                                + "{'url':'X.resourceTrigger','extension':[{'url':'resource','valueUri':'Observation'}]},"
                                + "{'url':'X.canFilterBy','extension':[{'url':'filterParameter','valueString':'date'},"
                                + "{'url':'comparator','valueCode':'ge'},{'url':'comparator','valueCode':'lt'}]},"
                                + "{'url':'X.canFilterBy','extension':[{'url':'filterParameter','valueString':'code'},{'url':'modifier','valueCode':'not'}]},"
                                + "{'url':'X.canFilterBy','extension':[{'url':'filterParameter','valueString':'value-quantity'},"
                                + "{'url':'modifier','valueCode':'='},{'url':'modifier','valueCode':'gt'}]},"
                                + "{'url':'X.canFilterBy','extension':[{'url':'filterParameter','valueString':'code-value-quantity'},{'url':'comparator','valueCode':'gt'}]},"
                                + "{'url':'X.canFilterBy','extension':[{'url':'filterParameter','valueString':'subject'},{'url':'modifier','valueCode':'type'}]},"
                                + "{'url':'X.canFilterBy','extension':[{'url':'filterParameter','valueString':'status'}]}]}")
                        .replace("X.", x)
                        .replace("'U'", "'" + TOPIC + "'"));
    }

    private static Asking staff(String name) {
        return new Asking(server, WIRE.account(name, Role.CLINICIAN, "ZR1"));
    }

    private static HttpResponse<String> bundle(Asking asking, String[] kept, String... deleted) {
        var bundle =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("resourceType", "Bundle")
                        .put("type", "transaction");
        var entries = bundle.putArray("entry");
        for (var id : kept) {
            var entry = entries.addObject();
            entry.set("resource", wanted(id, CRITERIA, "websocket", ""));
            entry.putObject("request").put("method", "PUT").put("url", "Subscription/" + id);
        }
        for (var id : deleted) {
            entries.addObject()
                    .putObject("request")
                    .put("method", "DELETE")
                    .put("url", "Subscription/" + id);
        }
        return Wire.send(
                new Wire(server)
                        .request(asking.token(), "/fhir")
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(new String(Json.write(bundle), UTF_8))));
    }

    private static String[] ids(String name, int from, int to) {
        var ids = new String[to - from + 1];
        for (var i = from; i <= to; i++) {
            ids[i - from] = name + "-" + i;
        }
        return ids;
    }

    private static int held(String name) {
        return JdbcClient.create(server.database().dataSource())
                .sql("select count(*) from subscription where id like ?")
                .param(name + "-%")
                .query(Integer.class)
                .single();
    }

    private static void tooMany(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        var issue = Wire.json(answer).at("/issue/0");
        assertThat(issue.path("code").asString("")).isEqualTo("too-costly");
        assertThat(issue.path("diagnostics").asString(""))
                .contains("You may have " + EACH + " Subscriptions");
    }

    @Test
    void all_of_a_transaction_is_counted() {
        var asking = staff("bundler");
        tooMany(bundle(asking, ids("bundle", 1, EACH + 1)));
        assertThat(held("bundle")).isZero();
        assertThat(asking.get("Subscription/bundle-1").statusCode()).isEqualTo(404);

        assertThat(bundle(asking, ids("bundle", 1, EACH)).statusCode()).isEqualTo(200);
        tooMany(asking.put(wanted("bundle-9", CRITERIA, "websocket", "")));
        tooMany(bundle(asking, ids("bundle", EACH + 1, EACH + 2), "bundle-1"));
        // What is there already, and what takes the place of one, are no more than before.
        assertThat(bundle(asking, ids("bundle", 1, EACH)).statusCode()).isEqualTo(200);
        var instead = bundle(asking, ids("bundle", EACH + 1, EACH + 1), "bundle-1");
        assertThat(instead.statusCode()).as(instead.body()).isEqualTo(200);
        assertThat(held("bundle")).isEqualTo(EACH);
    }

    @Test
    void requests_side_by_side_are_counted_one_after_the_other() {
        var asking = staff("racer");
        var good = new AtomicInteger();
        var refused = new AtomicInteger();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 1; i <= 4 * EACH; i++) {
                var one = wanted("race-" + i, CRITERIA, "websocket", "");
                writers.execute(() -> {
                    var status = asking.put(one).statusCode();
                    (status == 201 ? good : refused).incrementAndGet();
                });
            }
        }
        assertThat(good.get()).isEqualTo(EACH);
        assertThat(refused.get()).isEqualTo(3 * EACH);
        assertThat(held("race")).isEqualTo(EACH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    date=ge2026-01-01&date=lt2027
                    date:missing=true
                    code=718-7
                    code:not=718-7
                    value-quantity=7
                    value-quantity=gt7,gt9
                    code-value-quantity=718-7$gt7
                    subject:Patient=1
                    status:not=final
                    """)
    void a_filter_that_the_topic_allows_is_taken(String filter) {
        var answer = MACHINE.put(narrowed(filter));
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    date=gt2026-01-01 ; by date with the comparator gt. Comparators that it allows (eq is a value without one): ge, lt.
                    date=ge2026,2025 ; by date with the comparator eq
                    date=%67t2026 ; by date with the comparator gt
                    code:text=x ; by code with the modifier :text. Modifiers that it allows: not.
                    value-quantity=lt7 ; with the comparator lt. Comparators that it allows (eq is a value without one): eq, gt.
                    value-quantity:missing=true ; by value-quantity with the modifier :missing. Modifiers that it allows: none.
                    code-value-quantity=718-7$lt7 ; by code-value-quantity with the comparator lt
                    subject:missing=true ; Modifiers that it allows: type.
                    method=1 ; by method. It can be by code, code-value-quantity, date, status, subject, value-quantity.
                    date=%zz ; percent sign
                    """)
    void a_comparator_or_modifier_that_the_topic_does_not_allow_is_refused(
            String filter, String words) {
        var answer = MACHINE.put(narrowed(filter).put("id", "narrow-bad"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        var issue = Wire.json(answer).at("/issue/0");
        assertThat(issue.path("diagnostics").asString("")).contains(words);
        assertThat(issue.at("/expression/0").asString(""))
                .isEqualTo("Subscription.criteria.extension");
        assertThat(MACHINE.get("Subscription/narrow-bad").statusCode()).isEqualTo(404);
    }

    private static ObjectNode narrowed(String filter) {
        return filtered(
                wanted("narrow", TOPIC, "websocket", "", "id-only"), "Observation?" + filter);
    }
}
