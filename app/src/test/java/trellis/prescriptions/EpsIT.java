package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.Contract;
import trellis.Joined;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.PatientRows;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;

/// The Electronic Prescription Service over the wire: whole journeys, and every way in which they go wrong.
final class EpsIT {
    private static final Signer SIGNER = Signer.shared();

    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    Map.of("TRELLIS_PRESCRIPTION_AUTHORITIES", SIGNER.authority().toString()));

    private static final Contract CONTRACT =
            Contract.of("electronic-prescription-service-api/packages/specification");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PASSWORD = "quiet-harbour-lantern-42";
    private static final String PRESCRIBING = "/fhir-prescribing/FHIR/R4/";
    private static final String DISPENSING = "/fhir-dispensing/FHIR/R4/";
    private static final String FIELD = "9990548609";
    private static final String GUESSED = "9990007209";
    private static final String WAITS = "9990007101";
    private static final String DEAD = "9693633709";

    private static String machine;
    private static String prescriber;
    private static String elsewhere;
    private static String clerk;
    private static String pharmacist;
    private static String other;
    private static String colleague;

    @BeforeAll
    static void fill() {
        machine = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        for (var ods : List.of("ZR1", "FA565", "FX001")) {
            keep(
                    "Organization/" + ods,
                    "\"name\":\"%s\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"%s\"}]"
                            .formatted(ods, ods));
        }
        patient("field", FIELD, "");
        patient("dead", DEAD, ",\"deceasedDateTime\":\"2026-01-02\"");
        prescriber = account("osei", Role.GP, "ZR1", "555086689106");
        colleague = account("patel", Role.GP, "ZR1", "555086689107");
        elsewhere = account("elsewhere", Role.GP, "ZR9");
        clerk = account("clerk", Role.WARD_CLERK, "ZR1");
        pharmacist = account("maifeld", Role.PHARMACIST, "FA565");
        other = account("other", Role.PHARMACIST, "FX001");
    }

    private static String account(String name, Role role, String odsCode) {
        return account(name, role, odsCode, "");
    }

    private static String account(String name, Role role, String odsCode, String user) {
        var accounts = server.bean(Accounts.class);
        var self = new Account.Self("", Level.P0, new Account.Profile(user, "", ""));
        accounts.add(
                new Account.Person(name, "Dr " + name, role, "The Place", odsCode, self), PASSWORD);
        return server.bean(Tokens.class).issue(accounts.named(name), Duration.ofHours(1)).secret();
    }

    private static void patient(String id, String number, String more) {
        keep(
                "Patient/" + id,
                "\"birthDate\":\"1970-01-02\",\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}]%s"
                        .formatted(number, more));
    }

    private static void keep(String path, String json) {
        var whole =
                "{\"resourceType\":\"%s\",\"id\":\"%s\",%s}"
                        .formatted(path.split("/")[0], path.split("/")[1], json);
        var answer =
                send(
                        HttpRequest.newBuilder(server.at("/fhir/" + path))
                                .header("Authorization", "Bearer " + machine)
                                .header("Content-Type", "application/fhir+json")
                                .PUT(BodyPublishers.ofString(whole)));
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    private static JsonNode fact(String path) {
        var answer =
                send(
                        HttpRequest.newBuilder(server.at("/fhir/" + path))
                                .header("Authorization", "Bearer " + machine));
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return json(answer);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> post(String token, String path, JsonNode body) {
        return post(token, path, body, UUID.randomUUID().toString());
    }

    private static HttpResponse<String> post(
            String token, String path, JsonNode body, String request) {
        return send(
                HttpRequest.newBuilder(server.at(path))
                        .header("Authorization", "Bearer " + token)
                        .header("X-Request-ID", request)
                        .header("X-Correlation-ID", "11C46F5F-CDEF-4865-94B2-0EE0EDCC26DA")
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(body.toString())));
    }

    private static ObjectNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body().getBytes(UTF_8));
    }

    private static ObjectNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Correlation-ID"))
                .contains("11C46F5F-CDEF-4865-94B2-0EE0EDCC26DA");
        return json(answer);
    }

    private static void done(HttpResponse<String> answer) {
        var json = ok(answer);
        assertThat(outcomeFaults(json)).isEmpty();
        assertThat(json.at("/issue/0/severity").asString("")).isEqualTo("information");
    }

    /// What an outcome lacks of the published schema, which knows one system of codes where the service's own are of another.
    private static List<String> outcomeFaults(JsonNode outcome) {
        return CONTRACT
                .faults("schemas/components/OperationOutcome/OperationOutcome.yaml", outcome)
                .stream()
                .filter(fault -> !fault.contains("/details/coding/"))
                .toList();
    }

    /// The service's code of what is wrong, or the code of the issue when it has none.
    private static String refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isGreaterThanOrEqualTo(400);
        var json = json(answer);
        assertThat(outcomeFaults(json)).isEmpty();
        assertThat(json.at("/issue/0/diagnostics").asString("")).isNotEmpty();
        var code = json.at("/issue/0/details/coding").valueStream().reduce((_, last) -> last);
        return code.map(one -> one.path("code").asString(""))
                .orElseGet(() -> json.at("/issue/0/code").asString(""));
    }

    private static String why(HttpResponse<String> answer) {
        return json(answer).at("/issue/0/diagnostics").asString("");
    }

    // --- what happens in a journey ---------------------------------------------------------------

    private static ObjectNode signed(ObjectNode unsigned) {
        var toSign = ok(post(prescriber, PRESCRIBING + "$prepare", unsigned));
        assertThat(CONTRACT.faults("schemas/components/ParametersResponse.yaml", toSign)).isEmpty();
        return Sent.signed(
                unsigned, parameter(toSign, "timestamp"), SIGNER.sign(parameter(toSign, "digest")));
    }

    private static String parameter(JsonNode parameters, String name) {
        return parameters
                .path("parameter")
                .valueStream()
                .filter(one -> one.path("name").asString("").equals(name))
                .map(one -> one.path("valueString").asString(""))
                .findFirst()
                .orElseThrow();
    }

    private static Sent.Order ordered(Sent.Order order) {
        done(post(prescriber, PRESCRIBING + "$process-message", signed(Sent.unsigned(order))));
        return order;
    }

    private static HttpResponse<String> release(String token, String ods, String prescription) {
        return post(token, DISPENSING + "Task/$release", Sent.release(ods, prescription));
    }

    private static Sent.Order released(Sent.Order order) {
        ordered(order);
        ok(release(pharmacist, "FA565", order.id().text()));
        return order;
    }

    private static HttpResponse<String> told(Sent.Order order, String to, String... statuses) {
        var items = new LinkedHashMap<String, String>();
        for (var i = 0; i < statuses.length; i++) {
            if (!statuses[i].isEmpty()) {
                items.put(order.items().get(i), statuses[i]);
            }
        }
        return post(
                pharmacist,
                DISPENSING + "$process-message",
                Sent.notification(order, "FA565", to, items));
    }

    private static String status(Sent.Order order) {
        return server.bean(Prescriptions.class)
                .find(order.id())
                .orElseThrow()
                .current()
                .state()
                .code();
    }

    private static String response(HttpResponse<String> answer) {
        var json = json(answer);
        return json.path("resourceType").asString("").equals("Bundle")
                ? json.path("entry")
                        .valueStream()
                        .map(one -> one.path("resource"))
                        .filter(one ->
                                one.path("resourceType").asString("").equals("MedicationRequest"))
                        .flatMap(one -> one.path("extension").valueStream())
                        .flatMap(one -> one.path("extension").valueStream())
                        .map(one -> one.at("/valueCoding/code").asString(""))
                        .filter(code -> code.startsWith("R-"))
                        .findFirst()
                        .orElseThrow()
                : json.at("/issue/0/details/coding")
                        .valueStream()
                        .map(one -> one.path("code").asString(""))
                        .filter(code -> code.startsWith("R-"))
                        .findFirst()
                        .orElse(json.at("/issue/0/code").asString(""));
    }

    private static HttpResponse<String> cancel(Sent.Order order, int item) {
        return post(
                prescriber,
                PRESCRIBING + "$process-message",
                Sent.cancellation(order, order.items().get(item)));
    }

    // --- journeys --------------------------------------------------------------------------------

    @Test
    void a_prescription_is_signed_sent_downloaded_dispensed_and_claimed() {
        var order = Sent.Order.of(FIELD, "FA565", 2);
        for (var entry : Sent.unsigned(order).path("entry")) {
            var resource = entry.path("resource");
            var type = resource.path("resourceType").asString("");
            if (List.of("MessageHeader", "Patient").contains(type)) {
                assertThat(
                                CONTRACT.faults(
                                        "schemas/components/" + type + "/" + type + ".yaml",
                                        resource))
                        .as(type)
                        .isEmpty();
            }
        }
        ordered(order);
        assertThat(status(order)).isEqualTo("0001");
        var asked = fact("MedicationRequest/" + order.items().getFirst());
        assertThat(asked.at("/status").asString("")).isEqualTo("active");
        assertThat(asked.at("/subject/reference").asString("")).isEqualTo("Patient/field");
        assertThat(task(order).at("/status").asString("")).isEqualTo("requested");

        var got = ok(release(pharmacist, "FA565", order.id().text()));
        assertThat(got.at("/parameter/0/name").asString("")).isEqualTo("passedPrescriptions");
        var passed = got.at("/parameter/0/resource/entry/0/resource");
        assertThat(passed.at("/entry/1/resource/groupIdentifier/value").asString(""))
                .isEqualTo(order.id().text());
        assertThat(passed.path("entry").valueStream())
                .anyMatch(
                        one -> one.at("/resource/resourceType").asString("").equals("Provenance"));
        assertThat(status(order)).isEqualTo("0002");
        assertThat(task(order).at("/status").asString("")).isEqualTo("accepted");
        assertThat(task(order).at("/owner/reference").asString("")).isEqualTo("Organization/FA565");

        done(told(order, "0003", "0001", "0004"));
        assertThat(status(order)).isEqualTo("0003");
        assertThat(
                        fact("MedicationRequest/" + order.items().getFirst())
                                .path("status")
                                .asString(""))
                .isEqualTo("completed");
        done(told(order, "0006", "", "0001"));
        assertThat(status(order)).isEqualTo("0006");
        assertThat(dispensed(order)).hasSize(2);

        var items = Map.of(order.items().get(0), "0001", order.items().get(1), "0001");
        var claim = Sent.claim(order, "FA565", items, "");
        done(post(pharmacist, DISPENSING + "Claim", claim));
        assertThat(status(order)).isEqualTo("0008");
        assertThat(
                        refused(
                                post(
                                        pharmacist,
                                        DISPENSING + "Claim",
                                        Sent.claim(order, "FA565", items, ""))))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
        assertThat(
                        refused(
                                post(
                                        pharmacist,
                                        DISPENSING + "Claim",
                                        Sent.claim(
                                                order,
                                                "FA565",
                                                items,
                                                UUID.randomUUID().toString()))))
                .isEqualTo("DISPENSE_AMEND_IDENTIFIER_MISMATCH");
        done(
                post(
                        pharmacist,
                        DISPENSING + "Claim",
                        Sent.claim(
                                order,
                                "FA565",
                                items,
                                claim.at("/identifier/0/value").asString(""))));
        assertThat(status(order)).isEqualTo("0008");
    }

    private static JsonNode task(Sent.Order order) {
        return fact("Task/" + FactRules.taskId(order.id(), 1));
    }

    private static List<JsonNode> dispensed(Sent.Order order) {
        return order.items().stream()
                .flatMap(item ->
                        fact("MedicationDispense?patient=field&prescription=MedicationRequest/"
                                        + item)
                                .path("entry")
                                .valueStream())
                .map(one -> one.path("resource"))
                .toList();
    }

    @Test
    void a_download_says_how_each_item_stands_and_the_signature_holds_all_the_same() {
        var order = ordered(Sent.Order.of(FIELD, "", 2));
        assertThat(response(cancel(order, 0))).isEqualTo("R-0001");
        var got = ok(release(pharmacist, "FA565", order.id().text()));
        var message = (ObjectNode) got.at("/parameter/0/resource/entry/0/resource");
        var items =
                message.path("entry")
                        .valueStream()
                        .map(one -> one.path("resource"))
                        .filter(one ->
                                one.path("resourceType").asString("").equals("MedicationRequest"))
                        .toList();
        assertThat(items)
                .extracting(one -> one.path("status").asString(""))
                .containsExactly("cancelled", "active");
        assertThat(items.getFirst().at("/statusReason/coding/0/code").asString(""))
                .isEqualTo("0001");
        assertThat(items)
                .extracting(one ->
                        one.path("extension")
                                .valueStream()
                                .filter(each ->
                                        each.path("url").asString("").equals(EpsView.DISPENSING))
                                .map(each -> each.at("/extension/0/valueCoding/code").asString(""))
                                .findFirst()
                                .orElse(""))
                .containsExactly("0005", "0008");
        var again = server.bean(Prescriptions.class).find(order.id()).orElseThrow();
        SignatureRules.check(
                new MessageRules.Message(message),
                again.by(),
                new PrescriptionSettings.Trust(Set.of(), true),
                Instant.now());
        assertThat(again.by().signer()).contains("555086689106");
    }

    @Test
    void a_medicine_that_is_referred_to_has_its_name_everywhere() {
        var order = Sent.Order.of(FIELD, "", 1);
        var unsigned = Sent.referring(Sent.unsigned(order));
        done(post(prescriber, PRESCRIBING + "$process-message", signed(unsigned)));
        assertThat(
                        fact("MedicationRequest/" + order.items().getFirst())
                                .at("/medicationCodeableConcept/coding/0/display")
                                .asString(""))
                .isEqualTo("Paracetamol 500mg soluble tablets");
        var one = ok(track(prescriber, "/" + query(order.id().text())));
        assertThat(one.path("entry").valueStream())
                .anyMatch(entry ->
                        entry.at("/resource/medicationCodeableConcept/text")
                                .asString("")
                                .equals("Paracetamol 500mg soluble tablets"));
        var reads = server.bean(PrescriptionReads.class);
        var found = server.bean(Prescriptions.class).find(order.id()).orElseThrow();
        assertThat(PageRules.medicines(reads.message(found)))
                .containsExactly("Paracetamol 500mg soluble tablets");
    }

    @Test
    void what_was_said_in_error_is_replaced_or_withdrawn() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        var first =
                Sent.notification(order, "FA565", "0006", Map.of(order.items().getFirst(), "0001"));
        done(post(pharmacist, DISPENSING + "$process-message", first));
        var second =
                Sent.replacing(
                        Sent.notification(
                                order, "FA565", "0003", Map.of(order.items().getFirst(), "0003")),
                        Sent.id(first));
        done(post(pharmacist, DISPENSING + "$process-message", second));
        assertThat(status(order)).isEqualTo("0003");
        assertThat(dispensed(order))
                .extracting(one -> one.path("status").asString(""))
                .containsExactlyInAnyOrder("entered-in-error", "completed");
        assertThat(
                        refused(
                                post(
                                        pharmacist,
                                        DISPENSING + "Task",
                                        Sent.withdrawal(order, "FA565", Sent.id(first)))))
                .isEqualTo("DISPENSE_AMEND_IDENTIFIER_MISMATCH");
        done(
                post(
                        pharmacist,
                        DISPENSING + "Task",
                        Sent.withdrawal(order, "FA565", Sent.id(second))));
        assertThat(status(order)).isEqualTo("0002");
        assertThat(dispensed(order))
                .extracting(one -> one.path("status").asString(""))
                .containsOnly("entered-in-error");
        done(post(pharmacist, DISPENSING + "Task", Sent.giveBack(order, "FA565")));
        assertThat(status(order)).isEqualTo("0001");
        ok(release(other, "FX001", order.id().text()));
        assertThat(status(order)).isEqualTo("0002");
    }

    @Test
    void the_same_message_sent_again_changes_nothing() {
        var order = Sent.Order.of(FIELD, "", 1);
        var message = signed(Sent.unsigned(order));
        done(post(prescriber, PRESCRIBING + "$process-message", message));
        done(post(prescriber, PRESCRIBING + "$process-message", message));
        var request = UUID.randomUUID().toString();
        var sent = Sent.release("FA565", order.id().text());
        var once = ok(post(pharmacist, DISPENSING + "Task/$release", sent, request));
        var twice = ok(post(pharmacist, DISPENSING + "Task/$release", sent, request));
        assertThat(twice.at("/parameter/0/resource/entry/0/resource/entry"))
                .isEqualTo(once.at("/parameter/0/resource/entry/0/resource/entry"));
        assertThat(refused(release(pharmacist, "FA565", order.id().text())))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
        var other = Sent.release("FA565", PrescriptionId.next("ZR1").text());
        assertThat(why(post(pharmacist, DISPENSING + "Task/$release", other, request)))
                .contains("used for another download");
        var told =
                Sent.notification(order, "FA565", "0006", Map.of(order.items().getFirst(), "0001"));
        done(post(pharmacist, DISPENSING + "$process-message", told));
        done(post(pharmacist, DISPENSING + "$process-message", told));
        assertThat(dispensed(order)).hasSize(1);
        assertThat(refused(told(order, "0006", "0001")))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
    }

    @Test
    void an_old_request_downloads_nothing_that_has_been_given_back() {
        var order = ordered(Sent.Order.of(FIELD, "", 1));
        var request = UUID.randomUUID().toString();
        var sent = Sent.release("FA565", order.id().text());
        ok(post(pharmacist, DISPENSING + "Task/$release", sent, request));
        var before = lines("prescription: downloaded again");
        ok(post(pharmacist, DISPENSING + "Task/$release", sent, request));
        assertThat(lines("prescription: downloaded again")).isEqualTo(before + 1);
        done(post(pharmacist, DISPENSING + "Task", Sent.giveBack(order, "FA565")));
        assertThat(refused(post(pharmacist, DISPENSING + "Task/$release", sent, request)))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
        ok(release(other, "FX001", order.id().text()));
        assertThat(refused(post(pharmacist, DISPENSING + "Task/$release", sent, request)))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
    }

    /// How many lines of the audit say something.
    private static long lines(String what) {
        return JdbcClient.create(server.database().dataSource())
                .sql("select count(*) from audit where what = ?")
                .param(what)
                .query(Long.class)
                .single();
    }

    @Test
    void a_dispenser_downloads_what_is_nominated_to_them_at_most_25_at_once() {
        var pharmacy = account("nominated", Role.PHARMACIST, "FN001");
        for (var i = 0; i < 26; i++) {
            ordered(Sent.Order.of(FIELD, "FN001", 1));
        }
        var first = ok(release(pharmacy, "FN001", ""));
        assertThat(first.at("/parameter/0/resource/total").asInt()).isEqualTo(25);
        assertThat(
                        first.at("/parameter/0/resource/entry")
                                .valueStream()
                                .map(one ->
                                        one.at("/resource/entry/1/resource/groupIdentifier/value")
                                                .asString("")))
                .hasSize(25)
                .doesNotHaveDuplicates();
        assertThat(ok(release(pharmacy, "FN001", "")).at("/parameter/0/resource/total").asInt())
                .isEqualTo(1);
        var none = ok(release(pharmacy, "FN001", ""));
        assertThat(none.at("/issue/0/details/coding/0/code").asString(""))
                .isEqualTo("NO_MORE_PRESCRIPTIONS");
        assertThat(none.at("/issue/0/code").asString("")).isEqualTo("informational");
    }

    @Test
    void repeat_dispensing_gives_one_issue_after_the_other() {
        var order = ordered(Sent.Order.of(FIELD, "", 1).repeated(2));
        var prescriptions = server.bean(Prescriptions.class);
        var first = ok(release(pharmacist, "FA565", order.id().text()));
        assertThat(
                        first.at(
                                        "/parameter/0/resource/entry/0/resource/entry/1/resource/basedOn/0/extension/0/extension/0/valueInteger")
                                .asInt(-1))
                .isEqualTo(0);
        assertThat(states(order)).containsExactly("0002", "9000", "9000");
        done(told(order, "0006", "0001"));
        assertThat(states(order)).containsExactly("0006", "0000", "9000");
        assertThat(refused(release(pharmacist, "FA565", order.id().text())))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
        prescriptions.tick(Instant.now().plus(Duration.ofDays(20)));
        assertThat(states(order)).containsExactly("0006", "0000", "9000");
        prescriptions.tick(Instant.now().plus(Duration.ofDays(22)));
        assertThat(states(order)).containsExactly("0006", "0001", "9000");
        ok(release(pharmacist, "FA565", order.id().text()));
        assertThat(states(order)).containsExactly("0006", "0002", "9000");
        assertThat(response(cancel(order, 0))).isEqualTo("R-0002");
        assertThat(states(order)).containsExactly("0006", "0002", "9005");
        assertThat(
                        fact("MedicationRequest/" + order.items().getFirst())
                                .path("status")
                                .asString(""))
                .isEqualTo("active");
    }

    private static List<String> states(Sent.Order order) {
        return server.bean(Prescriptions.class).find(order.id()).orElseThrow().issues().stream()
                .map(issue -> issue.state().code())
                .toList();
    }

    @Test
    void time_expires_what_nobody_dispensed_and_lapses_what_nobody_claimed() {
        var prescriptions = server.bean(Prescriptions.class);
        var order = Sent.Order.of(FIELD, "", 1);
        var unsigned = Sent.unsigned(order);
        var tomorrow = LocalDate.now(ZoneId.of("Europe/London")).plusDays(1);
        ((ObjectNode) unsigned.at("/entry/1/resource/dispenseRequest"))
                .putObject("validityPeriod")
                .put("start", tomorrow.toString())
                .put("end", tomorrow.plusDays(2) + "T23:59:59Z");
        done(post(prescriber, PRESCRIBING + "$process-message", signed(unsigned)));
        assertThat(status(order)).isEqualTo("9001");
        prescriptions.tick(Instant.now().plus(Duration.ofDays(1)));
        assertThat(status(order)).isEqualTo("0001");
        prescriptions.tick(Instant.now().plus(Duration.ofDays(4)));
        assertThat(status(order)).isEqualTo("0004");
        assertThat(refused(release(pharmacist, "FA565", order.id().text())))
                .isEqualTo("PRESCRIPTION_EXPIRED");
        assertThat(response(cancel(order, 0))).isEqualTo("R-0005");
    }

    // --- cancelling ------------------------------------------------------------------------------

    @Test
    void a_cancellation_is_answered_by_where_the_prescription_is() {
        var waiting = ordered(Sent.Order.of(FIELD, "", 2));
        var one = cancel(waiting, 0);
        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(response(one)).isEqualTo("R-0001");
        assertThat(json(one).at("/entry/0/resource/eventCoding/code").asString(""))
                .isEqualTo("prescription-order-response");
        assertThat(status(waiting)).isEqualTo("0001");
        assertThat(response(cancel(waiting, 0))).isEqualTo("R-0006");
        assertThat(response(cancel(waiting, 1))).isEqualTo("R-0001");
        assertThat(status(waiting)).isEqualTo("0005");
        assertThat(
                        fact("MedicationRequest/" + waiting.items().getFirst())
                                .path("status")
                                .asString(""))
                .isEqualTo("cancelled");
        assertThat(refused(release(pharmacist, "FA565", waiting.id().text())))
                .isEqualTo("PRESCRIPTION_CANCELLED");

        var with = released(Sent.Order.of(FIELD, "", 2));
        var two = cancel(with, 0);
        assertThat(two.statusCode()).isEqualTo(400);
        assertThat(response(two)).isEqualTo("R-0002");
        assertThat(response(post(colleague, PRESCRIBING + "$process-message", byAnother(with))))
                .isEqualTo("R-0007");
        done(told(with, "0003", "", "0001"));
        assertThat(response(cancel(with, 0))).isEqualTo("R-0003");
        assertThat(response(cancel(with, 1))).isEqualTo("R-0004");
        done(told(with, "0006", "0002", ""));
        assertThat(response(cancel(with, 0))).isEqualTo("R-0010");

        var never = released(Sent.Order.of(FIELD, "", 1));
        done(told(never, "0007", "0002"));
        assertThat(response(cancel(never, 0))).isEqualTo("R-0010");
    }

    @Test
    void a_cancellation_sent_again_gets_the_same_answer_and_every_one_is_written_down() {
        var order = ordered(Sent.Order.of(FIELD, "", 2));
        var request = UUID.randomUUID().toString();
        var sent = Sent.cancellation(order, order.items().getFirst());
        for (var i = 0; i < 2; i++) {
            var answer = post(prescriber, PRESCRIBING + "$process-message", sent, request);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(response(answer)).isEqualTo("R-0001");
        }
        var other = Sent.cancellation(order, order.items().getLast());
        assertThat(why(post(prescriber, PRESCRIBING + "$process-message", other, request)))
                .contains("used for another cancellation");
        // Nothing of the record changes, and yet it has happened.
        var before = lines("prescription: cancel R-0006");
        assertThat(response(cancel(order, 0))).isEqualTo("R-0006");
        assertThat(lines("prescription: cancel R-0006")).isEqualTo(before + 1);
        var found = server.bean(Prescriptions.class).find(order.id()).orElseThrow();
        assertThat(server.bean(PrescriptionReads.class).history(found))
                .extracting(PrescriptionSql.Happened::what)
                .containsExactly("order", "cancel R-0001", "cancel R-0006");
    }

    @Test
    void one_cancellation_sent_twice_at_once_has_one_answer() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var round = 0; round < 20; round++) {
                var order = ordered(Sent.Order.of(FIELD, "", 1));
                var request = UUID.randomUUID().toString();
                var sent = Sent.cancellation(order, order.items().getFirst());
                Callable<HttpResponse<String>> send =
                        () -> post(prescriber, PRESCRIBING + "$process-message", sent, request);
                for (var answer : threads.invokeAll(List.of(send, send))) {
                    assertThat(response(answer.get())).isEqualTo("R-0001");
                }
            }
        }
    }

    @Test
    void whoever_has_signed_in_cancels_in_their_own_name() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        var answer = post(prescriber, PRESCRIBING + "$process-message", byAnother(order));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(refused(answer)).isEqualTo("forbidden");
        assertThat(why(answer)).contains("555086689106", "555086689107");
        var found = server.bean(Prescriptions.class).find(order.id()).orElseThrow();
        assertThat(found.current().lines()).noneMatch(Line::pending);
        assertThat(response(cancel(order, 0))).isEqualTo("R-0002");
    }

    private static ObjectNode byAnother(Sent.Order order) {
        var message = Sent.cancellation(order, order.items().getFirst());
        message.path("entry")
                .valueStream()
                .filter(one -> one.at("/resource/resourceType").asString("").equals("Practitioner"))
                .forEach(one ->
                        ((ObjectNode) one.at("/resource/identifier/0"))
                                .put("value", "555086689107"));
        return message;
    }

    @Test
    void a_cancellation_that_fits_nothing_says_so() {
        var order = Sent.Order.of(FIELD, "", 1);
        assertThat(response(cancel(order, 0))).isEqualTo("R-0008");
        ordered(order);
        var stranger = new Sent.Order(order.id(), DEAD, order.items(), "ZR1", "", 0);
        assertThat(response(cancel(stranger, 0))).isEqualTo("R-5000");
        var active = Sent.cancellation(order, order.items().getFirst());
        ((ObjectNode) active.at("/entry/1/resource")).put("status", "active");
        assertThat(response(post(prescriber, PRESCRIBING + "$process-message", active)))
                .isEqualTo("R-5888");
        assertThat(status(order)).isEqualTo("0001");
    }

    @Test
    void a_cancellation_that_waited_is_answered_into_the_prescribers_mailbox_once() {
        var db = JdbcClient.create(server.database().dataSource());
        // More than any batch, of practices without a mailbox, wait before it.
        db.sql(
                        """
                        insert into prescription_answer (ods, body)
                        select 'ZZ' || n, '{}' from generate_series(1, 150) n
                        """)
                .update();
        var order = released(Sent.Order.of(FIELD, "", 1));
        assertThat(response(cancel(order, 0))).isEqualTo("R-0002");
        done(post(pharmacist, DISPENSING + "Task", Sent.giveBack(order, "FA565")));
        assertThat(status(order)).isEqualTo("0005");
        var prescriptions = server.bean(Prescriptions.class);
        prescriptions.tick(Instant.now());
        assertThat(delivered(db, order)).isEmpty();
        assertThat(waiting(db, order.id().text())).isEqualTo(1);
        db.sql(
                        """
                        insert into mailbox (id, name, ods, password) values ('X26RX1', 'Practice', 'ZR1', 'x')
                        """)
                .update();
        prescriptions.tick(Instant.now());
        assertThat(delivered(db, order)).as("it waits a minute before the next try").isEmpty();
        var later = Instant.now().plus(Duration.ofMinutes(10));
        prescriptions.tick(later);
        prescriptions.tick(later);
        assertThat(delivered(db, order))
                .singleElement()
                .satisfies(message ->
                        assertThat(message).contains("prescription-order-response", "R-0001"));
        assertThat(waiting(db, order.id().text())).isZero();
        assertThat(waiting(db, "{}")).isEqualTo(150);
    }

    private static int waiting(JdbcClient db, String about) {
        return db.sql("select count(*) from prescription_answer where position(? in body) > 0")
                .param(about)
                .query(Integer.class)
                .single();
    }

    /// Messages about a prescription in the prescriber's mailbox.
    private static List<String> delivered(JdbcClient db, Sent.Order order) {
        return db
                .sql(
                        """
                        select string_agg(p.bytes, ''::bytea order by p.part)
                          from mesh_message m join mesh_chunk c on c.message = m.key
                          join mesh_part p on p.upload = c.upload
                         where m.recipient = 'X26RX1' group by m.key
                        """)
                .query((row, _) -> new String(row.getBytes(1), UTF_8))
                .list()
                .stream()
                .filter(message -> message.contains(order.id().text()))
                .toList();
    }

    // --- who may ---------------------------------------------------------------------------------

    @Test
    void two_pharmacies_at_once_a_thousand_times_and_one_of_them_has_it() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var round = 0; round < 1_000; round++) {
                var order = Sent.Order.of(FIELD, "", 1);
                ordered(order);
                var both =
                        threads.invokeAll(
                                List.<Callable<HttpResponse<String>>>of(
                                        () -> release(pharmacist, "FA565", order.id().text()),
                                        () -> release(other, "FX001", order.id().text())));
                var first = both.getFirst().get();
                var second = both.getLast().get();
                var won = first.statusCode() == 200 ? first : second;
                var lost = won == first ? second : first;
                assertThat(won.statusCode()).as(won.body()).isEqualTo(200);
                assertThat(refused(lost)).isEqualTo("PRESCRIPTION_WITH_ANOTHER_DISPENSER");
                assertThat(json(lost).at("/contained/0/identifier/0/value").asString(""))
                        .isEqualTo(won == first ? "FA565" : "FX001");
            }
        }
    }

    @Test
    void only_who_has_it_and_who_may_does_anything_with_it() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        var told =
                Sent.notification(order, "FX001", "0006", Map.of(order.items().getFirst(), "0001"));
        assertThat(refused(post(other, DISPENSING + "$process-message", told)))
                .isEqualTo("PRESCRIPTION_WITH_ANOTHER_DISPENSER");
        assertThat(refused(post(other, DISPENSING + "Task", Sent.giveBack(order, "FX001"))))
                .isEqualTo("PRESCRIPTION_WITH_ANOTHER_DISPENSER");
        assertThat(refused(post(other, DISPENSING + "Task", Sent.giveBack(order, "FA565"))))
                .isEqualTo("forbidden");
        assertThat(refused(release(prescriber, "ZR1", order.id().text()))).isEqualTo("forbidden");
        assertThat(refused(release(clerk, "ZR1", order.id().text()))).isEqualTo("forbidden");
        var unsigned = Sent.unsigned(Sent.Order.of(FIELD, "", 1));
        for (var token : List.of(elsewhere, clerk, pharmacist)) {
            assertThat(refused(post(token, PRESCRIBING + "$prepare", unsigned)))
                    .isEqualTo("forbidden");
        }
        var answer =
                send(
                        HttpRequest.newBuilder(server.at(PRESCRIBING + "$prepare"))
                                .header("X-Request-ID", UUID.randomUUID().toString())
                                .POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(refused(answer)).isEqualTo("ACCESS_DENIED");
    }

    // --- what is wrong with a prescription -------------------------------------------------------

    private static ObjectNode item(ObjectNode message) {
        return (ObjectNode) message.at("/entry/1/resource");
    }

    private static ObjectNode found(ObjectNode message, String type) {
        return message.path("entry")
                .valueStream()
                .map(one -> one.path("resource"))
                .filter(one -> one.path("resourceType").asString("").equals(type))
                .map(ObjectNode.class::cast)
                .findFirst()
                .orElseThrow();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("value", "Incorrect FHIR resource type", m -> m.put("resourceType", "Task")),
                fault(
                        "value",
                        "MedicationRequest.intent must be order",
                        m -> item(m).put("intent", "plan")),
                fault(
                        "value",
                        "same value for dispenseRequest.performer",
                        m ->
                                ((ObjectNode) item(m).path("dispenseRequest"))
                                        .putObject("performer")
                                        .put("display", "x")),
                fault(
                        "value",
                        "different value for identifier",
                        m ->
                                item(m).set(
                                                "identifier",
                                                m.at("/entry/2/resource/identifier").deepCopy())),
                fault(
                        "structure",
                        "cannot contain both medicationReference",
                        m -> item(m).putObject("medicationReference").put("reference", "x")),
                fault(
                        "value",
                        "exactly one professional code",
                        m ->
                                ((ObjectNode) found(m, "Practitioner").at("/identifier/1"))
                                        .put("system", "https://fhir.hl7.org.uk/Id/gmp-number")),
                fault(
                        "invalid",
                        "practitionerRole.practitioner populated incorrectly",
                        m ->
                                found(m, "PractitionerRole")
                                        .putObject("practitioner")
                                        .put("display", "x")),
                fault(
                        "invalid",
                        "Unexpected field of practitionerRole.healthcareService",
                        m -> found(m, "PractitionerRole").putArray("healthcareService")),
                fault(
                        "invalid",
                        "Required field organization.partOf is missing",
                        m -> found(m, "Organization").remove("partOf")),
                fault(
                        "value",
                        "MessageHeader.eventCoding.code must be one of",
                        m ->
                                ((ObjectNode) m.at("/entry/0/resource/eventCoding"))
                                        .put("code", "prescription-order-delete")),
                fault(
                        "INVALID_NUMBER_MEDICATIONREQUESTS",
                        "one to four items",
                        m -> {
                            var entries = (ArrayNode) m.path("entry");
                            entries.remove(1);
                            entries.remove(1);
                        }),
                fault(
                        "INVALID_REPEAT_COUNT",
                        "Only repeat dispensing",
                        m ->
                                both(
                                        m,
                                        one ->
                                                ((ObjectNode) one.path("dispenseRequest"))
                                                        .put("numberOfRepeatsAllowed", 3))),
                fault(
                        "MISSING_VALUE",
                        "each needs a sequence",
                        m ->
                                ((ArrayNode) item(m).path("dosageInstruction"))
                                        .add(Sent.json("{\"text\":\"then twice\"}"))),
                fault(
                        "TOO_FEW_VALUES_SUBMITTED",
                        "in words how",
                        m -> item(m).putArray("dosageInstruction")),
                fault(
                        "INVALID_CHECK_DIGIT",
                        "last character",
                        m ->
                                both(
                                        m,
                                        one ->
                                                ((ObjectNode) one.path("groupIdentifier"))
                                                        .put("value", "24F5DA-A83008-7EFE6A"))),
                fault(
                        "FAILURE_TO_PROCESS_MESSAGE",
                        "form",
                        m ->
                                both(
                                        m,
                                        one ->
                                                ((ObjectNode) one.path("groupIdentifier"))
                                                        .put("value", "nonsense"))),
                fault(
                        "FAILURE_TO_PROCESS_MESSAGE",
                        "NHS number is not valid",
                        m ->
                                ((ObjectNode) found(m, "Patient").at("/identifier/0"))
                                        .put("value", "1234567890")),
                fault(
                        "INVALID_DATE_FORMAT",
                        "no date",
                        m -> both(m, one -> one.put("authoredOn", "09/03/2026"))),
                fault(
                        "value",
                        "within 28 days",
                        m ->
                                both(
                                        m,
                                        one -> {
                                            controlled(one, "CD2", "sixty");
                                            period(one, 0, 40);
                                        })),
                fault("value", "also be given in words", m -> controlled(item(m), "CD3", "")),
                fault(
                        "value",
                        "must end after it starts",
                        m -> both(m, one -> period(one, -9, -2))),
                fault("value", "must end by", m -> both(m, one -> period(one, 0, 300))),
                fault(
                        "value",
                        "performer site type",
                        m ->
                                ((ObjectNode)
                                                item(m).at(
                                                                "/dispenseRequest/extension/0/valueCoding"))
                                        .put("code", "P1")));
    }

    private static void both(ObjectNode message, Consumer<ObjectNode> change) {
        change.accept((ObjectNode) message.at("/entry/1/resource"));
        change.accept((ObjectNode) message.at("/entry/2/resource"));
    }

    private static void controlled(ObjectNode item, String schedule, String words) {
        var drug = ((ArrayNode) item.path("extension")).addObject();
        drug.put("url", "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ControlledDrug");
        var parts = drug.putArray("extension");
        parts.addObject()
                .put("url", "schedule")
                .putObject("valueCoding")
                .put("system", "https://fhir.nhs.uk/CodeSystem/medicationrequest-controlled-drug")
                .put("code", schedule);
        if (!words.isEmpty()) {
            parts.addObject().put("url", "quantityWords").put("valueString", words);
        }
    }

    private static void period(ObjectNode item, int from, int to) {
        var today = LocalDate.now(ZoneId.of("Europe/London"));
        ((ObjectNode) item.path("dispenseRequest"))
                .putObject("validityPeriod")
                .put("start", today.plusDays(from).toString())
                .put("end", today.plusDays(to) + "T23:59:59Z");
    }

    private static Arguments fault(String code, String words, Consumer<ObjectNode> change) {
        return Arguments.of(code, words, change);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("faults")
    void what_is_wrong_with_a_prescription_is_said_in_the_services_words(
            String code, String words, Consumer<ObjectNode> change) {
        var order = Sent.Order.of(FIELD, "", 2);
        var message = Sent.unsigned(order);
        change.accept(message);
        for (var operation : List.of("$prepare", "$process-message")) {
            var answer = post(prescriber, PRESCRIBING + operation, message);
            assertThat(refused(answer)).as(answer.body()).isEqualTo(code);
            assertThat(why(answer)).contains(words);
        }
        assertThat(server.bean(Prescriptions.class).find(order.id())).isEmpty();
    }

    @Test
    void the_requester_signs_and_nobody_else() {
        var order = Sent.Order.of(FIELD, "", 1);
        var other = Sent.unsigned(order);
        ((ObjectNode) found(other, "Practitioner").at("/identifier/0"))
                .put("value", "555086689107");
        var self = post(prescriber, PRESCRIBING + "$prepare", other);
        assertThat(refused(self)).isEqualTo("forbidden");
        assertThat(why(self)).contains("555086689106", "555086689107");
        var toSign = ok(post(machine, PRESCRIBING + "$prepare", other));
        var forged =
                Sent.signed(
                        other,
                        parameter(toSign, "timestamp"),
                        SIGNER.sign(parameter(toSign, "digest")));
        assertThat(why(post(machine, PRESCRIBING + "$process-message", forged)))
                .contains("not the requester's", "555086689107");
        var unknown = account("unknown", Role.GP, "ZR1");
        assertThat(why(post(unknown, PRESCRIBING + "$prepare", Sent.unsigned(order))))
                .contains("no SDS user id");
        var old = Sent.unsigned(order);
        var yesterday = Instant.now().minus(Duration.ofHours(25)).toString();
        var late =
                Sent.signed(
                        old,
                        yesterday,
                        SIGNER.sign(
                                SignatureRules.digestToSign(
                                        new MessageRules.Message(old), yesterday)));
        assertThat(why(post(prescriber, PRESCRIBING + "$process-message", late)))
                .contains("more than a day ago");
        assertThat(server.bean(Prescriptions.class).find(order.id())).isEmpty();
    }

    @Test
    void no_item_is_dropped_or_hidden_under_a_valid_signature() {
        var order = Sent.Order.of(FIELD, "", 2);
        var signed = signed(Sent.unsigned(order));
        var twice = signed.deepCopy();
        var target = (ArrayNode) found(twice, "Provenance").path("target");
        target.set(1, target.path(0).deepCopy());
        assertThat(why(post(prescriber, PRESCRIBING + "$process-message", twice)))
                .contains("does not name each MedicationRequest once");
        var dropped = signed.deepCopy();
        ((ArrayNode) dropped.path("entry")).remove(2);
        ((ArrayNode) found(dropped, "Provenance").path("target")).remove(1);
        assertThat(refused(post(prescriber, PRESCRIBING + "$process-message", dropped)))
                .isEqualTo("FAILURE_TO_PROCESS_MESSAGE");
        var hidden = signed.deepCopy();
        ((ObjectNode) hidden.at("/entry/1")).put("fullUrl", "urn:a\n{}\nurn:b");
        assertThat(why(post(prescriber, PRESCRIBING + "$process-message", hidden)))
                .contains("without spaces or control characters");
        var stopped = signed.deepCopy();
        item(stopped).put("status", "cancelled");
        assertThat(why(post(prescriber, PRESCRIBING + "$process-message", stopped)))
                .contains("must be active");
    }

    @Test
    void a_record_that_another_has_taken_the_place_of_gets_no_prescription() {
        keep(
                "Patient/stays",
                "\"birthDate\":\"1970-01-02\",\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9990548625\"}]");
        keep(
                "Patient/goes",
                "\"birthDate\":\"1970-01-02\",\"active\":false,\"link\":[{\"other\":{\"reference\":\"Patient/stays\"},\"type\":\"replaced-by\"}],\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9990548633\"}]");
        for (var number : List.of("9990548625", "9990548633")) {
            var order = ordered(Sent.Order.of(number, "", 1));
            assertThat(server.bean(Prescriptions.class).find(order.id()).orElseThrow().patient())
                    .isEqualTo("stays");
        }
    }

    @Test
    void nobody_changes_by_the_api_what_a_prescription_owns() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        done(told(order, "0006", "0001"));
        var dispense = dispensed(order).getFirst().path("id").asString("");
        for (var path :
                List.of(
                        "MedicationRequest/" + order.items().getFirst(),
                        "Task/" + FactRules.taskId(order.id(), 1),
                        "MedicationDispense/" + dispense)) {
            var resource = fact(path);
            var put =
                    send(
                            HttpRequest.newBuilder(server.at("/fhir/" + path))
                                    .header("Authorization", "Bearer " + machine)
                                    .header("Content-Type", "application/fhir+json")
                                    .PUT(BodyPublishers.ofString(resource.toString())));
            assertThat(put.statusCode()).as(path).isEqualTo(403);
            var delete =
                    send(
                            HttpRequest.newBuilder(server.at("/fhir/" + path))
                                    .header("Authorization", "Bearer " + machine)
                                    .DELETE());
            assertThat(delete.statusCode()).as(path).isEqualTo(403);
        }
    }

    @Test
    void a_signature_is_needed_and_holds_every_word() {
        var order = Sent.Order.of(FIELD, "", 1);
        var unsigned = Sent.unsigned(order);
        assertThat(refused(post(prescriber, PRESCRIBING + "$process-message", unsigned)))
                .isEqualTo("MISSING_DIGITAL_SIGNATURE");
        var signed = signed(unsigned);
        List<Consumer<ObjectNode>> tampered =
                List.of(
                        m ->
                                ((ObjectNode) item(m).at("/dispenseRequest/quantity"))
                                        .put("value", 600),
                        m ->
                                ((ObjectNode) item(m).at("/dosageInstruction/0"))
                                        .put("text", "8 times a day"),
                        m ->
                                ((ObjectNode) item(m).at("/medicationCodeableConcept/coding/0"))
                                        .put("code", "322237000"),
                        m ->
                                ((ObjectNode) found(m, "Patient").at("/name/0"))
                                        .put("family", "Other"),
                        m ->
                                ((ObjectNode) found(m, "Provenance").at("/signature/0"))
                                        .put("when", "2026-01-01T00:00:00Z"),
                        m ->
                                ((ObjectNode) found(m, "Provenance").at("/signature/0"))
                                        .put("data", "bm90IHhtbA=="));
        for (var change : tampered) {
            var message = signed.deepCopy();
            change.accept(message);
            var answer = post(prescriber, PRESCRIBING + "$process-message", message);
            assertThat(refused(answer)).as(answer.body()).isEqualTo("FAILURE_TO_PROCESS_MESSAGE");
            assertThat(json(answer).at("/issue/0/code").asString("")).isEqualTo("security");
        }
        assertThat(server.bean(Prescriptions.class).find(order.id())).isEmpty();
        var stranger = Signer.fresh();
        var toSign = ok(post(prescriber, PRESCRIBING + "$prepare", unsigned));
        var forged =
                Sent.signed(
                        unsigned,
                        parameter(toSign, "timestamp"),
                        stranger.sign(parameter(toSign, "digest")));
        var answer = post(prescriber, PRESCRIBING + "$process-message", forged);
        assertThat(refused(answer)).isEqualTo("FAILURE_TO_PROCESS_MESSAGE");
        assertThat(why(answer)).contains("no authority");
        done(post(prescriber, PRESCRIBING + "$process-message", signed));
    }

    @Test
    void what_the_service_itself_finds_wrong() {
        var order = ordered(Sent.Order.of(FIELD, "", 1));
        var again =
                new Sent.Order(
                        order.id(), FIELD, List.of(UUID.randomUUID().toString()), "ZR1", "", 0);
        assertThat(
                        refused(
                                post(
                                        prescriber,
                                        PRESCRIBING + "$process-message",
                                        signed(Sent.unsigned(again)))))
                .isEqualTo("DUPLICATE_PRESCRIPTION_ID");
        var taken = new Sent.Order(PrescriptionId.next("ZR1"), FIELD, order.items(), "ZR1", "", 0);
        assertThat(
                        refused(
                                post(
                                        prescriber,
                                        PRESCRIBING + "$process-message",
                                        signed(Sent.unsigned(taken)))))
                .isEqualTo("DUPLICATE_MEDICATIONREQUEST_ID");
        var dead = Sent.Order.of(DEAD, "", 1);
        assertThat(
                        refused(
                                post(
                                        prescriber,
                                        PRESCRIBING + "$process-message",
                                        signed(Sent.unsigned(dead)))))
                .isEqualTo("PATIENT_DECEASED");
        var unknown = Sent.Order.of("9990548617", "", 1);
        assertThat(
                        refused(
                                post(
                                        prescriber,
                                        PRESCRIBING + "$process-message",
                                        signed(Sent.unsigned(unknown)))))
                .isEqualTo("FAILURE_TO_PROCESS_MESSAGE");
        assertThat(refused(release(pharmacist, "FA565", PrescriptionId.next("ZR1").text())))
                .isEqualTo("RESOURCE_NOT_FOUND");
        assertThat(refused(told(order, "0006", "0001")))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
        assertThat(refused(told(Sent.Order.of(FIELD, "", 1), "0006", "0001")))
                .isEqualTo("PRESCRIPTION_NOT_FOUND");
        var items = Map.of(order.items().getFirst(), "0001");
        assertThat(
                        refused(
                                post(
                                        pharmacist,
                                        DISPENSING + "Claim",
                                        Sent.claim(order, "FA565", items, ""))))
                .isEqualTo("CLAIM_INVALID_NOT_DISPENSED");
    }

    @Test
    void what_is_wrong_with_what_a_dispenser_sends() {
        var order = released(Sent.Order.of(FIELD, "", 2));
        var item = order.items().getFirst();
        assertThat(refused(told(order, "0006", "0001")))
                .isEqualTo("PRESCRIPTION_INVALID_STATE_TRANSITION");
        var strange =
                Sent.notification(
                        order, "FA565", "0003", Map.of(UUID.randomUUID().toString(), "0001"));
        assertThat(refused(post(pharmacist, DISPENSING + "$process-message", strange)))
                .isEqualTo("ITEM_NOT_FOUND");
        done(told(order, "0003", "0001", ""));
        assertThat(refused(told(order, "0003", "0001", "")))
                .isEqualTo("PRESCRIPTION_INVALID_LINE_STATE_TRANSITION");
        var claim = Sent.claim(order, "FA565", Map.of(item, "0001"), "");
        assertThat(refused(post(pharmacist, DISPENSING + "Claim", claim)))
                .isEqualTo("CLAIM_INVALID_NOT_DISPENSED");
        var unendorsed = Sent.claim(order, "FA565", Map.of(item, "0001"), "");
        ((ObjectNode) unendorsed.at("/item/0/detail/0")).remove("programCode");
        var answer = post(pharmacist, DISPENSING + "Claim", unendorsed);
        assertThat(refused(answer)).isEqualTo("invalid");
        assertThat(why(answer)).isEqualTo("The claim is missing the required endorsement code.");

        var unpaid = Sent.notification(order, "FA565", "0003", Map.of(item, "0001"));
        found(unpaid, "Organization").remove("extension");
        assertThat(why(post(pharmacist, DISPENSING + "$process-message", unpaid)))
                .isEqualTo(
                        "The dispense notification is missing the reimbursement authority and it should be"
                                + " provided.");
        var uncoded = Sent.notification(order, "FA565", "0003", Map.of(item, "0001"));
        ((ObjectNode) found(uncoded, "Organization").at("/extension/0/extension/0"))
                .remove("valueIdentifier");
        assertThat(why(post(pharmacist, DISPENSING + "$process-message", uncoded)))
                .contains("missing the ODS code for the reimbursement authority");
        var counted = Sent.notification(order, "FA565", "0003", Map.of(item, "0001"));
        ((ObjectNode) found(counted, "MedicationDispense").at("/contained/1"))
                .set(
                        "basedOn",
                        Sent.json(
                                        "{\"b\":[{\"extension\":[{\"url\":\"https://fhir.nhs.uk/StructureDefinition/Extension-EPS-RepeatInformation\",\"extension\":[{\"url\":\"numberOfRepeatsAllowed\",\"valueInteger\":5}]}]}]}")
                                .path("b"));
        assertThat(refused(post(pharmacist, DISPENSING + "$process-message", counted)))
                .isEqualTo("MISMATCH_AUTHORISED_REPEAT_COUNTS");

        done(told(order, "0006", "", "0002"));
        var unknown = Sent.claim(order, "FA565", Map.of(UUID.randomUUID().toString(), "0001"), "");
        assertThat(refused(post(pharmacist, DISPENSING + "Claim", unknown)))
                .isEqualTo("ITEM_NOT_FOUND");
        var other =
                Sent.claim(
                        order, "FA565", Map.of(item, "0001", order.items().getLast(), "0001"), "");
        assertThat(refused(post(pharmacist, DISPENSING + "Claim", other)))
                .isEqualTo("PRESCRIPTION_INVALID_LINE_STATE_TRANSITION");
        done(post(pharmacist, DISPENSING + "Claim", claim));
    }

    @Test
    void what_is_done_is_not_downloaded_and_a_claim_is_not_replaced_after_180_days() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        done(told(order, "0006", "0001"));
        for (var token : Map.of(pharmacist, "FA565", other, "FX001").entrySet()) {
            assertThat(refused(release(token.getKey(), token.getValue(), order.id().text())))
                    .isEqualTo("PRESCRIPTION_DISPENSED");
        }
        var items = Map.of(order.items().getFirst(), "0001");
        var claim = Sent.claim(order, "FA565", items, "");
        done(post(pharmacist, DISPENSING + "Claim", claim));
        JdbcClient.create(server.database().dataSource())
                .sql(
                        "update prescription_issue set completed = completed - interval '181 days' where prescription = ?")
                .param(order.id().text())
                .update();
        var late = Sent.claim(order, "FA565", items, claim.at("/identifier/0/value").asString(""));
        assertThat(refused(post(pharmacist, DISPENSING + "Claim", late)))
                .isEqualTo("CLAIM_AMEND_PERIOD_ISSUE");
        assertThat(status(order)).isEqualTo("0008");
    }

    @Test
    void what_is_wrong_with_a_task_or_a_download() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        var task = Sent.giveBack(order, "FA565");
        assertThat(
                        why(
                                post(
                                        pharmacist,
                                        DISPENSING + "Task",
                                        task.deepCopy().put("status", "draft"))))
                .isEqualTo("Task.status must be one of: 'in-progress', 'rejected'");
        assertThat(
                        why(
                                post(
                                        pharmacist,
                                        DISPENSING + "Task",
                                        task.deepCopy().put("status", "in-progress"))))
                .isEqualTo("Task.code is required when Task.status is 'in-progress'.");
        var unreasoned = task.deepCopy();
        unreasoned.remove("statusReason");
        assertThat(why(post(pharmacist, DISPENSING + "Task", unreasoned)))
                .startsWith("Task.reasonCode must have a system of");
        var release = Sent.release("FA565", order.id().text());
        ((ArrayNode) release.path("parameter")).remove(0);
        assertThat(why(post(pharmacist, DISPENSING + "Task/$release", release)))
                .isEqualTo("Required parameter owner is missing.");
        var referred = Sent.release("FA565", order.id().text());
        ((ObjectNode) referred.at("/parameter/2/resource"))
                .putObject("practitioner")
                .put("reference", "x");
        assertThat(why(post(pharmacist, DISPENSING + "Task/$release", referred)))
                .contains("Please populate with Identifier and Display.");
        assertThat(refused(post(pharmacist, DISPENSING + "Task/$release", release, "no-uuid")))
                .isEqualTo("value");
        assertThat(refused(post(pharmacist, DISPENSING + "Nothing", release)))
                .isEqualTo("NOT_FOUND");
        assertThat(status(order)).isEqualTo("0002");
    }

    // --- the tracker -----------------------------------------------------------------------------

    private static HttpResponse<String> track(String token, String query) {
        return send(
                HttpRequest.newBuilder(
                                server.at("/clinical-prescription-tracker/RequestGroup" + query))
                        .header("Authorization", "Bearer " + token)
                        .header("X-Correlation-ID", "11C46F5F-CDEF-4865-94B2-0EE0EDCC26DA")
                        .header("X-Request-ID", UUID.randomUUID().toString()));
    }

    private static String query(String id) {
        return URLEncoder.encode(id, UTF_8);
    }

    private static ObjectNode match(ObjectNode bundle) {
        return bundle.path("entry")
                .valueStream()
                .filter(one -> one.at("/search/mode").asString("").equals("match"))
                .map(one -> (ObjectNode) one.path("resource"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_tracker_tells_where_a_prescription_is_and_how_it_came_there() throws IOException {
        var order = released(Sent.Order.of(FIELD, "FA565", 2));
        done(told(order, "0003", "0001", "0004"));
        assertThat(response(cancel(order, 1))).isEqualTo("R-0003");
        var found = ok(track(prescriber, "?prescriptionId=" + query(order.id().text())));
        alike(found, "prescriptionSearch/200_WithSingleAcute.json");
        assertThat(match(found).at("/extension/0/extension/0/valueCoding/code").asString(""))
                .isEqualTo("0003");
        assertThat(ok(track(prescriber, "?nhsNumber=" + FIELD)).path("entry").valueStream())
                .anyMatch(one ->
                        one.at("/resource/identifier/0/value")
                                .asString("")
                                .equals(order.id().text()));

        var one = ok(track(pharmacist, "/" + query(order.id().text())));
        alike(one, "clinicalView/200_AcuteWithMultipleItems_PartiallyDispensed.json");
        var steps = match(one).at("/action/1/action");
        assertThat(steps.valueStream().map(step -> step.path("title").asString("")))
                .containsExactly(
                        "Prescription upload successful",
                        "Release Request successful",
                        "Dispense notification successful",
                        "Prescription/item cancellation: R-0003");
        assertThat(steps.at("/2/action")).hasSize(2);
        var pending =
                one.path("entry")
                        .valueStream()
                        .map(entry -> entry.path("resource"))
                        .filter(item ->
                                item.path("resourceType").asString("").equals("MedicationRequest"))
                        .map(item -> item.at("/extension/1/extension/0/valueBoolean").asBoolean());
        assertThat(pending).containsExactlyInAnyOrder(false, true);
    }

    /// Has every element that a published example has, whatever is in it.
    private static void alike(ObjectNode answer, String example) throws IOException {
        var published =
                Json.parse(
                        Files.readAllBytes(
                                Contract.of(
                                                "electronic-prescription-service-clinical-prescription-tracker/packages/specification/examples")
                                        .file(example)));
        for (var type :
                List.of(
                        "Patient",
                        "RequestGroup",
                        "MedicationRequest",
                        "MedicationDispense",
                        "PractitionerRole")) {
            assertThat(elements(answer, type)).as(type).containsAll(elements(published, type));
        }
    }

    private static Set<String> elements(ObjectNode bundle, String type) {
        var all = new TreeSet<String>();
        bundle.path("entry")
                .valueStream()
                .map(one -> one.path("resource"))
                .filter(one -> one.path("resourceType").asString("").equals(type))
                .forEach(one -> all.addAll(one.propertyNames()));
        return all;
    }

    @Test
    void repeat_dispensing_is_tracked_issue_by_issue() {
        var order = ordered(Sent.Order.of(FIELD, "", 1).repeated(6));
        var found = ok(track(prescriber, "?prescriptionId=" + query(order.id().text())));
        assertThat(found.path("total").asInt()).isEqualTo(7);
        var second = ok(track(prescriber, "/" + query(order.id().text()) + "?issueNumber=2"));
        assertThat(match(second).at("/extension/0/extension/0/valueCoding/code").asString(""))
                .isEqualTo("9000");
        assertThat(match(second).path("intent").asString("")).isEqualTo("reflex-order");
    }

    @Test
    void the_tracker_refuses_in_its_own_words() {
        var order = ordered(Sent.Order.of(FIELD, "", 1));
        for (var wrong :
                List.of(
                        "",
                        "?prescriptionId=" + query(order.id().text()) + "&nhsNumber=" + FIELD,
                        "?prescriptionId=nonsense",
                        "?nhsNumber=1234567890",
                        "/" + query(order.id().text()) + "?issueNumber=x")) {
            var answer = track(prescriber, wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(json(answer).at("/issue/0/details/coding/0/code").asString(""))
                    .isEqualTo("BAD_REQUEST");
        }
        var hidden = track(elsewhere, "/" + query(order.id().text()));
        assertThat(hidden.statusCode()).isEqualTo(404);
        assertThat(json(hidden).at("/issue/0/details/coding/0/display").asString(""))
                .startsWith("404: ");
        assertThat(ok(track(elsewhere, "?nhsNumber=" + FIELD)).path("entry")).isEmpty();
        assertThat(track(clerk, "?nhsNumber=" + FIELD).statusCode()).isEqualTo(403);
        assertThat(track("nonsense", "?nhsNumber=" + FIELD).statusCode()).isEqualTo(401);
    }

    // --- status updates --------------------------------------------------------------------------

    private static ObjectNode update(Sent.Order order, String ods, String status, String state) {
        return Sent.json(
                """
                {"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:4d70678c-81e4-4ff4-8c67-17596fd0aa46",
                 "resource":{"resourceType":"Task","id":"%s","basedOn":[{"identifier":{"system":"https://fhir.nhs.uk/Id/prescription-order-number",
                 "value":"%s"}}],"status":"%s","businessStatus":{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt",
                 "code":"%s"}]},"intent":"order","focus":{"identifier":{"system":"https://fhir.nhs.uk/Id/prescription-order-item-number",
                 "value":"%s"}},"for":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}},
                 "lastModified":"2026-03-09T10:11:12Z","owner":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code",
                 "value":"%s"}}},"request":{"method":"POST","url":"Task"}}]}
                """
                        .formatted(
                                UUID.randomUUID(),
                                order.id().text(),
                                state,
                                status,
                                order.items().getFirst(),
                                order.number(),
                                ods));
    }

    private static ObjectNode since(ObjectNode update, Instant moment) {
        ((ObjectNode) update.at("/entry/0/resource")).put("lastModified", moment.toString());
        return update;
    }

    private static final Contract UPDATES =
            Contract.of("eps-prescription-status-update-api/packages/specification");

    @Test
    void a_pharmacy_says_how_far_an_item_is() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        var ready = update(order, "FA565", "Ready to Collect", "in-progress");
        var answer = post(pharmacist, "/prescription-status-update/", ready);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(UPDATES.faults("schemas/components/ResponseBundle.yaml", json(answer)))
                .isEmpty();
        var again = post(pharmacist, "/prescription-status-update/", ready);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(UPDATES.faults("schemas/resources/OperationOutcome.yaml", json(again)))
                .isEmpty();
        var found = server.bean(Prescriptions.class).find(order.id()).orElseThrow();
        assertThat(server.bean(UpdateChanges.class).said(found))
                .extracting(UpdateRules.Update::status)
                .containsExactly("ready to collect");
        var listed =
                send(
                        HttpRequest.newBuilder(
                                        server.at(
                                                "/prescription-status-update/checkprescriptionstatusupdates?prescriptionid="
                                                        + query(order.id().text())))
                                .header("Authorization", "Bearer " + pharmacist));
        assertThat(json(listed).at("/items/0/Status").asString("")).isEqualTo("ready to collect");
    }

    @Test
    void a_person_is_told_once_that_something_can_be_collected() {
        patient("waits", WAITS, "");
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                "waits",
                                "Robin Field",
                                Role.PATIENT,
                                "",
                                "",
                                new Account.Self("waits", Level.P9, Account.Profile.NONE)),
                        PASSWORD);
        // Who has only said details that fit learns nothing of it.
        patient("guesses", GUESSED, "");
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                "guesses",
                                "Somebody Else",
                                Role.PATIENT,
                                "",
                                "",
                                new Account.Self("guesses", Level.P5, Account.Profile.NONE)),
                        PASSWORD);
        var path = "/prescription-status-update/";
        var guessed = released(Sent.Order.of(GUESSED, "", 1));
        post(pharmacist, path, update(guessed, "FA565", "Ready to Collect", "in-progress"));
        try (var guesser = Browser.signedIn(server, "guesses", PASSWORD)) {
            assertThat(guesser.get("/notices").body()).contains("There is nothing new for you");
        }
        var order = released(Sent.Order.of(WAITS, "", 1));
        try (var robin = Browser.signedIn(server, "waits", PASSWORD)) {
            post(pharmacist, path, update(order, "FA565", "With Pharmacy", "in-progress"));
            assertThat(robin.get("/notices").body()).contains("There is nothing new for you");
            for (var status : List.of("Ready to Collect - Partial", "Ready to Collect")) {
                assertThat(
                                post(
                                                pharmacist,
                                                path,
                                                update(order, "FA565", status, "in-progress"))
                                        .statusCode())
                        .isEqualTo(201);
                assertThat(robin.get("/notices").body())
                        .contains("1 unread", "A prescription is ready to collect");
            }
        }
    }

    @Test
    void a_pharmacys_clock_may_be_a_little_fast() {
        patient("hurries", "9000000106", "");
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                "hurries",
                                "Robin Field",
                                Role.PATIENT,
                                "",
                                "",
                                new Account.Self("hurries", Level.P9, Account.Profile.NONE)),
                        PASSWORD);
        var order = released(Sent.Order.of("9000000106", "", 1));
        var path = "/prescription-status-update/";
        var prescriptions = server.bean(Prescriptions.class);
        try (var robin = Browser.signedIn(server, "hurries", PASSWORD)) {
            var later = Instant.now().plus(Duration.ofDays(1));
            var sent = update(order, "FA565", "Ready to Collect", "in-progress");
            assertThat(post(pharmacist, path, since(sent, later)).statusCode()).isEqualTo(201);
            assertThat(robin.get("/notices").body()).contains("There is nothing new for you");
            var soon = Instant.now().plus(Duration.ofMinutes(2));
            var now = update(order, "FA565", "Ready to Collect", "in-progress");
            assertThat(post(pharmacist, path, since(now, soon)).statusCode()).isEqualTo(201);
            assertThat(robin.get("/notices").body())
                    .contains("1 unread", "A prescription is ready to collect");
            assertThat(
                            server.bean(UpdateChanges.class)
                                    .said(prescriptions.find(order.id()).orElseThrow()))
                    .hasSize(1);
        }
    }

    // --- when two records are made one -----------------------------------------------------------

    private static final String STAYS = "9000000009";
    private static final String GOES = "9000000017";

    private static Sent.Order under(Sent.Order order, String number) {
        return new Sent.Order(
                order.id(),
                number,
                order.items(),
                order.prescriber(),
                order.nominated(),
                order.repeats());
    }

    @Test
    void what_is_under_way_when_two_records_are_made_one_goes_on_under_either_number() {
        patient("join-1", STAYS, "");
        patient("join-2", GOES, "");
        var orders = Stream.generate(() -> released(Sent.Order.of(GOES, "", 1))).limit(4).toList();
        var nominated = ordered(Sent.Order.of(GOES, "", 1));
        try (var clerk = Browser.signedIn(server, "osei", PASSWORD)) {
            Joined.of(server, clerk, "join-1", "join-2");
        }
        for (var number : List.of(GOES, STAYS)) {
            var first = number.equals(GOES);
            var one = under(orders.get(first ? 0 : 1), number);
            var path = "/prescription-status-update/";
            var said = update(one, "FA565", "Ready to Collect", "in-progress");
            assertThat(post(pharmacist, path, said).statusCode()).as(number).isEqualTo(201);
            assertThat(response(cancel(one, 0))).as(number).isEqualTo("R-0002");
            var told =
                    Sent.notification(one, "FA565", "0006", Map.of(one.items().getFirst(), "0001"));
            done(post(pharmacist, DISPENSING + "$process-message", told));
            done(
                    post(
                            pharmacist,
                            DISPENSING + "Task",
                            Sent.withdrawal(one, "FA565", Sent.id(told))));
            done(told(one, "0006", "0001"));
            var items = Map.of(one.items().getFirst(), "0001");
            done(post(pharmacist, DISPENSING + "Claim", Sent.claim(one, "FA565", items, "")));
            assertThat(status(one)).isEqualTo("0008");
            var back = under(orders.get(first ? 2 : 3), number);
            done(post(pharmacist, DISPENSING + "Task", Sent.giveBack(back, "FA565")));
            assertThat(status(back)).isEqualTo("0001");
            var tracked = ok(track(prescriber, "?nhsNumber=" + number));
            assertThat(tracked.path("total").asInt()).as(number).isEqualTo(5);
            assertThat(tracked.toString()).contains(nominated.id().text());
            var listed =
                    send(
                            HttpRequest.newBuilder(
                                            server.at(
                                                    "/prescription-status-update/checkprescriptionstatusupdates?nhsnumber="
                                                            + number))
                                    .header("Authorization", "Bearer " + pharmacist));
            assertThat(json(listed).path("items")).as(number).hasSize(first ? 1 : 2);
            assertThat(
                            fact("MedicationDispense?prescription=MedicationRequest/"
                                            + one.items().getFirst())
                                    .path("entry")
                                    .valueStream())
                    .isNotEmpty()
                    .allMatch(each ->
                            each.at("/resource/subject/reference")
                                    .asString("")
                                    .equals("Patient/join-1"));
        }
        // And once more: the first number leads to the third record by way of the second.
        patient("join-0", "9000000076", "");
        try (var clerk = Browser.signedIn(server, "osei", PASSWORD)) {
            Joined.of(server, clerk, "join-0", "join-1");
        }
        for (var number : List.of(GOES, STAYS, "9000000076")) {
            var tracked = ok(track(prescriber, "?nhsNumber=" + number));
            assertThat(tracked.path("total").asInt()).as(number).isEqualTo(5);
            assertThat(tracked.toString()).contains("\"value\":\"" + number + "\"");
        }
        var stranger = under(nominated, DEAD);
        ok(release(pharmacist, "FA565", nominated.id().text()));
        assertThat(refused(told(stranger, "0006", "0001"))).isEqualTo("FAILURE_TO_PROCESS_MESSAGE");
        assertThat(response(cancel(stranger, 0))).isEqualTo("R-5000");
    }

    @Test
    void what_was_read_before_a_merge_is_read_again_before_anything_is_written() {
        patient("late-1", "9000000025", "");
        patient("late-2", "9000000033", "");
        var order = ordered(Sent.Order.of("9000000033", "", 1));
        var prescriptions = server.bean(Prescriptions.class);
        var before = prescriptions.find(order.id()).orElseThrow();
        assertThat(before.patient()).isEqualTo("late-2");
        try (var clerk = Browser.signedIn(server, "osei", PASSWORD)) {
            Joined.of(server, clerk, "late-1", "late-2");
        }
        var asker = new Prescriptions.Asker(Caller.system("test"), AuditEntry.Source.HERE, "");
        var now = Instant.now();
        var after = PrescriptionRules.next(before, 1, new Event.Release("FA565"), now);
        var happened = new PrescriptionSql.Happened(1, now, "release", "0002", "FA565", "", "", "");
        assertThatThrownBy(
                        () -> prescriptions.write(asker, before, after, happened, List.of(), now))
                .isInstanceOf(ChangeSql.Overtaken.class);
        assertThat(task(order).at("/for/reference").asString("")).isEqualTo("Patient/late-1");
        ok(release(pharmacist, "FA565", order.id().text()));
        assertThat(task(order).at("/for/reference").asString("")).isEqualTo("Patient/late-1");
    }

    @Test
    void a_prescription_that_comes_during_a_merge_is_for_the_record_that_stays() throws Exception {
        patient("mid-1", "9000000041", "");
        patient("mid-2", "9000000068", "");
        var order = Sent.Order.of("9000000068", "", 1);
        var message = signed(Sent.unsigned(order));
        var replaced = fact("Patient/mid-2").deepCopy();
        ((ObjectNode) replaced)
                .put("active", false)
                .putArray("link")
                .addObject()
                .put("type", "replaced-by")
                .putObject("other")
                .put("reference", "Patient/mid-1");
        var under = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var merging =
                    threads.submit(() ->
                            server.bean(Store.class)
                                    .write(
                                            List.of(
                                                    PatientRows.condition("mid-1"),
                                                    PatientRows.condition("mid-2")),
                                            _ -> {
                                                under.countDown();
                                                awaited(go);
                                                return Write.unchecked(
                                                        List.of(
                                                                new Change.Put(
                                                                        new Preparation()
                                                                                .prepare(
                                                                                        Resource.of(
                                                                                                (ObjectNode)
                                                                                                        replaced)),
                                                                        OptionalLong.empty(),
                                                                        false)));
                                            }));
            awaited(under);
            var sent =
                    threads.submit(
                            () -> post(prescriber, PRESCRIBING + "$process-message", message));
            // It has looked at the record, and waits for the merge.
            assertThatThrownBy(() -> sent.get(2, TimeUnit.SECONDS))
                    .isInstanceOf(TimeoutException.class);
            go.countDown();
            merging.get();
            done(sent.get());
        }
        assertThat(server.bean(Prescriptions.class).find(order.id()).orElseThrow().patient())
                .isEqualTo("mid-1");
        assertThat(
                        fact("MedicationRequest/" + order.items().getFirst())
                                .at("/subject/reference")
                                .asString(""))
                .isEqualTo("Patient/mid-1");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void only_the_pharmacy_that_has_it_says_how_far_it_is() {
        var order = released(Sent.Order.of(FIELD, "", 1));
        var path = "/prescription-status-update/";
        var strangers =
                Map.of(
                        other, update(order, "FX001", "Ready to Collect", "in-progress"),
                        pharmacist,
                                update(
                                        Sent.Order.of(FIELD, "", 1),
                                        "FA565",
                                        "Ready to Collect",
                                        "in-progress"));
        strangers.forEach((token, sent) -> {
            var answer = post(token, path, sent);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(UPDATES.faults("schemas/resources/OperationOutcome.yaml", json(answer)))
                    .isEmpty();
        });
        var wrong = new Sent.Order(order.id(), DEAD, order.items(), "ZR1", "", 0);
        assertThat(
                        post(pharmacist, path, update(wrong, "FA565", "Collected", "completed"))
                                .statusCode())
                .isEqualTo(400);
        var said = server.bean(UpdateChanges.class);
        var prescriptions = server.bean(Prescriptions.class);
        assertThat(said.said(prescriptions.find(order.id()).orElseThrow())).isEmpty();
        assertThat(
                        post(
                                        pharmacist,
                                        path,
                                        update(order, "FA565", "Ready to Collect", "in-progress"))
                                .statusCode())
                .isEqualTo(201);
        assertThat(said.said(prescriptions.find(order.id()).orElseThrow())).hasSize(1);
        // What one pharmacy said is over when another has it.
        done(post(pharmacist, DISPENSING + "Task", Sent.giveBack(order, "FA565")));
        ok(release(other, "FX001", order.id().text()));
        assertThat(said.said(prescriptions.find(order.id()).orElseThrow())).isEmpty();
        // Each error has its own status.
        assertThat(post(prescriber, path, Sent.json("{}")).statusCode()).isEqualTo(403);
        var plain =
                send(
                        HttpRequest.newBuilder(server.at(path))
                                .header("Authorization", "Bearer " + pharmacist)
                                .header("X-Request-ID", UUID.randomUUID().toString())
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{}")));
        assertThat(plain.statusCode()).isEqualTo(415);
        assertThat(json(plain).at("/entry/0/response/status").asString(""))
                .isEqualTo("415 Unsupported Media Type");
    }

    static Stream<Arguments> wrongUpdates() {
        return Stream.of(
                Arguments.of("Prescription ID is invalid.", "/basedOn/0/identifier", "value", "x"),
                Arguments.of("NHS number is invalid.", "/for/identifier", "value", "1234567890"),
                Arguments.of("Line item ID is not a UUID.", "/focus/identifier", "value", "x"),
                Arguments.of("Task ID is not a UUID.", "", "id", "x"),
                Arguments.of(
                        "Unsupported Task.businessStatus.coding.code.",
                        "/businessStatus/coding/0",
                        "code",
                        "3"),
                Arguments.of("Date provided is invalid.", "", "lastModified", "yesterday"),
                Arguments.of("Unsupported Task.status 'draft'.", "", "status", "draft"),
                Arguments.of(
                        "Completed state expected for collected.",
                        "/businessStatus/coding/0",
                        "code",
                        "Collected"));
    }

    @ParameterizedTest
    @MethodSource("wrongUpdates")
    void what_is_wrong_with_an_update_is_said_of_its_entry(
            String words, String at, String field, String value) {
        var order = Sent.Order.of(FIELD, "", 1);
        var message = update(order, "FA565", "Ready to Collect", "in-progress");
        ((ObjectNode) message.at("/entry/0/resource" + at)).put(field, value);
        var answer = post(pharmacist, "/prescription-status-update/", message);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(UPDATES.faults("schemas/resources/OperationOutcome.yaml", json(answer)))
                .isEmpty();
        assertThat(json(answer).at("/entry/0/response/outcome/issue/0/diagnostics").asString(""))
                .isEqualTo(words);
    }

    /// The prescriptions that the published examples name, with the pharmacy that they name.
    private static void seed() {
        patient("published", "9449304130", "");
        for (var id :
                List.of(
                        "07A66F-A83008-1EEEA0",
                        "16B2E0-A83008-81C13H",
                        "24F5DA-A83008-7EFE6Z",
                        "2FB9A1-A83008-160701",
                        "076E17-A83008-01F564",
                        "480720-A83008-57FF06")) {
            var fresh = Sent.Order.of("9449304130", "", 1);
            var order =
                    new Sent.Order(
                            PrescriptionId.of(id).orElseThrow(),
                            "9449304130",
                            fresh.items(),
                            "ZR1",
                            "",
                            0);
            ordered(id.startsWith("07A66F") ? order.repeated(2) : order);
            ok(release(machine, "C9Z1O", id));
        }
        var twice = PrescriptionId.of("07A66F-A83008-1EEEA0").orElseThrow();
        var prescriptions = server.bean(Prescriptions.class);
        var item = prescriptions.find(twice).orElseThrow().current().lines().getFirst().id();
        var order = new Sent.Order(twice, "9449304130", List.of(item), "ZR1", "", 2);
        done(
                post(
                        machine,
                        DISPENSING + "$process-message",
                        Sent.notification(order, "C9Z1O", "0006", Map.of(item, "0001"))));
        prescriptions.tick(Instant.now().plus(Duration.ofDays(22)));
        ok(release(machine, "C9Z1O", twice.text()));
    }

    @Test
    void published_updates_are_answered_as_documented() throws IOException {
        seed();
        for (var name :
                List.of(
                        "request-dispatched",
                        "request-collected",
                        "request-ready-to-collect",
                        "request-ready-to-dispatch",
                        "request-ready-to-dispatch-partial",
                        "request-erd-dispatched",
                        "request-multiple-items")) {
            var sent = Json.parse(Files.readAllBytes(UPDATES.file("examples/" + name + ".json")));
            // The examples share one number of a Task.
            sent.path("entry")
                    .forEach(entry ->
                            ((ObjectNode) entry.path("resource"))
                                    .put("id", UUID.randomUUID().toString()));
            var answer = post(machine, "/prescription-status-update/", sent);
            assertThat(answer.statusCode()).as(name + answer.body()).isEqualTo(201);
        }
        for (var name : List.of("request-missing-fields", "request-multiple-missing-fields")) {
            var sent = Json.parse(Files.readAllBytes(UPDATES.file("examples/" + name + ".json")));
            var answer = post(machine, "/prescription-status-update/", sent);
            assertThat(answer.statusCode()).as(name).isEqualTo(400);
            assertThat(answer.body()).contains("Missing required field(s) - id, owner.");
        }
        assertThat(post(machine, "/prescription-status-update/", Sent.json("{}")).statusCode())
                .isEqualTo(400);
        assertThat(post(prescriber, "/prescription-status-update/", Sent.json("{}")).statusCode())
                .isEqualTo(403);
    }
}
