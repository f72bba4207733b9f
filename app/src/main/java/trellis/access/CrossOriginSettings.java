package trellis.access;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// The pages of other sites whose scripts may use the API.
///
/// @param any those of all sites
/// @param origins otherwise those of these, such as `https://app.example`
public record CrossOriginSettings(boolean any, Set<String> origins) {
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "https?://[a-z0-9.\\-]+(:[0-9]{1,5})?|https?://\\[[0-9a-f:]+](:[0-9]{1,5})?");
    private static final String ANY = "*";
    private static final String NONE = "none";

    public CrossOriginSettings {
        origins = Set.copyOf(origins);
    }

    /// `TRELLIS_CORS_ORIGINS`
    public static final Setting<CrossOriginSettings> ORIGINS =
            new Setting<>(
                    "TRELLIS_CORS_ORIGINS",
                    ANY,
                    "* or none or origins such as https://app.example, with commas",
                    "The sites whose pages may use the API and its tokens' address from a browser (CORS)."
                            + " Cookies never count there, so a page elsewhere can do nothing without a"
                            + " token of its own. In open mode it is none.",
                    sent -> read(sent.orElse(ANY)));

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(ORIGINS);

    /// The record of an environment.
    public static CrossOriginSettings from(Settings settings) {
        return settings.get(ORIGINS);
    }

    private static CrossOriginSettings read(String text) {
        if (text.strip().equals(ANY)) {
            return new CrossOriginSettings(true, Set.of());
        }
        if (text.strip().equals(NONE)) {
            return new CrossOriginSettings(false, Set.of());
        }
        var origins = Arrays.stream(text.split(",")).map(String::strip).collect(Collectors.toSet());
        if (!origins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
            throw new IllegalArgumentException("not an origin");
        }
        return new CrossOriginSettings(false, origins);
    }

    /// What an answer to a page of some origin says in `Access-Control-Allow-Origin`; empty when that page may not read it.
    Optional<String> allowed(String origin) {
        return any ? Optional.of(ANY) : Optional.of(origin).filter(origins::contains);
    }
}
