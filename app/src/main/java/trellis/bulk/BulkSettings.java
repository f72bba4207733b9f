package trellis.bulk;

import java.time.Duration;
import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// How what is done later is kept, and where an import may fetch from.
///
/// @param kept how long a job and its files are kept after its end
/// @param each how many jobs an account or app may have at once, those that are over and still kept included
/// @param from where an import may fetch from
public record BulkSettings(Duration kept, int each, Sources from) {

    /// Where an import may fetch from.
    public enum Sources {
        /// Nowhere.
        NONE,
        /// Over https, from addresses of the public internet.
        PUBLIC,
        /// Over https, from any address.
        PRIVATE,
        /// Over http too, from any address: for trying out.
        ANY
    }

    /// `TRELLIS_JOBS_KEPT`
    public static final Setting<Integer> KEPT =
            Setting.whole(
                    "TRELLIS_JOBS_KEPT",
                    24,
                    1,
                    720,
                    "How many hours the files of an export, and whatever else was asked to be done later, are kept after their"
                            + " end.");

    /// `TRELLIS_JOBS_EACH`
    public static final Setting<Integer> EACH =
            Setting.whole(
                    "TRELLIS_JOBS_EACH",
                    10,
                    1,
                    1000,
                    "How many jobs an account or app may have at once, those that are over and still kept included.");

    /// `TRELLIS_IMPORT_FROM`
    public static final Setting<String> FROM =
            Setting.word(
                    "TRELLIS_IMPORT_FROM",
                    "public",
                    List.of("none", "public", "private", "any"),
                    "From where `$import` fetches: over https from public addresses; `private` addresses of the own network too;"
                            + " `any`, over http as well, is for trying out.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(KEPT, EACH, FROM);

    /// The record of an environment.
    public static BulkSettings from(Settings settings) {
        return new BulkSettings(
                Duration.ofHours(settings.get(KEPT)),
                settings.get(EACH),
                Sources.valueOf(settings.get(FROM).toUpperCase(java.util.Locale.ROOT)));
    }
}
