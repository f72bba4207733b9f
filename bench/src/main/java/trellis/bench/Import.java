package trellis.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import trellis.bench.Bundles.Cohort;
import trellis.bench.Bundles.Transaction;

/// Fills a server with the cohort.
final class Import {
    private static final int PROGRESS = 50;

    private Import() {}

    /// Every transaction is sent once, by so many clients; the server is as cold as it is.
    static Figures.Row overHttp(
            Workload workload, Server server, Cohort cohort, int clients, PrintStream out)
            throws IOException {
        var light = server.light();
        for (var organisations : cohort.organisations()) {
            light.post("", organisations.text()).expect(200, "the organisations");
        }
        var patients = cohort.patients();
        var stored = new LongAdder();
        var before = server.usage();
        var result =
                Driver.once(
                        number -> {
                            var one = patients.get((int) number);
                            if ((number + 1) % PROGRESS == 0) {
                                out.println("         transaction " + (number + 1));
                            }
                            var isTaken = Requests.answered(sent(light, one), 200);
                            stored.add(one.resources());
                            return isTaken;
                        },
                        clients,
                        patients.size());
        var rate = stored.sum() / result.seconds();
        out.printf(
                Locale.UK,
                "         %,.0f resources a second, %d errors %s%n",
                rate,
                result.errors(),
                result.trouble());
        return new Figures.Row(
                server.name(),
                workload,
                "once, " + clients + " clients",
                "resources",
                stored.sum(),
                result.seconds(),
                List.of(rate),
                Figures.Latency.of(result.latency()),
                result.errors(),
                result.trouble(),
                server.usage().since(before));
    }

    private static int sent(Light light, Transaction one) throws IOException {
        return light.status(light.write("POST", "", one.text()));
    }

    /// Fills a node of ours, which has not been started, by `trellis import`.
    static void byCommand(
            Node node, Path organisations, Path patients, Figures figures, PrintStream out)
            throws IOException, InterruptedException {
        out.println("filling a server by `trellis import`");
        var began = System.nanoTime();
        var process =
                node.launch(
                        List.of(
                                "import",
                                organisations.toAbsolutePath().toString(),
                                patients.toAbsolutePath().toString()),
                        "import.log");
        while (!process.waitFor(10, TimeUnit.SECONDS)) {
            out.println("         ...");
        }
        var said = Files.readString(node.home().resolve("import.log")).strip();
        if (process.exitValue() != 0) {
            throw new IllegalStateException("the import failed: " + said);
        }
        var result =
                String.format(
                        Locale.UK,
                        "%s (%.1f s with the start)",
                        said.lines().toList().getLast(),
                        (System.nanoTime() - began) / 1e9);
        out.println("         " + result);
        figures.fact("Filled by trellis import", result);
    }
}
