package trellis.bulk;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Askers;
import trellis.access.Caller;
import trellis.access.CallerRules;
import trellis.api.Answered;
import trellis.api.OperationAnswer;
import trellis.bulk.ContentSql.Lost;
import trellis.bulk.ContentSql.WritingSql;
import trellis.bulk.Job.Content;
import trellis.bulk.Job.Kind;
import trellis.bulk.Job.State;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.Settings;
import trellis.store.Foreground;
import trellis.store.Rounds;

/// The door of what is done later: takes jobs, shows them to their owners, and keeps the workers going.
///
/// A job is one row that one node works at a time. The node holds it for a minute and renews that while it works; a job whose node
/// has stopped or died is taken by the next and begins again. Long work (exports, imports) and requests have a worker
/// each, so that none waits an hour for an answer of a second. Both give way to whoever is being served ([Foreground]).
@Component
public final class Bulk {
    private static final Logger LOG = LoggerFactory.getLogger(Bulk.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration TIDIED = Duration.ofMinutes(5);
    private static final Duration HELD = Duration.ofSeconds(60);
    private static final Duration RENEWED = Duration.ofSeconds(5);

    /// One that was begun so often and never came to an end is what brings the nodes down.
    private static final int MOST_TRIES = 5;

    /// How long one that nobody works may wait.
    private static final Duration WAITS = Duration.ofDays(7);

    private final BulkSql sql;
    private final ContentSql contents;
    private final BulkSettings settings;
    private final Askers askers;
    private final Clock clock;
    private final ObjectProvider<Work> works;
    private final Rounds heavy;
    private final Rounds light;
    private final Rounds tidying;

    Bulk(
            DataSource database,
            Settings settings,
            Askers askers,
            Clock clock,
            Foreground foreground,
            ObjectProvider<Work> works) {
        this.sql = new BulkSql(database);
        this.contents = new ContentSql(database);
        this.settings = BulkSettings.from(settings);
        this.askers = askers;
        this.clock = clock;
        this.works = works;
        this.heavy =
                Rounds.of(
                        "exports and imports",
                        IDLE,
                        () -> foreground.behind(() -> work(Set.of(Kind.EXPORT, Kind.IMPORT))));
        this.light =
                Rounds.of(
                        "requests to be answered",
                        IDLE,
                        () -> foreground.behind(() -> work(Set.of(Kind.REQUEST))));
        this.tidying = Rounds.of("jobs that are over", TIDIED, () -> tidy(now()));
    }

    /// Does jobs of one kind.
    interface Work {
        Kind kind();

        /// Does one.
        ///
        /// @return what is kept of it beside its files
        /// @throws Refused when it cannot be done; the job has failed then
        /// @throws Lost when it is to end early
        ObjectNode done(Turn turn) throws IOException;
    }

    /// One try at a job.
    final class Turn implements AutoCloseable {
        private final Job job;
        private final Caller caller;
        private final String worker;
        private final CountDownLatch stop = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Supplier<String> progress = () -> "";
        private final Thread holding;

        private Turn(Job job, Caller caller, String worker) {
            this.job = job;
            this.caller = caller;
            this.worker = worker;
            this.holding = Thread.ofVirtual().name("holding " + job.kind()).start(this::hold);
        }

        Job job() {
            return job;
        }

        /// Who asked, as they are now.
        Caller caller() {
            return caller;
        }

        /// How far it is, in words that hold nothing of a record.
        void at(Supplier<String> words) {
            progress = words;
        }

        /// Counted down when it is to end early.
        CountDownLatch stop() {
            return stop;
        }

        /// Goes on only when nobody has cancelled it and the server goes on.
        void check() {
            if (stop.getCount() == 0) {
                throw new Lost();
            }
        }

        WritingSql begin(String name) {
            return contents.begin(job.id(), worker, name);
        }

        /// What was sent with it.
        InputStream input(String name) throws IOException {
            return Bulk.this
                    .open(job, name)
                    .orElseThrow(() -> new IOException("what was sent is not there any more"));
        }

        private void hold() {
            try {
                while (!ended.await(RENEWED.toMillis(), TimeUnit.MILLISECONDS)) {
                    if (heavy.closing() || !held()) {
                        stop.countDown();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean held() {
            try {
                return sql.hold(job.id(), worker, progress.get(), now().plus(HELD));
            } catch (DataAccessException e) {
                // Away: if it stays away another node takes the job, and nothing of this one
                // counts.
                return true;
            }
        }

        @Override
        public void close() {
            ended.countDown();
            try {
                holding.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // --- whoever asks ----------------------------------------------------------------------------

    /// Takes a job of whoever makes the request of this thread.
    ///
    /// @return its id
    /// @throws Refused when they have too many already, or cannot be asked again later
    String take(Kind kind, Caller caller, ObjectNode asked) {
        return take(kind, caller, asked, Optional.empty());
    }

    /// The same with what was sent.
    String take(Kind kind, Caller caller, ObjectNode asked, Optional<InputStream> sent) {
        var id = random();
        var now = now();
        var job =
                new Job(
                        id,
                        kind,
                        caller,
                        askers.shown(),
                        asked,
                        sent.isPresent() ? State.RUNNING : State.WAITING,
                        "",
                        JsonNodeFactory.instance.objectNode(),
                        now,
                        now.plus(WAITS),
                        0);
        if (job.shown().isEmpty()) {
            throw new Refused(
                    new Problem.Forbidden("Who asks for what is done later shows a bearer token."));
        }
        if (!sql.add(job, settings.each())) {
            throw new Refused(
                    new Problem.Unavailable(
                            "You have "
                                    + settings.each()
                                    + " jobs already, which is as many as you may (TRELLIS_JOBS_EACH)."
                                    + " Wait for one, and DELETE those that you need no more.",
                            Duration.ofSeconds(60)));
        }
        if (sent.isPresent()) {
            keep(id, sent.get());
        }
        (kind == Kind.REQUEST ? light : heavy).wake();
        return id;
    }

    private void keep(String id, InputStream sent) {
        try {
            var file = contents.begin(id, "", INPUT);
            file.all(sent);
            file.finish(Content.Use.INPUT, "application/octet-stream");
            sql.ready(id);
        } catch (IOException e) {
            sql.giveUp(id);
            throw new Refused(
                    new Problem.BadRequest(
                            "incomplete",
                            "The content broke off before its end; send it again.",
                            ""));
        }
    }

    /// The name of what was sent with a job.
    static final String INPUT = "sent";

    /// A job, if it is this caller's.
    ///
    /// @throws Refused with [Problem.Forbidden] when their role or scopes have changed since they asked
    Optional<Job> one(String id, Caller caller) {
        var job =
                sql.one(id)
                        .filter(one ->
                                CallerRules.owner(one.caller()).equals(CallerRules.owner(caller)))
                        .filter(one -> one.expires().isAfter(now()));
        if (job.isPresent() && !CallerRules.reaches(caller, job.get().caller())) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Your role, your organisation or the scopes of the app are not those with which this was asked."
                                    + " Ask again."));
        }
        return job;
    }

    /// What a job has left, for its owner.
    List<Content> contents(Job job) {
        return contents.of(job.id()).stream()
                .filter(content -> content.use() != Content.Use.INPUT)
                .toList();
    }

    /// A file of a job, packed with gzip.
    Optional<InputStream> open(Job job, String name) {
        return contents.one(job.id(), name).map(content -> contents.open(job.id(), content));
    }

    /// Cancels a job, or throws away what it has left.
    void giveUp(Job job) {
        sql.giveUp(job.id());
        tidying.wake();
    }

    // --- the workers -----------------------------------------------------------------------------

    @PostConstruct
    void begin() {
        heavy.begin();
        light.begin();
        tidying.begin();
    }

    @PreDestroy
    void end() {
        tidying.close();
        light.close();
        heavy.close();
    }

    private void work(Set<Kind> kinds) {
        while (!heavy.closing() && one(kinds)) {}
    }

    /// Takes one job and does it.
    ///
    /// @return whether there was one
    private boolean one(Set<Kind> kinds) {
        var worker = random();
        var now = now();
        var claimed = sql.claim(kinds, worker, now, now.plus(HELD));
        claimed.ifPresent(job -> work(job, worker));
        return claimed.isPresent();
    }

    private void work(Job job, String worker) {
        if (job.tries() > MOST_TRIES) {
            failed(job, worker, Answered.fault(job.id()));
            return;
        }
        var caller = askers.again(job.caller(), job.shown());
        if (caller.isEmpty()) {
            failed(
                    job,
                    worker,
                    Answered.of(
                            new Problem.Forbidden(
                                    "The token with which this was asked has been revoked, or its account or app may do"
                                            + " nothing any more.")));
            return;
        }
        try (var turn = new Turn(job, caller.get(), worker)) {
            contents.begin(job.id());
            var detail = askers.acting(caller.get(), () -> work(job.kind()).done(turn));
            var now = now();
            sql.end(job, worker, State.DONE, detail, now, now.plus(settings.kept()));
        } catch (Lost e) {
            sql.release(job.id(), worker);
        } catch (Refused e) {
            if (e.problem() instanceof Problem.Unavailable) {
                sql.release(job.id(), worker);
                throw e;
            }
            failed(job, worker, Answered.of(e.problem()));
        } catch (IOException | RuntimeException e) {
            LOG.error("Job {} failed", job.id(), e);
            failed(job, worker, Answered.fault(job.id()));
        }
    }

    private Work work(Kind kind) {
        return works.stream().filter(one -> one.kind() == kind).findFirst().orElseThrow();
    }

    private void failed(Job job, String worker, Answered why) {
        var detail = JsonNodeFactory.instance.objectNode();
        detail.put("status", why.status());
        detail.set("outcome", Json.parse(why.body()));
        var now = now();
        sql.end(job, worker, State.FAILED, detail, now, now.plus(settings.kept()));
    }

    /// Throws away what is over.
    void tidy(Instant now) {
        for (var id : sql.over(now)) {
            contents.clear(id);
            sql.remove(id);
        }
    }

    private static String random() {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// To the microsecond, as the database keeps it.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /// The answer that a job was taken.
    static OperationAnswer taken(String base, String id) {
        return new OperationAnswer.Whole(
                202,
                new byte[0],
                Map.of("Content-Location", base + "/" + JobApi.PLACE + "/" + id),
                List.of());
    }
}
