package trellis.subscriptions;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trellis.store.Criterion;

/// A Subscription as it is carried out: who wants to know what, and how.
///
/// @param status as it stands in the resource
/// @param topic what is told
/// @param filters by type, what a resource must meet besides
/// @param named whether only types with a filter are told: of a topic of every type, when there are filters
/// @param end when it is over
/// @param wire how it is written
record Wanted(
        String id,
        String status,
        Topic topic,
        Map<String, List<Criterion>> filters,
        boolean named,
        Channel channel,
        Optional<Instant> end,
        Wire wire) {

    Wanted {
        filters = Map.copyOf(filters);
    }

    /// How a notification is written.
    enum Wire {
        /// A Bundle, as the Backport guide has it.
        BACKPORT,
        /// A bare request, or the resource itself, as R4's own Subscription has it.
        PLAIN
    }

    /// By which way somebody is told.
    enum Way {
        REST_HOOK("rest-hook"),
        WEBSOCKET("websocket"),
        EMAIL("email");

        private final String code;

        Way(String code) {
            this.code = code;
        }

        /// As the standard writes it.
        String code() {
            return code;
        }
    }

    /// How much of what is told about is told.
    enum Content {
        EMPTY("empty"),
        ID_ONLY("id-only"),
        FULL("full-resource");

        private final String code;

        Content(String code) {
            this.code = code;
        }

        /// As the standard writes it.
        String code() {
            return code;
        }

        static Optional<Content> of(String code) {
            return List.of(values()).stream().filter(one -> one.code.equals(code)).findFirst();
        }
    }

    /// The way to the receiver.
    ///
    /// @param endpoint address of a rest-hook, or the mail address; empty for a websocket
    /// @param headers of each request, `Name: value`, the values sealed
    /// @param payload media type; empty for none
    /// @param heartbeat period; empty for none
    /// @param timeout of one request
    /// @param most how many events one notification holds
    record Channel(
            Way way,
            String endpoint,
            List<String> headers,
            String payload,
            Content content,
            Optional<Duration> heartbeat,
            Duration timeout,
            int most) {
        Channel {
            headers = List.copyOf(headers);
        }
    }

    /// Whether it is to be told at all.
    boolean wants(Instant now) {
        return !status.equals("off") && end.filter(one -> !one.isAfter(now)).isEmpty();
    }

    /// Whether changes of a type may be told.
    boolean concerns(String type) {
        return topic.concerns(type) && (!named || filters.containsKey(type));
    }

    /// The types of which something may be told, of all there are.
    Set<String> types(List<String> all) {
        return all.stream()
                .filter(this::concerns)
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }
}
