package trellis.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Group commit: a few threads, each of which takes all writes that wait for it into one
/// transaction. Nobody waits for company: what came in while the last commit was under way is the
/// next group, so that groups grow with the load (store design, point 8). Writes of one patient
/// share a lane, so that they seldom collide.
final class Lanes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    private static final int WAITING = 1000;
    private static final int GROUP_CHANGES = 2000;

    /// Does the work of one group in a transaction.
    @FunctionalInterface
    interface Group {
        List<Batch.Result> commit(List<Write> writes);
    }

    private final Group group;
    private final List<BlockingQueue<Waiting>> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Groups groups;
    private volatile boolean closed;

    private record Waiting(Write write, CompletableFuture<List<Written>> answer) {}

    Lanes(int lanes, Group group, MeterRegistry meters) {
        this.group = group;
        this.groups = new Groups(meters, "store", this::waiting);
        for (var i = 0; i < lanes; i++) {
            var queue = new LinkedBlockingDeque<Waiting>(WAITING);
            queues.add(queue);
            threads.add(
                    Thread.ofPlatform().daemon().name("store-lane-" + i).start(() -> run(queue)));
        }
    }

    /// Waits until the write is durable.
    List<Written> submit(Write write) {
        if (write.changes().isEmpty() && write.alongside().isEmpty()) {
            return List.of();
        }
        var waiting = new Waiting(write, new CompletableFuture<>());
        if (closed || !queues.get(lane(write)).offer(waiting)) {
            throw new Refused(
                    new Problem.Unavailable(
                            closed ? "The server is stopping" : "Too many writes are waiting",
                            Duration.ofSeconds(2)));
        }
        try {
            return waiting.answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private int waiting() {
        return queues.stream().mapToInt(BlockingQueue::size).sum();
    }

    private int lane(Write write) {
        if (write.changes().isEmpty()) {
            // Rows alone belong to no patient of the store.
            return 0;
        }
        var first =
                switch (write.changes().getFirst()) {
                    case Change.Put put when put.content().patient() != 0 ->
                            put.content().patient();
                    case Change change -> change.key();
                };
        return Math.floorMod(first >>> 16, queues.size());
    }

    private void run(BlockingQueue<Waiting> queue) {
        @Nullable Waiting left = null;
        while (!closed || left != null || !queue.isEmpty()) {
            try {
                var members = new ArrayList<Waiting>();
                left = gather(left == null ? queue.take() : left, queue, members);
                commit(members);
            } catch (InterruptedException e) {
                // Closing: what waits is still committed, then the loop ends.
            }
        }
    }

    /// Takes what waits, up to the first write that concerns a resource the group has already.
    ///
    /// @return that write, which begins the next group
    private static @Nullable Waiting gather(
            Waiting first, BlockingQueue<Waiting> queue, List<Waiting> members) {
        var keys = new HashSet<Long>();
        var changes = 0;
        @Nullable Waiting next = first;
        while (next != null) {
            var own = next.write.changes();
            if (!members.isEmpty()
                    && (changes + own.size() > GROUP_CHANGES
                            || own.stream().anyMatch(change -> keys.contains(change.key())))) {
                return next;
            }
            own.forEach(change -> keys.add(change.key()));
            changes += own.size();
            members.add(next);
            next = queue.poll();
        }
        return null;
    }

    private void commit(List<Waiting> members) {
        try {
            var writes = members.stream().map(Waiting::write).toList();
            var begun = System.nanoTime();
            var results = group.commit(writes);
            groups.committed(
                    writes.stream().mapToInt(write -> write.changes().size()).sum(),
                    System.nanoTime() - begun);
            for (var i = 0; i < members.size(); i++) {
                answer(members.get(i), results.get(i));
            }
        } catch (RuntimeException e) {
            if (members.size() == 1) {
                members.getFirst().answer.completeExceptionally(e);
            } else {
                LOG.debug("a group of {} writes is tried again one by one", members.size(), e);
                members.forEach(member -> commit(List.of(member)));
            }
        } catch (Error e) {
            members.forEach(member -> member.answer.completeExceptionally(e));
            throw e;
        }
    }

    private static void answer(Waiting waiting, Batch.Result result) {
        result.problem()
                .ifPresentOrElse(
                        problem -> waiting.answer.completeExceptionally(new Refused(problem)),
                        () -> waiting.answer.complete(result.written()));
    }

    /// Commits what waits, then stops.
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        for (var thread : threads) {
            try {
                thread.join(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
