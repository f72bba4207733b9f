package trellis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Each threat of the model points at a test that is there.
class ThreatModelTest {
    private static final Path MODEL = Path.of("../docs/threat-model.md");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:IT|Test|Properties))`");

    @Test
    void every_test_it_names_is_there() throws IOException {
        var named = new TreeSet<String>();
        var matcher = NAMED.matcher(Files.readString(MODEL));
        while (matcher.find()) {
            named.add(matcher.group(1));
        }
        try (var files = Files.walk(Path.of("src/test/java"))) {
            var there =
                    files.map(file -> file.getFileName().toString().replace(".java", ""))
                            .collect(Collectors.toSet());
            assertThat(there).containsAll(named);
        }
    }

    @Test
    void every_threat_has_a_test_or_says_that_it_is_open() throws IOException {
        var threats =
                Files.readAllLines(MODEL).stream().filter(line -> line.matches("\\| [STRIDE] .*"));
        assertThat(threats)
                .isNotEmpty()
                .allMatch(line -> NAMED.matcher(line).find() || line.endsWith("| open |"));
    }
}
