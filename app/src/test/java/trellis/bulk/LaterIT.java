package trellis.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.bulk.Exported.text;
import static trellis.bulk.Exported.why;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Openings;
import trellis.access.Reason;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.fhir.Json;
import trellis.store.Keys;

/// Requests with `Prefer: respond-async`.
class LaterIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_JOBS_EACH", "200"));

    private static final Wire WIRE = new Wire(server);
    private static final Exported MACHINE = new Exported(server, WIRE.machine());
    private static final JdbcClient DB = JdbcClient.create(server.database().dataSource());

    @BeforeAll
    static void fill() {
        WIRE.keep(
                "Patient/ann",
                """
                {"resourceType":"Patient","id":"ann","birthDate":"1950-01-02"}
                """);
        WIRE.keep(
                "Condition/ann",
                """
                {"resourceType":"Condition","id":"ann","code":{"text":"x"},"subject":{"reference":"Patient/ann"}}
                """);
    }

    @Test
    void a_search_is_answered_later_as_it_would_be_at_once() {
        var query = "/fhir/Patient?birthdate=1950-01-02&_elements=birthDate";
        var bundle = MACHINE.done(MACHINE.taken("GET", query, ""));

        assertThat(bundle.path("type").asString("")).isEqualTo("batch-response");
        assertThat(bundle.at("/entry/0/response/status").asString("")).isEqualTo("200");
        assertThat(bundle.at("/entry/0/resource").toString())
                .isEqualTo(text(MACHINE.send("GET", query, Map.of(), "")));
    }

    @Test
    void a_search_by_a_value_set_is_answered_later_too() {
        WIRE.keep(
                "Patient/cay",
                """
                {"resourceType":"Patient","id":"cay","gender":"other","birthDate":"1931-03-03"}
                """);
        var query =
                "/fhir/Patient?birthdate=1931-03-03&gender:in=http://hl7.org/fhir/ValueSet/administrative-gender";

        var bundle = MACHINE.done(MACHINE.taken("GET", query, ""));

        assertThat(bundle.at("/entry/0/response/status").asString("")).isEqualTo("200");
        assertThat(bundle.at("/entry/0/resource/entry/0/resource/id").asString(""))
                .isEqualTo("cay");
    }

    @Test
    void a_search_by_post_and_a_history_too() {
        var form =
                MACHINE.send(
                        "POST",
                        "/fhir/Patient/_search",
                        Map.of(
                                "Prefer",
                                "respond-async",
                                "Content-Type",
                                "application/x-www-form-urlencoded"),
                        "birthdate=1950-01-02");
        assertThat(form.statusCode()).as(text(form)).isEqualTo(202);
        var found = MACHINE.done(form.headers().firstValue("Content-Location").orElseThrow());
        assertThat(found.at("/entry/0/resource/entry/0/resource/id").asString("")).isEqualTo("ann");

        var history = MACHINE.done(MACHINE.taken("GET", "/fhir/Patient/ann/_history", ""));
        assertThat(history.at("/entry/0/resource/type").asString("")).isEqualTo("history");
    }

    @Test
    void a_transaction_is_made_later() {
        var transaction =
                """
                {"resourceType":"Bundle","type":"transaction","entry":[
                 {"resource":{"resourceType":"Basic","id":"later","code":{"text":"x"}},
                  "request":{"method":"PUT","url":"Basic/later"}}]}
                """;
        var bundle = MACHINE.done(MACHINE.taken("POST", "/fhir", transaction));

        assertThat(bundle.at("/entry/0/resource/type").asString(""))
                .isEqualTo("transaction-response");
        assertThat(bundle.at("/entry/0/resource/entry/0/response/status").asString(""))
                .startsWith("201");
        assertThat(WIRE.kept("Basic/later").path("id").asString("")).isEqualTo("later");
    }

    @Test
    void what_is_refused_later_is_in_the_answer() {
        var bundle = MACHINE.done(MACHINE.taken("GET", "/fhir/Patient?nonsense=1", ""));
        assertThat(bundle.at("/entry/0/response/status").asString("")).isEqualTo("400");
        assertThat(bundle.at("/entry/0/response/outcome/resourceType").asString(""))
                .isEqualTo("OperationOutcome");

        var clerk = new Exported(server, WIRE.account("later-clerk", Role.WARD_CLERK, "ZR1"));
        var forbidden = clerk.done(clerk.taken("GET", "/fhir/Condition?code=x", ""));
        assertThat(forbidden.at("/entry/0/response/status").asString("")).isEqualTo("403");
        assertThat(forbidden.toString()).doesNotContain("\"Condition\",\"id\"");
    }

    @Test
    void what_is_quick_is_answered_at_once() {
        assertThat(MACHINE.ask("GET", "/fhir/Patient/ann", "").statusCode()).isEqualTo(200);
        assertThat(MACHINE.ask("GET", "/fhir/metadata", "").statusCode()).isEqualTo(200);
        var put =
                MACHINE.ask(
                        "PUT",
                        "/fhir/Basic/once",
                        "{\"resourceType\":\"Basic\",\"id\":\"once\",\"code\":{\"text\":\"x\"}}");
        assertThat(put.statusCode()).isEqualTo(201);
    }

    @Test
    void a_content_that_cannot_be_read_is_refused_at_once() {
        assertThat(MACHINE.ask("POST", "/fhir", "no json").statusCode()).isEqualTo(400);
    }

    @Test
    void somebody_whose_role_was_taken_away_meanwhile_is_answered_by_the_new_one() {
        var gp = new Exported(server, WIRE.account("later-gp", Role.GP, "ZR1"));
        var place = gp.taken("GET", "/fhir/Condition?code=x", "");
        gp.done(place);
        DB.sql("update account set role = 'WARD_CLERK' where sign_in = 'later-gp'").update();
        died(place);

        // Who asked as a GP looks as a clerk: neither the old answer nor a new one.
        var next =
                server.bean(Tokens.class)
                        .issue(server.bean(Accounts.class).named("later-gp"), Duration.ofHours(1))
                        .secret();
        var answer = new Exported(server, next).ended(place);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(why(answer)).startsWith("Your role, your organisation or the scopes");
    }

    private static void died(String place) {
        DB.sql(
                        """
                        update bulk_job set state = 'running', worker = 'another', held = now() - interval '1 second'
                         where id = ?
                        """)
                .param(place.substring(place.lastIndexOf('/') + 1))
                .update();
    }

    @Test
    void a_disabled_account_is_answered_nothing() {
        var gp = new Exported(server, WIRE.account("later-gone", Role.GP, "ZR1"));
        var place = gp.taken("GET", "/fhir/Condition?code=x", "");
        gp.done(place);
        server.bean(Accounts.class).disable("later-gone", true);
        died(place);
        awaitState(place, "failed");
        server.bean(Accounts.class).disable("later-gone", false);
        var next =
                server.bean(Tokens.class)
                        .issue(server.bean(Accounts.class).named("later-gone"), Duration.ofHours(1))
                        .secret();
        assertThat(new Exported(server, next).ended(place).statusCode()).isEqualTo(403);
    }

    private static void awaitState(String place, String state) {
        var id = place.substring(place.lastIndexOf('/') + 1);
        await().atMost(Duration.ofMinutes(1))
                .until(
                        () ->
                                DB.sql("select state from bulk_job where id = ?")
                                        .param(id)
                                        .query(String.class)
                                        .single(),
                        state::equals);
    }

    @Test
    void a_change_that_a_dying_node_was_at_is_not_made_twice() {
        var batch =
                """
                {"resourceType":"Bundle","type":"batch","entry":[
                 {"resource":{"resourceType":"Basic","code":{"text":"twice"}},
                  "request":{"method":"POST","url":"Basic"}}]}
                """;
        var place = MACHINE.taken("POST", "/fhir", batch);
        MACHINE.done(place);
        died(place);

        var answer = MACHINE.ended(place);
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(why(answer)).contains("it is not known whether it was done");
        var made =
                Json.parse(
                        MACHINE.send(
                                        "GET",
                                        "/fhir/Basic?code:text=twice&_summary=count",
                                        Map.of(),
                                        "")
                                .body());
        assertThat(made.path("total").asInt(-1)).isIn(-1, 1);
    }

    @Test
    void an_answer_is_there_for_whoever_asked_until_they_give_it_up() {
        var gp = new Exported(server, WIRE.account("later-owner", Role.GP, "ZR1"));
        var place = gp.taken("GET", "/fhir/Patient?birthdate=1950-01-02", "");
        gp.done(place);
        assertThat(MACHINE.send("GET", place, Map.of(), "").statusCode()).isEqualTo(404);
        assertThat(gp.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(202);
        assertThat(gp.send("GET", place, Map.of(), "").statusCode()).isEqualTo(404);
    }

    @Test
    void what_a_record_showed_while_it_was_open_is_shown_no_more_once_it_is_closed() {
        WIRE.keep("Patient/bea", "{\"resourceType\":\"Patient\",\"id\":\"bea\"}");
        WIRE.keep(
                "Condition/bea",
                """
                {"resourceType":"Condition","id":"bea","code":{"text":"of-bea"},"subject":{"reference":"Patient/bea"}}
                """);
        var gp = new Exported(server, WIRE.account("later-opened", Role.GP, "ZR9"));
        var caller =
                server.bean(Accounts.class)
                        .named("later-opened")
                        .orElseThrow()
                        .caller(Caller.Came.SESSION);
        var openings = server.bean(Openings.class);
        openings.open(caller, "bea", Reason.EMERGENCY, "");
        var place = gp.taken("GET", "/fhir/Condition?patient=bea", "");
        assertThat(gp.done(place).toString()).contains("of-bea");
        assertThat(namedBy("later-opened", "respond-async: shown"))
                .containsExactly(Keys.resource("Patient", "bea"));

        openings.leave(caller, "bea");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> gp.send("GET", place, Map.of(), "").statusCode() == 403);
        assertThat(text(gp.send("GET", place, Map.of(), ""))).doesNotContain("of-bea");
        assertThat(gp.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(202);
    }

    private static List<Long> namedBy(String account, String what) {
        return DB.sql(
                        """
                        select p.patient from audit a join audit_caller c on c.key = a.caller
                          join audit_patient p on p.seq = a.seq
                         where c.name = :name and a.what = :what
                        """)
                .param("name", "Dr " + account)
                .param("what", what)
                .query(Long.class)
                .list();
    }

    @Test
    void what_was_shown_later_is_in_the_audit_with_its_patients() {
        var gp = new Exported(server, WIRE.account("later-audited", Role.GP, "ZR1"));
        gp.done(gp.taken("GET", "/fhir/Patient?birthdate=1950-01-02", ""));

        assertThat(
                        DB.sql(
                                        """
                                        select a.what from audit a join audit_caller c on c.key = a.caller
                                         where c.name = 'Dr later-audited' order by a.seq
                                        """)
                                .query(String.class)
                                .list())
                .isEqualTo(List.of("respond-async", "search-type", "respond-async: shown"));
    }
}
