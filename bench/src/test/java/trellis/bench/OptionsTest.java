package trellis.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Set<String> ALLOWED = Set.of("against", "runs", "anywhere!");

    @Test
    void another_machine_is_not_loaded_by_mistake() {
        var line = List.of("--against", "http://192.0.2.1/fhir");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(line, ALLOWED).server("against"))
                .withMessageContaining("192.0.2.1 is another machine");
        assertThat(
                        Options.parse(
                                        List.of(
                                                "--anywhere",
                                                "--against",
                                                "http://192.0.2.1/fhir/"),
                                        ALLOWED)
                                .server("against"))
                .hasToString("Optional[http://192.0.2.1/fhir]");
    }

    @Test
    void this_machine_may_be_loaded() {
        assertThat(
                        Options.parse(List.of("--against", "http://127.0.0.1:8080/fhir"), ALLOWED)
                                .server("against"))
                .isPresent();
    }

    @Test
    void what_is_not_known_is_refused_with_what_is() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(List.of("--rounds", "3"), ALLOWED))
                .withMessage("\"--rounds\" is none of --against --anywhere --runs");
    }
}
