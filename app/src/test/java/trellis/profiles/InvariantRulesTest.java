package trellis.profiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import trellis.fhir.Issue;
import trellis.fhir.Json;

class InvariantRulesTest {

    @Test
    void what_looks_and_filters_is_evaluated() {
        for (var tame :
                List.of(
                        "name.exists() and birthDate.exists()",
                        "identifier.where(system = 'https://fhir.nhs.uk/Id/nhs-number').all(value.matches('^[0-9]{10}$'))",
                        "telecom.where(use = 'home').count() <= 2",
                        "descendants().where($this is code).exists()",
                        "name.family.matches('[A-Z][a-z]+(-[A-Z][a-z]*)?')",
                        "note = 'repeat(this)' or active",
                        "descendants().where(url = 'http://example.org/a').exists()",
                        "name.family.isDistinct()")) {
            assertThat(InvariantRules.isTame(tame)).as(tame).isTrue();
        }
    }

    @Test
    void what_grows_or_may_never_end_is_not() {
        for (var wild :
                List.of(
                        "repeat($this)",
                        "name.select(name)",
                        "'a'.replace('a', 'aaaa').replace('a', 'aaaa')",
                        "descendants().where(%resource.descendants().exists())",
                        "name.family.matches('^(a+)+$')",
                        "name.family.matches('^(a|aa)*$')",
                        "name.family.matches('^(a?){30}a{30}$')",
                        "name.family.matches('(.*)\\\\1')",
                        "name.family.matches('.*.*.*.*.*x')",
                        "name.family.matches(birthDate)",
                        "aggregate($this + $total, 0)",
                        "name.family.matches/**/('^(a+)+$')",
                        "name.family.matches // why\n('^(a+)+$')",
                        "name.family.`matches`('^(a+)+$')",
                        "name.family.\"matches\"('^(a+)+$')",
                        "name.family.matches\\u0028'^(a+)+$')",
                        "name.family.matches('\\u0028a+)+$')",
                        "name.family.matches\u00a0('^(a+)+$')",
                        "'\\\n' = repeat($this) or ''",
                        "descendants().isDistinct()",
                        "descendants().code.distinct().count() = 1",
                        "name.family.subsetOf(%resource.descendants())",
                        "x".repeat(1_001))) {
            assertThat(InvariantRules.isTame(wild)).as(wild).isFalse();
        }
    }

    @Test
    void of_a_refusal_the_first_hundred_are_told_and_only_an_extension_is_named() {
        var resource =
                Json.parse(
                        """
                        {"resourceType":"Patient","photo":[{"url":"http://example.org/rose.png"}],
                         "extension":[{"url":"http://example.org/colour","valueCode":"red"}]}
                        """
                                .getBytes(UTF_8));
        var one =
                Issue.error(
                        "invalid",
                        "http://example.org/rose.png, http://example.org/colour",
                        "Patient.photo[0]");

        var said = QuietRules.quiet(Collections.nCopies(5_000, one), resource);

        assertThat(said).hasSize(101);
        assertThat(said.getFirst().diagnostics()).isEqualTo("…, http://example.org/colour");
        assertThat(said.getLast().severity()).isEqualTo(Issue.Severity.INFORMATION);
        assertThat(
                        QuietRules.quiet(
                                        List.of(Issue.error("invalid", "Rose ".repeat(900), "")),
                                        resource)
                                .getFirst()
                                .diagnostics())
                .doesNotContain("Rose");
    }

    @Test
    void a_refusal_quotes_nothing_of_the_resource() {
        var resource =
                Json.parse(
                        """
                        {"resourceType":"Patient","name":[{"family":"Rose","given":["Ann Mary"]}],
                         "extension":[{"url":"http://example.org/colour","valueCode":"red"}]}
                        """
                                .getBytes(UTF_8));
        var said =
                QuietRules.quiet(
                        List.of(
                                Issue.error(
                                        "invalid",
                                        "'Rose' and \"Ann Mary\" (red) at http://example.org/colour of a Rosery",
                                        "Patient.name[0]")),
                        resource);

        assertThat(said)
                .containsExactly(
                        Issue.error(
                                "invalid",
                                "'…' and \"…\" (…) at http://example.org/colour of a Rosery",
                                "Patient.name[0]"));
    }
}
