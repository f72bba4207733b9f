package trellis.subscriptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Refused;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Store;

/// The topics there are: those that Trellis brings, and those that stand in the store as active.
@Component
final class TopicReads {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReads.class);
    private static final String OURS = "/trellis/subscriptions/topics.json";
    private static final int MOST = 1_000;
    private static final Duration BELIEVED = Duration.ofSeconds(2);

    private final Store store;
    private final Clock clock;
    private final Map<String, Topic> ours;
    private volatile Known known;

    /// @param versions of the resources that the others were read from
    private record Known(Instant until, Set<String> versions, Map<String, Topic> topics) {}

    TopicReads(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.ours = ours();
        this.known = new Known(Instant.MIN, Set.of(), ours);
    }

    private static Map<String, Topic> ours() {
        try (var in = TopicReads.class.getResourceAsStream(OURS)) {
            if (in == null) {
                throw new IllegalStateException(OURS + " is missing");
            }
            var topics = new LinkedHashMap<String, Topic>();
            for (var one : Json.parseArray(in.readAllBytes())) {
                var topic = TopicRules.topic((ObjectNode) one);
                topics.put(topic.url(), topic);
            }
            return topics;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All by their address: the same map as long as none has changed.
    Map<String, Topic> all() {
        var now = clock.instant();
        var last = known;
        if (!now.isBefore(last.until())) {
            last = read(last, now.plus(BELIEVED));
            known = last;
        }
        return last.topics();
    }

    /// The topic with an address, which may end in `|` and a version that is not looked at. One that is not known is looked for
    /// at once: it may just have been stored.
    Optional<Topic> find(String url) {
        var address = url.split("\\|", 2)[0];
        if (!all().containsKey(address)) {
            known = read(known, clock.instant().plus(BELIEVED));
        }
        return Optional.ofNullable(known.topics().get(address));
    }

    /// Topics that Trellis brings keep their addresses.
    boolean isOurs(String url) {
        return ours.containsKey(url);
    }

    private Known read(Known last, Instant until) {
        var code = Keys.token(Keys.salt("Basic", "code"), TopicRules.TYPES, TopicRules.CODE);
        var found =
                store.search(SearchQuery.of("Basic", MOST, new Criterion.AnyToken(Set.of(code))))
                        .matches();
        var versions =
                found.stream()
                        .map(one -> one.id() + " " + one.version())
                        .collect(java.util.stream.Collectors.toUnmodifiableSet());
        if (versions.equals(last.versions())) {
            return new Known(until, versions, last.topics());
        }
        var topics = new LinkedHashMap<>(ours);
        // In the order of their creation: of two with one address the first counts.
        for (var stored : List.copyOf(found).reversed()) {
            try {
                var json = stored.json();
                if (TopicRules.isActive(json)) {
                    var topic = TopicRules.topic(json);
                    topics.putIfAbsent(topic.url(), topic);
                }
            } catch (Refused _) {
                LOG.warn("Basic/{} is no topic: see what a write of it says", stored.id());
            }
        }
        return new Known(until, versions, topics);
    }
}
