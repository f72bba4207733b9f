package trellis.jobs;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets Ctrl-C and SIGTERM end a piece of work in an orderly way: the work is asked to stop, and the
/// process waits for it to have done so.
final class OnSignal implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private OnSignal(CountDownLatch stop, Console console) {
        hook =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            console.progressDone();
                            console.note("Stopping: what is under way is finished first.");
                            stop.countDown();
                            await();
                        });
    }

    /// Counts the latch down when the process is told to end, until this is closed.
    static OnSignal countDown(CountDownLatch stop, Console console) {
        var signal = new OnSignal(stop, console);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    private void await() {
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The work has ended.
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook is running and sees that the work has ended.
        }
    }
}
