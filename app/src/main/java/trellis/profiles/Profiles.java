package trellis.profiles;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;
import trellis.api.Supplement;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.SettingsRefused;
import trellis.store.Store;
import trellis.terminology.Terminology;

/// The door of profiles: whether a resource keeps to them. So many validations at once, each on a thread of its own with a deadline, so
/// that whatever is asked the rest of the server goes on; writes have places of their own, so that whoever asks keeps nobody from writing.
@Component
public final class Profiles implements Supplement, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Profiles.class);
    private static final Duration AWHILE = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(10);

    /// R4's own invariants compare each with each, so that time grows with the square of this.
    private static final int MOST_ELEMENTS = 20_000;

    /// Bound while somebody asks and nothing is written.
    private static final ScopedValue<Boolean> ASKED = ScopedValue.newInstance();

    /// The deepest nesting that is read needs some room.
    private static final int STACK = 4 << 20;

    /// What runs into its deadline stops within this, unless it is stuck.
    private static final int GRACE_SECONDS = 5;

    private final ProfileSettings settings;
    private final HeldReads held;
    private final Semaphore asking;
    private final Semaphore writing;
    private final Set<String> callers = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads;
    private final Map<String, List<String>> ukCore;

    /// @throws SettingsRefused when a profile that is to hold is not held here, or is of another type
    Profiles(ProfileSettings settings, Terminology terminology, Store store) {
        this.settings = settings;
        this.held = new HeldReads(terminology, store);
        this.asking = new Semaphore(settings.atOnce(), true);
        this.writing = new Semaphore(settings.atOnce(), true);
        ThreadFactory threads =
                work -> {
                    var thread = new Thread(null, work, "validation", STACK);
                    thread.setDaemon(true);
                    return thread;
                };
        this.threads = Executors.newCachedThreadPool(threads);
        this.ukCore = PublishedReads.ukCoreProfiles();
        settings.enforced().forEach((type, all) -> all.forEach(one -> refuseUnfit(type, one)));
    }

    private void refuseUnfit(String type, String canonical) {
        var found = held.definition(canonical);
        if (found.isEmpty()) {
            throw new SettingsRefused(
                    "TRELLIS_PROFILES names "
                            + canonical
                            + ", which is neither a profile of UK Core nor a StructureDefinition stored here");
        }
        if (!found.get().isProfile() || !found.get().type().equals(type)) {
            throw new SettingsRefused(
                    "TRELLIS_PROFILES names "
                            + canonical
                            + " for "
                            + type
                            + ", but it is a profile of "
                            + found.get().type());
        }
    }

    /// Where something is enforced the first writer does not wait for the validator to be read.
    @EventListener(ApplicationReadyEvent.class)
    void warm() {
        if (!settings.enforced().isEmpty()) {
            threads.execute(() -> {
                try {
                    settings.enforced()
                            .forEach((type, profiles) ->
                                    held.validator()
                                            .validate(
                                                    Json.write(
                                                            Json.parse(
                                                                            "{}"
                                                                                    .getBytes(
                                                                                            java.nio
                                                                                                    .charset
                                                                                                    .StandardCharsets
                                                                                                    .UTF_8))
                                                                    .put("resourceType", type)),
                                                    profiles,
                                                    Deadline.in(settings.seconds() * 10)));
                } catch (RuntimeException e) {
                    LOG.warn("The validator could not be read beforehand", e);
                }
            });
        }
    }

    /// The profiles of UK Core, and of the settings, that are about a type.
    Set<String> of(String type) {
        var all = new LinkedHashSet<>(ukCore.getOrDefault(type, List.of()));
        all.addAll(settings.enforced().getOrDefault(type, List.of()));
        return all;
    }

    /// What UK Core brings and the settings name is the same until the server stops.
    @Override
    public Object state() {
        return settings;
    }

    /// The profiles by which resources of the type can be validated, and the one that each must keep to.
    @Override
    public void describe(String type, ObjectNode resource) {
        var all = of(type);
        if (!all.isEmpty()) {
            var supported = resource.putArray("supportedProfile");
            all.forEach(supported::add);
        }
        var enforced = settings.enforced().getOrDefault(type, List.of());
        if (enforced.size() == 1 && settings.mode() == ProfileSettings.Mode.ENFORCE) {
            resource.put("profile", enforced.getFirst());
        }
    }

    /// Whether a profile is held here and is about a type.
    boolean knows(String canonical, String type) {
        return held.definition(canonical)
                .filter(one -> one.isProfile() && one.type().equals(type))
                .isPresent();
    }

    /// What was stored, changed or deleted of profiles or terminology counts for the next validation.
    void changed() {
        held.changed();
    }

    /// Whether a StructureDefinition of an address, or the one that is stored under an id, is a profile that the settings name.
    boolean enforces(String url, String id) {
        return settings.enforced().values().stream()
                .flatMap(List::stream)
                .anyMatch(one ->
                        one.equals(url)
                                || (!url.isEmpty() && one.startsWith(url + "|"))
                                || held.definition(one)
                                        .filter(Definition::own)
                                        .filter(own ->
                                                own.json().path("id").asString("").equals(id))
                                        .isPresent());
    }

    /// Does what somebody asks, whose validations take no places of writes. Each caller has one at a time.
    ///
    /// @throws Refused with [Problem.Unavailable] when another of the caller is at work
    <T> T asked(Caller caller, Supplier<T> work) {
        var who = caller.account() + " " + caller.name();
        if (!callers.add(who)) {
            throw new Refused(
                    new Problem.Unavailable(
                            "Another $validate of yours is at work; ask one after the other",
                            AWHILE));
        }
        try {
            return ScopedValue.where(ASKED, true).call(work::get);
        } finally {
            callers.remove(who);
        }
    }

    /// Validates a resource by its type, by what it claims, and by some profiles that are held here.
    ///
    /// @param patience how long to wait for one's turn
    /// @return what was found; empty when all is well
    /// @throws Refused with [Problem.Unavailable] when as many are at work as may be, and when something that is written takes too long;
    ///     with [Problem.Invalid] when it is too large
    List<Issue> validate(ObjectNode resource, List<String> profiles, Duration patience) {
        if (elements(resource) > MOST_ELEMENTS) {
            throw new Refused(
                    Problem.invalid(
                            "too-costly",
                            "A resource of more than "
                                    + MOST_ELEMENTS
                                    + " elements is not validated here: send it in parts.",
                            resource.path("resourceType").asString("")));
        }
        var json = Json.write(resource);
        var found =
                inTurn(
                        patience,
                        () -> {
                            var validator = held.validator();
                            return validator.validate(
                                    json, profiles, Deadline.in(settings.seconds()));
                        });
        if (found.late() && !ASKED.isBound()) {
            // Nothing was found against it: it comes again when there is less to do.
            throw new Refused(
                    new Problem.Unavailable(
                            "The validation of what is written took longer than it may"
                                    + " (TRELLIS_VALIDATION_SECONDS)",
                            LATER));
        }
        return found.issues();
    }

    private static int elements(JsonNode node) {
        var all = 1;
        for (var each : node) {
            all += elements(each);
        }
        return all;
    }

    private Finding inTurn(Duration patience, Supplier<Finding> work) {
        var room = ASKED.isBound() ? asking : writing;
        try {
            if (!room.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        var answer = new CompletableFuture<Finding>();
        threads.execute(() -> {
            try {
                answer.complete(work.get());
            } catch (RuntimeException | LinkageError e) {
                answer.completeExceptionally(e);
            } finally {
                // Not before the thread is free: one that is stuck keeps its place.
                room.release();
            }
        });
        return waited(answer);
    }

    private Finding waited(CompletableFuture<Finding> answer) {
        try {
            return answer.get(
                    settings.seconds() + GRACE_SECONDS + HeldReads.READING_SECONDS,
                    TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refused refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            LOG.error("A validation does not end");
            throw busy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private static Refused busy() {
        return new Refused(
                new Problem.Unavailable(
                        "As many resources are being validated as may be at once"
                                + " (TRELLIS_VALIDATIONS)",
                        AWHILE));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
