package trellis.profiles;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import trellis.fhir.definitions.Definitions;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// Which profiles hold on every road in, and how much validation there may be.
///
/// @param enforced canonical addresses of profiles by resource type
/// @param mode whether what breaks them is refused, or said in the log alone
/// @param claims which of the profiles that a resource itself claims (`meta.profile`) are checked
/// @param atOnce how many validations there are at once
/// @param seconds how long one may take
public record ProfileSettings(
        Map<String, List<String>> enforced, Mode mode, Claims claims, int atOnce, int seconds) {

    /// What becomes of a write that breaks a profile.
    public enum Mode {
        /// It is refused.
        ENFORCE,
        /// It is stored, and a line in the log says so.
        REPORT
    }

    /// Which claims of a resource are checked when it is written.
    public enum Claims {
        /// None.
        UNCHECKED,
        /// Those whose profile is held here.
        KNOWN,
        /// All: one whose profile is not held here is refused.
        ALL
    }

    /// `TRELLIS_PROFILES`
    public static final Setting<Map<String, List<String>>> ENFORCED =
            new Setting<>(
                    "TRELLIS_PROFILES",
                    "none",
                    "none, or Type=canonical pairs with commas, such as"
                            + " Patient=https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient",
                    "Profiles that resources of a type must keep to on every road in; several for one type"
                            + " must all hold. A profile that is not held here refuses the start.",
                    sent -> enforced(sent.orElse("none")));

    /// `TRELLIS_PROFILES_MODE`
    public static final Setting<String> MODE =
            Setting.word(
                    "TRELLIS_PROFILES_MODE",
                    "enforce",
                    List.of("enforce", "report"),
                    "Whether a write that breaks `TRELLIS_PROFILES` or a checked claim is refused, or stored"
                            + " with a line in the log.");

    /// `TRELLIS_PROFILE_CLAIMS`
    public static final Setting<String> CLAIMS =
            Setting.word(
                    "TRELLIS_PROFILE_CLAIMS",
                    "unchecked",
                    List.of("unchecked", "known", "all"),
                    "Which of the profiles that a resource claims in `meta.profile` are checked when it is written:"
                            + " none, those held here, or all (one that is not held here is then refused).");

    /// `TRELLIS_VALIDATIONS`
    public static final Setting<Integer> AT_ONCE =
            Setting.whole(
                    "TRELLIS_VALIDATIONS",
                    2,
                    1,
                    64,
                    "How many validations there are at once, of `$validate` and of writes each; further ones"
                            + " wait a few seconds and are then answered with 503.");

    /// `TRELLIS_VALIDATION_SECONDS`
    public static final Setting<Integer> SECONDS =
            Setting.whole(
                    "TRELLIS_VALIDATION_SECONDS",
                    10,
                    1,
                    300,
                    "How long one validation may take before it is given up; a write is then answered with 503.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(ENFORCED, MODE, CLAIMS, AT_ONCE, SECONDS);

    public ProfileSettings {
        enforced = Map.copyOf(enforced);
    }

    /// The record of an environment.
    public static ProfileSettings from(Settings settings) {
        return new ProfileSettings(
                settings.get(ENFORCED),
                settings.get(MODE).equals("report") ? Mode.REPORT : Mode.ENFORCE,
                switch (settings.get(CLAIMS)) {
                    case "known" -> Claims.KNOWN;
                    case "all" -> Claims.ALL;
                    default -> Claims.UNCHECKED;
                },
                settings.get(AT_ONCE),
                settings.get(SECONDS));
    }

    /// The types of which a write may have to be validated; empty for none, all types when claims are checked.
    boolean concerns(String type) {
        return claims != Claims.UNCHECKED || enforced.containsKey(type);
    }

    /// The types that have enforced profiles.
    Set<String> types() {
        return enforced.keySet();
    }

    private static Map<String, List<String>> enforced(String text) {
        var enforced = new LinkedHashMap<String, List<String>>();
        if (text.strip().equals("none")) {
            return enforced;
        }
        for (var pair : text.split(",", -1)) {
            var equals = pair.indexOf('=');
            var type = equals < 0 ? "" : pair.substring(0, equals).strip();
            var canonical = pair.substring(equals + 1).strip();
            if (!Definitions.r4().isResourceType(type) || !canonical.matches("[a-z]+:\\S+")) {
                throw new IllegalArgumentException("not a type and an address");
            }
            enforced.computeIfAbsent(type, _ -> new ArrayList<>()).add(canonical);
        }
        return enforced;
    }
}
