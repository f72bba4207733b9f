package trellis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The property `trellis.second-opinion` says how much: by default a sample whose disagreements must
/// be exactly those told in `docs/second-opinion.md`; `write` writes that document anew; `all` asks
/// about the whole cohort (about half an hour of two processors).
class SecondOpinionIT {
    private static final int OF_EACH_TYPE = 30;
    private static final int MUTANTS = 1_000;
    private static final String MODE = System.getProperty("trellis.second-opinion", "sample");

    @Test
    void we_accept_what_hapi_accepts_and_every_exception_is_explained() throws IOException {
        var cohort = Cohort.find();
        var ukCore = Cohort.findData("uk-core");
        assumeTrue(cohort.isPresent() && ukCore.isPresent(), Cohort.MISSING);
        var opinion = new SecondOpinion();
        var sample = opinion.sample(cohort.get(), OF_EACH_TYPE);
        var examples = opinion.examples(ukCore.get());
        var sound = new LinkedHashMap<>(sample);
        sound.putAll(examples);
        var mutants = opinion.mutants(sound, MUTANTS);

        var parts = new LinkedHashMap<String, List<Verdict>>();
        parts.put(
                "Resources of the cohort",
                MODE.equals("all") ? opinion.ofAll(cohort.get()) : opinion.of(sample));
        parts.put("Examples of UK Core", opinion.of(examples));
        parts.put("Mutants of both", opinion.of(mutants));

        assertThat(unexplained(parts)).isEmpty();
        assertThat(parts.get("Resources of the cohort")).allMatch(v -> v.ours().isEmpty());
        if (!MODE.equals("all")) {
            compare(new Report(parts).text());
        }
    }

    private static List<Verdict> unexplained(Map<String, List<Verdict>> parts) {
        return parts.values().stream()
                .flatMap(List::stream)
                .filter(v -> !v.agreed() && Reason.of(v).isEmpty())
                .toList();
    }

    private static void compare(String report) throws IOException {
        var document = document();
        if (MODE.equals("write")) {
            Files.writeString(document, report);
        }
        assertThat(document)
                .as("run again with -Dtrellis.second-opinion=write and review the difference")
                .hasContent(report);
    }

    private static Path document() {
        var module = Path.of("").toAbsolutePath();
        return module.resolveSibling("docs").resolve("second-opinion.md");
    }
}
