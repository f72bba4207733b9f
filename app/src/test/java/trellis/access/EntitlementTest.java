package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import trellis.access.Entitlement.Decision;
import trellis.access.Entitlement.Standing;
import trellis.store.Basis;

/// Every answer of the decision, as a table that a clinician can read. Written by this test when it
/// is not there; reviewed as a difference when a rule changes.
class EntitlementTest {
    private static final Path GOLDEN = Path.of("src/test/resources/trellis/access/decisions.md");
    private static final String SEALED =
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|V";
    private static final List<String> TYPES =
            List.of("Condition", "Binary", "Appointment", "Patient", "Organization", "AuditEvent");

    private final Permissions permissions = Permissions.builtIn();
    private final Entitlement entitlement = new Entitlement(permissions);

    @Test
    void every_decision_is_that_of_the_table() throws IOException {
        var table = table();
        if (!Files.exists(GOLDEN)) {
            Files.writeString(GOLDEN, table);
            fail("The table was not there. It has been written: read it, and run again.");
        }
        assertThat(table).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void a_refusal_says_why_and_what_to_do() {
        for (var role : List.of(Role.CLINICIAN, Role.WARD_CLERK, Role.AUDITOR)) {
            for (var standing : standings()) {
                var decision =
                        entitlement.decide(role, Right.READ, "Condition", standing, Set.of(SEALED));
                if (decision instanceof Decision.Denied(var why)) {
                    assertThat(why).matches("[A-Z].*\\. If .*\\.");
                }
            }
        }
    }

    private String table() {
        var lines = new ArrayList<String>();
        lines.add("# Every decision about a record");
        lines.add("");
        lines.add(
                "Made by `EntitlementTest` from the rules in `permissions.md`. *yes*: permitted. *reason*: permitted because"
                        + " the record was opened with a reason. *-*: refused.");
        for (var type : TYPES) {
            lines.add("");
            lines.add("## " + permissions.area(type) + ", such as " + type);
            lines.add("");
            lines.add(
                    "| Role | May | Not of a patient | "
                            + standings().stream()
                                    .map(EntitlementTest::words)
                                    .collect(Collectors.joining(" | "))
                            + " | sealed, with relationship | sealed, opened |");
            lines.add("| --- | --- | --- | " + "--- | ".repeat(standings().size()) + "--- | --- |");
            for (var role : Role.values()) {
                for (var right : Right.values()) {
                    lines.add(row(role, right, type));
                }
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private String row(Role role, Right right, String type) {
        var cells = new ArrayList<String>();
        cells.add(role.words());
        cells.add(right.word());
        cells.add(word(entitlement.decide(role, right, type, Standing.NOBODYS, Set.of())));
        for (var standing : standings()) {
            cells.add(word(entitlement.decide(role, right, type, standing, Set.of())));
        }
        var related = new Standing(true, Optional.of(Basis.ENCOUNTER), false);
        var opened = new Standing(true, Optional.of(Basis.ENCOUNTER), true);
        cells.add(word(entitlement.decide(role, right, type, related, Set.of(SEALED))));
        cells.add(word(entitlement.decide(role, right, type, opened, Set.of(SEALED))));
        return "| " + String.join(" | ", cells) + " |";
    }

    private static List<Standing> standings() {
        var all = new ArrayList<Standing>();
        all.add(new Standing(true, Optional.empty(), false));
        Arrays.stream(Basis.values())
                .forEach(basis -> all.add(new Standing(true, Optional.of(basis), false)));
        all.add(new Standing(true, Optional.empty(), true));
        return all;
    }

    private static String words(Standing standing) {
        return standing.opened()
                ? "opened with a reason"
                : standing.basis().map(Basis::word).orElse("no relationship");
    }

    private static String word(Decision decision) {
        return switch (decision) {
            case Decision.Permitted(var broken) -> broken ? "reason" : "yes";
            case Decision.Denied _ -> "-";
        };
    }
}
