package trellis.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static trellis.bulk.Exported.ids;
import static trellis.bulk.Exported.text;
import static trellis.bulk.Exported.types;
import static trellis.bulk.Exported.why;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.fhir.Json;

/// `$export`, from the order to the files.
class BulkExportIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_JOBS_EACH", "200"));

    private static final Wire WIRE = new Wire(server);
    private static final Exported MACHINE = new Exported(server, WIRE.machine());
    private static final JdbcClient DB = JdbcClient.create(server.database().dataSource());

    @BeforeAll
    static void fill() {
        keep(
                "Organization/ZR1",
                "'name':'The Trust','identifier':[{'system':'https://fhir.nhs.uk/Id/ods-organization-code','value':'ZR1'}]");
        for (var one : List.of("ann", "bea", "cat")) {
            keep("Patient/" + one, "'birthDate':'1950-01-02','name':[{'family':'" + one + "'}]");
            keep(
                    "Condition/" + one,
                    "'code':{'text':'Xanthoprosopia'},'subject':{'reference':'Patient/"
                            + one
                            + "'}");
        }
        for (var status : List.of("active", "completed", "stopped")) {
            keep(
                    "MedicationRequest/" + status,
                    "'status':'"
                            + status
                            + "','intent':'order','medicationCodeableConcept':{'text':'1.50 mg'},'subject':{'reference':'Patient/ann'}");
        }
        keep(
                "Encounter/seen",
                "'status':'in-progress','class':{'code':'AMB'},'subject':{'reference':'Patient/ann'},"
                        + "'serviceProvider':{'reference':'Organization/ZR1'},'period':{'start':'2026-01-01'}");
        keep(
                "Group/some",
                "'type':'person','actual':true,'member':[{'entity':{'reference':'Patient/ann'}},"
                        + "{'entity':{'reference':'Patient/bea'}},{'entity':{'reference':'Patient/cat'},'inactive':true}]");
        keep("Group/described", "'type':'person','actual':false");
    }

    private static void keep(String path, String rest) {
        var slash = path.indexOf('/');
        WIRE.keep(
                path,
                ("{'resourceType':'"
                                + path.substring(0, slash)
                                + "','id':'"
                                + path.substring(slash + 1)
                                + "',"
                                + rest
                                + "}")
                        .replace('\'', '"'));
    }

    private static Exported as(String name, Role role, String ods) {
        return new Exported(server, WIRE.account(name, role, ods));
    }

    @Test
    void an_export_holds_every_resource_as_a_read_gives_it() {
        var manifest = MACHINE.export("/fhir/$export?_type=Patient,Condition");

        assertThat(types(manifest)).containsExactly("Condition", "Patient");
        assertThat(manifest.path("requiresAccessToken").asBoolean(false)).isTrue();
        assertThat(manifest.path("request").asString(""))
                .isEqualTo(server.at("/fhir/$export?_type=Patient%2CCondition").toString());
        for (var type : List.of("Patient", "Condition")) {
            var lines = MACHINE.lines(manifest, "output", type);
            assertThat(ids(lines)).contains("ann", "bea", "cat");
            for (var line : lines) {
                var id = Json.parse(line.getBytes(UTF_8)).path("id").asString("");
                var read = MACHINE.send("GET", "/fhir/" + type + "/" + id, Map.of(), "");
                assertThat(line).isEqualTo(text(read));
            }
        }
    }

    @Test
    void without_a_type_it_holds_all_there_is() {
        var manifest = MACHINE.export("/fhir/$export");

        assertThat(types(manifest))
                .contains("Condition", "Encounter", "Group", "MedicationRequest", "Patient")
                .doesNotContain("AuditEvent");
        assertThat(manifest.path("deleted")).isEmpty();
        assertThat(manifest.path("error")).isEmpty();
    }

    @Test
    void it_can_be_ordered_by_post() {
        var parameters =
                """
                {"resourceType":"Parameters","parameter":[
                 {"name":"_type","valueString":"MedicationRequest"},
                 {"name":"_typeFilter","valueString":"MedicationRequest?status=active"},
                 {"name":"_typeFilter","valueString":"MedicationRequest?status=stopped"},
                 {"name":"_outputFormat","valueString":"application/fhir+ndjson"},
                 {"name":"patient","valueReference":{"reference":"Patient/ann"}}]}
                """;
        var manifest = MACHINE.done(MACHINE.taken("POST", "/fhir/Patient/$export", parameters));

        assertThat(ids(MACHINE.lines(manifest, "output", "MedicationRequest")))
                .containsExactlyInAnyOrder("active", "stopped");
    }

    @Test
    void of_patients_it_holds_what_belongs_to_them_alone() {
        var manifest = MACHINE.export("/fhir/Patient/$export");

        assertThat(types(manifest)).contains("Patient", "Condition").doesNotContain("Organization");
    }

    @Test
    void of_a_group_it_holds_its_members() {
        var manifest = MACHINE.export("/fhir/Group/some/$export?_type=Patient,Condition");

        assertThat(ids(MACHINE.lines(manifest, "output", "Patient")))
                .containsExactlyInAnyOrder("ann", "bea");
        assertThat(ids(MACHINE.lines(manifest, "output", "Condition")))
                .containsExactlyInAnyOrder("ann", "bea");
        refused(
                MACHINE.ask("GET", "/fhir/Group/none/$export", ""),
                404,
                "Group/none was not found on this server.");
        refused(
                MACHINE.ask("GET", "/fhir/Group/described/$export", ""),
                422,
                "This Group describes its members and does not list them (actual is false): there is nobody in it to export.");
    }

    @Test
    void it_holds_only_the_elements_that_are_asked_for() {
        var manifest =
                MACHINE.export(
                        "/fhir/$export?_type=Patient,Condition&_elements=id,Patient.birthDate");

        var patient =
                Json.parse(MACHINE.lines(manifest, "output", "Patient").getFirst().getBytes(UTF_8));
        assertThat(patient.propertyNames())
                .containsExactlyInAnyOrder("resourceType", "id", "meta", "birthDate");
        assertThat(patient.at("/meta/tag/0/code").asString("")).isEqualTo("SUBSETTED");
        var condition =
                Json.parse(
                        MACHINE.lines(manifest, "output", "Condition").getFirst().getBytes(UTF_8));
        assertThat(condition.has("code")).isFalse();
        assertThat(condition.has("subject")).isTrue();
    }

    @Test
    void since_a_moment_it_holds_what_has_changed_and_tells_what_was_deleted() {
        keep("Basic/stays", "'code':{'text':'x'}");
        keep("Basic/goes", "'code':{'text':'x'}");
        var first = MACHINE.export("/fhir/$export?_type=Basic");
        assertThat(ids(MACHINE.lines(first, "output", "Basic"))).contains("stays", "goes");
        var moment = first.path("transactionTime").asString("");

        keep("Basic/comes", "'code':{'text':'x'}");
        assertThat(MACHINE.send("DELETE", "/fhir/Basic/goes", Map.of(), "").statusCode())
                .isEqualTo(204);
        var second = MACHINE.export("/fhir/$export?_type=Basic&_since=" + moment);

        assertThat(ids(MACHINE.lines(second, "output", "Basic"))).containsExactly("comes");
        assertThat(MACHINE.lines(second, "deleted", "Bundle"))
                .containsExactly(
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":"
                                + "{\"method\":\"DELETE\",\"url\":\"Basic/goes\"}}]}");
        var until = MACHINE.export("/fhir/$export?_type=Basic&_until=" + moment);
        assertThat(ids(MACHINE.lines(until, "output", "Basic")))
                .contains("stays")
                .doesNotContain("comes");
    }

    @Test
    void one_export_after_the_other_misses_nothing_of_what_is_written_meanwhile() throws Exception {
        var written = new ConcurrentSkipListSet<String>();
        var stop = new CountDownLatch(1);
        var seen = new HashSet<String>();
        var moment = Instant.EPOCH.toString();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var writer = 0; writer < 4; writer++) {
                var mine = "w" + writer + "-";
                writers.execute(() -> {
                    for (var i = 0; stop.getCount() > 0; i++) {
                        keep(
                                "Flag/" + mine + i,
                                "'status':'active','code':{'text':'x'},'subject':{'reference':'Patient/cat'}");
                        written.add(mine + i);
                    }
                });
            }
            for (var round = 0; round < 5; round++) {
                moment = flags(moment, seen);
            }
            stop.countDown();
        }
        flags(moment, seen);
        assertThat(seen).containsAll(written);
    }

    private static String flags(String since, Set<String> seen) {
        var manifest = MACHINE.export("/fhir/$export?_type=Flag&_since=" + since);
        var moment = manifest.path("transactionTime").asString("");
        for (var line : MACHINE.lines(manifest, "output", "Flag")) {
            var flag = Json.parse(line.getBytes(UTF_8));
            seen.add(flag.path("id").asString(""));
            assertThat(Instant.parse(flag.at("/meta/lastUpdated").asString("")))
                    .isBeforeOrEqualTo(Instant.parse(moment));
        }
        return moment;
    }

    @Test
    void somebody_gets_what_they_may_see_and_no_more() {
        var gp = as("export-gp", Role.GP, "ZR1");
        var manifest = gp.export("/fhir/$export?_type=Patient,Condition");
        assertThat(ids(gp.lines(manifest, "output", "Condition"))).containsExactly("ann");

        var stranger = as("export-stranger", Role.CLINICIAN, "ZX9");
        assertThat(types(stranger.export("/fhir/$export?_type=Condition"))).isEmpty();

        var clerk = as("export-clerk", Role.WARD_CLERK, "ZR1");
        assertThat(types(clerk.export("/fhir/$export")))
                .contains("Patient")
                .doesNotContain("Condition");
        assertThat(clerk.ask("GET", "/fhir/$export?_type=Condition", "").statusCode())
                .isEqualTo(403);
        assertThat(
                        clerk.ask(
                                        "GET",
                                        "/fhir/$export?_type=Patient&_typeFilter=Patient?_has:Condition:subject:code=x",
                                        "")
                                .statusCode())
                .isEqualTo(403);
    }

    @Test
    void what_cannot_be_done_is_refused_at_once() {
        refused(
                MACHINE.send("GET", "/fhir/$export", Map.of(), ""),
                400,
                "This is done later: send the header Prefer: respond-async.");
        assertThat(
                        MACHINE.send(
                                        "GET",
                                        "/fhir/$export",
                                        Map.of("Prefer", "respond-async", "Accept", "text/turtle"),
                                        "")
                                .statusCode())
                .isEqualTo(406);
        for (var wrong :
                List.of(
                        "_type=Nonsense",
                        "_type=AuditEvent",
                        "_since=yesterday",
                        "_until=1",
                        "_outputFormat=text/csv",
                        "_elements=a.b.c",
                        "_typeFilter=Patient",
                        "_type=Patient&_typeFilter=Condition?code=x",
                        "_type=Patient&_typeFilter=Patient%3Fnonsense%3Dx",
                        "_type=Patient&_typeFilter=Patient%3F_sort%3Dname",
                        "includeAssociatedData=LatestProvenanceResources",
                        "patient=Patient/ann")) {
            var answer = MACHINE.ask("GET", "/fhir/$export?" + wrong, "");
            assertThat(answer.statusCode()).as(wrong + " " + text(answer)).isEqualTo(400);
        }
        assertThat(
                        MACHINE.send(
                                        "GET",
                                        "/fhir/$export?_type=Basic&includeAssociatedData=x",
                                        Map.of("Prefer", "respond-async, handling=lenient"),
                                        "")
                                .statusCode())
                .isEqualTo(202);
        assertThat(MACHINE.ask("HEAD", "/fhir/$export", "").statusCode()).isEqualTo(405);
        assertThat(MACHINE.ask("GET", "/fhir/Group/$export", "").statusCode()).isEqualTo(404);
        assertThat(MACHINE.ask("GET", "/fhir/Patient/ann/$export", "").statusCode()).isEqualTo(404);
        assertThat(MACHINE.ask("GET", "/fhir/Condition/$export", "").statusCode()).isEqualTo(404);
        assertThat(new Exported(server, "").ask("GET", "/fhir/$export", "").statusCode())
                .isEqualTo(401);
    }

    private static void refused(java.net.http.HttpResponse<byte[]> answer, int status, String why) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        assertThat(why(answer)).isEqualTo(why);
    }

    @Test
    void a_job_is_there_for_its_owner_alone() {
        var mine = as("export-mine", Role.GP, "ZR1");
        var other = as("export-other", Role.GP, "ZR1");
        var place = mine.taken("GET", "/fhir/$export?_type=Patient", "");
        var url = mine.done(place).at("/output/0/url").asString("");

        for (var address : List.of(place, url)) {
            assertThat(other.send("GET", address, Map.of(), "").statusCode()).isEqualTo(404);
            assertThat(MACHINE.send("GET", address, Map.of(), "").statusCode()).isEqualTo(404);
            assertThat(new Exported(server, "").send("GET", address, Map.of(), "").statusCode())
                    .isEqualTo(401);
        }
        assertThat(other.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(404);
        assertThat(mine.send("GET", url, Map.of(), "").statusCode()).isEqualTo(200);
        assertThat(mine.send("POST", place, Map.of(), "").statusCode()).isEqualTo(405);
        assertThat(mine.send("DELETE", url, Map.of(), "").statusCode()).isEqualTo(405);
        assertThat(mine.send("GET", place + "/nothing.ndjson", Map.of(), "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_file_comes_unpacked_to_who_takes_no_gzip() {
        var manifest = MACHINE.export("/fhir/$export?_type=Patient");
        var url = manifest.at("/output/0/url").asString("");
        var plain = MACHINE.send("GET", url, Map.of(), "");

        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(text(plain).lines().toList()).isEqualTo(MACHINE.lines(url));
        assertThat(plain.headers().firstValue("Expires")).isPresent();
        var head = MACHINE.send("HEAD", url, Map.of(), "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0))
                .isEqualTo(plain.body().length);
    }

    @Test
    void what_is_given_up_is_gone_with_its_files() {
        var place = MACHINE.taken("GET", "/fhir/$export?_type=Patient", "");
        var url = MACHINE.done(place).at("/output/0/url").asString("");
        var id = place.substring(place.lastIndexOf('/') + 1);

        assertThat(MACHINE.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(202);

        assertThat(MACHINE.send("GET", place, Map.of(), "").statusCode()).isEqualTo(404);
        assertThat(MACHINE.send("GET", url, Map.of(), "").statusCode()).isEqualTo(404);
        server.bean(Bulk.class).tidy(Instant.now());
        assertThat(parts(id)).isZero();
    }

    private static int parts(String job) {
        return DB.sql("select count(*) from bulk_part where job = ?")
                .param(job)
                .query(Integer.class)
                .single();
    }

    @Test
    void what_has_expired_is_gone_with_its_files() {
        var place = MACHINE.taken("GET", "/fhir/$export?_type=Patient", "");
        MACHINE.done(place);
        var id = place.substring(place.lastIndexOf('/') + 1);
        assertThat(parts(id)).isPositive();
        DB.sql("update bulk_job set expires = now() - interval '1 second' where id = ?")
                .param(id)
                .update();

        assertThat(MACHINE.send("GET", place, Map.of(), "").statusCode()).isEqualTo(404);
        server.bean(Bulk.class).tidy(Instant.now());
        assertThat(parts(id)).isZero();
    }

    @Test
    void a_job_whose_node_has_died_is_done_by_another() {
        var place = MACHINE.taken("GET", "/fhir/$export?_type=Patient", "");
        MACHINE.done(place);
        died(place);

        assertThat(types(MACHINE.done(place))).containsExactly("Patient");
    }

    /// As if the node that works it had died in the middle.
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
    void a_job_that_never_comes_to_an_end_is_given_up() {
        var place = MACHINE.taken("GET", "/fhir/$export?_type=Patient", "");
        MACHINE.done(place);
        DB.sql("update bulk_job set tries = 5 where id = ?")
                .param(place.substring(place.lastIndexOf('/') + 1))
                .update();
        died(place);

        assertThat(MACHINE.ended(place).statusCode()).isEqualTo(500);
    }

    @Test
    void a_token_that_was_revoked_before_it_was_worked_gets_nothing() {
        var account = WIRE.account("export-revoked", Role.GP, "ZR1");
        var tokens = server.bean(Tokens.class);
        var asking = new Exported(server, account);
        var place = asking.taken("GET", "/fhir/$export?_type=Patient", "");
        asking.done(place);
        var number =
                tokens.all().stream()
                        .filter(t -> t.signIn().equals("export-revoked"))
                        .findFirst()
                        .orElseThrow()
                        .id();
        tokens.revoke(number);
        died(place);

        var next =
                tokens.issue(
                                server.bean(Accounts.class).named("export-revoked"),
                                Duration.ofHours(1))
                        .secret();
        refused(
                new Exported(server, next).ended(place),
                403,
                "The token with which this was asked has been revoked, or its account or app may do nothing any more.");
    }

    @Test
    void who_asked_and_whose_records_it_holds_is_in_the_audit() {
        var gp = as("export-audited", Role.GP, "ZR1");
        var place = gp.taken("GET", "/fhir/$export?_type=Condition", "");
        gp.lines(gp.done(place), "output", "Condition");
        var id = place.substring(place.lastIndexOf('/') + 1);

        assertThat(
                        DB.sql(
                                        """
                                        select a.what from audit a join audit_caller c on c.key = a.caller
                                         where c.name = 'Dr export-audited' order by a.seq
                                        """)
                                .query(String.class)
                                .list())
                .startsWith("$export", "$export: records")
                .contains("$export: shown", "$export: Condition.ndjson");
        assertThat(
                        DB.sql(
                                        "select patient from audit where what = '$export: records' and query = ?")
                                .param("job " + id)
                                .query(Long.class)
                                .list())
                .containsExactly(trellis.store.Keys.resource("Patient", "ann"));
    }

    @Test
    void nobody_has_more_jobs_than_they_may() {
        try (var small = TestServer.start(Map.of("TRELLIS_JOBS_EACH", "2"))) {
            var machine = new Exported(small, new Wire(small).machine());
            var place = machine.taken("GET", "/fhir/$export?_type=Patient", "");
            machine.taken("GET", "/fhir/$export?_type=Patient", "");
            var third = machine.ask("GET", "/fhir/$export?_type=Patient", "");
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.headers().firstValue("Retry-After")).isPresent();

            machine.send("DELETE", place, Map.of(), "");
            machine.taken("GET", "/fhir/$export?_type=Patient", "");
        }
    }

    @Test
    void a_job_that_waits_is_done_after_a_restart() {
        try (var small = TestServer.start(Map.of())) {
            var token =
                    small.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
            var place = new Exported(small, token).taken("GET", "/fhir/$export?_type=Patient", "");
            small.stop();
            small.startAgain();
            var path = place.substring(place.indexOf("/fhir/"));
            var manifest = new Exported(small, token).done(path);
            assertThat(manifest.path("transactionTime").asString("")).isNotEmpty();
        }
    }

    @Test
    void the_capability_statement_lists_it() {
        var statement = Json.parse(MACHINE.send("GET", "/fhir/metadata", Map.of(), "").body());
        assertThat(statement.at("/rest/0/operation").toString())
                .contains(
                        "\"name\":\"export\"",
                        "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export");
    }
}
