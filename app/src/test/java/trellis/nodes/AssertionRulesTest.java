package trellis.nodes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.access.Role;
import trellis.people.NhsNumber;

class AssertionRulesTest {
    @TempDir static Path folder;

    private static Region region;

    @BeforeAll
    static void keys() {
        region = new Region(folder);
        region.node("north");
    }

    private static Assertion said(Instant until) {
        return new Assertion(
                "north",
                "south",
                "1",
                until,
                new Assertion.Staff("7", "Dr Amina Osei", Role.GP, "Elm Street", "ZN1"),
                new NhsNumber("9000000009"),
                true);
    }

    private static AssertionRules.Signed signed(String assertion) throws AssertionRules.Wrong {
        return AssertionRules.signed(assertion, region.credentials("north"), Instant.now());
    }

    private static Assertion read(Map<String, Object> claims) throws AssertionRules.Wrong {
        return AssertionRules.read(claims, "south", Instant.now());
    }

    @Test
    void what_is_said_arrives_as_it_was() throws Exception {
        var until = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 60);
        var text = AssertionRules.sign(said(until), region.credentials("north"));
        var signed = signed(text);
        assertThat(signed.by().getSubjectX500Principal().getName()).contains("CN=north");
        assertThat(read(signed.claims())).isEqualTo(said(until));
    }

    @Test
    void one_that_is_for_another_node_old_or_good_for_long_is_not_taken() throws Exception {
        var now = Instant.now();
        var claims =
                signed(AssertionRules.sign(said(now.plusSeconds(60)), region.credentials("north")))
                        .claims();
        assertThatThrownBy(() -> AssertionRules.read(claims, "east", now))
                .hasMessageContaining("another node");
        assertThatThrownBy(
                        () -> AssertionRules.read(claims, "south", now.plus(Duration.ofMinutes(2))))
                .hasMessageContaining("expired");
        assertThatThrownBy(() ->
                        AssertionRules.read(claims, "south", now.minus(Duration.ofMinutes(2))))
                .hasMessageContaining("too long");
    }

    @Test
    void only_those_who_treat_people_ask_and_for_that_alone() throws Exception {
        var until = Instant.now().plusSeconds(60);
        var claims = signed(AssertionRules.sign(said(until), region.credentials("north"))).claims();
        for (var role : List.of(Role.SYSTEM, Role.AUDITOR, Role.PATIENT, Role.WARD_CLERK)) {
            assertThatThrownBy(() ->
                            read(
                                    with(
                                            claims,
                                            "subject_role",
                                            List.of(
                                                    Map.of(
                                                            "system",
                                                            "urn:trellis:role",
                                                            "code",
                                                            role.name())))))
                    .hasMessageContaining("treat people");
        }
        var research =
                List.of(
                        Map.of(
                                "system",
                                "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                                "code",
                                "HRESCH"));
        assertThatThrownBy(() -> read(with(claims, "purpose_of_use", research)))
                .hasMessageContaining("care");
        assertThatThrownBy(() -> read(with(claims, "person_id", "9000000009")))
                .hasMessageContaining("NHS number");
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        var extensions = (Map<?, ?>) requireNonNull(claims.get("extensions"));
        var person =
                new HashMap<Object, Object>((Map<?, ?>) requireNonNull(extensions.get("ihe_iua")));
        person.put(name, value);
        var changed = new HashMap<>(claims);
        changed.put("extensions", Map.of("ihe_iua", person));
        return changed;
    }

    @Test
    void a_forged_one_is_not_taken() throws Exception {
        var until = Instant.now().plusSeconds(60);
        var good = AssertionRules.sign(said(until), region.credentials("north"));
        assertThatThrownBy(() -> signed(changed(good)))
                .isInstanceOf(AssertionRules.Wrong.class)
                .hasMessageContaining("signature");
        assertThatThrownBy(() -> signed("x.y.z")).isInstanceOf(AssertionRules.Wrong.class);
        var elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        var other = new Region(elsewhere);
        other.node("north");
        var forged = AssertionRules.sign(said(until), other.credentials("north"));
        assertThatThrownBy(() -> signed(forged))
                .hasMessageContaining("nobody whom this node trusts");
    }

    private static String changed(String assertion) throws ParseException {
        var jws = JWSObject.parse(assertion);
        var claims = jws.getPayload().toString().replace("ZN1", "ZX9");
        var parts = assertion.split("\\.");
        return parts[0] + "." + Base64URL.encode(claims) + "." + parts[2];
    }
}
