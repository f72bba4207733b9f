package trellis.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trellis.access.Caller;
import trellis.access.CallerRules;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.bulk.ExportOrder.Reach;
import trellis.fhir.Json;

class BulkRulesTest {
    private static final Caller MACHINE =
            new Caller(0, "Token of this machine", Role.SYSTEM, "", "", Caller.Came.TOKEN);

    private static Caller app(String id, String scopes) {
        return Caller.app(
                new Caller.App(
                        id,
                        "The " + id,
                        Scopes.parse(scopes),
                        Optional.empty(),
                        Purpose.RESEARCH,
                        Optional.of("study")),
                Role.SYSTEM,
                "Trust",
                "ZR1");
    }

    @Test
    void a_caller_comes_back_as_they_were_kept() {
        for (var caller : List.of(MACHINE, app("one", "system/*.rs openid"))) {
            assertThat(CallerRules.caller(CallerRules.json(caller))).isEqualTo(caller);
        }
    }

    @Test
    void a_job_belongs_to_one_account_through_one_app() {
        assertThat(CallerRules.owner(MACHINE))
                .isNotEqualTo(CallerRules.owner(app("one", "system/*.rs")));
        assertThat(CallerRules.owner(app("one", "system/*.rs")))
                .isNotEqualTo(CallerRules.owner(app("two", "system/*.rs")));
        assertThat(CallerRules.owner(app("one", "system/*.rs")))
                .isEqualTo(CallerRules.owner(app("one", "system/Patient.rs")));
    }

    @Test
    void who_comes_with_fewer_scopes_does_not_reach_what_was_asked_with_more() {
        var all = app("one", "system/*.rs");
        var some = app("one", "system/Patient.rs");
        assertThat(CallerRules.reaches(all, some)).isTrue();
        assertThat(CallerRules.reaches(some, all)).isFalse();
        assertThat(CallerRules.reaches(some, some)).isTrue();
    }

    @Test
    void an_order_comes_back_as_it_was_kept() {
        var order =
                new ExportOrder(
                        Reach.GROUP,
                        "some",
                        List.of("Patient", "Condition"),
                        Optional.of(Instant.parse("2026-03-01T09:30:00Z")),
                        Optional.empty(),
                        Set.of("id", "Patient.name"),
                        Map.of("Condition", List.of("code=x", "code=y")),
                        Set.of("ann"),
                        true,
                        "http://here/fhir",
                        "http://here/fhir/Group/some/$export");
        assertThat(ExportOrder.of(Json.parse(Json.write(order.json())))).isEqualTo(order);
        assertThat(order.elements("Patient")).containsExactly("id", "name");
        assertThat(order.elements("Condition")).containsExactly("id");
    }

    @Test
    void filters_are_parted_where_a_type_begins() {
        assertThat(
                        ExportRules.filters(
                                List.of("Patient?name=a,b,Condition?code=x", "Condition?code=y"),
                                List.of("Patient", "Condition")))
                .isEqualTo(
                        Map.of(
                                "Patient", List.of("name=a,b"),
                                "Condition", List.of("code=x", "code=y")));
    }

    @Test
    void members_who_left_and_patients_of_other_servers_are_none() {
        var group =
                Json.parse(
                        """
                        {"resourceType":"Group","member":[
                         {"entity":{"reference":"Patient/a"}},
                         {"entity":{"reference":"http://here/fhir/Patient/b"}},
                         {"entity":{"reference":"http://elsewhere/fhir/Patient/c"}},
                         {"entity":{"reference":"Patient/d"},"inactive":true},
                         {"entity":{"reference":"Practitioner/e"}}]}
                        """
                                .getBytes(UTF_8));
        assertThat(ExportRules.members(group, "http://here/fhir"))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void a_moment_is_an_instant_or_a_day() {
        assertThat(ExportRules.moment("2026-03-01", "_since")).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(ExportRules.moment("2026-03-01T10:00:00 01:00", "_since"))
                .isEqualTo("2026-03-01T09:00:00Z");
    }
}
