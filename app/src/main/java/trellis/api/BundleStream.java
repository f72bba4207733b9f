package trellis.api;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/// Sends a Bundle while it is made, part by part: each part is in the audit before it leaves.
final class BundleStream {
    private final OperationAnswer.Parts bundle;
    private final Format format;
    private final Consumer<List<Touched>> audit;

    /// @param audit writes lines down, and returns when they are on disk
    BundleStream(OperationAnswer.Parts bundle, Format format, Consumer<List<Touched>> audit) {
        this.bundle = bundle;
        this.format = format;
        this.audit = audit;
    }

    /// Sends it to its end.
    ///
    /// @throws IOException when it cannot be; then the connection must end here, so that nobody takes for whole what is
    ///     not
    void send(OutputStream out) throws IOException {
        var bytes = format.bundle(bundle.heading());
        try (var parts = bundle.parts()) {
            parts.forEachOrdered(part -> {
                part.entries()
                        .forEach(entry ->
                                bytes.add(entry.fullUrl(), entry.resource(), entry.rest()));
                audit.accept(part.touched());
                write(out, bytes.taken());
            });
            write(out, bytes.toBytes());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) {
            throw new IOException("the Bundle could not be sent to its end", e);
        }
    }

    private static void write(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
