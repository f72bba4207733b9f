package trellis.settings;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// What the environment says, after a check that every `TRELLIS_` variable in it is a known one.
/// Each settings record reads its own values from here.
public final class Settings {
    private static final String PREFIX = "TRELLIS_";

    private final Map<String, String> environment;

    private Settings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /// Reads an environment and checks it whole: unknown names first, then every value.
    ///
    /// @param environment usually [System#getenv()]
    /// @param known every setting there is
    /// @throws SettingsRefused with one plain sentence that names the variable and what is allowed
    public static Settings read(Map<String, String> environment, List<Setting<?>> known) {
        var names = known.stream().map(Setting::key).toList();
        for (var name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !names.contains(name)) {
                throw new SettingsRefused(
                        name + " is not a setting of Trellis" + nearest(name, names));
            }
        }
        var settings = new Settings(environment);
        known.forEach(settings::get);
        return settings;
    }

    /// The value of one setting.
    ///
    /// @throws SettingsRefused when its text is not allowed
    public <T> T get(Setting<T> setting) {
        var sent = sent(setting.key());
        try {
            return setting.reading().apply(sent);
        } catch (IllegalArgumentException e) {
            throw new SettingsRefused(
                    setting.key()
                            + " is \""
                            + sent.orElse("")
                            + "\", but must be "
                            + setting.allowed());
        }
    }

    /// A variable that is not ours, such as `XDG_DATA_HOME`; empty when absent or blank.
    public Optional<String> foreign(String name) {
        return sent(name);
    }

    private Optional<String> sent(String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }

    private static String nearest(String name, List<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(known -> distance(name, known)))
                .map(known -> "; did you mean " + known + "? All are in docs/settings.md")
                .orElse("");
    }

    /// The number of letters to add, drop or change to make one name of the other.
    private static int distance(String one, String other) {
        var row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                var changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
