package trellis.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Store;

/// Which organisations count as one: an organisation and its own sites. A site is part of it
/// (Organization.partOf) and its ODS code begins with the organisation's, as the codes of trusts and
/// their sites do; a trust is part of an integrated care board too, and is not one of its sites.
@Component
final class Organisations {
    private static final Duration BELIEVED = Duration.ofMinutes(1);
    private static final int MOST_SITES = 1_000;
    private static final int MOST_BELIEVED = 10_000;

    private final Store store;
    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(Set<String> ids, Instant until) {}

    Organisations(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// Ids of an organisation and its sites; none for an empty code.
    Set<String> of(String odsCode) {
        if (odsCode.isEmpty()) {
            return Set.of();
        }
        var now = clock.instant();
        var last = known.get(odsCode);
        if (last != null && now.isBefore(last.until())) {
            return last.ids();
        }
        if (known.size() >= MOST_BELIEVED) {
            known.clear();
        }
        var ids = new HashSet<>(sites(odsCode));
        ids.add(odsCode);
        known.put(odsCode, new Known(Set.copyOf(ids), now.plus(BELIEVED)));
        return ids;
    }

    private Set<String> sites(String odsCode) {
        var partOf =
                Keys.reference(
                        Keys.salt("Organization", "partof"),
                        Keys.resource("Organization", odsCode));
        var parts = new Criterion.AnyToken(Set.of(partOf));
        var sites = new HashSet<String>();
        for (var part : store.search(SearchQuery.of("Organization", MOST_SITES, parts)).matches()) {
            if (part.id().startsWith(odsCode)) {
                sites.add(part.id());
            }
        }
        return sites;
    }
}
