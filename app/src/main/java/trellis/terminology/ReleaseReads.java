package trellis.terminology;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import trellis.access.Believed;
import trellis.codes.Release;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Releases in memory: those that are asked for, as long as there is room for them. Which there are is believed for five seconds,
/// so that a newer one counts after that on every node.
@Component
final class ReleaseReads {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseReads.class);
    private static final Duration AWHILE = Duration.ofSeconds(5);
    private static final String ALL = "all";

    private final TerminologySql sql;
    private final Clock clock;
    private final Believed<String, List<LoadedRelease>> known = new Believed<>();
    private final Map<Long, SoftReference<Release>> held = new ConcurrentHashMap<>();
    private final ReentrantLock reading = new ReentrantLock();

    ReleaseReads(TerminologySql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /// A release.
    ///
    /// @param version empty for the one that counts
    /// @throws Refused with [Problem.Unavailable] when it cannot be read just now
    Optional<Release> find(String system, String version) {
        return all().stream()
                .filter(one -> one.system().equals(system) && fits(one, version))
                .findFirst()
                .map(this::release);
    }

    /// The version may be the edition of SNOMED CT alone: then the newest that was loaded of it.
    private static boolean fits(LoadedRelease one, String version) {
        return version.isEmpty()
                ? one.current()
                : one.version().equals(version) || one.version().startsWith(version + "/version/");
    }

    /// What has been loaded.
    List<LoadedRelease> all() {
        return known.get(
                        ALL,
                        clock.instant(),
                        () -> Optional.of(new Believed.Good<>(sql.all(), Instant.MAX)))
                .orElseThrow();
    }

    private Release release(LoadedRelease which) {
        var there = there(which);
        if (there.isPresent()) {
            return there.get();
        }
        reading.lock();
        try {
            return there(which).orElseGet(() -> read(which));
        } finally {
            reading.unlock();
        }
    }

    private Optional<Release> there(LoadedRelease which) {
        return Optional.ofNullable(held.get(which.id())).map(SoftReference::get);
    }

    private Release read(LoadedRelease which) {
        try {
            held.values().removeIf(one -> one.get() == null);
            var release = sql.read(which);
            held.put(which.id(), new SoftReference<>(release));
            return release;
        } catch (IOException e) {
            LOG.warn("Release {} of {} cannot be read", which.version(), which.system(), e);
            known.forget(ALL);
            throw new Refused(
                    new Problem.Unavailable(
                            "The code system is being replaced and cannot be read just now",
                            AWHILE));
        }
    }
}
