package trellis;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import trellis.jobs.Command;
import trellis.jobs.CommandFailed;
import trellis.jobs.UsageRefused;
import trellis.settings.Settings;

/// `trellis serve`: the server, until it is told to stop.
final class Serve implements Command {
    private final Settings settings;

    Serve(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String summary() {
        return "Start the server and serve until stopped";
    }

    @Override
    public String usage() {
        return """
        serve                 on the data there is
        serve --rehearse      start, look at a few pages, stop; for the launcher\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        if (arguments.equals(List.of("--rehearse"))) {
            return rehearse();
        }
        if (!arguments.isEmpty()) {
            throw new UsageRefused("serve does not take \"" + arguments.getFirst() + "\"");
        }
        Trellis.start(settings);
        return 0;
    }

    /// Touches what every start touches, so that the JVM can keep what it learns from it.
    private int rehearse() {
        try (var running = Trellis.start(settings);
                var client = HttpClient.newHttpClient()) {
            for (var path : List.of("/actuator/health", "/", "/fhir/metadata")) {
                var address = Trellis.address(running).resolve(path);
                client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding());
            }
        } catch (IOException e) {
            throw new CommandFailed("the rehearsal got no answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
