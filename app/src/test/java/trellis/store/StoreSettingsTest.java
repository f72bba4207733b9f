package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class StoreSettingsTest {

    @Test
    void without_any_variable_trellis_keeps_its_own_database_in_the_users_data_folder() {
        var settings = read(Map.of("XDG_DATA_HOME", "/data"));
        assertThat(settings.external()).isEmpty();
        assertThat(settings.connections()).isEqualTo(24);
        assertThat(settings.home().getFileName()).asString().isEqualToIgnoringCase("trellis");
        assertThat(settings.home()).isAbsolute();
        if (!System.getProperty("os.name").startsWith("Mac")) {
            assertThat(settings.home()).isEqualTo(Path.of("/data/trellis"));
        }
    }

    @Test
    void every_variable_reaches_its_place() {
        var settings =
                read(
                        Map.of(
                                "TRELLIS_HOME", "/var/lib/trellis/",
                                "TRELLIS_DATABASE_URL", "postgresql://db.example:5433/records",
                                "TRELLIS_DATABASE_USER", "keeper",
                                "TRELLIS_DATABASE_PASSWORD", "of records",
                                "TRELLIS_DATABASE_CONNECTIONS", "40"));
        assertThat(settings.home()).isEqualTo(Path.of("/var/lib/trellis"));
        assertThat(settings.external())
                .contains(
                        new StoreSettings.External(
                                "jdbc:postgresql://db.example:5433/records",
                                "keeper",
                                "of records"));
        assertThat(settings.connections()).isEqualTo(40);
    }

    @Test
    void an_unknown_variable_is_refused_and_the_nearest_named() {
        assertThatThrownBy(() -> read(Map.of("TRELLIS_DATABSE_URL", "jdbc:postgresql://h/d")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("TRELLIS_DATABSE_URL is not a setting of Trellis")
                .hasMessageContaining("did you mean TRELLIS_DATABASE_URL?");
    }

    @Test
    void an_address_that_is_not_a_database_or_tells_a_secret_is_refused() {
        for (var address :
                new String[] {
                    "db.example",
                    "jdbc:mysql://db.example/records",
                    "jdbc:postgresql://db.example",
                    "jdbc:postgresql://keeper:secret@db.example/records"
                }) {
            assertThatThrownBy(() -> read(Map.of("TRELLIS_DATABASE_URL", address)))
                    .as(address)
                    .hasMessageContaining("must be jdbc:postgresql://HOST[:PORT]/DATABASE");
        }
    }

    @Test
    void a_user_without_a_database_is_refused() {
        assertThatThrownBy(() -> read(Map.of("TRELLIS_DATABASE_USER", "keeper")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("TRELLIS_DATABASE_URL is not");
    }

    @Test
    void a_password_never_shows() {
        assertThat(new StoreSettings.External("url", "keeper", "of records").toString())
                .doesNotContain("of records");
    }

    private static StoreSettings read(Map<String, String> environment) {
        return StoreSettings.from(Settings.read(environment, StoreSettings.KEYS));
    }
}
