package trellis.subscriptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Takes connections and never reads from them nor answers.
final class MuteReceiver implements AutoCloseable {
    /// So little is taken in unread, that who sends much has to wait.
    private static final int BUFFER = 4096;

    private final ServerSocket server;
    private final Thread taking;
    private final List<Socket> taken = new CopyOnWriteArrayList<>();

    MuteReceiver(int port) {
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.setReceiveBufferSize(BUFFER);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        taking = Thread.ofVirtual().name("mute receiver").start(this::take);
    }

    private void take() {
        while (!server.isClosed()) {
            try {
                taken.add(server.accept());
            } catch (IOException e) {
                return;
            }
        }
    }

    /// How many connections were made.
    int connections() {
        return taken.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            // The port is free only when nobody waits at it any more.
            taking.join();
            for (var one : taken) {
                one.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
