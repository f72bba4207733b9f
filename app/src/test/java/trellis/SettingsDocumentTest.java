package trellis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import trellis.settings.Setting;

/// What an operator reads about settings is what the program does.
class SettingsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/settings.md");

    @Test
    void the_document_lists_every_setting_as_it_is_and_no_other() throws IOException {
        var rows =
                Files.readString(DOCUMENT)
                        .lines()
                        .filter(line -> line.startsWith("| `TRELLIS_"))
                        .toList();
        var expected = Trellis.SETTINGS.stream().map(Setting::row).toList();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void no_two_capabilities_claim_one_variable() {
        assertThat(Trellis.SETTINGS.stream().map(Setting::key)).doesNotHaveDuplicates();
    }
}
