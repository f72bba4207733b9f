package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Openings;
import trellis.access.Reason;
import trellis.access.Role;
import trellis.access.Tokens;

/// Profiles, tags and labels by themselves, and resources in other formats (docs/api/meta.md, convert.md).
class MetaIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final String CONFIDENTIALITY =
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    @Test
    void tags_are_added_and_taken_away_as_sets() {
        var id =
                wire().post("/Basic", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}")
                        .id();
        var added =
                change(
                                wire(),
                                "Basic/" + id,
                                "add",
                                tag("urn:test", "a") + "," + tag("urn:test", "b"))
                        .is(200);
        assertThat(added.at("/resourceType")).isEqualTo("Parameters");
        assertThat(added.at("/parameter/0/name")).isEqualTo("return");
        assertThat(codes(added, "tag")).containsExactly("a", "b");
        assertThat(added.at("/parameter/0/valueMeta/versionId")).isEqualTo("2");

        var again = change(wire(), "Basic/" + id, "add", tag("urn:test", "a")).is(200);
        assertThat(again.at("/parameter/0/valueMeta/versionId")).isEqualTo("2");

        var less = change(wire(), "Basic/" + id, "delete", tag("urn:test", "a")).is(200);
        assertThat(codes(less, "tag")).containsExactly("b");
        assertThat(codes(wire().get("/Basic/" + id + "/$meta").is(200), "tag"))
                .containsExactly("b");
        assertThat(wire().get("/Basic/" + id).at("/code/text")).isEqualTo("x");
        assertThat(wire().get("/Basic?_tag=urn:test%7Cb&_id=" + id).json().path("entry"))
                .hasSize(1);
        var profile = "{\"profile\":[\"http://example.org/a\"]}";
        assertThat(
                        wire().post("/Basic/" + id + "/$meta-add", parameters(profile))
                                .is(200)
                                .at("/parameter/0/valueMeta/profile/0"))
                .isEqualTo("http://example.org/a");
        assertThat(
                        wire().post("/Basic/" + id + "/$meta-delete", parameters(profile))
                                .is(200)
                                .text())
                .doesNotContain("example.org");
    }

    @Test
    void what_cannot_be_done_is_refused() {
        var id =
                wire().post("/Basic", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}")
                        .id();
        wire().get("/Basic/" + id + "/$meta-add").is(405);
        wire().post("/Basic/" + id + "/$meta-add", "{\"resourceType\":\"Parameters\"}").is(400);
        wire().get("/Basic/none/$meta").is(404);
        change(wire(), "Basic/none", "add", tag("urn:test", "a")).is(404);
        wire().post("/Basic/" + id + "/$meta-add", parameters("{\"tag\":[{\"colour\":\"red\"}]}"))
                .is(400);
        wire().delete("/Basic/" + id).is(204);
        wire().get("/Basic/" + id + "/$meta").is(410);
        change(wire(), "Basic/" + id, "add", tag("urn:test", "a")).is(410);
        change(server.as(Role.WARD_CLERK), "Condition/1", "add", tag("urn:test", "a")).is(403);
        server.as(Role.WARD_CLERK).get("/Condition/1/$meta").is(403);
    }

    @Test
    void those_of_many_are_told_once_each_and_of_what_may_be_seen() {
        var system = "urn:test:" + UUID.randomUUID();
        var patient = wire().post("/Patient", "{\"resourceType\":\"Patient\"}").is(201).id();
        for (var code : List.of("a", "b", "a")) {
            wire().post(
                            "/Basic",
                            "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"meta\":{\"tag\":["
                                    + tag(system, code)
                                    + "]}}")
                    .is(201);
        }
        var organization = "{\"resourceType\":\"Organization\",\"name\":\"x\",\"meta\":{\"tag\":[";
        wire().post("/Organization", organization + tag(system, "o") + "]}}").is(201);
        assertThat(wire().get("/$meta").is(200).text()).contains(system + "\",\"code\":\"o\"");
        assertThat(wire().get("/Basic/$meta").is(200).text())
                .doesNotContain(system + "\",\"code\":\"o\"");
        var hidden = condition(patient, CONFIDENTIALITY, "V");
        change(wire(), "Condition/" + hidden, "add", tag(system, "c"), "tag").is(200);

        for (var address : List.of("/Basic/$meta", "/$meta")) {
            var told = wire().get(address).is(200).text();
            assertThat(told.split(system + "\",\"code\":\"a\"", -1)).hasSize(2);
            assertThat(told).contains(system + "\",\"code\":\"b\"");
        }
        assertThat(wire().get("/Condition/$meta").is(200).text()).contains(system);
        var doctor = server.as(Role.CLINICIAN);
        assertThat(doctor.get("/Condition/$meta").is(200).text()).doesNotContain(system);
        assertThat(doctor.get("/$meta").is(200).text()).doesNotContain(system + "\",\"code\":\"c");
        server.as(Role.WARD_CLERK).get("/Condition/$meta").is(403);
        wire().get("/Condition/$meta?colour=red").is(400);
    }

    @Test
    void a_change_and_a_look_are_in_the_audit() {
        var id =
                wire().post("/Basic", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}")
                        .id();
        var request = UUID.randomUUID().toString();
        wire().post(
                        "/Basic/" + id + "/$meta-add",
                        parameters("{\"tag\":[" + tag("urn:test", "a") + "]}"),
                        "X-Request-Id",
                        request)
                .is(200);
        assertThat(AuditLines.of(server.server(), request)).contains("U update Basic 200");
        var look = UUID.randomUUID().toString();
        wire().get("/Basic/" + id + "/$meta", "X-Request-Id", look).is(200);
        assertThat(AuditLines.of(server.server(), look)).containsExactly("R $meta Basic 200");
    }

    @Test
    void a_seal_is_not_taken_off_by_whoever_it_keeps_out() {
        var patient = wire().post("/Patient", "{\"resourceType\":\"Patient\"}").is(201).id();
        var sealed = condition(patient, CONFIDENTIALITY, "V");
        var later = condition(patient, ACT, "TBOO");
        var doctor = opened(patient);

        change(doctor, "Condition/" + sealed, "delete", label(CONFIDENTIALITY, "V"), "security")
                .refused(
                        403,
                        "forbidden",
                        "This would take away a security label that seals the resource from people in"
                                + " your role. Leave meta.security as it is, or ask whoever runs this"
                                + " server.",
                        "");
        var bare = wire().get("/Condition/" + sealed).json().without("meta").toString();
        doctor.put("/Condition/" + sealed, bare).is(403);
        change(doctor, "Condition/" + sealed, "add", tag("urn:test", "a"), "tag").is(200);
        change(doctor, "Condition/" + later, "delete", label(ACT, "TBOO"), "security").is(200);
        change(wire(), "Condition/" + sealed, "delete", label(CONFIDENTIALITY, "V"), "security")
                .is(200);

        var again = condition(patient, CONFIDENTIALITY, "V");
        doctor.delete("/Condition/" + again).is(204);
        var back = bare.replace(sealed, again);
        doctor.put("/Condition/" + again, back).is(403);
    }

    @Test
    void a_resource_is_converted_and_not_kept() {
        var json = "{\"resourceType\":\"Patient\",\"active\":true}";
        var xml = wire().post("/$convert", json, "Accept", "application/fhir+xml").is(200);
        assertThat(xml.text()).contains("<Patient xmlns=\"http://hl7.org/fhir\"");
        var back =
                wire().send(
                                "POST",
                                "/$convert",
                                java.net.http.HttpRequest.BodyPublishers.ofString(xml.text()),
                                "Content-Type",
                                "application/fhir+xml")
                        .is(200);
        assertThat(back.text()).isEqualTo(json);
        wire().post("/$convert", "{\"resourceType\":\"Parameters\"}").is(400);
        wire().get("/$convert").is(400);
    }

    /// A clinician elsewhere who has opened the record.
    private static Wire opened(String patient) {
        var accounts = server.server().bean(Accounts.class);
        var name = "meta-" + UUID.randomUUID();
        accounts.add(
                new Account.Person(name, "Doctor", Role.CLINICIAN, "Trust", "RTT"),
                "correct horse battery staple");
        var caller = accounts.named(name).orElseThrow().caller(Caller.Came.SESSION);
        server.server().bean(Openings.class).open(caller, patient, Reason.EMERGENCY, "");
        var token =
                server.server().bean(Tokens.class).issue(accounts.named(name), Duration.ofHours(1));
        return new Wire(server.server().at("/fhir"), token.secret());
    }

    private static String condition(String patient, String system, String code) {
        return wire().post(
                        "/Condition",
                        "{\"resourceType\":\"Condition\",\"meta\":{\"security\":["
                                + label(system, code)
                                + "]},\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/"
                                + patient
                                + "\"}}")
                .is(201)
                .id();
    }

    private static Wire.Reply change(Wire wire, String what, String how, String tags) {
        return change(wire, what, how, tags, "tag");
    }

    private static Wire.Reply change(
            Wire wire, String what, String how, String codings, String name) {
        return wire.post(
                "/" + what + "/$meta-" + how, parameters("{\"" + name + "\":[" + codings + "]}"));
    }

    private static String parameters(String meta) {
        return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"meta\",\"valueMeta\":"
                + meta
                + "}]}";
    }

    private static String tag(String system, String code) {
        return label(system, code);
    }

    private static String label(String system, String code) {
        return "{\"system\":\"" + system + "\",\"code\":\"" + code + "\"}";
    }

    private static List<String> codes(Wire.Reply told, String name) {
        var codes = new ArrayList<String>();
        told.json()
                .at("/parameter/0/valueMeta/" + name)
                .forEach(one -> codes.add(one.path("code").asString("")));
        return codes;
    }

    private static Wire wire() {
        return server.wire();
    }
}
