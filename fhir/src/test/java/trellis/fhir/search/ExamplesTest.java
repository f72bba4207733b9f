package trellis.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Holds what is found in real resources to a file that is reviewed as a diff. Run with
/// `-Dgolden=write` to write it anew.
class ExamplesTest {

    private static final Path GOLDEN =
            Path.of("src/test/resources/trellis/fhir/search/examples.golden");

    @Test
    void what_is_found_in_examples_stays_what_was_reviewed() throws IOException {
        assumeTrue(Examples.arePresent(), Examples.MISSING);
        var lines = new ArrayList<String>();
        Examples.all()
                .forEach((name, resource) -> {
                    lines.add("== " + name);
                    lines.addAll(Lines.all(resource));
                });
        if (System.getProperty("golden", "").equals("write")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, lines);
        }
        assertThat(lines).containsExactlyElementsOf(Files.readAllLines(GOLDEN));
    }
}
