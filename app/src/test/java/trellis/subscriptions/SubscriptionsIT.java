package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.subscriptions.Asking.filtered;
import static trellis.subscriptions.Asking.wanted;
import static trellis.subscriptions.Asking.with;

import com.icegreen.greenmail.util.GreenMailUtil;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.fhir.Json;
import trellis.notices.MailServer;
import trellis.subscriptions.Receiver.Event;

/// Subscriptions over real sockets: a receiver, a websocket of the JDK, a mail server.
class SubscriptionsIT {
    private static final MailServer MAIL = new MailServer();
    private static final String ANY = "urn:trellis:topic:record-change";

    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    MAIL.environment(
                            Map.of(
                                    "TRELLIS_SUBSCRIPTIONS_TO",
                                    "any",
                                    "TRELLIS_SUBSCRIPTIONS_RETRY",
                                    "1",
                                    "TRELLIS_SUBSCRIPTIONS_PATIENCE",
                                    "5",
                                    "TRELLIS_SUBSCRIPTIONS_HEARTBEAT",
                                    "1")));

    private static final Asking ASKING = new Asking(server, new Wire(server).machine());

    private final Receiver receiver = new Receiver();

    @BeforeAll
    static void fill() {
        ASKING.keep("Organization/ZR1", "{'resourceType':'Organization','id':'ZR1','name':'T'}");
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @AfterAll
    static void stop() {
        MAIL.close();
    }

    private List<Event> told(int least) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> receiver.events().size() >= least);
        return receiver.events();
    }

    @Test
    void a_rest_hook_is_greeted_and_told_of_what_is_created_changed_and_deleted() {
        ASKING.patient("hook");
        ASKING.patient("hook-other");
        var subscription =
                filtered(
                        wanted("hook", ANY, "rest-hook", receiver.url("/hook"), "full-resource"),
                        "Observation?patient=Patient/hook&code=http://loinc.org|718-7");
        ((ObjectNode) subscription.path("channel"))
                .putArray("header")
                .add("Authorization: Bearer of-the-receiver");
        ASKING.begin(subscription);
        var greeting = receiver.calls().getFirst();
        assertThat(greeting.method()).isEqualTo("POST");
        assertThat(greeting.path()).isEqualTo("/hook");
        assertThat(greeting.headers())
                .containsEntry("Authorization", "Bearer of-the-receiver")
                .containsEntry("Content-Type", "application/fhir+json");
        assertThat(greeting.type()).isEqualTo("handshake");
        assertThat(greeting.parameter("status")).isEqualTo("requested");
        assertThat(greeting.parameter("events-since-subscription-start")).isEqualTo("0");
        assertThat(ASKING.get("Subscription/hook").body())
                .doesNotContain("of-the-receiver")
                .contains("sealed:");

        ASKING.observation("hook-1", "hook", "final", 1);
        ASKING.observation("hook-2", "hook-other", "final", 1);
        ASKING.observation("hook-1", "hook", "final", 2);
        assertThat(ASKING.delete("Observation/hook-1").statusCode()).isEqualTo(204);
        assertThat(told(3))
                .containsExactly(
                        new Event(1, "Observation/hook-1"),
                        new Event(2, "Observation/hook-1"),
                        new Event(3, "Observation/hook-1"));
        var entries = new ArrayList<String>();
        for (var call : receiver.taken("event-notification")) {
            assertThat(call.json().path("type").asString("")).isEqualTo("history");
            assertThat(call.parameter("topic")).isEqualTo(ANY);
            assertThat(call.body()).contains("backport-subscription-status-r4");
            for (var entry : call.json().path("entry")) {
                if (!entry.path("fullUrl").asString("").startsWith("urn:uuid:")) {
                    entries.add(
                            entry.at("/request/method").asString("")
                                    + " "
                                    + entry.at("/response/status").asString("")
                                    + " "
                                    + entry.at("/resource/valueInteger").asInt(0));
                }
            }
        }
        assertThat(entries).containsExactly("POST 201 1", "PUT 200 2", "DELETE 204 0");

        var status = ASKING.json("Subscription/hook/$status");
        assertThat(status.path("type").asString("")).isEqualTo("searchset");
        assertThat(status.toString()).contains("query-status").contains("\"3\"");
        var all = ASKING.json("Subscription/$status?id=hook&status=active");
        assertThat(all.path("total").asInt(0)).isEqualTo(1);
        assertThat(ASKING.json("Subscription/$status?id=hook&status=off").path("total").asInt(9))
                .isZero();
        var events =
                ASKING.json(
                        "Subscription/hook/$events?eventsSinceNumber=2&eventsUntilNumber=3&content=id-only");
        assertThat(Receiver.events(events.at("/entry/0/resource")))
                .containsExactly(
                        new Event(2, "Observation/hook-1"), new Event(3, "Observation/hook-1"));
        assertThat(events.path("entry").size()).isEqualTo(1);
    }

    @Test
    void a_plain_r4_subscription_is_called_without_content_or_given_the_resource() {
        ASKING.patient("plain");
        ASKING.begin(
                wanted(
                        "plain-bare",
                        "Observation?patient=Patient/plain&status=final",
                        "rest-hook",
                        receiver.url("/bare")));
        var full =
                wanted(
                        "plain-full",
                        "Observation?patient=Patient/plain&status=final",
                        "rest-hook",
                        receiver.url("/base"));
        ((ObjectNode) full.path("channel")).put("payload", "application/fhir+xml");
        ASKING.begin(full);
        ASKING.observation("plain-1", "plain", "preliminary", 1);
        ASKING.observation("plain-1", "plain", "final", 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> receiver.calls().size() >= 2);
        var calls = receiver.calls();
        assertThat(calls)
                .anySatisfy(call -> {
                    assertThat(call.method() + " " + call.path()).isEqualTo("POST /bare");
                    assertThat(call.body()).isEmpty();
                })
                .anySatisfy(call -> {
                    assertThat(call.method() + " " + call.path())
                            .isEqualTo("PUT /base/Observation/plain-1");
                    assertThat(call.headers())
                            .containsEntry("Content-Type", "application/fhir+xml");
                    assertThat(call.body()).contains("<valueInteger value=\"2\"/>");
                })
                .hasSize(2);
    }

    @Test
    void an_encounter_that_begins_and_ends_is_told_once_each() {
        ASKING.patient("stay");
        for (var one : List.of("start", "end")) {
            ASKING.begin(
                    filtered(
                            wanted(
                                    "stay-" + one,
                                    "urn:trellis:topic:encounter-" + one,
                                    "rest-hook",
                                    receiver.url("/" + one),
                                    "id-only"),
                            "Encounter?patient=Patient/stay"));
        }
        for (var status : List.of("planned", "in-progress", "onleave", "finished", "finished")) {
            ASKING.keep(
                    "Encounter/stay",
                    ("{'resourceType':'Encounter','id':'stay','status':'%s','class':{'code':'IMP'},"
                                    + "'subject':{'reference':'Patient/stay'}}")
                            .formatted(status));
        }
        ASKING.keep(
                "Encounter/stay",
                "{'resourceType':'Encounter','id':'stay','status':'finished','class':{'code':'IMP'},"
                        + "'subject':{'reference':'Patient/stay'},'length':{'value':3}}");
        told(2);
        assertThat(receiver.taken("event-notification").stream().map(Receiver.Call::path))
                .containsExactlyInAnyOrder("/start", "/end");
        assertThat(receiver.taken("event-notification").getFirst().body())
                .contains("additional-context")
                .contains("/fhir/Patient/stay")
                .doesNotContain("\"resourceType\":\"Encounter\"");
    }

    @Test
    void a_topic_of_ones_own_asks_by_fhirpath() {
        ASKING.patient("path");
        ASKING.keep("Basic/rising", topic("http://example.org/topic/rising", "active"));
        ASKING.begin(
                filtered(
                        wanted(
                                "path",
                                "http://example.org/topic/rising",
                                "rest-hook",
                                receiver.url("/path"),
                                "id-only"),
                        "Observation?subject=Patient/path"));
        for (var value : List.of(5, 9, 7, 8)) {
            ASKING.observation("path-1", "path", "final", value);
        }
        assertThat(told(2)).hasSize(2);
        var versions = ASKING.json("Subscription/path/$events?content=full-resource");
        assertThat(versions.at("/entry/1/resource/valueInteger").asInt(0)).isEqualTo(9);
        assertThat(versions.at("/entry/2/resource/valueInteger").asInt(0)).isEqualTo(8);

        assertThat(ASKING.delete("Basic/rising").statusCode()).isEqualTo(204);
        ASKING.awaitStatus("path", "error");
        assertThat(ASKING.get("Subscription/path").body()).contains("cannot be carried out");
    }

    private static String topic(String url, String status) {
        var x = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.";
        return ("{'resourceType':'Basic','id':'rising','code':{'coding':[{'system':'http://hl7.org/fhir/fhir-types','code':'SubscriptionTopic'}]},"
                        + "'modifierExtension':[{'url':'X.status','valueCode':'S'}],'extension':[{'url':'X.url','valueUri':'U'},"
                        + "{'url':'X.resourceTrigger','extension':[{'url':'resource','valueUri':'Observation'},{'url':'supportedInteraction','valueCode':'update'},"
                        + "{'url':'fhirPathCriteria','valueString':'%previous.value < %current.value'}]},"
                        + "{'url':'X.canFilterBy','extension':[{'url':'resource','valueUri':'Observation'},{'url':'filterParameter','valueString':'subject'}]}]}")
                .replace("X.", x)
                .replace("'U'", "'" + url + "'")
                .replace("'S'", "'" + status + "'");
    }

    @Test
    void everything_is_told_in_order_although_many_write_and_the_receiver_fails_in_between()
            throws InterruptedException {
        for (var i = 0; i < 4; i++) {
            ASKING.patient("order-" + i);
        }
        ASKING.begin(
                with(
                        filtered(
                                wanted(
                                        "order",
                                        ANY,
                                        "rest-hook",
                                        receiver.url("/o"),
                                        "full-resource"),
                                "Observation?identifier=http://example.org|order"),
                        "backport-max-count",
                        7));
        var calls = new AtomicInteger();
        receiver.answers(() -> calls.incrementAndGet() % 4 == 2 ? 503 : 200);
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 4; i++) {
                var patient = "order-" + i;
                writers.execute(() -> {
                    for (var value = 1; value <= 15; value++) {
                        ASKING.keep(
                                "Observation/" + patient,
                                Asking.observationJson(patient, patient, "final", value)
                                        .replace(
                                                "'status'",
                                                "'identifier':[{'system':'http://example.org','value':'order'}],'status'"));
                    }
                });
            }
        }
        told(60);
        var numbers = receiver.events().stream().map(Event::number).distinct().toList();
        assertThat(numbers).hasSize(60).isSorted().startsWith(1L).endsWith(60L);
        var last = new HashMap<String, Integer>();
        for (var call : receiver.taken("event-notification")) {
            assertThat(Receiver.events(call.status())).hasSizeLessThanOrEqualTo(7);
            for (var entry : call.json().path("entry")) {
                var resource = entry.path("resource");
                if (resource.path("resourceType").asString("").equals("Observation")) {
                    var value = resource.path("valueInteger").asInt(0);
                    assertThat(last.getOrDefault(resource.path("id").asString(""), 0))
                            .isEqualTo(value - 1);
                    last.put(resource.path("id").asString(""), value);
                }
            }
        }
        assertThat(last.values()).containsOnly(15).hasSize(4);
    }

    @Test
    void a_receiver_that_stays_away_puts_it_in_error_and_nothing_is_lost_when_it_is_back() {
        ASKING.patient("away");
        var subscription =
                filtered(
                        wanted("away", ANY, "rest-hook", receiver.url("/a"), "id-only"),
                        "Observation?patient=Patient/away");
        ASKING.begin(subscription);
        receiver.answers(() -> 500);
        ASKING.observation("away-1", "away", "final", 1);
        ASKING.awaitStatus("away", "error");
        assertThat(ASKING.get("Subscription/away").body())
                .contains("\"error\":\"The endpoint answers 500\"");
        ASKING.observation("away-2", "away", "final", 1);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(
                                        Receiver.events(
                                                ASKING.json("Subscription/away/$events")
                                                        .at("/entry/0/resource")))
                                .containsExactly(
                                        new Event(1, "Observation/away-1"),
                                        new Event(2, "Observation/away-2")));
        var status = ASKING.json("Subscription/away/$status").toString();
        assertThat(status).contains("\"error\"").contains("no-response");

        receiver.answers(() -> 200);
        ASKING.begin(subscription);
        assertThat(told(2))
                .containsExactly(
                        new Event(1, "Observation/away-1"), new Event(2, "Observation/away-2"));
        assertThat(receiver.taken("handshake")).hasSize(2);
        var history = ASKING.json("Subscription/away/_history").toString();
        assertThat(history).contains("\"status\":\"error\"").contains("\"status\":\"active\"");
    }

    @Test
    void a_receiver_that_refuses_the_handshake_is_told_nothing() {
        receiver.answers(() -> 404);
        var subscription =
                filtered(
                        wanted("shake", ANY, "rest-hook", receiver.url("/s"), "id-only"),
                        "Observation?patient=Patient/none");
        assertThat(ASKING.put(subscription).statusCode()).isEqualTo(201);
        ASKING.awaitStatus("shake", "error");
        assertThat(ASKING.get("Subscription/shake").body())
                .contains("The handshake failed. The endpoint answers 404");
    }

    @Test
    void whose_account_is_closed_is_told_no_more() {
        var clinician =
                new Asking(server, new Wire(server).account("leaver", Role.CLINICIAN, "ZR1"));
        ASKING.patient("leaver");
        clinician.begin(
                filtered(
                        wanted("leaver", ANY, "rest-hook", receiver.url("/l"), "id-only"),
                        "Observation?patient=Patient/leaver"));
        ASKING.observation("leaver-1", "leaver", "final", 1);
        assertThat(told(1)).containsExactly(new Event(1, "Observation/leaver-1"));
        server.bean(Accounts.class).disable("leaver", true);
        ASKING.observation("leaver-2", "leaver", "final", 1);
        ASKING.awaitStatus("leaver", "error");
        assertThat(ASKING.get("Subscription/leaver").body()).contains("may not ask any more");
        assertThat(receiver.events()).hasSize(1);
    }

    @Test
    void redirects_are_not_followed() {
        receiver.answers(() -> 307);
        var subscription = wanted("moved", ANY, "rest-hook", receiver.url("/m"), "id-only");
        filtered(subscription, "Observation?patient=Patient/none");
        assertThat(ASKING.put(subscription).statusCode()).isEqualTo(201);
        ASKING.awaitStatus("moved", "error");
        assertThat(receiver.calls()).hasSize(1);
    }

    @Test
    void silence_is_broken_by_heartbeats_and_an_end_ends_it() {
        var subscription =
                with(
                        filtered(
                                wanted("beat", ANY, "rest-hook", receiver.url("/b"), "empty"),
                                "Observation?patient=Patient/none"),
                        "backport-heartbeat-period",
                        1);
        subscription.put("end", Instant.now().plusSeconds(6).toString());
        ASKING.begin(subscription);
        await().atMost(Duration.ofSeconds(20)).until(() -> receiver.taken("heartbeat").size() >= 2);
        ASKING.awaitStatus("beat", "off");
    }

    @Test
    void what_is_deleted_is_told_no_more() {
        ASKING.patient("gone");
        ASKING.begin(
                filtered(
                        wanted("gone", ANY, "rest-hook", receiver.url("/g"), "id-only"),
                        "Observation?patient=Patient/gone"));
        assertThat(ASKING.delete("Subscription/gone").statusCode()).isEqualTo(204);
        ASKING.observation("gone-1", "gone", "final", 1);
        assertThat(ASKING.get("Subscription/gone/$events").statusCode()).isEqualTo(404);
        // Another that is told of the same shows that it has been given on.
        ASKING.begin(
                filtered(
                        wanted("gone-2", ANY, "rest-hook", receiver.url("/g2"), "id-only"),
                        "Observation?patient=Patient/gone"));
        ASKING.observation("gone-1", "gone", "final", 2);
        told(1);
        assertThat(receiver.taken("event-notification").stream().map(Receiver.Call::path))
                .containsOnly("/g2");
    }

    @Test
    void mail_says_that_something_has_happened_and_not_what() throws Exception {
        ASKING.patient("post");
        var subscription =
                filtered(
                        wanted("post", ANY, "email", "mailto:ward@home.example", "id-only"),
                        "Observation?patient=Patient/post");
        ((ObjectNode) subscription.path("channel"))
                .put("payload", "text/plain;attach=application/fhir+json");
        ASKING.begin(subscription);
        ASKING.observation("post-1", "post", "final", 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> MAIL.all().size() >= 2);
        var mail = MAIL.all().get(1);
        assertThat(mail.getAllRecipients()[0].toString()).isEqualTo("ward@home.example");
        var text = GreenMailUtil.getBody(mail);
        assertThat(text)
                .contains("Something has happened: event 1.")
                .contains("application/fhir+json")
                .contains("notification.json");
    }

    @Test
    void a_websocket_is_bound_once_by_a_token_and_told_what_waited_and_what_comes()
            throws Exception {
        ASKING.patient("socket");
        ASKING.begin(
                filtered(
                        wanted("socket", ANY, "websocket", "", "id-only"),
                        "Observation?patient=Patient/socket"));
        ASKING.observation("socket-1", "socket", "final", 1);
        var parameters = ASKING.json("Subscription/socket/$get-ws-binding-token");
        assertThat(parameters.at("/parameter/2/valueString").asString("")).isEqualTo("socket");
        var token = parameters.at("/parameter/0/valueString").asString("");
        var url = parameters.at("/parameter/3/valueUrl").asString("");
        assertThat(url).isEqualTo("ws://127.0.0.1:" + server.port() + "/subscriptions/websocket");
        var listener = new Listener();
        var socket = listener.opened(url);
        socket.sendText("bind-with-token " + token, true).get(10, TimeUnit.SECONDS);
        assertThat(listener.next()).contains("\"handshake\"");
        assertThat(listener.next()).contains("event-notification").contains("socket-1");
        ASKING.observation("socket-2", "socket", "final", 1);
        assertThat(listener.next()).contains("socket-2");

        var second = new Listener();
        second.opened(url).sendText("bind-with-token " + token, true).get(10, TimeUnit.SECONDS);
        assertThat(second.next()).contains("good once");
        assertThat(second.next()).isEqualTo("closed");

        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        assertThat(listener.next()).isEqualTo("closed");
        ASKING.observation("socket-3", "socket", "final", 1);
        var again = ASKING.json("Subscription/$get-ws-binding-token?id=socket");
        var third = new Listener();
        third.opened(url)
                .sendText(
                        "bind-with-token " + again.at("/parameter/0/valueString").asString(""),
                        true)
                .get(10, TimeUnit.SECONDS);
        assertThat(third.next()).contains("\"handshake\"");
        assertThat(third.next()).contains("socket-3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    criteria ; http://example.org/none ; not-found ; Subscription.criteria
                    criteria ; Observation?none=1 ; not-found ; Subscription.criteria
                    criteria ; Observation?subject.name=Smith ; not-supported ; Subscription.criteria
                    criteria ; Patient?_has:Observation:patient:code=1 ; not-supported ; Subscription.criteria
                    criteria ; Observation?_sort=date ; not-supported ; Subscription.criteria
                    type ; sms ; not-supported ; Subscription.channel.type
                    type ; message ; not-supported ; Subscription.channel.type
                    payload ; text/plain ; not-supported ; Subscription.channel.payload
                    endpoint ; ftp://example.org/x ; value ; Subscription.channel.endpoint
                    endpoint ; https://user@example.org/x ; value ; Subscription.channel.endpoint
                    header ; no colon ; value ; Subscription.channel.header[0]
                    endpoint ; https://example.org:70000/x ; value ; Subscription.channel.endpoint
                    header ; Origin: https://example.org ; value ; Subscription.channel.header[0]
                    header ; Host: elsewhere.example ; value ; Subscription.channel.header[0]
                    content ; all ; value ; Subscription.channel.payload.extension
                    filter ; Observation?method=1 ; value ; Subscription.criteria.extension
                    filter ; patient=Patient/1 ; value ; Subscription.criteria.extension
                    filter ; Nothing?patient=Patient/1 ; value ; Subscription.criteria.extension
                    filter ; Observation?patient=Patient/1&date=x ; value ; Subscription.criteria.extension
                    end ; 2020-01-01T00:00:00Z ; value ; Subscription.end
                    timeout ; 61 ; value ; Subscription.channel.extension
                    """)
    void what_cannot_be_carried_out_is_refused_with_its_place(
            String what, String value, String code, String place) {
        var subscription = wanted("bad", ANY, "rest-hook", receiver.url("/x"), "id-only");
        filtered(subscription, "Observation?patient=Patient/1");
        var channel = (ObjectNode) subscription.path("channel");
        switch (what) {
            case "criteria" -> {
                subscription.put("criteria", value);
                subscription.remove("_criteria");
            }
            case "type", "payload", "endpoint" -> channel.put(what, value);
            case "header" -> channel.putArray("header").add(value);
            case "content" ->
                    ((ObjectNode) channel.at("/_payload/extension/0")).put("valueCode", value);
            case "filter" -> filtered(subscription, value);
            case "end" -> subscription.put("end", value);
            case "timeout" -> with(subscription, "backport-timeout", Integer.parseInt(value));
            default -> throw new IllegalArgumentException(what);
        }
        var answer = ASKING.put(subscription);
        var issue = Json.parse(answer.body().getBytes(UTF_8)).at("/issue/0");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(issue.path("code").asString("")).as(answer.body()).isEqualTo(code);
        assertThat(issue.at("/expression/0").asString("")).isEqualTo(place);
        assertThat(ASKING.get("Subscription/bad").statusCode()).isEqualTo(404);
    }

    @Test
    void no_resource_goes_by_mail_and_no_topic_is_kept_that_cannot_be_asked() {
        var mail = wanted("bad-mail", ANY, "email", "mailto:a@b.example", "full-resource");
        ((ObjectNode) mail.path("channel")).put("payload", "text/plain");
        assertThat(ASKING.put(mail).body()).contains("no resource goes by mail");
        var broken =
                topic("http://example.org/topic/broken", "active")
                        .replace("%previous.value <", "%previous.value <<")
                        .replace('\'', '"');
        var answer = ASKING.put("Basic/rising-broken", broken.replace("rising", "rising-broken"));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("fhirPathCriteria");
        var ours =
                topic(ANY, "active")
                        .replace("'id':'rising'", "'id':'rising-ours'")
                        .replace('\'', '"');
        assertThat(ASKING.put("Basic/rising-ours", ours).body()).contains("\"duplicate\"");
    }

    @Test
    void operations_say_what_they_do_not_take() {
        assertThat(ASKING.get("Subscription/none/$status").statusCode()).isEqualTo(404);
        assertThat(ASKING.get("Subscription/none/$events").statusCode()).isEqualTo(404);
        assertThat(ASKING.get("Subscription/none/$get-ws-binding-token").statusCode())
                .isEqualTo(404);
        assertThat(ASKING.get("Subscription/none/$events?eventsSinceNumber=x").statusCode())
                .isEqualTo(400);
        assertThat(ASKING.get("Subscription/$status?what=x").statusCode()).isEqualTo(400);
    }

    @Test
    void topics_and_operations_are_in_the_capability_statement() {
        var metadata = ASKING.get("metadata").body();
        assertThat(metadata)
                .contains("capabilitystatement-subscriptiontopic-canonical")
                .contains("urn:trellis:topic:encounter-start")
                .contains("backport-subscription-events")
                .contains("StructureDefinition/backport-subscription\"");
        assertThat(ASKING.get("api-docs").body()).contains("$get-ws-binding-token");
    }
}
