package trellis.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Says which process owns the embedded database of a home folder: it started it and will stop it.
/// Any other process is a guest. The system releases the lock when its process ends in any way.
///
/// One process must not open a home folder twice: closing either would release the lock of both.
record HomeLock(FileChannel channel, FileLock lock) implements AutoCloseable {

    /// Takes the lock if nobody has it.
    static Optional<HomeLock> tryTake(Path home) throws IOException {
        var channel =
                FileChannel.open(
                        home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            var lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new HomeLock(channel, lock));
            }
        } catch (OverlappingFileLockException e) {
            throw new DatabaseRefused(home + " is already open in this process", e);
        }
        channel.close();
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
