package trellis.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.store.Basis;
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
    private static final String AFFILIATION = "OrganizationAffiliation";
    private static final String ORGANIZATION = "Organization/";
    private static final int MOST_BELIEVED = 10_000;

    private final Store store;
    private final Persons persons;
    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /// An organisation as it counts.
    ///
    /// @param ids its own and those of its sites
    /// @param covered ids of those that it is on call for
    /// @param colleagues ids of the patients who work for it
    record Known(Set<String> ids, Set<String> covered, Set<String> colleagues, Instant until) {
        private static final Known NONE = new Known(Set.of(), Set.of(), Set.of(), Instant.MAX);
    }

    Organisations(Store store, Persons persons, Clock clock) {
        this.store = store;
        this.persons = persons;
        this.clock = clock;
    }

    /// What is known of an organisation; nothing for an empty code.
    Known of(String odsCode) {
        if (odsCode.isEmpty()) {
            return Known.NONE;
        }
        var now = clock.instant();
        var last = known.get(odsCode);
        if (last != null && now.isBefore(last.until())) {
            return last;
        }
        if (known.size() >= MOST_BELIEVED) {
            known.clear();
        }
        var own = new HashSet<>(sites(odsCode));
        own.add(odsCode);
        var fresh =
                new Known(
                        Set.copyOf(own),
                        covered(own, now),
                        persons.colleagues(own),
                        now.plus(BELIEVED));
        known.put(odsCode, fresh);
        return fresh;
    }

    /// Whom some organisations are on call for: their OrganizationAffiliation with the code on-call
    /// names them as participating, the organisation covered as primary.
    private Set<String> covered(Set<String> own, Instant now) {
        var by = Keys.salt(AFFILIATION, "participating-organization");
        var participating =
                new Criterion.AnyToken(
                        own.stream()
                                .map(id -> Keys.reference(by, Keys.resource("Organization", id)))
                                .collect(Collectors.toSet()));
        var onCall =
                new Criterion.AnyToken(
                        Set.of(Keys.code(Keys.salt(AFFILIATION, "role"), Basis.ON_CALL.word())));
        var query = SearchQuery.of(AFFILIATION, MOST_SITES, participating, onCall, during(now));
        var covered = new HashSet<String>();
        for (var match : store.search(query).matches()) {
            var primary = match.json().path("organization").path("reference").asString("");
            if (match.json().path("active").asBoolean(true) && primary.startsWith(ORGANIZATION)) {
                covered.add(primary.substring(ORGANIZATION.length()));
            }
        }
        return covered;
    }

    /// Has no period, or one that a moment lies in.
    private static Criterion during(Instant now) {
        var period = SearchParameters.r4().find(AFFILIATION, "date").orElseThrow();
        var at = TimeUnit.SECONDS.toMicros(now.getEpochSecond());
        return new Criterion.AnyOf(
                List.of(
                        new Criterion.Not(new Criterion.Present(period)),
                        new Criterion.AllOf(
                                List.of(
                                        compared(period, Criterion.Prefix.LE, at),
                                        compared(period, Criterion.Prefix.GE, at)))));
    }

    private static Criterion compared(SearchParameter period, Criterion.Prefix prefix, long at) {
        return new Criterion.AnyValue(period, List.of(new Criterion.Test.When(prefix, at, at + 1)));
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
