package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import trellis.access.Entitlement.Chosen;
import trellis.access.Entitlement.Claim;
import trellis.access.Entitlement.Decision;
import trellis.access.Entitlement.Question;
import trellis.access.Entitlement.Standing;
import trellis.access.Entitlement.Tie;
import trellis.store.Basis;

/// Every answer of the decision, as a table that a clinician can read. Written by this test when it
/// is not there; reviewed as a difference when a rule changes.
class EntitlementTest {
    private static final Path GOLDEN = Path.of("src/test/resources/trellis/access/decisions.md");
    private static final String SEALED =
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|V";
    private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode|";
    private static final String TABOO = ACT + "TBOO";
    private static final String YOUNG = ACT + "ADOL";
    private static final List<String> TYPES =
            List.of(
                    "Condition",
                    "Binary",
                    "Appointment",
                    "Patient",
                    "Consent",
                    "Organization",
                    "AuditEvent");

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
                        entitlement.decide(
                                new Question(role, Right.READ, "Condition"),
                                standing,
                                Set.of(SEALED));
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
            table(lines, "Role", STAFF, role -> role != Role.PATIENT, type);
        }
        for (var type : TYPES) {
            lines.add("");
            lines.add("## A person about " + permissions.area(type) + ", such as " + type);
            lines.add("");
            table(lines, "Role", PEOPLE, role -> role == Role.PATIENT, type);
        }
        lines.add("");
        lines.add("## Purposes");
        lines.add("");
        lines.add("The machine's own role, about a Condition, by what the patient has chosen.");
        lines.add("");
        lines.add("| Purpose | no choice | opted out | opted out, agreed to this project |");
        lines.add("| --- | --- | --- | --- |");
        for (var purpose : Purpose.values()) {
            var asked = new Question(Role.SYSTEM, purpose, Right.SEARCH, "Condition");
            var cells = new ArrayList<String>();
            for (var choices :
                    List.of(
                            Set.<Chosen>of(),
                            Set.of(Chosen.OPT_OUT),
                            Set.of(Chosen.OPT_OUT, Chosen.THIS_PROJECT))) {
                var standing = standing(Optional.empty(), false).choosing(choices);
                cells.add(word(entitlement.decide(asked, standing, Set.of())));
            }
            lines.add("| " + purpose.words() + " | " + String.join(" | ", cells) + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private void table(
            List<String> lines,
            String first,
            Map<String, Case> columns,
            Predicate<Role> which,
            String type) {
        lines.add("| " + first + " | May | " + String.join(" | ", columns.keySet()) + " |");
        lines.add("| --- | --- | " + "--- | ".repeat(columns.size()).strip());
        for (var role : Role.values()) {
            for (var right : Right.values()) {
                if (which.test(role)) {
                    lines.add(row(role, right, type, columns));
                }
            }
        }
    }

    private String row(Role role, Right right, String type, Map<String, Case> columns) {
        var cells = new ArrayList<String>();
        cells.add(role.words());
        cells.add(right.word());
        var asked = new Question(role, right, type);
        for (var one : columns.values()) {
            cells.add(word(entitlement.decide(asked, one.standing(), one.labels())));
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    private record Case(Standing standing, Set<String> labels) {}

    private static final Map<String, Case> STAFF = staff();
    private static final Map<String, Case> PEOPLE = people();

    private static Map<String, Case> staff() {
        var all = new LinkedHashMap<String, Case>();
        var seen = standing(Optional.of(Basis.ENCOUNTER), false);
        all.put("Not of a patient", new Case(Standing.NOBODYS, Set.of()));
        all.put("no relationship", new Case(standing(Optional.empty(), false), Set.of()));
        for (var basis : Basis.values()) {
            all.put(basis.word(), new Case(standing(Optional.of(basis), false), Set.of()));
        }
        all.put("opened with a reason", new Case(standing(Optional.empty(), true), Set.of()));
        all.put("sealed, with relationship", new Case(seen, Set.of(SEALED)));
        all.put(
                "sealed, opened",
                new Case(standing(Optional.of(Basis.ENCOUNTER), true), Set.of(SEALED)));
        var dissent = Set.of(Chosen.SHARING_DISSENT);
        for (var basis : Basis.values()) {
            all.put(
                    "dissent, " + basis.word(),
                    new Case(standing(Optional.of(basis), false).choosing(dissent), Set.of()));
        }
        all.put(
                "dissent, opened",
                new Case(standing(Optional.empty(), true).choosing(dissent), Set.of()));
        all.put("their own record", new Case(seen.tied(Tie.SELF), Set.of()));
        all.put("a colleague's", new Case(seen.tied(Tie.COLLEAGUE), Set.of()));
        all.put(
                "a colleague's, opened",
                new Case(standing(Optional.empty(), true).tied(Tie.COLLEAGUE), Set.of()));
        return all;
    }

    private static Map<String, Case> people() {
        var all = new LinkedHashMap<String, Case>();
        var other = standing(Optional.empty(), false);
        all.put("Not of a patient", new Case(Standing.NOBODYS, Set.of()));
        all.put("somebody else's", new Case(other, Set.of()));
        for (var level : Level.values()) {
            var own = other.claiming(new Claim("p", true, level.scope()));
            all.put("own, " + level, new Case(own, Set.of()));
        }
        var own = other.claiming(new Claim("p", true, "full"));
        for (var scope : List.of("appointments", "medicines", "young", "full")) {
            all.put(
                    "acting for, " + scope,
                    new Case(other.claiming(new Claim("p", false, scope)), Set.of()));
        }
        all.put("own, to be spoken of first", new Case(own, Set.of(TABOO)));
        all.put("own, a young person's", new Case(own, Set.of(YOUNG)));
        var full = other.claiming(new Claim("p", false, "full"));
        all.put("acting for, a young person's", new Case(full, Set.of(YOUNG)));
        all.put("acting for, sealed", new Case(full, Set.of(SEALED)));
        return all;
    }

    private static Standing standing(Optional<Basis> basis, boolean opened) {
        return new Standing(true, basis, opened);
    }

    private static List<Standing> standings() {
        return STAFF.values().stream().map(Case::standing).filter(Standing::patient).toList();
    }

    private static String word(Decision decision) {
        return switch (decision) {
            case Decision.Permitted(var broken) -> broken ? "reason" : "yes";
            case Decision.Denied _ -> "-";
        };
    }
}
