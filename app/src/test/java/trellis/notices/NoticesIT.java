package trellis.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMailUtil;
import jakarta.mail.internet.MimeMessage;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.access.Account.Profile;
import trellis.access.Account.Self;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Openings;
import trellis.access.Reason;
import trellis.access.Role;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.notices.Delivery.Why;
import trellis.notices.Notice.Step;
import trellis.notices.Notices.Kind;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;

/// People are told: over a real mail server and a text service on this machine.
class NoticesIT {
    private static final MailServer MAIL = new MailServer();
    private static final NotifyService TEXTS = new NotifyService();
    private static final String TOKEN = "receipts of the texts";
    private static final String PASSWORD = "correct horse battery";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    MAIL.environment(
                            Map.of(
                                    "TRELLIS_NOTICES_ADDRESS",
                                    "https://trellis.example/",
                                    "TRELLIS_NOTIFY_URL",
                                    TEXTS.url(),
                                    "TRELLIS_NOTIFY_KEY",
                                    NotifyService.KEY,
                                    "TRELLIS_NOTIFY_TEMPLATE",
                                    NotifyService.TEMPLATE,
                                    "TRELLIS_NOTIFY_RECEIPTS",
                                    TOKEN)));

    @AfterAll
    static void stop() {
        MAIL.close();
        TEXTS.close();
    }

    private static Notices notices() {
        return server.bean(Notices.class);
    }

    private static NoticeSql sql() {
        return new NoticeSql(server.database().dataSource());
    }

    /// A person with a mail address and a mobile number.
    private static long person(String name, String mobile) {
        var telecom =
                "[{'system':'email','value':'%s@home.example'},{'system':'phone','use':'mobile','value':'%s'}]"
                        .formatted(name, mobile);
        return person(name, telecom, "");
    }

    private static long person(String name, String telecom, String more) {
        var json =
                ("{'resourceType':'Patient','id':'%s','identifier':[{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'9000000009'}],"
                                + "'name':[{'family':'Xanthoprosopia','given':['Secret']}],'telecom':%s%s}")
                        .formatted(name, telecom, more)
                        .replace('\'', '"');
        var content =
                server.bean(Preparation.class)
                        .prepare(Resource.of(Json.parse(json.getBytes(StandardCharsets.UTF_8))));
        server.bean(Store.class).write(Write.unchecked(List.of(Change.Put.of(content))));
        return server.bean(Accounts.class)
                .add(
                        new Person(
                                name,
                                "Secret Xanthoprosopia",
                                Role.PATIENT,
                                "",
                                "",
                                new Self(name, Level.P9, Profile.NONE)),
                        PASSWORD);
    }

    private static void raise(long account, String key) {
        notices().raise(List.of(new Notices.Raised(key, account, Kind.MESSAGE, "/account")));
    }

    /// Does everything that is due at a moment.
    private static void until(Duration later) {
        var now = Instant.now().plus(later).truncatedTo(ChronoUnit.MICROS);
        while (notices().work(now)) {
            assertThat(now).isAfter(Instant.EPOCH);
        }
    }

    private static List<MimeMessage> mails(String address) {
        return MAIL.to(address);
    }

    private static List<Delivery> states(String key) {
        return sql().keyed(key).orElseThrow().steps().stream().map(Step::state).toList();
    }

    @Test
    void a_mail_arrives_when_the_inbox_is_not_read_and_says_nothing_of_what_waits()
            throws Exception {
        raise(person("ann", "07700 900101"), "first-ann");
        until(Duration.ofMinutes(1));
        assertThat(mails("ann@home.example")).isEmpty();
        until(Duration.ofMinutes(6));
        var mail = mails("ann@home.example");
        assertThat(mail).hasSize(1);
        var one = mail.getFirst();
        assertThat(one.getSubject()).isEqualTo("There is a new message for you");
        assertThat(one.getFrom()[0].toString()).isEqualTo("no-reply@trellis.example");
        assertThat(one.getContent().toString().strip())
                .isEqualTo(
                        "There is a new message for you in Trellis. Sign in at"
                                + " https://trellis.example/ to read it.");
        assertThat(one.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(one.getMessageID()).matches("<trellis-[0-9]+-2@trellis.example>");
        assertThat(GreenMailUtil.getWholeMessage(one))
                .doesNotContainIgnoringCase("Xanthoprosopia")
                .doesNotContain("9000000009");
        assertThat(states("first-ann"))
                .containsExactly(new Delivery.Sent(), new Delivery.Sent(), new Delivery.Created());
        assertThat(notices().told("first-ann")).contains("They were told by email");
        until(Duration.ofDays(2));
        var texts = TEXTS.to("+447700900101");
        assertThat(texts).hasSize(1);
        assertThat(texts.getFirst().toString())
                .contains("There is a new message for you in Trellis. Sign in at")
                .doesNotContainIgnoringCase("Xanthoprosopia")
                .doesNotContain("9000000009");
    }

    @Test
    void whoever_has_read_it_is_told_no_more() {
        var bob = person("bob", "07700 900102");
        raise(bob, "first-bob");
        until(Duration.ofMinutes(1));
        try (var browser = Browser.signedIn(server, "bob", PASSWORD)) {
            var page = browser.get("/notices").body();
            assertThat(page).contains("1 unread", "A message", "bob@home.example", "+447700900102");
            assertThat(browser.get("/help").body()).contains("Notices (1");
            var link = page.replaceAll("(?s).*href=\"(/notices/[0-9]+)\".*", "$1");
            var opened = browser.get(link);
            assertThat(opened.statusCode()).isEqualTo(303);
            assertThat(opened.headers().firstValue("Location").orElseThrow()).endsWith("/account");
            assertThat(browser.get("/notices").body()).contains("0 unread");
            try (var other = Browser.signedIn(server, "bob", PASSWORD)) {
                assertThat(other.get("/notices").body()).contains("0 unread");
            }
        }
        until(Duration.ofDays(3));
        assertThat(mails("bob@home.example")).isEmpty();
        assertThat(TEXTS.to("+447700900102")).isEmpty();
        assertThat(states("first-bob"))
                .containsExactly(
                        new Delivery.Delivered(),
                        new Delivery.Skipped(Why.READ),
                        new Delivery.Skipped(Why.READ));
        assertThat(notices().told("first-bob")).contains("They have seen it");
    }

    @Test
    void ten_messages_within_minutes_are_one_mail_and_one_text() {
        var kit = person("kit", "07700 900190");
        for (var n = 0; n < 10; n++) {
            raise(kit, "kit-" + n);
        }
        until(Duration.ofMinutes(1));
        until(Duration.ofMinutes(6));
        assertThat(mails("kit@home.example")).hasSize(1);
        raise(kit, "kit-late");
        until(Duration.ofMinutes(7));
        until(Duration.ofMinutes(12));
        assertThat(mails("kit@home.example")).hasSize(1);
        assertThat(states("kit-9").get(1)).isEqualTo(new Delivery.Sent());
        assertThat(notices().told("kit-9")).contains("They were told by email");
        until(Duration.ofDays(2));
        assertThat(TEXTS.to("+447700900190")).hasSize(1);
        assertThat(mails("kit@home.example")).hasSize(1);
    }

    @Test
    void who_has_looked_since_is_told_anew() {
        var lou = person("lou", "07700 900191");
        raise(lou, "lou-first");
        until(Duration.ofMinutes(1));
        until(Duration.ofMinutes(6));
        notices().seen(lou, "/account");
        raise(lou, "lou-second");
        until(Duration.ofMinutes(7));
        until(Duration.ofMinutes(12));
        assertThat(mails("lou@home.example")).hasSize(2);
    }

    @Test
    void that_a_prescription_is_ready_is_told_once_and_outside_not_at_all() {
        person("may", "07700 900192");
        notices().tellPrescriptionReady("may", "one");
        notices().tellPrescriptionReady("may", "one");
        notices().tellPrescriptionReady("nobody.at.all", "one");
        try (var browser = Browser.signedIn(server, "may", PASSWORD)) {
            assertThat(browser.get("/notices").body())
                    .contains("1 unread", "A prescription is ready to collect");
        }
        until(Duration.ofMinutes(1));
        until(Duration.ofMinutes(6));
        assertThat(mails("may@home.example")).hasSize(1);
        assertThat(GreenMailUtil.getWholeMessage(mails("may@home.example").getFirst()))
                .contains("There is something new for you")
                .doesNotContainIgnoringCase("prescription");
    }

    @Test
    void somebody_elses_notice_is_not_there() {
        raise(person("carol", "07700 900103"), "first-carol");
        var id = sql().keyed("first-carol").orElseThrow().id();
        person("dan", "07700 900104");
        try (var browser = Browser.signedIn(server, "dan", PASSWORD)) {
            assertThat(browser.get("/notices/" + id).statusCode()).isEqualTo(404);
            assertThat(browser.get("/notices").body()).contains("There is nothing new for you");
        }
        assertThat(sql().keyed("first-carol").orElseThrow().read()).isEmpty();
    }

    @Test
    void raised_twice_it_is_one_and_ten_workers_send_it_once() throws Exception {
        var eve = person("eve", "07700 900105");
        for (var time = 0; time < 3; time++) {
            raise(eve, "first-eve");
        }
        assertThat(sql().unread(eve)).isEqualTo(1);
        until(Duration.ofMinutes(1));
        var now = Instant.now().plus(Duration.ofMinutes(6)).truncatedTo(ChronoUnit.MICROS);
        var workers = new ArrayList<Callable<Boolean>>();
        for (var n = 0; n < 10; n++) {
            workers.add(() -> {
                while (notices().work(now)) {
                    assertThat(now).isAfter(Instant.EPOCH);
                }
                return true;
            });
        }
        try (var threads = Executors.newFixedThreadPool(10)) {
            for (var done : threads.invokeAll(workers)) {
                assertThat(done.get()).isTrue();
            }
        }
        // Where the mail server was slower than the carrier waits, it goes out at the next try, and
        // still once.
        until(Duration.ofMinutes(10));
        assertThat(mails("eve@home.example")).hasSize(1);
    }

    @Test
    void while_the_mail_server_is_down_it_is_tried_again_and_then_a_text_goes() {
        raise(person("fay", "07700 900106"), "first-fay");
        until(Duration.ofMinutes(1));
        MAIL.stop();
        try {
            until(Duration.ofMinutes(6));
            assertThat(states("first-fay").get(1)).isEqualTo(new Delivery.Sending(1));
            for (var minutes : List.of(7, 10, 20, 60)) {
                assertThat(TEXTS.to("+447700900106")).isEmpty();
                until(Duration.ofMinutes(minutes));
            }
            assertThat(states("first-fay").get(1)).isEqualTo(new Delivery.Failed(Why.NO_CARRIER));
            assertThat(TEXTS.to("+447700900106")).hasSize(1);
        } finally {
            MAIL.startAgain();
        }
    }

    @Test
    void what_a_worker_that_died_had_in_hand_comes_back_and_a_text_is_not_sent_twice() {
        var gus = person("gus", "[{'system':'phone','use':'mobile','value':'07700 900107'}]", "");
        raise(gus, "first-gus");
        until(Duration.ofMinutes(1));
        var now = Instant.now().plus(Duration.ofMinutes(6)).truncatedTo(ChronoUnit.MICROS);
        // As the worker that dies does: takes it, says that it hands it over, hands it over.
        var id = sql().keyed("first-gus").orElseThrow().id();
        while (!sql().claim(now, now.plusSeconds(120)).equals(Optional.of(id))) {
            assertThat(now).isAfter(Instant.EPOCH);
        }
        sql().locked(
                        id,
                        notice -> {
                            var mail = notice.step(2);
                            var text = notice.step(3);
                            sql().keep(
                                            id,
                                            mail.after(
                                                    new Delivery.Event.Spared(Why.NO_ADDRESS),
                                                    now));
                            sql().keep(id, text.after(new Delivery.Event.Begun(), now));
                            return id;
                        });
        var reference = "trellis-" + id + "-3";
        TextCarrier.of(
                        new NoticeSettings.Texts(
                                TEXTS.url(),
                                NotifyService.KEY,
                                NotifyService.TEMPLATE,
                                Optional.empty()))
                .carry(
                        "+447700900107",
                        NoticeRules.outside(
                                Kind.MESSAGE,
                                NoticeRules.Language.ENGLISH,
                                "https://trellis.example/"),
                        reference,
                        false);
        until(Duration.ofMinutes(7));
        assertThat(states("first-gus").get(2))
                .as("still in hand")
                .isEqualTo(new Delivery.Sending(0));
        until(Duration.ofMinutes(9));
        assertThat(states("first-gus").get(2)).isEqualTo(new Delivery.Sent());
        assertThat(TEXTS.to("+447700900107")).hasSize(1);
    }

    private static int receipt(String token, String body) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(server.at("/notify/receipts"))
                                .header("Authorization", "Bearer " + token)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    @ParameterizedTest
    @CsvSource({
        "delivered, 07700 900111,",
        "permanent-failure, 07700 900112, PERMANENT",
        "temporary-failure, 07700 900113, TEMPORARY",
        "technical-failure, 07700 900114, TECHNICAL"
    })
    void receipts_say_what_became_of_a_text(String status, String mobile, Why why)
            throws Exception {
        var name = status.replace("-", ".");
        var key = "receipt-" + status;
        raise(
                person(
                        name,
                        "[{'system':'sms','value':'" + mobile + "'}]",
                        ",'communication':[{'language':{'coding':[{'code':'cy'}]}}]"),
                key);
        until(Duration.ofMinutes(1));
        var number = "+44" + mobile.substring(1).replace(" ", "");
        // A worker of the server may have it in hand just then.
        await().until(() -> {
            until(Duration.ofMinutes(6));
            return !TEXTS.to(number).isEmpty();
        });
        var text = TEXTS.to(number).getFirst();
        assertThat(text.toString()).contains("Mae neges newydd i chi yn Trellis");
        var body =
                "{\"reference\":\"%s\",\"status\":\"%s\"}"
                        .formatted(text.path("reference").asString(""), status);
        assertThat(receipt("somebody guesses it", body)).isEqualTo(401);
        assertThat(states(key).get(2)).isEqualTo(new Delivery.Sent());
        assertThat(receipt(TOKEN, body)).isEqualTo(204);
        assertThat(states(key).get(2))
                .isEqualTo(why == null ? new Delivery.Delivered() : new Delivery.Failed(why));
        assertThat(receipt(TOKEN, body)).isEqualTo(204);
        assertThat(receipt(TOKEN, "{\"reference\":\"trellis-999999-1\",\"status\":\"delivered\"}"))
                .isEqualTo(404);
        assertThat(receipt(TOKEN, "{")).isEqualTo(400);
        if (why != null) {
            assertThat(notices().told(key).orElseThrow()).contains("their own pages only");
        }
    }

    @Test
    void a_number_that_the_service_refuses_is_not_tried_again() {
        TEXTS.answering("+447700900108", 400);
        raise(person("hal", "[{'system':'sms','value':'07700 900108'}]", ""), "first-hal");
        until(Duration.ofMinutes(1));
        until(Duration.ofMinutes(6));
        assertThat(states("first-hal"))
                .containsExactly(
                        new Delivery.Sent(),
                        new Delivery.Skipped(Why.NO_ADDRESS),
                        new Delivery.Failed(Why.REFUSED));
    }

    @Test
    void staff_say_where_they_want_to_be_told_and_are_told_by_mail_alone() {
        var account =
                server.bean(Accounts.class)
                        .add(
                                new Person(
                                        "ward.doctor", "Dr Ward", Role.CLINICIAN, "Trust", "ZR1"),
                                PASSWORD);
        try (var browser = Browser.signedIn(server, "ward.doctor", PASSWORD)) {
            assertThat(browser.get("/notices").body()).contains("No email address is known");
            assertThat(browser.post("/notices/mail", Map.of("mail", "nowhere")).body())
                    .contains("Enter an email address");
            browser.post("/notices/mail", Map.of("mail", "doctor@trust.example"));
            assertThat(browser.get("/notices").body()).contains("doctor@trust.example");
        }
        raise(account, "first-doctor");
        until(Duration.ofMinutes(1));
        until(Duration.ofMinutes(61));
        assertThat(mails("doctor@trust.example")).hasSize(1);
        assertThat(states("first-doctor")).hasSize(2);
    }

    @Test
    void a_person_is_told_that_their_record_was_opened_and_by_nothing_that_says_so() {
        person("lea", "07700 900110");
        var accounts = server.bean(Accounts.class);
        accounts.add(new Person("emergency", "Dr Night", Role.CLINICIAN, "Trust", "ZR2"), PASSWORD);
        var doctor = accounts.named("emergency").orElseThrow().caller(Caller.Came.SESSION);
        server.bean(Openings.class).open(doctor, "lea", Reason.EMERGENCY, "");
        until(Duration.ofMinutes(1));
        until(Duration.ofMinutes(6));
        assertThat(mails("lea@home.example"))
                .hasSize(1)
                .allSatisfy(mail ->
                        assertThat(mail.getContent().toString().strip())
                                .isEqualTo(
                                        "There is something new for you in Trellis. Sign in at"
                                                + " https://trellis.example/ to see it."));
        try (var browser = Browser.signedIn(server, "lea", PASSWORD)) {
            assertThat(browser.get("/notices").body())
                    .contains("1 unread", "Your record was opened with a reason");
            assertThat(browser.get("/me").body()).contains("Emergency care");
            assertThat(browser.get("/notices").body()).contains("0 unread");
        }
    }

    @Test
    void the_dead_are_told_nothing() {
        raise(
                person(
                        "ivy",
                        "[{'system':'email','value':'ivy@home.example'}]",
                        ",'deceasedBoolean':true"),
                "first-ivy");
        until(Duration.ofMinutes(1));
        until(Duration.ofDays(3));
        assertThat(mails("ivy@home.example")).isEmpty();
    }

    private static Delivery.Event carry(int port, String tls, Optional<Path> certificates) {
        return MailCarrier.of(
                        new NoticeSettings.Smtp(
                                "127.0.0.1",
                                port,
                                tls,
                                "no-reply@trellis.example",
                                Optional.empty(),
                                "",
                                certificates),
                        Clock.systemUTC())
                .carry(
                        "jo@home.example",
                        NoticeRules.outside(
                                Kind.MESSAGE,
                                NoticeRules.Language.ENGLISH,
                                "https://trellis.example/"),
                        "trellis-0-1",
                        false);
    }

    @Test
    void a_mail_goes_over_starttls_to_the_server_that_was_meant_and_no_other(@TempDir Path folder)
            throws Exception {
        for (var tls : List.of("starttls", "tls")) {
            assertThat(carry(MAIL.port(), tls, Optional.empty()))
                    .as("no TLS there, wanted " + tls)
                    .isEqualTo(new Delivery.Event.Faltered());
        }
        try (var relay = new StartTls(folder, MAIL.port());
                var other =
                        new StartTls(Files.createDirectory(folder.resolve("other")), MAIL.port())) {
            assertThat(carry(relay.port(), "starttls", Optional.empty()))
                    .as("a certificate that nobody vouches for")
                    .isEqualTo(new Delivery.Event.Faltered());
            var trusted = Optional.of(folder.resolve("smtp.pem"));
            assertThat(carry(other.port(), "starttls", trusted))
                    .as("somebody else's certificate")
                    .isEqualTo(new Delivery.Event.Faltered());
            assertThat(mails("jo@home.example")).isEmpty();
            assertThat(carry(relay.port(), "starttls", trusted))
                    .isEqualTo(new Delivery.Event.Accepted());
            assertThat(mails("jo@home.example")).hasSize(1);
        }
    }

    @Test
    void without_settings_each_way_outside_is_skipped_with_its_reason() {
        try (var bare = TestServer.start()) {
            var account =
                    bare.bean(Accounts.class)
                            .add(
                                    new Person(
                                            "kim@trust.example",
                                            "Dr Kim",
                                            Role.CLINICIAN,
                                            "Trust",
                                            "ZR1"),
                                    PASSWORD);
            var there = bare.bean(Notices.class);
            there.raise(List.of(new Notices.Raised("kim", account, Kind.MESSAGE, "/")));
            for (var minutes : List.of(1, 61)) {
                var now = Instant.now().plus(Duration.ofMinutes(minutes));
                while (there.work(now.truncatedTo(ChronoUnit.MICROS))) {
                    assertThat(now).isAfter(Instant.EPOCH);
                }
            }
            var notice = new NoticeSql(bare.database().dataSource()).keyed("kim").orElseThrow();
            assertThat(notice.steps().getLast().state())
                    .isEqualTo(new Delivery.Skipped(Why.NOT_SET_UP));
            try (var browser = Browser.signedIn(bare, "kim@trust.example", PASSWORD)) {
                assertThat(browser.get("/notices").body()).contains("Not set up here");
            }
        }
    }
}
