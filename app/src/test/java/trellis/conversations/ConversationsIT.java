package trellis.conversations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMailUtil;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.access.Account.Profile;
import trellis.access.Account.Self;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Proxy;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.notices.MailServer;

/// Messages between staff, and between people and those who care for them, as they use the pages.
class ConversationsIT {
    private static final MailServer MAIL = new MailServer();

    /// Mail goes at once here.
    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    MAIL.environment(
                            Map.of(
                                    "TRELLIS_NOTICES_ADDRESS", "https://trellis.example/",
                                    "TRELLIS_NOTICES_PLAN", "app 0m, mail")));

    private static final String PASSWORD = "correct horse battery";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String machine = "";

    @AfterAll
    static void stop() {
        MAIL.close();
    }

    @BeforeAll
    static void fill() {
        machine = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        for (var id : java.util.List.of("ZR1", "ZR2", "Z80012")) {
            put(
                    "Organization/" + id,
                    "{'resourceType':'Organization','id':'%s','name':'Place %s'}"
                            .formatted(id, id));
        }
        person("ann", Level.P9);
        person("bob", Level.P9);
        person("cat", Level.P5);
        person("eva", Level.P9);
        patient("nobody.yet");
        staff("practice", Role.GP, "Z80012");
        staff("partner", Role.GP, "Z80012");
        staff("locum", Role.GP, "Z80012");
        staff("clerk", Role.WARD_CLERK, "Z80012");
        staff("hospital", Role.CLINICIAN, "ZR1");
        staff("registrar", Role.CLINICIAN, "ZR1");
        staff("elsewhere", Role.CLINICIAN, "ZR2");
    }

    private static void patient(String id) {
        put(
                "Patient/" + id,
                ("{'resourceType':'Patient','id':'%s','name':[{'family':'Xanthoprosopia','given':['%s']}],"
                                + "'identifier':[{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'%s'}],"
                                + "'telecom':[{'system':'email','value':'%s@home.example'}],"
                                + "'generalPractitioner':[{'reference':'Organization/Z80012'}]}")
                        .formatted(id, id, number(id), id));
    }

    private static String number(String id) {
        return switch (id) {
            case "ann" -> "9000000009";
            case "bob" -> "9000000017";
            case "cat" -> "9000000025";
            case "eva" -> "9000000041";
            default -> "9000000033";
        };
    }

    private static void person(String id, Level level) {
        patient(id);
        server.bean(Accounts.class)
                .add(
                        new Person(
                                id,
                                id + " Reed",
                                Role.PATIENT,
                                "",
                                "",
                                new Self(id, level, Profile.NONE)),
                        PASSWORD);
    }

    private static void staff(String signIn, Role role, String ods) {
        server.bean(Accounts.class)
                .add(new Person(signIn, "Dr " + signIn, role, "Place " + ods, ods), PASSWORD);
    }

    private static void put(String path, String json) {
        var answer = fhir(machine, "PUT", path, json.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static HttpResponse<String> fhir(
            String token, String method, String path, String content) {
        var request =
                HttpRequest.newBuilder(server.at("/fhir/" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/fhir+json")
                        .method(
                                method,
                                content.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(content));
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Browser in(String who) {
        return Browser.signedIn(server, who, PASSWORD);
    }

    private static Map<String, String> form(String... pairs) {
        var all = new HashMap<String, String>();
        all.put("key", UUID.randomUUID().toString());
        all.put("sure", "yes");
        for (var i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return all;
    }

    /// Sends a first message.
    ///
    /// @return where its conversation is
    private static String sent(Browser from, Map<String, String> fields) {
        var answer = from.post("/messages/new", fields);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return answer.headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceFirst("^https?://[^/]+", "");
    }

    private static String number(Browser from, String signIn) {
        assertThat(from.get("/messages/new").body()).contains("Dr " + signIn);
        return Long.toString(server.bean(Accounts.class).named(signIn).orElseThrow().id());
    }

    private static long lines(String what, String patient) {
        return JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        select count(*) from audit a join audit_patient p on p.seq = a.seq
                         where a.what = ? and p.patient = ?
                        """)
                .params(what, trellis.store.Keys.resource("Patient", patient))
                .query(Long.class)
                .single();
    }

    private static void mailed(String address, int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> MAIL.to(address).size() >= count);
        assertThat(MAIL.to(address)).hasSize(count);
    }

    @Test
    void a_person_is_written_to_is_told_answers_and_it_is_part_of_the_record() throws Exception {
        try (var practice = in("practice");
                var ann = in("ann");
                var bob = in("bob")) {
            var fields =
                    form(
                            "patient",
                            "ann",
                            "to",
                            "patient",
                            "subject",
                            "Your potassium",
                            "text",
                            "Please stop the lisinopril\nand call us",
                            "replies",
                            "yes");
            var asked = new HashMap<>(fields);
            asked.remove("sure");
            assertThat(practice.post("/messages/new", asked).body())
                    .contains(
                            "Check your message",
                            "XANTHOPROSOPIA, ann (the patient)",
                            "stop the lisinopril");
            var address = sent(practice, fields);
            assertThat(sent(practice, fields)).as("sent twice it is one").isEqualTo(address);
            var id = address.substring(address.lastIndexOf('/') + 1);

            mailed("ann@home.example", 1);
            for (var mail : MAIL.all()) {
                assertThat(GreenMailUtil.getWholeMessage(mail))
                        .contains("https://trellis.example/")
                        .doesNotContainIgnoringCase("potassium")
                        .doesNotContainIgnoringCase("lisinopril")
                        .doesNotContainIgnoringCase("Xanthoprosopia")
                        .doesNotContainIgnoringCase("practice")
                        .doesNotContainIgnoringCase("Reed")
                        .doesNotContain("9000000009");
            }

            assertThat(ann.get("/me/messages").body()).contains("Your potassium", "New", "999");
            assertThat(ann.get("/notices").body()).contains("1 unread");
            assertThat(practice.get(address).body()).contains("They were told by email");
            assertThat(ann.get("/me/messages/" + id).body())
                    .contains("Please stop the lisinopril", "Dr practice, Place Z80012");
            assertThat(ann.get("/notices").body()).contains("0 unread");
            assertThat(bob.get("/me/messages/" + id).statusCode()).isEqualTo(404);
            assertThat(bob.post("/me/messages/" + id, form("text", "x")).statusCode())
                    .isEqualTo(404);
            assertThat(bob.get("/me/messages").body()).doesNotContain("Your potassium");

            var answered = ann.post("/me/messages/" + id, form("text", "I will"));
            assertThat(answered.statusCode()).isEqualTo(303);
            assertThat(practice.get("/notices").body()).contains("1 unread");
            assertThat(practice.get(address).body())
                    .contains("I will", "ann Reed (the patient)", "Read by ann Reed, ");
            var found = fhir(machine, "GET", "Communication?subject=Patient/ann", "").body();
            assertThat(found)
                    .contains(
                            "stop the lisinopril", "I will", "\"inResponseTo\"", "Your potassium");
            assertThat(lines("began a conversation", "ann")).isEqualTo(1);
            assertThat(lines("wrote in a conversation", "ann")).isEqualTo(1);
            assertThat(lines("page: a conversation", "ann")).isGreaterThan(2);
            assertThat(ann.get("/me/looked").body()).contains("Messages about you");

            practice.post(address + "/replies", Map.of("allowed", "no"));
            assertThat(ann.get("/me/messages/" + id).body()).contains("You cannot answer");
            assertThat(ann.post("/me/messages/" + id, form("text", "but")).statusCode())
                    .isEqualTo(403);
            practice.post(address + "/close", Map.of());
            assertThat(practice.post(address, form("text", "late")).statusCode()).isEqualTo(400);
            assertThat(practice.get("/messages?show=closed").body()).contains("Your potassium");
            practice.post(address + "/reopen", Map.of());
            assertThat(practice.post(address, form("text", "again")).statusCode()).isEqualTo(303);
        }
    }

    @Test
    void nobody_changes_a_message_by_the_api() {
        try (var practice = in("practice")) {
            var fields =
                    form("patient", "ann", "to", "own", "subject", "Stays", "text", "As it was");
            var address = sent(practice, fields);
            var path = "Communication/" + address.substring(address.lastIndexOf('/') + 1);
            var stored = fhir(machine, "GET", path, "").body();
            assertThat(stored).contains("As it was");
            assertThat(
                            fhir(machine, "PUT", path, stored.replace("As it was", "Not so"))
                                    .statusCode())
                    .isEqualTo(403);
            assertThat(fhir(machine, "DELETE", path, "").statusCode()).isEqualTo(403);
            assertThat(fhir(machine, "GET", path, "").body()).contains("As it was");
        }
    }

    @Test
    void a_message_sent_in_error_stays_struck_through_and_only_who_wrote_it_says_so() {
        try (var practice = in("practice");
                var partner = in("partner")) {
            var fields =
                    form(
                            "patient",
                            "bob",
                            "to",
                            "own",
                            "subject",
                            "His warfarin",
                            "text",
                            "Give 50 mg");
            var address = sent(practice, fields);
            var id = address.substring(address.lastIndexOf('/') + 1);
            assertThat(practice.get(address).body()).contains("Sent in error?");
            var which = Map.of("message", id);
            assertThat(partner.post(address + "/mistaken", which).statusCode()).isEqualTo(403);
            for (var time = 0; time < 2; time++) {
                assertThat(practice.post(address + "/mistaken", which).statusCode()).isEqualTo(303);
            }
            assertThat(partner.get(address).body())
                    .contains("Do not act on it", "<s>Give 50 mg</s>");
            assertThat(fhir(machine, "GET", "Communication/" + id, "").body())
                    .contains("entered-in-error", "Give 50 mg", "TBOO");
            assertThat(lines("said that a message was sent in error", "bob")).isEqualTo(1);

            var rota = form("to", "own", "subject", "Rota", "text", "Monday");
            var other = sent(practice, rota);
            var first = Map.of("message", other.substring(other.lastIndexOf('/') + 1));
            assertThat(practice.post(other + "/mistaken", first).statusCode()).isEqualTo(303);
            assertThat(practice.get(other).body()).contains("<s>Monday</s>");
        }
    }

    @Test
    void only_who_may_see_the_patient_takes_part() {
        try (var practice = in("practice");
                var clerk = in("clerk");
                var partner = in("partner");
                var elsewhere = in("elsewhere")) {
            var fields =
                    form(
                            "patient",
                            "bob",
                            "to",
                            "own",
                            "subject",
                            "Bobs rash",
                            "text",
                            "Look at it");
            var address = sent(practice, fields);
            assertThat(partner.get("/messages?show=organisation").body()).contains("Bobs rash");
            assertThat(partner.get(address).body()).contains("Look at it");
            assertThat(clerk.get("/messages?show=organisation").body()).doesNotContain("Bobs rash");
            assertThat(clerk.get(address).statusCode()).isEqualTo(404);
            assertThat(elsewhere.get(address).statusCode()).isEqualTo(404);
            assertThat(elsewhere.post(address, form("text", "x")).statusCode()).isEqualTo(404);
            assertThat(elsewhere.get("/messages/new?patient=bob").statusCode()).isEqualTo(404);

            var stranger =
                    form(
                            "patient",
                            "bob",
                            "to",
                            "organisation",
                            "ods",
                            "ZR2",
                            "subject",
                            "s",
                            "text",
                            "t");
            assertThat(practice.post("/messages/new", stranger).body())
                    .contains("has nothing to do with this patient");
            var colleague =
                    form(
                            "patient",
                            "bob",
                            "to",
                            "colleague",
                            "colleague",
                            number(practice, "clerk"),
                            "subject",
                            "s",
                            "text",
                            "t");
            assertThat(practice.post("/messages/new", colleague).body())
                    .contains("may not see this patient");
            put(
                    "ServiceRequest/bob",
                    "{'resourceType':'ServiceRequest','id':'bob','status':'active','intent':'order','authoredOn':'%s','subject':{'reference':'Patient/bob'},'performer':[{'reference':'Organization/ZR2'}]}"
                            .formatted(java.time.LocalDate.now(java.time.ZoneOffset.UTC)));
            sent(practice, stranger);
            assertThat(elsewhere.get("/messages?show=organisation").body()).contains(">s<");
        }
    }

    @Test
    void a_colleague_is_brought_in_with_the_reason_and_told() {
        try (var hospital = in("hospital");
                var registrar = in("registrar");
                var practice = in("practice")) {
            var address =
                    sent(
                            hospital,
                            form(
                                    "to",
                                    "organisation",
                                    "ods",
                                    "z80012",
                                    "subject",
                                    "Clinic on Friday",
                                    "text",
                                    "It moves to ten",
                                    "urgent",
                                    "yes"));
            assertThat(registrar.get(address).statusCode()).isEqualTo(404);
            var colleague = number(hospital, "registrar");
            assertThat(hospital.post(address + "/forward", Map.of("colleague", colleague)).body())
                    .contains("Say why");
            assertThat(
                            hospital.post(
                                            address + "/forward",
                                            Map.of(
                                                    "colleague",
                                                    colleague,
                                                    "why",
                                                    "Takes the clinic"))
                                    .statusCode())
                    .isEqualTo(303);
            assertThat(registrar.get("/notices").body()).contains("1 unread");
            assertThat(registrar.get("/messages").body()).contains("Clinic on Friday", "Urgent");
            assertThat(registrar.get("/messages?q=friday").body()).contains("Clinic on Friday");
            assertThat(registrar.get("/messages?q=thursday").body())
                    .contains("No message was found");
            assertThat(registrar.get(address).body())
                    .contains("It moves to ten", "brought in by Dr hospital", "Takes the clinic");
            assertThat(registrar.get("/notices").body()).contains("0 unread");
            assertThat(hospital.get(address).body())
                    .contains("Dr registrar, ", "nobody there has asked to be told");
            var other =
                    Long.toString(server.bean(Accounts.class).named("practice").orElseThrow().id());
            assertThat(
                            hospital.post(
                                            address + "/forward",
                                            Map.of("colleague", other, "why", "Not of ours"))
                                    .body())
                    .contains("cannot be brought in");
            practice.get(address);
            practice.post(address, form("text", "Thank you"));
            assertThat(practice.get("/messages").body())
                    .as("who answers takes part")
                    .contains("Clinic on Friday");
            assertThat(hospital.get("/notices").body()).contains("1 unread");
        }
    }

    @Test
    void a_person_writes_only_where_somebody_is_told() throws Exception {
        try (var bob = in("bob");
                var partner = in("partner")) {
            assertThat(bob.get("/me/messages/new").body()).contains("does not take messages here");
            partner.post("/messages/watch", Map.of("on", "yes"));
            assertThat(bob.get("/me/messages/new").body()).contains("Place Z80012", "call 999");
            var fields = form("to", "Z80012", "subject", "My knee", "text", "It hurts");
            var asked = new HashMap<>(fields);
            asked.remove("sure");
            assertThat(bob.post("/me/messages/new", asked).body()).contains("Check your message");
            assertThat(bob.post("/me/messages/new", fields).statusCode()).isEqualTo(303);
            assertThat(bob.get("/me/messages").body()).contains("My knee");
            assertThat(partner.get("/notices").body()).contains("1 unread");
            assertThat(partner.get("/messages?show=organisation").body())
                    .contains("My knee", "XANTHOPROSOPIA, bob", "1 unread");
            assertThat(
                            bob.post(
                                            "/me/messages/new",
                                            form("to", "ZR1", "subject", "s", "text", "t"))
                                    .body())
                    .contains("Choose who to write to");
            partner.post("/messages/watch", Map.of("on", "no"));
            assertThat(bob.get("/me/messages/new").body()).contains("does not take messages here");
        }
    }

    @Test
    void who_would_never_read_it_is_not_written_to() {
        try (var practice = in("practice");
                var cat = in("cat")) {
            assertThat(practice.get("/messages/new?patient=nobody.yet").body())
                    .contains("has no account here");
            assertThat(practice.get("/messages/new?patient=cat").body())
                    .contains("has not proved who they are");
            assertThat(
                            practice.post(
                                            "/messages/new",
                                            form(
                                                    "patient", "cat", "to", "patient", "subject",
                                                    "s", "text", "t"))
                                    .body())
                    .contains("has not proved who they are");
            assertThat(cat.get("/me/messages").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void a_message_that_is_sent_again_under_another_conversation_changes_nothing() {
        try (var hospital = in("hospital");
                var registrar = in("registrar")) {
            var first =
                    form(
                            "to",
                            "colleague",
                            "colleague",
                            number(hospital, "registrar"),
                            "subject",
                            "Rota",
                            "text",
                            "Yours on Monday");
            var address = sent(hospital, first);
            var again = form("text", "and Tuesday", "key", UUID.randomUUID().toString());
            assertThat(registrar.post(address, again).statusCode()).isEqualTo(303);
            assertThat(registrar.post(address, again).statusCode()).isEqualTo(303);
            assertThat(hospital.get(address).body().split("and Tuesday", -1)).hasSize(2);
            var planted = new HashMap<>(first);
            planted.put("key", again.get("key"));
            planted.put("subject", "Planted");
            var answer = hospital.post("/messages/new", planted);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("this one was not sent");
            assertThat(hospital.get("/messages").body()).doesNotContain("Planted");
        }
    }

    @Test
    void another_message_under_a_used_form_is_refused_and_not_lost_without_a_word() {
        try (var practice = in("practice")) {
            var first =
                    form(
                            "patient",
                            "bob",
                            "to",
                            "colleague",
                            "colleague",
                            number(practice, "locum"),
                            "subject",
                            "His dose",
                            "text",
                            "Two tablets");
            var address = sent(practice, first);
            assertThat(sent(practice, first)).isEqualTo(address);
            for (var change :
                    Map.of(
                                    "text",
                                    "One tablet",
                                    "subject",
                                    "Her dose",
                                    "to",
                                    "own",
                                    "urgent",
                                    "yes")
                            .entrySet()) {
                var changed = new HashMap<>(first);
                changed.put(change.getKey(), change.getValue());
                var answer = practice.post("/messages/new", changed);
                assertThat(answer.statusCode()).as(change.getKey()).isEqualTo(400);
                assertThat(answer.body()).contains("this one was not sent");
            }
            var again = form("text", "Thank you");
            assertThat(practice.post(address, again).statusCode()).isEqualTo(303);
            assertThat(practice.post(address, again).statusCode()).isEqualTo(303);
            again.put("text", "No, thank you");
            assertThat(practice.post(address, again).statusCode()).isEqualTo(400);
            assertThat(practice.get(address).body())
                    .contains("Two tablets", "Thank you")
                    .doesNotContain("One tablet", "No, thank you");
        }
    }

    @Test
    void what_staff_write_among_themselves_is_seen_by_neither_the_person_nor_who_acts_for_them() {
        server.bean(Persons.class)
                .grant("bob", "eva", Proxy.Kind.CARER, "full", Optional.empty(), "the surgery");
        var person = token("eva");
        var carer = token("bob");
        try (var practice = in("practice")) {
            var fields =
                    form(
                            "patient",
                            "eva",
                            "to",
                            "colleague",
                            "colleague",
                            number(practice, "locum"),
                            "subject",
                            "Bruises on her arms",
                            "text",
                            "I suspect that she is being harmed");
            assertThat(practice.post("/messages/new", asked(fields)).body())
                    .contains("The patient and whoever acts for them do not see it here");
            var address = sent(practice, fields);
            var id = address.substring(address.lastIndexOf('/') + 1);
            assertThat(practice.get(address).body())
                    .contains("The patient and whoever acts for them do not see it here");
            var told =
                    form(
                            "patient",
                            "eva",
                            "to",
                            "patient",
                            "subject",
                            "Your appointment",
                            "text",
                            "Come on Tuesday");
            assertThat(practice.post("/messages/new", asked(told)).body())
                    .contains("whoever acts for the patient with their whole record");
            sent(practice, told);
            for (var who : java.util.List.of(person, carer)) {
                var found = fhir(who, "GET", "Communication?patient=eva", "");
                assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
                assertThat(found.body())
                        .contains("Come on Tuesday")
                        .doesNotContain("suspect", "Bruises", id);
                assertThat(fhir(who, "GET", "Communication/" + id, "").statusCode()).isEqualTo(404);
                assertThat(fhir(who, "GET", "Communication?_id=" + id, "").body())
                        .contains("searchset")
                        .doesNotContain("\"entry\"");
            }
            var colleague = fhir(token("locum"), "GET", "Communication?patient=eva", "").body();
            assertThat(colleague).contains("suspect", "Come on Tuesday");
        }
    }

    private static Map<String, String> asked(Map<String, String> fields) {
        var asked = new HashMap<>(fields);
        asked.remove("sure");
        return asked;
    }

    private static String token(String who) {
        return server.bean(Tokens.class)
                .issue(server.bean(Accounts.class).named(who), Duration.ofHours(1))
                .secret();
    }

    @Test
    void an_organisation_with_very_many_patients_loses_no_conversation() {
        var db = JdbcClient.create(server.database().dataSource());
        db.sql(
                        """
                        insert into conversation (id, subject, patient, replies, begun, latest, closed)
                        select 'many-' || n, 'Old', 'many-' || n, true, now(), now(), now()
                          from generate_series(1, 20000) n
                        """)
                .update();
        db.sql(
                        """
                        insert into conversation_part (conversation, kind, who, name, added, added_by)
                        select 'many-' || n, 'organisation', 'Z80012', 'Place Z80012', now(), 'Dr X'
                          from generate_series(1, 20000) n
                        """)
                .update();
        try (var practice = in("practice")) {
            sent(
                    practice,
                    form("patient", "cat", "to", "own", "subject", "Her knee", "text", "Look"));
            assertThat(practice.get("/messages?show=organisation&q=knee").body())
                    .contains("Her knee");
            assertThat(practice.get("/messages?show=closed").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void who_has_left_or_may_not_sign_in_is_not_taken_for_somebody_who_is_told() {
        staff("leaver", Role.GP, "ZR4");
        put("Organization/ZR4", "{'resourceType':'Organization','id':'ZR4','name':'Place ZR4'}");
        put(
                "Patient/dan",
                "{'resourceType':'Patient','id':'dan','name':[{'family':'Reed'}],'generalPractitioner':[{'reference':'Organization/ZR4'}]}");
        server.bean(Accounts.class)
                .add(
                        new Person(
                                "dan",
                                "Dan Reed",
                                Role.PATIENT,
                                "",
                                "",
                                new Self("dan", Level.P9, Profile.NONE)),
                        PASSWORD);
        staff("stays", Role.GP, "ZR4");
        try (var leaver = in("leaver");
                var stays = in("stays");
                var dan = in("dan")) {
            leaver.post("/messages/watch", Map.of("on", "yes"));
            assertThat(dan.get("/me/messages/new").body()).contains("Place ZR4");
            var fields = form("patient", "dan", "to", "own", "subject", "s", "text", "t");
            assertThat(stays.post("/messages/new", asked(fields)).body())
                    .doesNotContain("Nobody there is told");
            server.bean(Accounts.class).disable("leaver", true);
            assertThat(dan.get("/me/messages/new").body()).contains("does not take messages here");
            assertThat(stays.post("/messages/new", asked(fields)).body())
                    .contains("Nobody there is told");
            server.bean(Accounts.class).disable("leaver", false);
            JdbcClient.create(server.database().dataSource())
                    .sql("update account set ods_code = 'ZR2' where sign_in = 'leaver'")
                    .update();
            assertThat(dan.get("/me/messages/new").body()).contains("does not take messages here");
        }
    }

    @Test
    void of_very_many_colleagues_one_is_found_by_name() {
        JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        insert into account (sign_in, password, name, role, organisation, ods_code)
                        select 'crowd.' || n, 'x', 'Dr Crowd ' || n, 'GP', 'Place ZR5', 'ZR5'
                          from generate_series(1, 1200) n
                        """)
                .update();
        staff("zoe", Role.GP, "ZR5");
        staff("asks", Role.GP, "ZR5");
        try (var asks = in("asks")) {
            assertThat(asks.get("/messages/new").body())
                    .contains("Part of the colleague")
                    .doesNotContain("Dr zoe");
            var fields =
                    form("to", "colleague", "named", "ZOE", "subject", "Rota", "text", "Monday");
            assertThat(asks.post("/messages/new", fields).body())
                    .contains("Choose a colleague", "Dr zoe", "Monday")
                    .doesNotContain("Dr Crowd");
        }
    }
}
