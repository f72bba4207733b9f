package trellis.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;
import trellis.subscriptions.SubscriptionSettings.To;

class SubscriptionSettingsTest {

    private static SubscriptionSettings of(Map<String, String> environment) {
        return SubscriptionSettings.from(Settings.read(environment, SubscriptionSettings.KEYS));
    }

    @Test
    void without_variables_receivers_are_public_and_events_are_kept_a_week() {
        assertThat(of(Map.of()))
                .isEqualTo(
                        new SubscriptionSettings(
                                To.PUBLIC,
                                Duration.ofDays(7),
                                Duration.ofDays(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30),
                                50,
                                100_000));
    }

    @Test
    void every_variable_has_its_effect() {
        assertThat(
                        of(
                                Map.of(
                                        "TRELLIS_SUBSCRIPTIONS_TO", "none",
                                        "TRELLIS_SUBSCRIPTIONS_KEPT", "1",
                                        "TRELLIS_SUBSCRIPTIONS_PATIENCE", "2",
                                        "TRELLIS_SUBSCRIPTIONS_RETRY", "3",
                                        "TRELLIS_SUBSCRIPTIONS_HEARTBEAT", "4",
                                        "TRELLIS_SUBSCRIPTIONS_EACH", "5",
                                        "TRELLIS_SUBSCRIPTIONS_WAITING", "60")))
                .isEqualTo(
                        new SubscriptionSettings(
                                To.NONE,
                                Duration.ofDays(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                5,
                                60));
    }

    @Test
    void nobody_is_waited_for_longer_than_events_are_kept() {
        assertThatThrownBy(() ->
                        of(
                                Map.of(
                                        "TRELLIS_SUBSCRIPTIONS_KEPT", "1",
                                        "TRELLIS_SUBSCRIPTIONS_PATIENCE", "86401")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("longer than TRELLIS_SUBSCRIPTIONS_KEPT");
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_SUBSCRIPTION_KEPT", "2")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_SUBSCRIPTIONS_KEPT");
    }
}
