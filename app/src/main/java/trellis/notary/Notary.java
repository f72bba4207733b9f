package trellis.notary;

import jakarta.annotation.PostConstruct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import trellis.fhir.Refused;
import trellis.notary.NotarySql.Flight;
import trellis.settings.Settings;
import trellis.store.StoreSettings;

/// The door of the notary: every minute it takes the lines that are not in the tree yet into it and
/// signs the head, in one transaction, away from the road of requests. What is signed is also added to
/// a file outside the database.
@Component
public final class Notary implements AutoCloseable {
    static final String FILE = "audit-heads.log";

    private static final Logger LOG = LoggerFactory.getLogger(Notary.class);
    private static final Duration EVERY = Duration.ofSeconds(50);
    private static final int AT_ONCE = 2_000;

    private final DataSource database;
    private final SigningKey key;
    private final Path file;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Deque<Flight> flights = new ArrayDeque<>();
    private Optional<Thread> thread = Optional.empty();

    @Autowired
    Notary(DataSource database, Settings settings, Clock clock) {
        this(database, StoreSettings.from(settings).home(), clock);
    }

    Notary(DataSource database, Path home, Clock clock) {
        this.database = database;
        this.key = SigningKey.in(home);
        this.file = home.resolve(FILE);
        this.clock = clock;
    }

    /// Begins to seal once a minute.
    @PostConstruct
    void begin() {
        thread = Optional.of(Thread.ofPlatform().daemon().name("notary").start(this::run));
    }

    private void run() {
        try {
            while (!closing.await(EVERY.toSeconds(), TimeUnit.SECONDS)) {
                quietly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        quietly();
    }

    private void quietly() {
        try {
            seal();
        } catch (Refused e) {
            LOG.warn("the audit could not be sealed now; it will be when the database is back");
        } catch (RuntimeException e) {
            LOG.error("the audit could not be sealed: {}", e.getMessage());
        }
    }

    /// Takes every line there is into the tree and signs the head, without waiting for the minute.
    ///
    /// @throws Refused with [trellis.fhir.Problem.Unavailable] when the database is away
    public void sealNow() {
        seal();
    }

    /// Takes every line there is into the tree and signs the head.
    ///
    /// @return the head; the latest one when nothing was new
    synchronized Optional<Head> seal() {
        try (var connection = ConnectionSql.writing(database)) {
            var sealed = seal(new NotarySql(connection));
            connection.commit();
            sealed.filter(Sealed::isNew).ifPresent(one -> keep(one.head()));
            return sealed.map(Sealed::head);
        }
    }

    private record Sealed(Head head, boolean isNew) {}

    private Optional<Sealed> seal(NotarySql sql) {
        sql.lock();
        var flight = sql.flight();
        var before = sql.head();
        var floor = before.map(Head::floor).orElse(0L);
        var growth = new Growth(sql, Merkle.Edge.of(before.map(Head::size).orElse(0L), sql));
        sql.unsealed(floor, growth::add);
        growth.flush();
        if (growth.added == 0) {
            return before.map(head -> new Sealed(head, false));
        }
        var at = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        var size = growth.edge.size();
        var root = growth.edge.root();
        var settled = Math.max(floor, settled(flight));
        var head =
                new Head(
                        size,
                        root,
                        at,
                        settled,
                        key.publicKey(),
                        key.sign(Head.signed(size, root, at, settled)));
        sql.insertHead(head);
        return Optional.of(new Sealed(head, true));
    }

    /// Up to which number no line can come any more: what had been drawn a minute or more ago, by
    /// transactions all of which have ended.
    private long settled(Flight now) {
        var settled = 0L;
        while (!flights.isEmpty() && flights.getFirst().begun() <= now.ended()) {
            settled = flights.removeFirst().drawn();
        }
        flights.add(now);
        return settled;
    }

    /// New leaves on their way into the tables.
    private static final class Growth {
        private final NotarySql sql;
        private final Merkle.Edge edge;
        private final List<Long> indexes = new ArrayList<>();
        private final List<Long> seqs = new ArrayList<>();
        private final List<byte[]> hashes = new ArrayList<>();
        private long added;

        Growth(NotarySql sql, Merkle.Edge edge) {
            this.sql = sql;
            this.edge = edge;
        }

        void add(Line line) {
            var leaf = line.leaf();
            indexes.add(edge.size());
            seqs.add(line.seq());
            hashes.add(leaf);
            var nodes = new ArrayList<Node>();
            edge.add(leaf, (level, index, hash) -> nodes.add(new Node(level, index, hash)));
            for (var node : nodes) {
                if (node.level() >= NotarySql.STORED_LEVEL) {
                    sql.insertNode(node.level(), node.index(), node.hash());
                }
            }
            added++;
            if (hashes.size() == AT_ONCE) {
                flush();
            }
        }

        private record Node(int level, long index, byte[] hash) {}

        void flush() {
            if (!hashes.isEmpty()) {
                sql.insertLeaves(indexes, seqs, hashes);
                indexes.clear();
                seqs.clear();
                hashes.clear();
            }
        }
    }

    private void keep(Head head) {
        try {
            Files.writeString(
                    file,
                    head.json() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.SYNC);
        } catch (IOException e) {
            LOG.error("the signed tree head could not be added to {}: {}", file, e.getMessage());
        }
    }

    /// Seals what is there, then stops.
    @Override
    public void close() {
        closing.countDown();
        thread.ifPresent(running -> {
            try {
                running.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
