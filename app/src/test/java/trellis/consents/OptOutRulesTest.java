package trellis.consents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.consents.OptOutRules.Flow;
import trellis.consents.OptOutRules.Flow.Basis;
import trellis.consents.OptOutRules.Flow.Form;
import trellis.consents.OptOutRules.Flow.Use;
import trellis.consents.OptOutRules.Person;

/// Every answer of the opt-out, by the eight points, as a table that people can read. Written by this
/// test when it is not there; reviewed as a difference when a rule changes.
class OptOutRulesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/trellis/consents/optout.md");

    private static final Map<String, Person> PEOPLE = people();

    private static Map<String, Person> people() {
        var people = new LinkedHashMap<String, Person>();
        people.put("no choice", new Person(false, false));
        people.put("agreed to this project", new Person(false, true));
        people.put("opted out", new Person(true, false));
        people.put("opted out, agreed to this project", new Person(true, true));
        return people;
    }

    @Test
    void every_answer_is_that_of_the_table() throws IOException {
        var table = table();
        if (!Files.exists(GOLDEN)) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, table);
            fail("The table was not there. It has been written: read it, and run again.");
        }
        assertThat(table).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void care_is_never_stopped_and_what_nobody_can_tell_is_not_asked_about() {
        for (var person : PEOPLE.values()) {
            for (var basis : Basis.values()) {
                for (var form : Form.values()) {
                    assertThat(OptOutRules.decide(new Flow(Use.CARE, form, basis), person).flows())
                            .isTrue();
                }
                for (var use : Use.values()) {
                    assertThat(
                                    OptOutRules.decide(
                                                    new Flow(use, Form.ANONYMISED, basis), person)
                                            .flows())
                            .isTrue();
                }
            }
        }
    }

    private static String table() {
        var lines = new ArrayList<String>();
        lines.add("# The national data opt-out");
        lines.add("");
        lines.add(
                "Made by `OptOutRulesTest`. *flows* or *withheld*, and which of the eight points says so. Points 1 and 5 are about everybody: the law"
                        + " protects what flows, and every organisation asks the same function.");
        lines.add("");
        for (var point = 1; point <= 8; point++) {
            lines.add(point + ". " + OptOutRules.words(point));
        }
        lines.add("");
        lines.add(
                "| Purpose | Information | Basis | " + String.join(" | ", PEOPLE.keySet()) + " |");
        lines.add("| --- | --- | --- | --- | --- | --- | --- |");
        for (var use : Use.values()) {
            for (var form : Form.values()) {
                for (var basis : Basis.values()) {
                    var cells = new ArrayList<String>();
                    for (var person : PEOPLE.values()) {
                        var answer = OptOutRules.decide(new Flow(use, form, basis), person);
                        cells.add(
                                (answer.flows() ? "flows" : "withheld")
                                        + " ("
                                        + answer.point()
                                        + ")");
                    }
                    lines.add(
                            "| "
                                    + use.words()
                                    + " | "
                                    + form.words()
                                    + " | "
                                    + basis.words()
                                    + " | "
                                    + String.join(" | ", cells)
                                    + " |");
                }
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
