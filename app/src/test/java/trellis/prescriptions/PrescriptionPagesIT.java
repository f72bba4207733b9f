package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;
import trellis.Joined;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Level;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.fhir.Json;

/// What prescribers, pharmacists and people do with prescriptions on pages.
final class PrescriptionPagesIT {
    @RegisterExtension
    static final TestServer server =
            TestServer.start(Map.of("TRELLIS_PRESCRIPTION_AUTHORITIES", "anybody"));

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Signer SIGNER = Signer.shared();
    private static final String PASSWORD = "quiet-harbour-lantern-42";
    private static final String FIELD = "9990548609";

    private static String machine;

    @BeforeAll
    static void fill() {
        machine = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        keep("Organization/ZR1", "\"name\":\"One\"");
        keep("Organization/FA565", "\"name\":\"Pharmacy\"");
        keep(
                "Patient/field",
                "\"birthDate\":\"1970-01-02\",\"name\":[{\"family\":\"Field\",\"given\":[\"Robin\"]}],\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}]"
                        .formatted(FIELD));
        keep(
                "AllergyIntolerance/a1",
                "\"patient\":{\"reference\":\"Patient/field\"},\"code\":{\"text\":\"Paracetamol\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]}");
        keep(
                "MedicationRequest/m1",
                "\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/field\"},\"medicationCodeableConcept\":{\"text\":\"Ramipril 5 mg capsules\"}");
        keep(
                "Condition/c1",
                "\"subject\":{\"reference\":\"Patient/field\"},\"code\":{\"text\":\"Secret illness\"}");
        account("osei", Role.GP, "ZR1", "555086689106");
        account("nameless", Role.GP, "ZR1");
        account("far", Role.GP, "ZR9");
        patient("colleague", "9990548668", "");
        account("peer", Role.PHARMACIST, "FA565", "", "colleague");
        patient("self", "9990548676", "");
        patient("partner", "9990548684", "");
        account("both", Role.GP, "ZR1", "", "self");
        account("partner", Role.GP, "ZR1", "", "partner");
        account("maifeld", Role.PHARMACIST, "FA565");
        account("other", Role.PHARMACIST, "FX001");
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                "robin",
                                "Robin Field",
                                Role.PATIENT,
                                "",
                                "",
                                new Account.Self("field", Level.P9, Account.Profile.NONE)),
                        PASSWORD);
    }

    private static void account(String name, Role role, String odsCode) {
        account(name, role, odsCode, "");
    }

    private static void account(String name, Role role, String odsCode, String user) {
        account(name, role, odsCode, user, "");
    }

    private static void account(
            String name, Role role, String odsCode, String user, String patient) {
        var self = new Account.Self(patient, Level.P0, new Account.Profile(user, "", ""));
        server.bean(Accounts.class)
                .add(
                        new Account.Person(name, "Dr " + name, role, "The Place", odsCode, self),
                        PASSWORD);
    }

    private static void patient(String id, String number, String more) {
        keep(
                "Patient/" + id,
                "\"birthDate\":\"1970-01-02\",\"name\":[{\"family\":\"%s\",\"given\":[\"Jo\"]}],\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}]%s"
                        .formatted(id, number, more));
    }

    private static Browser browser(String name) {
        return Browser.signedIn(server, name, PASSWORD);
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

    private static ObjectNode post(String operation, ObjectNode body) {
        var answer =
                send(
                        HttpRequest.newBuilder(server.at("/fhir-prescribing/FHIR/R4/" + operation))
                                .header("Authorization", "Bearer " + machine)
                                .header("X-Request-ID", UUID.randomUUID().toString())
                                .header("Content-Type", "application/fhir+json")
                                .POST(BodyPublishers.ofString(body.toString())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body().getBytes(UTF_8));
    }

    private static Sent.Order ordered(String nominated, int items) {
        return ordered(Sent.Order.of(FIELD, nominated, items));
    }

    private static Sent.Order ordered(Sent.Order order) {
        var unsigned = Sent.unsigned(order);
        var toSign = post("$prepare", unsigned);
        post(
                "$process-message",
                Sent.signed(
                        unsigned,
                        toSign.at("/parameter/1/valueString").asString(""),
                        SIGNER.sign(toSign.at("/parameter/0/valueString").asString(""))));
        return order;
    }

    private static String task(Sent.Order order) {
        return FactRules.taskId(order.id(), 1);
    }

    private static String status(Sent.Order order) {
        return server.bean(Prescriptions.class)
                .find(order.id())
                .orElseThrow()
                .current()
                .state()
                .code();
    }

    private static String done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static String shown(Browser browser, String path) {
        var answer = browser.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("Secret illness");
        return answer.body();
    }

    @Test
    void a_pharmacist_downloads_checks_hands_over_in_part_and_then_the_rest() {
        var order = ordered("", 2);
        try (var pharmacist = browser("maifeld")) {
            var wrong = pharmacist.post("/dispensing", Map.of("number", "24F5DA-A83008-7EFE6A"));
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body())
                    .contains("This is no prescription number", "24F5DA-A83008-7EFE6A");
            var at = done(pharmacist.post("/dispensing", Map.of("number", order.id().text())));
            assertThat(at).isEqualTo("/dispensing/" + task(order));
            var page = shown(pharmacist, at);
            assertThat(page)
                    .contains("FIELD, Robin", "Known allergies", "Paracetamol")
                    .contains("Allergy recorded: Paracetamol", "Ramipril 5 mg capsules")
                    .contains(
                            "<li><strong>Paracetamol</strong></li>",
                            "Pharmacy (FA565)",
                            "One (ZR1)");
            var nothing = pharmacist.post(at, Map.of("key", key(page)));
            assertThat(nothing.body()).contains("Choose what became of at least one item");

            var fields = new HashMap<String, String>();
            fields.put("key", key(page));
            fields.put("status-" + order.items().get(0), "0001");
            fields.put("status-" + order.items().get(1), "0003");
            var unsaid = pharmacist.post(at, fields);
            assertThat(unsaid.statusCode()).isEqualTo(400);
            assertThat(unsaid.body()).contains("Enter how much was handed over in part");
            fields.put("quantity-" + order.items().get(1), "28");
            assertThat(done(pharmacist.post(at, fields))).endsWith("?done=told");
            assertThat(done(pharmacist.post(at, fields))).as("twice").endsWith("?done=told");
            assertThat(handedOver(order, 1)).containsExactly("28");
            assertThat(status(order)).isEqualTo("0003");
            var rest = shown(pharmacist, at);
            assertThat(rest).contains("28 handed over already, 32 left");
            fields.put("key", key(rest));
            fields.put("status-" + order.items().get(0), "");
            fields.put("quantity-" + order.items().get(1), "32");
            assertThat(pharmacist.post(at, fields).body()).contains("less than what is left: 32");
            fields.put("status-" + order.items().get(1), "0001");
            done(pharmacist.post(at, fields));
            assertThat(handedOver(order, 1)).containsExactlyInAnyOrder("28", "32");
            done(pharmacist.post(at + "/withdraw", Map.of("why", "QU")));
            assertThat(shown(pharmacist, "/dispensing")).contains("Partly dispensed");

            assertThat(pharmacist.post(at + "/withdraw", Map.of()).body())
                    .contains("Choose why you take it back");
            done(pharmacist.post(at + "/withdraw", Map.of("why", "ONC")));
            assertThat(status(order)).isEqualTo("0002");
            fields.put("key", key(shown(pharmacist, at)));
            fields.put("status-" + order.items().get(0), "0001");
            fields.put("status-" + order.items().get(1), "0001");
            done(pharmacist.post(at, fields));
            assertThat(status(order)).isEqualTo("0006");
            assertThat(shown(pharmacist, "/dispensing?shown=done")).contains("Dispensed");
            assertThat(pharmacist.post(at + "/return", Map.of("why", "0003")).statusCode())
                    .isEqualTo(400);
        }
    }

    /// The key of the form on a page.
    private static String key(String page) {
        var found = Pattern.compile("name=\"key\" value=\"([^\"]+)\"").matcher(page);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    /// How much of an item the record says was handed over, each time that counts.
    private static List<String> handedOver(Sent.Order order, int item) {
        var answer =
                send(
                        HttpRequest.newBuilder(
                                        server.at(
                                                "/fhir/MedicationDispense?status=completed&prescription=MedicationRequest/"
                                                        + order.items().get(item)))
                                .header("Authorization", "Bearer " + machine));
        return Json.parse(answer.body().getBytes(UTF_8))
                .path("entry")
                .valueStream()
                .map(one -> one.at("/resource/quantity/value").asString(""))
                .toList();
    }

    @Test
    void a_record_that_a_pharmacist_does_not_see_is_not_shown_as_empty() {
        var order = ordered(Sent.Order.of("9990548668", "", 1));
        try (var pharmacist = browser("maifeld")) {
            done(pharmacist.post("/dispensing", Map.of("number", order.id().text())));
            var page = shown(pharmacist, "/dispensing/" + task(order));
            assertThat(page)
                    .contains("Allergies unavailable", "Current medicines unavailable")
                    .contains("not shown to you: open the record with a reason")
                    .doesNotContain("Allergies not recorded", "No other current medicine");
        }
        try (var peer = browser("peer")) {
            assertThat(peer.get("/dispensing/" + task(order)).statusCode()).isEqualTo(404);
            assertThat(shown(peer, "/dispensing")).doesNotContain("COLLEAGUE");
        }
    }

    @Test
    void prescribers_see_neither_their_own_nor_colleagues_prescriptions_at_work() {
        var own = ordered(Sent.Order.of("9990548676", "", 1));
        var partner = ordered(Sent.Order.of("9990548684", "", 1));
        try (var both = browser("both")) {
            assertThat(shown(both, "/prescriptions")).doesNotContain("SELF,", "PARTNER,");
            for (var order : List.of(own, partner)) {
                assertThat(both.get("/prescriptions/" + task(order)).statusCode()).isEqualTo(404);
            }
            done(
                    both.post(
                            "/patients/partner/open",
                            Map.of("reason", "here", "words", "Seen in surgery")));
            assertThat(shown(both, "/prescriptions")).doesNotContain("SELF,").contains("PARTNER,");
            assertThat(both.get("/prescriptions/" + task(partner)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void what_is_nominated_waits_and_what_is_given_back_another_can_have() {
        var order = ordered("FA565", 1);
        try (var pharmacist = browser("maifeld");
                var other = browser("other")) {
            assertThat(shown(pharmacist, "/dispensing")).contains("1 nominated prescription waits");
            assertThat(done(pharmacist.post("/dispensing", Map.of())))
                    .isEqualTo("/dispensing?got=1");
            assertThat(other.get("/dispensing/" + task(order)).statusCode()).isEqualTo(404);
            var taken = other.post("/dispensing", Map.of("number", order.id().text()));
            assertThat(taken.statusCode()).isEqualTo(400);
            assertThat(taken.body()).contains("with another dispenser: FA565");
            assertThat(pharmacist.post("/dispensing/" + task(order) + "/return", Map.of()).body())
                    .contains("Choose why you give it back");
            var back =
                    done(
                            pharmacist.post(
                                    "/dispensing/" + task(order) + "/return",
                                    Map.of("why", "0002")));
            assertThat(shown(pharmacist, back)).contains("The prescription was given back.");
            done(other.post("/dispensing", Map.of("number", order.id().text())));
            assertThat(status(order)).isEqualTo("0002");
        }
    }

    @Test
    void a_prescriber_sees_where_it_is_and_cancels_an_item() {
        var order = ordered("", 2);
        try (var gp = browser("osei");
                var far = browser("far")) {
            assertThat(shown(gp, "/prescriptions")).contains("FIELD, Robin", "To be dispensed");
            var at = "/prescriptions/" + task(order);
            assertThat(shown(gp, at)).contains(order.id().text(), "Signed and sent");
            assertThat(gp.post(at, Map.of("item", order.items().getFirst())).body())
                    .contains("Choose the item to cancel, and why");
            done(gp.post(at, Map.of("item", order.items().getFirst(), "reason", "0004")));
            assertThat(shown(gp, at + "?done=R-0001"))
                    .contains("Prescription/item was cancelled", "Cancelled");
            try (var nameless = browser("nameless")) {
                var last = Map.of("item", order.items().getLast(), "reason", "0004");
                assertThat(nameless.post(at, last).body()).contains("no SDS user id");
            }
            assertThat(far.get(at).statusCode()).isEqualTo(404);
            assertThat(shown(far, "/prescriptions")).doesNotContain("FIELD");
            assertThat(status(order)).isEqualTo("0001");
        }
    }

    private static HttpResponse<String> bundle(String account) {
        var token =
                server.bean(Tokens.class)
                        .issue(server.bean(Accounts.class).named(account), Duration.ofHours(1));
        return send(
                HttpRequest.newBuilder(server.at("/prescriptions-for-patients/Bundle"))
                        .header("Authorization", "Bearer " + token.secret())
                        .header("X-Request-ID", UUID.randomUUID().toString()));
    }

    @Test
    void an_app_of_the_person_is_told_of_their_own() {
        var order = ordered("", 2);
        try (var gp = browser("osei")) {
            done(
                    gp.post(
                            "/prescriptions/" + task(order),
                            Map.of("item", order.items().get(1), "reason", "0001")));
        }
        try (var pharmacist = browser("maifeld")) {
            done(pharmacist.post("/dispensing", Map.of("number", order.id().text())));
        }

        var answer = bundle("robin");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var found = Json.parse(answer.body().getBytes(UTF_8));
        assertThat(found.path("type").asString("")).isEqualTo("searchset");
        var own =
                found.path("entry")
                        .valueStream()
                        .map(entry -> entry.path("resource"))
                        .filter(one ->
                                one.at("/identifier/value").asString("").equals(order.id().text()))
                        .findFirst()
                        .orElseThrow();
        assertThat(
                        own.path("entry")
                                .valueStream()
                                .map(one -> one.at("/resource/resourceType").asString("")))
                .containsExactly(
                        "MedicationRequest",
                        "MedicationRequest",
                        "PractitionerRole",
                        "Practitioner",
                        "Organization",
                        "Organization");
        assertThat(
                        own.at("/entry/0/resource/extension/0/extension/0/valueCoding/code")
                                .asString(""))
                .isEqualTo("With Pharmacy");
        assertThat(
                        own.at("/entry/1/resource/extension/0/extension/0/valueCoding/code")
                                .asString(""))
                .isEqualTo("Prescriber Cancelled");
        assertThat(own.at("/entry/1/resource/status").asString("")).isEqualTo("cancelled");
        assertThat(
                        own.at("/entry/0/resource/medicationCodeableConcept/coding/0/display")
                                .asString(""))
                .isEqualTo("Paracetamol 500mg soluble tablets");
        assertThat(own.at("/entry/0/resource/dispenseRequest/performer/reference").asString(""))
                .isEqualTo(own.at("/entry/5/fullUrl").asString(""));
        assertThat(own.at("/entry/5/resource/name").asString("")).isEqualTo("Pharmacy");
        assertThat(found.path("total").asInt()).isLessThanOrEqualTo(25);
    }

    @Test
    void nobody_else_is_told_of_them_there() {
        for (var account : List.of("osei", "maifeld", "peer")) {
            var answer = bundle(account);
            assertThat(answer.statusCode()).as(account).isEqualTo(403);
            assertThat(answer.body()).contains("about their own prescriptions");
        }
        var nobody =
                send(
                        HttpRequest.newBuilder(server.at("/prescriptions-for-patients/Bundle"))
                                .header("X-Request-ID", UUID.randomUUID().toString()));
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.body()).contains("ACCESS_DENIED");
    }

    @Test
    void people_see_their_own_and_what_to_do_next() {
        for (var i = 0; i < 26; i++) {
            ordered("", 1);
        }
        ordered("FX001", 1);
        var order = ordered("", 1);
        try (var robin = browser("robin")) {
            assertThat(robin.get("/me/prescriptions?from=25").body())
                    .contains("Shown: 26 to ", "Newer");
            assertThat(robin.get("/me/prescriptions").body())
                    .contains(
                            "Ready to take to a pharmacy",
                            "Paracetamol 500mg soluble tablets",
                            "Sent to your pharmacy",
                            "Pharmacy: FX001",
                            "Take the prescription number to any pharmacy: " + order.id().text());
            for (var path :
                    List.of("/prescriptions", "/dispensing", "/dispensing/" + task(order))) {
                assertThat(robin.get(path).statusCode()).as(path).isEqualTo(403);
            }
        }
        try (var gp = browser("osei")) {
            assertThat(gp.get("/dispensing").statusCode()).isEqualTo(403);
        }
        try (var pharmacist = browser("maifeld")) {
            assertThat(pharmacist.get("/prescriptions").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void people_are_told_what_they_have_had_item_by_item() {
        try (var robin = browser("robin");
                var pharmacist = browser("maifeld")) {
            var owed = ordered("", 1);
            told(pharmacist, owed, "0004");
            assertThat(newest(robin))
                    .contains(
                            "Owed to you", "You have none of it yet. The pharmacy owes it to you.")
                    .doesNotContain("You have some of it");
            var part = ordered("", 2);
            told(pharmacist, part, "0001", "0004");
            assertThat(newest(robin))
                    .contains("Part owed to you", "You have some of it.")
                    .containsSubsequence(": you have had it<", ": the pharmacy owes it to you<");
            var one = ordered("", 2);
            told(pharmacist, one, "0001", "0002");
            assertThat(newest(robin))
                    .contains(
                            "Part given",
                            "You have had some of it, not all. Ask the pharmacy or your GP surgery")
                    .containsSubsequence(
                            ": you have had it<", ": the pharmacy did not give it to you<")
                    .doesNotContain("You have had these medicines");
            var late = ordered("", 2);
            told(pharmacist, late, "0003", "0004");
            over(late);
            assertThat(status(late)).isEqualTo("0006");
            assertThat(newest(robin))
                    .contains(
                            "Part given",
                            "You have had some of it, not all. It is too late to get the rest.")
                    .containsSubsequence(
                            ": you have had some of it<", ": it is too late to get it<");
            var all = ordered("", 2);
            told(pharmacist, all, "0001", "0001");
            assertThat(newest(robin))
                    .contains("Done", "You have had these medicines.")
                    .doesNotContain("you have had it");
        }
    }

    /// Downloads a prescription and notes what became of its items.
    private static void told(Browser pharmacist, Sent.Order order, String... statuses) {
        var at = done(pharmacist.post("/dispensing", Map.of("number", order.id().text())));
        var fields = new HashMap<String, String>();
        fields.put("key", key(shown(pharmacist, at)));
        for (var i = 0; i < statuses.length; i++) {
            fields.put("status-" + order.items().get(i), statuses[i]);
            fields.put("quantity-" + order.items().get(i), "28");
        }
        done(pharmacist.post(at, fields));
    }

    /// The last day of a prescription is over.
    private static void over(Sent.Order order) {
        JdbcClient.create(server.database().dataSource())
                .sql("update prescription_issue set expires = now() where prescription = ?")
                .param(order.id().text())
                .update();
        server.bean(Prescriptions.class).tick(Instant.now().plusSeconds(1));
    }

    /// The newest prescription on a person's page.
    private static String newest(Browser person) {
        return shown(person, "/me/prescriptions").split("nhsuk-card__content", 3)[1];
    }

    @Test
    void after_two_records_are_made_one_a_prescription_is_with_the_one_that_stays() {
        for (var which : Map.of("join-1", "9000000009", "join-2", "9000000017").entrySet()) {
            keep(
                    "Patient/" + which.getKey(),
                    "\"birthDate\":\"1970-01-02\",\"name\":[{\"family\":\"Field\",\"given\":[\"Robin\"]}],\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}]"
                            .formatted(which.getValue()));
        }
        keep(
                "AllergyIntolerance/join-a",
                "\"patient\":{\"reference\":\"Patient/join-1\"},\"code\":{\"text\":\"Paracetamol\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]}");
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                "joined",
                                "Robin Field",
                                Role.PATIENT,
                                "",
                                "",
                                new Account.Self("join-1", Level.P9, Account.Profile.NONE)),
                        PASSWORD);
        var order = ordered(Sent.Order.of("9000000017", "", 1));
        try (var gp = browser("osei");
                var robin = browser("joined");
                var pharmacist = browser("maifeld")) {
            var at = done(pharmacist.post("/dispensing", Map.of("number", order.id().text())));
            assertThat(shown(pharmacist, at)).doesNotContain("Allergy recorded: Paracetamol");
            assertThat(shown(robin, "/me/prescriptions")).doesNotContain("Paracetamol 500mg");
            var joined = Joined.of(server, gp, "join-1", "join-2");
            assertThat(shown(robin, "/me/prescriptions")).contains("Paracetamol 500mg");
            assertThat(shown(pharmacist, at)).contains("Allergy recorded: Paracetamol");
            joined.undo();
            assertThat(shown(robin, "/me/prescriptions")).doesNotContain("Paracetamol 500mg");
            assertThat(shown(pharmacist, at)).doesNotContain("Allergy recorded: Paracetamol");
        }
    }
}
