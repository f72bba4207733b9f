package trellis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher, run by the system's own shell.
class LauncherTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir private Path copy;

    @Test
    void alone_it_lists_every_command() throws Exception {
        var said = launch(ROOT, 0);
        for (var command :
                List.of(
                        "run", "import", "export", "token", "app", "backup", "restore", "test",
                        "check", "sbom")) {
            assertThat(said).containsPattern("(?m)^  " + command + " +[A-Z]");
        }
        assertThat(said).contains("--empty", "--open", "docs/settings.md");
        assertThat(launch(ROOT, 0, "help")).isEqualTo(said);
    }

    @Test
    void what_it_does_not_know_is_a_misuse() throws Exception {
        assertThat(launch(ROOT, 2, "exprot")).contains("no command \"exprot\"");
        assertThat(launch(ROOT, 2, "run", "--opne")).contains("not \"--opne\"");
        assertThat(launch(ROOT, 2, "new")).contains("the name of one capability");
        assertThat(launch(ROOT, 2, "new", "Referrals")).contains("small letters");
        assertThat(launch(ROOT, 2, "new", "../referrals")).contains("small letters");
    }

    @Test
    void a_new_capability_compiles_and_has_the_shape() throws Exception {
        copyForNew();
        assertThat(launch(copy, 0, "new", "referrals")).contains("Made app/src/main");
        var folder = copy.resolve("app/src/main/java/trellis/referrals");
        assertThat(ShapeTest.faults(folder)).isEmpty();
        assertThat(compile(copy.resolve("app/src"))).isZero();
        assertThat(launch(copy, 1, "new", "referrals")).contains("there is a capability");
    }

    private void copyForNew() throws IOException {
        var templates = Path.of("app/src/templates/capability");
        Files.createDirectories(copy.resolve(templates));
        Files.copy(
                ROOT.resolve("trellis"),
                copy.resolve("trellis"),
                StandardCopyOption.COPY_ATTRIBUTES);
        try (var files = Files.list(ROOT.resolve(templates))) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(templates).resolve(file.getFileName()));
            }
        }
    }

    private int compile(Path sources) throws IOException {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-Xlint:all,-processing,-classfile",
                                "-Werror",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                copy.resolve("classes").toString()));
        try (var files = Files.walk(sources)) {
            files.map(Path::toString)
                    .filter(name -> name.endsWith(".java") && !name.contains("templates"))
                    .forEach(arguments::add);
        }
        return ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new));
    }

    private static String launch(Path folder, int code, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("sh", folder.resolve("trellis").toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(code);
        return said;
    }
}
