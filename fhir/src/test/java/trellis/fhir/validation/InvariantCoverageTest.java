package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import trellis.fhir.definitions.Definitions;

/// No invariant of R4 is forgotten: each is a rule, part of the walk, or named as left out.
class InvariantCoverageTest {
    /// Checked where the walk comes by, not by a rule.
    private static final Set<String> IN_THE_WALK =
            Set.of(
                    "ele-1", "dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2",
                    "sqty-1");

    @Test
    void every_invariant_is_checked_or_named_as_left_out() throws IOException {
        var open = new TreeSet<String>();
        for (var type : Definitions.r4().types()) {
            open.addAll(type.invariants());
            type.elements().forEach(e -> open.addAll(e.invariants()));
        }
        open.removeAll(IN_THE_WALK);
        Rules.all().forEach(r -> open.remove(r.key()));
        assertThat(named()).containsExactlyElementsOf(open);
    }

    private static Set<String> named() throws IOException {
        var text = Files.readString(Path.of("..", "docs", "validation.md"));
        var start = text.indexOf("Invariants left out");
        var list = text.substring(text.indexOf('`', start), text.indexOf("\n\n", start));
        return new TreeSet<>(
                Stream.of(list.split("[\\s,`.]+")).filter(key -> key.contains("-")).toList());
    }
}
