package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import trellis.TestServer;

class FirstPeopleIT {
    @RegisterExtension static final TestServer server = TestServer.start(Map.of());

    @Test
    void the_first_start_makes_six_people_whose_passwords_only_the_owner_of_the_folder_reads(
            @TempDir Path home) throws IOException {
        var people = server.bean(FirstPeople.class);
        var lines = people.arrive(home);

        var file = home.resolve(FirstPeople.FILE);
        assertThat(Files.readAllLines(file)).isEqualTo(lines).hasSize(6);
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(home).isDirectoryNotContaining("glob:**.new");
        for (var line : lines) {
            var words = line.split(" +", 3);
            Browser.signedIn(server, words[0], words[1]).close();
        }
        assertThat(people.arrive(home)).as("a second start").isEmpty();
        assertThat(Files.readAllLines(file)).isEqualTo(lines);
    }
}
