package trellis.subscriptions;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// How others are told, and whom this server calls for that.
///
/// @param to where a rest-hook may lead
/// @param kept how long an event can be asked for again
/// @param patience how long a receiver may fail before its Subscription is in error
/// @param retry how long after the first failure it is tried again; twice as long after each further one, up to an hour
/// @param heartbeat the shortest period of heartbeats
/// @param each how many Subscriptions an account or app may have
/// @param waiting how many events may wait for one receiver
public record SubscriptionSettings(
        To to,
        Duration kept,
        Duration patience,
        Duration retry,
        Duration heartbeat,
        int each,
        int waiting) {

    /// Where a rest-hook may lead.
    public enum To {
        /// Nowhere.
        NONE,
        /// Over https, to addresses of the public internet.
        PUBLIC,
        /// Over https, to any address.
        PRIVATE,
        /// Over http too, to any address: for trying out.
        ANY
    }

    /// `TRELLIS_SUBSCRIPTIONS_TO`
    public static final Setting<String> TO =
            Setting.word(
                    "TRELLIS_SUBSCRIPTIONS_TO",
                    "public",
                    List.of("none", "public", "private", "any"),
                    "Where a Subscription's rest-hook may lead: over https to public addresses; `private` addresses of the own"
                            + " network too; `any`, over http as well, is for trying out.");

    /// `TRELLIS_SUBSCRIPTIONS_KEPT`
    public static final Setting<Integer> KEPT =
            Setting.whole(
                    "TRELLIS_SUBSCRIPTIONS_KEPT",
                    7,
                    1,
                    90,
                    "How many days an event of a Subscription can be asked for again by `$events`, and waits for a receiver that"
                            + " is away.");

    /// `TRELLIS_SUBSCRIPTIONS_PATIENCE`
    public static final Setting<Integer> PATIENCE =
            Setting.whole(
                    "TRELLIS_SUBSCRIPTIONS_PATIENCE",
                    86_400,
                    1,
                    2_592_000,
                    "For how many seconds a receiver may fail before its Subscription gets the status `error`.");

    /// `TRELLIS_SUBSCRIPTIONS_RETRY`
    public static final Setting<Integer> RETRY =
            Setting.whole(
                    "TRELLIS_SUBSCRIPTIONS_RETRY",
                    5,
                    1,
                    3_600,
                    "After how many seconds a receiver that failed is tried again; twice as long after each further failure, up"
                            + " to an hour.");

    /// `TRELLIS_SUBSCRIPTIONS_HEARTBEAT`
    public static final Setting<Integer> HEARTBEAT =
            Setting.whole(
                    "TRELLIS_SUBSCRIPTIONS_HEARTBEAT",
                    30,
                    1,
                    86_400,
                    "The shortest period of heartbeats that a Subscription may ask for, in seconds.");

    /// `TRELLIS_SUBSCRIPTIONS_EACH`
    public static final Setting<Integer> EACH =
            Setting.whole(
                    "TRELLIS_SUBSCRIPTIONS_EACH",
                    50,
                    1,
                    10_000,
                    "How many Subscriptions an account or app may have at once.");

    /// `TRELLIS_SUBSCRIPTIONS_WAITING`
    public static final Setting<Integer> WAITING =
            Setting.whole(
                    "TRELLIS_SUBSCRIPTIONS_WAITING",
                    100_000,
                    10,
                    10_000_000,
                    "How many events may wait for the receiver of one Subscription. Past that it gets the status `error` and"
                            + " keeps no further ones.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS =
            List.of(TO, KEPT, PATIENCE, RETRY, HEARTBEAT, EACH, WAITING);

    /// The record of an environment.
    ///
    /// @throws SettingsRefused when a receiver may be away for longer than its events are kept
    public static SubscriptionSettings from(Settings settings) {
        if (Duration.ofSeconds(settings.get(PATIENCE))
                        .compareTo(Duration.ofDays(settings.get(KEPT)))
                > 0) {
            throw new SettingsRefused(
                    "TRELLIS_SUBSCRIPTIONS_PATIENCE is longer than TRELLIS_SUBSCRIPTIONS_KEPT: events would be dropped while"
                            + " their receiver is still waited for.");
        }
        return new SubscriptionSettings(
                To.valueOf(settings.get(TO).toUpperCase(Locale.ROOT)),
                Duration.ofDays(settings.get(KEPT)),
                Duration.ofSeconds(settings.get(PATIENCE)),
                Duration.ofSeconds(settings.get(RETRY)),
                Duration.ofSeconds(settings.get(HEARTBEAT)),
                settings.get(EACH),
                settings.get(WAITING));
    }
}
