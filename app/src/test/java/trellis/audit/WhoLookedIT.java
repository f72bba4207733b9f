package trellis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Caller;
import trellis.access.Role;
import trellis.audit.AuditEntry.Action;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Keys;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;

class WhoLookedIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final String PASSWORD = "correct horse battery";
    private static final Instant MARCH = Instant.parse("2026-03-09T14:05:00Z");
    private static final long ONE = Keys.resource("Patient", "one");
    private static final long MANY = Keys.resource("Patient", "many");

    @BeforeAll
    static void log() {
        var accounts = server.bean(Accounts.class);
        accounts.add(new Person("auditor", "Jo Marsh", Role.AUDITOR, "Trust", "ZR1"), PASSWORD);
        accounts.add(new Person("gp", "Dr Nair", Role.GP, "Practice", "Z80001"), PASSWORD);
        accounts.add(new Person("clinician", "Dr Osei", Role.CLINICIAN, "Trust", "ZR1"), PASSWORD);
        // The patient is registered with the practice of the GP.
        var registered =
                "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"managingOrganization\":{\"reference\":\"Organization/Z80001\"}}"
                        .formatted("one");
        var content =
                new Preparation()
                        .prepare(
                                Resource.of(
                                        Json.parse(
                                                registered.getBytes(
                                                        java.nio.charset.StandardCharsets.UTF_8))));
        server.bean(Store.class)
                .write(
                        Write.unchecked(
                                List.of(new Change.Put(content, OptionalLong.empty(), false))));
        var log = server.bean(AuditLog.class);
        var nurse =
                new Caller(
                        500,
                        "Nurse <b>Bold</b>",
                        Role.CLINICIAN,
                        "Ward 5",
                        "ZR101",
                        Caller.Came.TOKEN);
        log.record(
                entry(
                        nurse,
                        MARCH,
                        "read",
                        Target.resource("Observation", "o-1", 2),
                        List.of(ONE)));
        log.record(
                entry(
                        nurse,
                        MARCH.plusSeconds(60),
                        "search",
                        Target.search("Condition", "code=1|2"),
                        List.of(ONE, 7L, 8L)));
        for (var i = 0; i < 120; i++) {
            log.record(
                    entry(
                            nurse,
                            MARCH.plusSeconds(i),
                            "read",
                            Target.resource("Patient", "many", i),
                            List.of(MANY)));
        }
    }

    @Test
    void an_auditor_sees_who_looked_at_a_record_newest_first() {
        try (var browser = auditor()) {
            var page = browser.get("/audit?patient=one");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .contains("Who looked at this record")
                    .contains("Nurse &lt;b&gt;Bold&lt;/b&gt;")
                    .contains("Observation/o-1, version 2")
                    .contains("code=1|2")
                    .contains("and 2 more")
                    .contains("09-Mar-2026 14:06");
            assertThat(page.body().indexOf("code=1|2"))
                    .isLessThan(page.body().indexOf("Observation/o-1"));
        }
    }

    @Test
    void looking_at_the_log_is_in_the_log() {
        try (var browser = auditor()) {
            browser.get("/audit?patient=one");
            assertThat(browser.get("/audit?patient=one&account=auditor").body())
                    .contains("page: who looked")
                    .contains("Jo Marsh");
        }
    }

    @Test
    void a_hundred_and_twenty_lines_are_three_pages_without_gap_or_repeat() {
        try (var browser = auditor()) {
            var seen = new java.util.ArrayList<String>();
            var address = "/audit?patient=many&until=09-Mar-2026";
            for (var i = 0; i < 3; i++) {
                var body = browser.get(address).body();
                var found =
                        java.util.regex.Pattern.compile("Patient/many(?:, version (\\d+))?")
                                .matcher(body);
                while (found.find()) {
                    seen.add(String.valueOf(found.group(1)));
                }
                var next =
                        java.util.regex.Pattern.compile("href=\"([^\"]+)\" rel=\"next\"")
                                .matcher(body);
                address = next.find() ? next.group(1).replace("&amp;", "&") : "";
            }
            assertThat(address).isEmpty();
            assertThat(seen).hasSize(120).doesNotHaveDuplicates();
        }
    }

    @Test
    void an_nhs_number_is_posted_and_leaves_no_trace_in_an_address() {
        try (var browser = auditor()) {
            var answer = browser.post("/audit", Map.of("patient", "999 000 0182"));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("No patient here has that NHS number");
            var other = browser.post("/audit", Map.of("patient", "one", "action", "R"));
            assertThat(other.statusCode()).isEqualTo(303);
            assertThat(other.headers().firstValue("Location"))
                    .contains("/audit?patient=one&action=R");
        }
    }

    @Test
    void a_wrong_day_is_said_at_its_field_and_nothing_typed_is_lost() {
        try (var browser = auditor()) {
            var answer = browser.post("/audit", Map.of("patient", "one", "from", "yesterday"));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("Error: Who looked")
                    .contains("href=\"#from\"")
                    .contains("value=\"yesterday\"")
                    .contains("value=\"one\"");
        }
    }

    @Test
    void nothing_found_is_said() {
        try (var browser = auditor()) {
            assertThat(browser.get("/audit?patient=nobody-like-this").body())
                    .contains("Nothing was found");
        }
    }

    @Test
    void the_file_has_every_line_and_is_in_the_log_too() {
        try (var browser = auditor()) {
            var file = browser.get("/audit.csv?patient=many");
            assertThat(file.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/csv");
            assertThat(file.body().lines().filter(line -> line.contains(",Patient,many,")).count())
                    .isEqualTo(120);
            assertThat(browser.get("/audit?account=auditor").body()).contains("file: who looked");
        }
    }

    @Test
    void a_gp_sees_one_record_at_a_time_and_a_clinician_none() {
        try (var browser = Browser.signedIn(server, "gp", PASSWORD)) {
            assertThat(browser.get("/audit").body())
                    .contains("Enter the patient")
                    .doesNotContain("Nurse");
            assertThat(browser.get("/audit?account=gp").body()).doesNotContain("Nurse");
            assertThat(browser.get("/audit?patient=one").body()).contains("Nurse");
            assertThat(browser.get("/audit.csv").statusCode()).isEqualTo(403);
        }
        try (var browser = Browser.signedIn(server, "clinician", PASSWORD)) {
            var page = browser.get("/audit?patient=one");
            assertThat(page.statusCode()).isEqualTo(403);
            assertThat(page.body()).contains("may not read AuditEvent").doesNotContain("Nurse");
            assertThat(browser.get("/audit.csv?patient=one").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void when_the_log_cannot_be_written_it_cannot_be_read() {
        var db = JdbcClient.create(server.database().dataSource());
        try (var browser = auditor()) {
            assertThat(browser.get("/audit?patient=one").statusCode()).isEqualTo(200);
            db.sql("alter table audit rename column what to gone").update();
            try {
                HttpResponse<String> answer = browser.get("/audit?patient=one");
                assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
                assertThat(answer.body()).doesNotContain("Nurse");
            } finally {
                db.sql("alter table audit rename column gone to what").update();
            }
            db.sql("alter table audit add constraint shut check (seq < 0) not valid").update();
            try {
                var answer = browser.get("/audit?patient=one");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).doesNotContain("Nurse");
            } finally {
                db.sql("alter table audit drop constraint shut").update();
            }
        }
    }

    private static Browser auditor() {
        return Browser.signedIn(server, "auditor", PASSWORD);
    }

    private static AuditEntry entry(
            Caller caller, Instant when, String what, Target target, List<Long> patients) {
        return new AuditEntry(
                when,
                caller,
                what.equals("read") ? Action.READ : Action.EXECUTE,
                what,
                target,
                patients,
                200,
                new Source("10.1.2.3", "test", "r1"));
    }
}
