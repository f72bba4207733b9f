package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trellis.TestServer;
import trellis.page.DemoServer;

/// Every parser that meets the outside, fed with what was good and is broken somewhere: always an answer, never one that the
/// server did not mean to give. The seed is fixed, so that what fails once fails again.
class FuzzIT {
    private static final int ROUNDS = 400;

    /// Not implemented, and a version of HTTP that is none.
    private static final Set<Integer> MEANT = Set.of(501, 505);

    private static final long SEED = 20_261_127;

    /// What breaks parsers: ends of strings and lines, numbers at their ends, half characters, other languages.
    private static final List<String> NASTY =
            List.of(
                    "\u0000",
                    "%00",
                    "%",
                    "%zz",
                    "%c0%af",
                    "\u00ff",
                    "\u00c3",
                    "'",
                    "\"",
                    "\\",
                    "{",
                    "}",
                    "[",
                    "]",
                    "(",
                    ")",
                    "|",
                    "$",
                    ",",
                    ";",
                    ":",
                    "..",
                    "*",
                    "?",
                    "&&",
                    "==",
                    "-0",
                    "1e999",
                    "9223372036854775808",
                    "0000-00-00",
                    "9999-12-31T23:59:60Z",
                    "null",
                    "NaN",
                    "${x}",
                    "<!--",
                    "\t",
                    "\u000b",
                    "\u2028",
                    "a".repeat(3_000),
                    "(".repeat(400),
                    "%F0%9F%92%8A");

    private static final TestServer server = DemoServer.shared();
    private final Random random = new Random(SEED);

    private static List<String> seeds() {
        var tokens = server.bean(Tokens.class);
        var bearer =
                "Authorization: Bearer "
                        + tokens.issue(Optional.empty(), Duration.ofHours(1)).secret()
                        + "\n";
        var session = session();
        var seeds = new ArrayList<String>();
        for (var path :
                List.of(
                        "Patient?name:exact=Smith&birthdate=ge1970-01-01&_sort=-birthdate,name&_count=5",
                        "Observation?patient.identifier=https://fhir.nhs.uk/Id/nhs-number|9990548609&code=a|b,c",
                        "Observation?value-quantity=le5.4|http://unitsofmeasure.org|mmol/L&date=2020-01",
                        "Patient?_has:Observation:patient:code=x&_include=Patient:organization&_total=accurate",
                        "Patient?_elements=name,birthDate&_summary=false&_id=a,b",
                        "Patient/00020161-0010-4000-8000-000000000000/_history/1",
                        "Patient?_cursor=AAAA&_format=json",
                        "Observation?code-value-quantity=a|b$gt5",
                        "metadata")) {
            seeds.add("GET /fhir/" + path + " HTTP/1.1\nHost: localhost\n" + bearer + "\n");
        }
        var bodies =
                List.of(
                        "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Fuzz\",\"_given\":[null]}],\"birthDate\":\"1970-01-01\",\"multipleBirthInteger\":2}",
                        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":1.50,\"unit\":\"mg\"}}",
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"fullUrl\":\"urn:uuid:0\",\"resource\":{\"resourceType\":\"Patient\"},\"request\":{\"method\":\"POST\",\"url\":\"Patient\",\"ifNoneExist\":\"identifier=x\"}}]}");
        for (var body : bodies) {
            var path =
                    body.contains("Bundle")
                            ? ""
                            : body.contains("Observation") ? "Observation" : "Patient";
            seeds.add(
                    post(
                            "/fhir/" + path,
                            "application/fhir+json",
                            bearer + "If-None-Exist: identifier=a|b\nPrefer: return=minimal\n",
                            body));
            seeds.add(
                    post("/fhir/" + path, "application/fhir+json; fhirVersion=4.0", bearer, body)
                            .replace("POST", "PUT")
                            .replace(" HTTP", "/fuzz-1 HTTP")
                            .replace("Host: ", "If-Match: W/\"1\"\nHost: "));
        }
        var form = "application/x-www-form-urlencoded";
        seeds.add(
                post("/fhir/Patient/_search", form, bearer, "name=Smith&birthdate=1970&_count=3"));
        seeds.add(
                post(
                        "/oauth2/token",
                        form,
                        "",
                        "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJhbGciOiJSUzUxMiIsImtpZCI6IjEiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJhIiwic3ViIjoiYSIsImp0aSI6IjEiLCJleHAiOjF9.AAAA&scope=system%2F*.rs"));
        seeds.add(post("/oauth2/introspect", form, "Authorization: Basic YTpi\n", "token=abc"));
        seeds.add(post("/oauth2/revoke", form, "", "token=abc&client_id=a"));
        seeds.add(
                "GET /oauth2/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fa.example&scope=patient%2F*.rs%3Fcategory%3Dx&state=1&aud=x&code_challenge=abc&code_challenge_method=S256 HTTP/1.1\nHost: localhost\n\n");
        seeds.add(post("/sign-in", form, "", "username=clinician&password=x&_csrf=abc"));
        seeds.add(
                post(
                        "/sign-in/passkey",
                        form,
                        "",
                        "credential=%7B%22id%22%3A%22a%22%7D&_csrf=abc"));
        seeds.add(
                "GET /fhir/Patient HTTP/1.1\nHost: localhost\nAuthorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA\nAccept: application/fhir+json;q=0.5, */*;q=0.1\n\n");
        seeds.add(
                "GET /.well-known/smart-configuration HTTP/1.1\nHost: localhost\nCookie: TRELLIS=abc; SESSION=\"x\"\n\n");
        for (var path :
                List.of(
                        "patients?name=smith&born=1970-01-01",
                        "audit?patient=x&older=1-2",
                        "privacy?from=0",
                        "me/looked?from=0",
                        "oauth2/consent?scope=a&client_id=b&state=c",
                        "sign-in/back?code=a&state=b")) {
            seeds.add(
                    "GET /"
                            + path
                            + " HTTP/1.1\nHost: localhost\nCookie: TRELLIS="
                            + session
                            + "\n\n");
        }
        seeds.add(
                "GET /sign-in?error HTTP/1.1\nHost: localhost\nAccept-Language: en-GB,en;q=0.9\nForwarded: for=1.2.3.4;proto=https\n\n");
        return seeds;
    }

    private static String session() {
        try (var browser = Browser.signedIn(server, "auditor", DemoServer.PASSWORD)) {
            return browser.session();
        }
    }

    private static String post(String path, String type, String headers, String body) {
        return "POST "
                + path
                + " HTTP/1.1\nHost: localhost\nContent-Type: "
                + type
                + "\nContent-Length: "
                + body.length()
                + "\n"
                + headers
                + "\n"
                + body;
    }

    @Test
    void whatever_comes_there_is_an_answer_and_none_that_was_not_meant() {
        var faults = new ArrayList<String>();
        for (var seed : seeds()) {
            for (var round = 0; round < ROUNDS; round++) {
                var sent = broken(seed);
                var answer = RawHttp.send(server, sent);
                if ((answer.status() >= 500 && !MEANT.contains(answer.status()))
                        || answer.text().contains("Exception")) {
                    faults.add(
                            answer.status()
                                    + " for "
                                    + new String(sent, StandardCharsets.ISO_8859_1).lines().toList()
                                    + ": "
                                    + answer.text());
                }
            }
        }
        assertThat(
                        faults.stream()
                                .map(fault -> fault.substring(0, Math.min(2_000, fault.length())))
                                .limit(8))
                .isEmpty();
    }

    /// A request of which up to four places are changed. The length of a body is made right again, so that what is in it is
    /// read.
    private byte[] broken(String seed) {
        var text = seed.replace("\n", "\r\n");
        for (var change = random.nextInt(4); change >= 0; change--) {
            text = broken(text, random.nextInt(Math.max(1, text.length())));
        }
        var body = text.indexOf("\r\n\r\n");
        if (body >= 0) {
            var length = text.length() - body - 4;
            text = text.replaceFirst("Content-Length: [0-9]+", "Content-Length: " + length);
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                text.replaceFirst("\r\n", "\r\nConnection: close\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }

    private String broken(String text, int at) {
        var nasty = NASTY.get(random.nextInt(NASTY.size()));
        var rest = Math.min(text.length(), at + 1 + random.nextInt(12));
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, at) + nasty + text.substring(at);
            case 1 -> text.substring(0, at) + text.substring(rest);
            case 2 -> text.substring(0, at) + nasty + text.substring(rest);
            case 3 -> text.substring(0, rest) + text.substring(at);
            case 4 ->
                    text.substring(0, at)
                            + (char) (1 + random.nextInt(255))
                            + text.substring(Math.min(text.length(), at + 1));
            default -> text.substring(0, Math.min(text.length(), Math.max(30, at)));
        };
    }
}
