package trellis.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.Wire.json;
import static trellis.Wire.send;

import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;
import trellis.Joined;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Level;
import trellis.access.Role;
import trellis.apps.AloneApp;
import trellis.audit.PatientNumbers;
import trellis.notices.Notices;
import trellis.people.NhsNumber;
import trellis.people.Patient;
import trellis.people.People;
import trellis.store.Keys;
import trellis.store.Store;

/// What follows when two records are made one: what goes with them, what is refused, and that undoing restores it all.
final class MergedIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Wire WIRE = new Wire(server);
    private static final String RESTRICTED =
            "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}]},";

    private static Browser clerk;

    @BeforeAll
    static void fill() {
        WIRE.keep(
                "Organization/ZR1",
                "{\"resourceType\":\"Organization\",\"id\":\"ZR1\",\"name\":\"One\"}");
        WIRE.account("clerk", Role.WARD_CLERK, "ZR1");
        clerk = WIRE.browser("clerk");
    }

    @AfterAll
    static void close() {
        clerk.close();
    }

    private static void person(String id, String number, String more) {
        WIRE.keep(
                "Patient/" + id,
                """
                {"resourceType":"Patient","id":"%s",%s"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}],
                 "name":[{"use":"official","family":"Both","given":["Nora"]}],"birthDate":"1961-05-06","gender":"female",
                 "managingOrganization":{"reference":"Organization/ZR1"}}\
                """
                        .formatted(id, more, number));
    }

    private static ObjectNode held(String type, String id) {
        return server.bean(Store.class).read(type, id).orElseThrow().json();
    }

    private static JdbcClient sql() {
        return JdbcClient.create(server.database().dataSource());
    }

    private static HttpResponse<String> call(
            String token, String method, String path, String body) {
        return send(
                WIRE.request(token, path)
                        .header("X-Request-ID", UUID.randomUUID().toString())
                        .header("Content-Type", "application/fhir+json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body)));
    }

    @Test
    void a_number_that_both_had_is_still_somebodys() {
        var number = NhsNumber.of("9990548609").orElseThrow();
        person("same-1", number.digits(), "");
        person("same-2", number.digits(), "");
        var people = server.bean(People.class);
        assertThat(people.numbered(number)).as("two in use are nobody's").isEmpty();
        var joined = Joined.of(server, clerk, "same-1", "same-2");
        assertThat(people.numbered(number).map(Patient::key)).hasValue("same-1");
        joined.undo();
        assertThat(people.numbered(number)).isEmpty();
    }

    @Test
    void what_protects_somebody_and_that_they_died_go_over_and_come_back() {
        person("safe-1", "9693633709", "");
        person("safe-2", "9912003888", RESTRICTED + "\"deceasedDateTime\":\"2025-01-02\",");
        assertThat(clerk.get("/matching/" + Joined.pair(server, "safe-1", "safe-2")).body())
                .contains("It becomes restricted", "that the person has died");
        var joined = Joined.of(server, clerk, "safe-1", "safe-2");
        var stays = held("Patient", "safe-1");
        assertThat(new Patient(stays).restricted()).isTrue();
        assertThat(stays.path("deceasedDateTime").asString("")).isEqualTo("2025-01-02");
        stays.put("gender", "other");
        assertThat(
                        call(WIRE.machine(), "PUT", "/fhir/Patient/safe-1", stays.toString())
                                .statusCode())
                .isEqualTo(200);
        joined.undo();
        var after = held("Patient", "safe-1");
        assertThat(new Patient(after).restricted()).isFalse();
        assertThat(after.has("deceasedDateTime")).isFalse();
        assertThat(after.path("gender").asString("")).as("a later change stays").isEqualTo("other");
        assertThat(new Patient(held("Patient", "safe-2")).restricted()).isTrue();
    }

    @Test
    void what_arrives_for_a_record_that_was_replaced_is_refused_with_the_one_that_stays() {
        person("late-1", "9000000009", "");
        person("late-2", "9000000017", "");
        var result =
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"Potassium\"},\"subject\":{\"reference\":\"Patient/late-2\"}}";
        assertThat(call(WIRE.machine(), "POST", "/fhir/Observation", result).statusCode())
                .isEqualTo(201);
        var joined = Joined.of(server, clerk, "late-1", "late-2");
        var refused = call(WIRE.machine(), "POST", "/fhir/Observation", result);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(refused.body()).contains("Patient/late-1");
        assertThat(
                        call(
                                        WIRE.machine(),
                                        "POST",
                                        "/fhir/Observation",
                                        result.replace("late-2", "late-1"))
                                .statusCode())
                .isEqualTo(201);
        joined.undo();
        assertThat(call(WIRE.machine(), "POST", "/fhir/Observation", result).statusCode())
                .isEqualTo(201);
    }

    @Test
    void a_record_that_was_replaced_keeps_its_link_and_is_not_deleted_until_the_merge_is_undone() {
        person("keeps-1", "9693632257", "");
        person("keeps-2", "9693632265", "");
        var before = held("Patient", "keeps-2");
        var joined = Joined.of(server, clerk, "keeps-1", "keeps-2");
        var again = before.deepCopy().put("active", true);
        refused(call(WIRE.machine(), "PUT", "/fhir/Patient/keeps-2", again.toString()));
        var elsewhere = held("Patient", "keeps-2");
        ((ObjectNode) elsewhere.at("/link/0/other")).put("reference", "Patient/late-1");
        refused(call(WIRE.machine(), "PUT", "/fhir/Patient/keeps-2", elsewhere.toString()));
        refused(call(WIRE.machine(), "DELETE", "/fhir/Patient/keeps-2", ""));
        var batch =
                "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                        + again
                        + ",\"request\":{\"method\":\"PUT\",\"url\":\"Patient/keeps-2\"}}]}";
        refused(call(WIRE.machine(), "POST", "/fhir", batch));
        assertThat(new Patient(held("Patient", "keeps-2")).replacement()).hasValue("keeps-1");

        var later = held("Patient", "keeps-2").put("gender", "other");
        assertThat(
                        call(WIRE.machine(), "PUT", "/fhir/Patient/keeps-2", later.toString())
                                .statusCode())
                .isEqualTo(200);
        joined.undo();
        assertThat(new Patient(held("Patient", "keeps-2")).replacement()).isEmpty();
        assertThat(
                        call(WIRE.machine(), "PUT", "/fhir/Patient/keeps-2", again.toString())
                                .statusCode())
                .isEqualTo(200);
        assertThat(call(WIRE.machine(), "DELETE", "/fhir/Patient/keeps-2", "").statusCode())
                .isIn(200, 204);
    }

    private static void refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body())
                .contains("replaced by Patient/keeps-1", "undone on the page of the merge");
    }

    @Test
    void what_named_both_and_was_changed_since_names_both_again() {
        person("group-1", "9000000025", "");
        person("group-2", "9000000033", "");
        var group =
                """
                {"resourceType":"Group","id":"both","type":"person","actual":true,%s"member":[
                 {"entity":{"reference":"Patient/%s"}},{"entity":{"reference":"Patient/%s"}}]}\
                """;
        WIRE.keep("Group/both", group.formatted("", "group-1", "group-2"));
        var joined = Joined.of(server, clerk, "group-1", "group-2");
        WIRE.keep("Group/both", group.formatted("\"name\":\"Two\",", "group-1", "group-1"));
        joined.undo();
        var after = held("Group", "both");
        assertThat(after.path("name").asString("")).isEqualTo("Two");
        assertThat(after.at("/member/0/entity/reference").asString(""))
                .isEqualTo("Patient/group-1");
        assertThat(after.at("/member/1/entity/reference").asString(""))
                .isEqualTo("Patient/group-2");
    }

    // --- what stands outside the record ----------------------------------------------------------

    private static String pointers(String token, String number) {
        var answer =
                call(
                        token,
                        "GET",
                        "/record-locator/consumer/FHIR/R4/DocumentReference?subject:identifier="
                                + URLEncoder.encode(
                                        "https://fhir.nhs.uk/Id/nhs-number|" + number,
                                        StandardCharsets.UTF_8),
                        "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).path("total").asString("?");
    }

    private static void self(String name, String patient) {
        WIRE.account(
                new Account.Person(
                        name,
                        name,
                        Role.PATIENT,
                        "",
                        "",
                        new Account.Self(patient, Level.P9, Account.Profile.NONE)));
    }

    @Test
    void pointers_conversations_and_the_sign_in_go_with_the_record_and_come_back() {
        var stays = "9693632109";
        var goes = "9693632117";
        person("moves-1", stays, "");
        person("moves-2", goes, "");
        self("first", "moves-1");
        self("second", "moves-2");
        var hospital = AloneApp.token(server, "hospital", Role.SYSTEM, "Y05868");
        var made =
                call(
                        hospital,
                        "POST",
                        "/record-locator/producer/FHIR/R4/DocumentReference",
                        pointer(goes));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        sql().sql(
                        """
                        insert into conversation (id, subject, patient, replies, begun, latest)
                        values ('talk', 'Your potassium', 'moves-2', true, now(), now())
                        """)
                .update();
        sql().sql(
                        """
                        insert into conversation_part (conversation, kind, who, name, added, added_by)
                        values ('talk', 'person', 'moves-2', 'Nora', now(), 'Dr One')
                        """)
                .update();
        sql().sql(
                        """
                        insert into conversation_message
                               (id, conversation, sender, person, name, organisation, ods_code, body, urgent, sent)
                        select 'talk-1', 'talk', min(id), false, 'Dr One', 'One', 'ZR1', 'It is 4.1', false, now()
                          from account
                        """)
                .update();
        try (var first = WIRE.browser("first");
                var second = WIRE.browser("second")) {
            assertThat(first.get("/me/messages").body()).doesNotContain("Your potassium");
            assertThat(second.get("/me/messages").body()).contains("Your potassium");
            assertThat(pointers(hospital, stays)).isEqualTo("0");

            var joined = Joined.of(server, clerk, "moves-1", "moves-2");
            assertThat(first.get("/me/messages").body()).contains("Your potassium");
            assertThat(second.get("/me/messages").body())
                    .as("whoever signs in as the one record sees the one that stays")
                    .contains("Your potassium");
            assertThat(pointers(hospital, stays)).isEqualTo("1");

            joined.undo();
            assertThat(first.get("/me/messages").body()).doesNotContain("Your potassium");
            assertThat(second.get("/me/messages").body()).contains("Your potassium");
            assertThat(pointers(hospital, stays)).isEqualTo("0");
            assertThat(pointers(hospital, goes)).isEqualTo("1");
        }
    }

    private static final String PRODUCER = "/record-locator/producer/FHIR/R4/DocumentReference";

    private static String made(String token, String pointer) {
        var answer = call(token, "POST", PRODUCER, pointer);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
    }

    private static String replacing(String id, String number) {
        return pointer(number)
                .replace(
                        "\"status\":\"current\"",
                        "\"status\":\"current\",\"relatesTo\":[{\"code\":\"replaces\",\"target\":{\"type\":\"DocumentReference\",\"identifier\":{\"system\":\"urn:x\",\"value\":\"%s\"}}}]"
                                .formatted(id));
    }

    private static ObjectNode own(String token, String id) {
        return json(call(token, "GET", PRODUCER + "/" + id, ""));
    }

    private static String about(ObjectNode pointer) {
        return pointer.at("/subject/identifier/value").asString("");
    }

    @Test
    void a_pointer_that_went_with_its_person_is_changed_and_superseded_by_either_number() {
        var stays = "9693632273";
        var goes = "9693632281";
        person("points-1", stays, "");
        person("points-2", goes, "");
        var keeper = AloneApp.token(server, "keeper", Role.SYSTEM, "Y05868");
        var first = made(keeper, pointer(goes));
        var second = made(keeper, pointer(goes));
        var joined = Joined.of(server, clerk, "points-1", "points-2");

        var shown = own(keeper, first);
        assertThat(about(shown)).isEqualTo(stays);
        var changed = call(keeper, "PUT", PRODUCER + "/" + first, shown.toString());
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        var as = call(keeper, "PUT", PRODUCER + "/" + second, old(shown, second, goes));
        assertThat(as.statusCode()).as(as.body()).isEqualTo(200);
        var other = call(keeper, "PUT", PRODUCER + "/" + second, old(shown, second, "9000000041"));
        assertThat(other.statusCode()).as(other.body()).isEqualTo(400);

        var third = made(keeper, replacing(first, stays));
        var fourth = made(keeper, replacing(second, goes));
        assertThat(pointers(keeper, stays)).isEqualTo("2");
        assertThat(about(own(keeper, third))).isEqualTo(stays);
        assertThat(about(own(keeper, fourth)))
                .as("it stands where the one stood that it supersedes")
                .isEqualTo(stays);
        var fifth = made(keeper, pointer(stays));
        joined.undo();
        assertThat(about(own(keeper, fifth))).isEqualTo(stays);
    }

    private static String old(ObjectNode shown, String id, String number) {
        var sent = shown.deepCopy().put("id", id);
        ((ObjectNode) sent.at("/subject/identifier")).put("value", number);
        return sent.toString();
    }

    private static Account account(String name) {
        return server.bean(Accounts.class).named(name).orElseThrow();
    }

    private static String inbox(String name) {
        try (var browser = WIRE.browser(name)) {
            return browser.get("/notices").body();
        }
    }

    @Test
    void of_two_accounts_of_one_person_the_one_that_they_use_is_told_and_either_has_seen_it() {
        person("twice-1", "9693632303", "");
        person("twice-2", "9693632311", "");
        self("twice-old", "twice-1");
        self("twice-new", "twice-2");
        var joined = Joined.of(server, clerk, "twice-1", "twice-2");
        var accounts = server.bean(Accounts.class);
        var notices = server.bean(Notices.class);

        accounts.proved(account("twice-old"), Level.P5);
        notices.tellPrescriptionReady("twice-1", "one");
        assertThat(inbox("twice-new")).contains("1 unread");
        accounts.proved(account("twice-old"), Level.P9);
        accounts.disable("twice-old", true);
        notices.tellPrescriptionReady("twice-1", "two");
        assertThat(inbox("twice-new")).contains("2 unread");

        accounts.disable("twice-old", false);
        notices.seen(account("twice-old").id(), "/me/prescriptions");
        assertThat(inbox("twice-new")).contains("0 unread");
        joined.undo();
        notices.tellPrescriptionReady("twice-1", "three");
        assertThat(inbox("twice-old")).contains("1 unread");
        assertThat(inbox("twice-new")).contains("0 unread");
    }

    private static String pointer(String number) {
        return """
        {"resourceType":"DocumentReference","status":"current",
         "type":{"coding":[{"system":"http://snomed.info/sct","code":"736253002","display":"Mental health crisis plan"}]},
         "category":[{"coding":[{"system":"http://snomed.info/sct","code":"734163000","display":"Care plan"}]}],
         "subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}},
         "author":[{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y05868"}}],
         "custodian":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y05868"}},
         "content":[{"attachment":{"contentType":"application/pdf","url":"https://provider.example/plan.pdf"},
           "extension":[{"url":"https://fhir.nhs.uk/England/StructureDefinition/Extension-England-ContentStability",
             "valueCodeableConcept":{"coding":[{"system":"https://fhir.nhs.uk/England/CodeSystem/England-NRLContentStability","code":"static","display":"Static"}]}}],
           "format":{"system":"https://fhir.nhs.uk/England/CodeSystem/England-NRLFormatCode","code":"urn:nhs-ic:unstructured","display":"Unstructured Document"}}]}\
        """
                .formatted(number);
    }

    private static final List<String> ROWS =
            List.of(
                    "insert into departure (practice, patient, left_on, told, why) values ('ZR1', :id, now(), now(), 'x')",
                    "insert into proxy (account, patient, kind, scope, granted, granted_by) select min(id), :id, 'carer', 'all', now(), 'x' from account",
                    "insert into opened_record (account, patient, patient_id, reason, words, opened, until) select min(id), :key, :id, 'asked', 'x', now(), now() from account",
                    "insert into app_context (authorization_id, patient) values (:id, :id)",
                    "insert into privacy_case (kind, account, patient, day, line, accesses, score, signals, words, raised) values ('flagged', 1, :key, '2026-01-01', 1, 1, 1, '', '', now())",
                    "insert into privacy_case (kind, account, patient, day, line, accesses, score, signals, words, raised) values ('asked', 1, :key, '2026-01-01', 1, 1, 1, '', '', now())",
                    "insert into summary (uuid, nhs_number, replaces, ods, made, body) values ('u1' || :id, :number, '', 'ZR1', now(), '{}')",
                    "insert into summary (uuid, nhs_number, replaces, ods, made, body) values ('u2' || :id, :number, 'u1' || :id, 'ZR1', now(), '{}')");

    private static Map<String, Long> owned(String id, String number) {
        var key = Keys.resource("Patient", id);
        return Map.of(
                "departure", count("departure where patient = ?", id),
                "proxy", count("proxy where patient = ?", id),
                "opened", count("opened_record where patient_id = ?", id),
                "opened key", count("opened_record where patient = ?", key),
                "context", count("app_context where patient = ?", id),
                "case", count("privacy_case where patient = ?", key),
                "summary", count("summary where nhs_number = ?", number));
    }

    private static long count(String what, Object value) {
        return sql().sql("select count(*) from " + what).param(value).query(Long.class).single();
    }

    private static void rows(String id, String number) {
        ROWS.forEach(text ->
                sql().sql(text)
                        .params(
                                Map.of(
                                        "id",
                                        id,
                                        "key",
                                        Keys.resource("Patient", id),
                                        "number",
                                        number))
                        .update());
    }

    @Test
    void every_row_of_somebody_goes_but_one_that_would_be_the_second_of_its_kind() {
        person("rows-1", "9693632125", "");
        person("rows-2", "9693632133", "");
        person("rows-3", "9693632141", "");
        rows("rows-2", "9693632133");
        var before = owned("rows-2", "9693632133");
        assertThat(before).containsEntry("case", 2L).containsEntry("summary", 2L);
        var joined = Joined.of(server, clerk, "rows-1", "rows-2");
        assertThat(owned("rows-1", "9693632125")).isEqualTo(before);
        assertThat(owned("rows-2", "9693632133").values()).containsOnly(0L);
        joined.undo();
        assertThat(owned("rows-2", "9693632133")).isEqualTo(before);
        assertThat(owned("rows-1", "9693632125").values()).containsOnly(0L);

        rows("rows-3", "9693632141");
        var both = Joined.of(server, clerk, "rows-2", "rows-3");
        assertThat(owned("rows-2", "9693632133"))
                .as("one chain of summaries counts, one case of an account and a day")
                .containsEntry("summary", 2L)
                .containsEntry("case", 3L)
                .containsEntry("departure", 2L);
        both.undo();
        assertThat(owned("rows-2", "9693632133")).isEqualTo(before);
        assertThat(owned("rows-3", "9693632141")).isEqualTo(before);
    }

    @Test
    void a_number_leads_to_whoever_stays_however_often_records_were_made_one() {
        person("chain-1", "9693633008", "");
        person("chain-2", "9693633016", "");
        person("chain-3", "9693633024", "");
        var first = Joined.of(server, clerk, "chain-2", "chain-3");
        var second = Joined.of(server, clerk, "chain-1", "chain-2");
        var numbers = server.bean(PatientNumbers.class);
        assertThat(numbers.patients(List.of("9693633024")).get("9693633024"))
                .containsExactlyInAnyOrder("chain-1", "chain-2", "chain-3");
        second.undo();
        first.undo();
        assertThat(numbers.patients(List.of("9693633024")).get("9693633024"))
                .containsExactly("chain-3");
    }

    // --- the queue -------------------------------------------------------------------------------

    @Test
    void pairs_of_others_however_many_do_not_hide_ones_own() {
        person("queue-1", "9693632168", "");
        person("queue-2", "9693632176", "");
        sql().sql(
                        """
                        insert into matching_pair (one, other, one_key, other_key, weight, probability, raised)
                        select 'far-a' || n, 'far-b' || n, n, -n, 100, 0.99, now() from generate_series(1, 2500) n
                        """)
                .update();
        var pair = Joined.pair(server, "queue-1", "queue-2");
        assertThat(clerk.get("/matching").body()).contains("/matching/" + pair);
        sql().sql("delete from matching_pair where one like 'far-%'").update();
    }

    @Test
    void who_answers_about_records_that_were_changed_since_looks_again() {
        person("seen-1", "9693632184", "");
        person("seen-2", "9693632192", "");
        var address = "/matching/" + Joined.pair(server, "seen-1", "seen-2");
        var answer = Map.of("answer", "different", "why", "x", "first", "1", "second", "1");
        person("seen-2", "9693632192", "\"multipleBirthInteger\":2,");
        assertThat(clerk.post(address, answer).body()).contains("has been changed");
        var again = Map.of("answer", "different", "why", "x", "first", "1", "second", "2");
        assertThat(clerk.post(address, again).statusCode()).isEqualTo(303);
    }

    @Test
    void a_birth_date_that_is_none_is_told() {
        var sent =
                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Both\"}],\"birthDate\":\"%s\"}";
        for (var wrong : List.of("1990-1--01", "1990-13-01", "yesterday")) {
            assertThat(
                            call(
                                            WIRE.machine(),
                                            "POST",
                                            "/fhir/Patient/$match",
                                            sent.formatted(wrong))
                                    .statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(
                        call(WIRE.machine(), "POST", "/fhir/Patient/$match", sent.formatted("1990"))
                                .statusCode())
                .isEqualTo(200);
    }
}
