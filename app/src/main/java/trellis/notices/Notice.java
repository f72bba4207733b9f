package trellis.notices;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import trellis.notices.Notices.Kind;

/// That something waits for somebody.
///
/// @param id its number
/// @param account whose it is
/// @param kind what waits
/// @param link where on this server
/// @param raised when it was
/// @param read when they read it; empty while they have not
/// @param steps by which they are told, in order; none before a worker has looked at it
record Notice(
        long id,
        long account,
        Kind kind,
        String link,
        Instant raised,
        Optional<Instant> read,
        List<Step> steps) {
    Notice {
        steps = List.copyOf(steps);
    }

    /// A way to tell somebody.
    enum Channel {
        APP("app", "On your pages here"),
        MAIL("mail", "Email"),
        TEXT("text", "Text message");

        private final String code;
        private final String words;

        Channel(String code, String words) {
            this.code = code;
            this.words = words;
        }

        /// As settings and the database name it.
        String code() {
            return code;
        }

        /// As it is shown to people.
        String words() {
            return words;
        }

        /// Reads [#code].
        static Optional<Channel> of(String code) {
            return Arrays.stream(values()).filter(one -> one.code.equals(code)).findFirst();
        }
    }

    /// One step of a plan.
    ///
    /// @param channel how
    /// @param patience how long before the next step, when nothing is heard of this one
    record Leg(Channel channel, Duration patience) {}

    /// A step of telling, and where it stands.
    ///
    /// @param place 1 for the first
    /// @param changed when the state was last changed
    record Step(int place, Leg leg, Delivery state, Instant changed) {

        /// The same after something has happened to it.
        Step after(Delivery.Event event, Instant when) {
            var next = DeliveryRules.after(state, event);
            return next.equals(state) ? this : new Step(place, leg, next, when);
        }
    }

    /// The step at a place.
    Step step(int place) {
        return steps.stream().filter(step -> step.place() == place).findFirst().orElseThrow();
    }

    /// How a carrier and its receipts call a step of this notice; tells nothing of anybody.
    String reference(Step step) {
        return "trellis-" + id + "-" + step.place();
    }
}
