package trellis.record;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.page.Words;
import trellis.store.Store;

/// What resources that facts refer to are called. Names of organisations, places and staff are kept
/// for five minutes, because every row of every page names some; nothing of a patient is kept.
@Component
final class Names {

    private static final Set<String> KEPT =
            Set.of("Organization", "Practitioner", "PractitionerRole", "Location");
    private static final Set<String> LOOKED_UP =
            Set.of(
                    "Organization",
                    "Practitioner",
                    "PractitionerRole",
                    "Location",
                    "Condition",
                    "Medication");
    private static final Duration GOOD_FOR = Duration.ofMinutes(5);
    private static final int MOST = 20_000;

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();
    private final Store store;
    private final Clock clock;

    private record Kept(String name, Instant until) {}

    Names(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// Names by reference; what cannot be named is left out.
    ///
    /// @param references literal references such as `Organization/ZR8`
    Map<String, String> of(Set<String> references) {
        var names = new HashMap<String, String>();
        var missing = new HashMap<String, Set<String>>();
        var now = clock.instant();
        for (var reference : references) {
            var known = kept.get(reference);
            var slash = reference.indexOf('/');
            if (known != null && now.isBefore(known.until())) {
                names.put(reference, known.name());
            } else if (slash > 0 && LOOKED_UP.contains(reference.substring(0, slash))) {
                missing.computeIfAbsent(reference.substring(0, slash), _ -> new HashSet<>())
                        .add(reference.substring(slash + 1));
            }
        }
        missing.forEach((type, ids) -> look(type, ids, names));
        return names;
    }

    private void look(String type, Set<String> ids, Map<String, String> names) {
        for (var match : store.search(RecordQueries.byId(type, ids)).matches()) {
            name(type, match.json())
                    .ifPresent(name -> {
                        var reference = type + "/" + match.id();
                        names.put(reference, name);
                        if (KEPT.contains(type)) {
                            keep(reference, name);
                        }
                    });
        }
    }

    private void keep(String reference, String name) {
        if (kept.size() >= MOST) {
            kept.clear();
        }
        kept.put(reference, new Kept(name, clock.instant().plus(GOOD_FOR)));
    }

    private static Optional<String> name(String type, JsonNode json) {
        return switch (type) {
            case "Practitioner" -> person(json.path("name").path(0));
            case "PractitionerRole" -> text(json.path("practitioner").path("display"));
            case "Condition", "Medication" -> Words.of(json.path("code"));
            default -> text(json.path("name"));
        };
    }

    private static Optional<String> person(JsonNode name) {
        var written =
                String.join(
                                " ",
                                name.path("prefix").path(0).asString(""),
                                name.path("given").path(0).asString(""),
                                name.path("family").asString(""))
                        .replaceAll(" +", " ")
                        .strip();
        return written.isEmpty() ? text(name.path("text")) : Optional.of(written);
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(node.asString("").strip()).filter(text -> !text.isEmpty());
    }
}
