package trellis.api;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Optional;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import trellis.store.Foreground;

/// Tells the [Foreground] of every request, pages and services as well as the API, from before it is known who asks until it is
/// answered. Questions how far a job is, the files it left, and whether the server is well make no job wait.
final class ServingValve extends ValveBase {
    private static final String JOBS = "/fhir/_jobs/";
    private static final String HEALTH = "/actuator/";

    private final Foreground foreground;

    ServingValve(Foreground foreground) {
        super(true);
        this.foreground = foreground;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        // What the web server could not read has none.
        var path = Optional.ofNullable(request.getRequestURI()).orElse("");
        if (path.startsWith(JOBS) || path.startsWith(HEALTH)) {
            getNext().invoke(request, response);
            return;
        }
        foreground.begin();
        try {
            getNext().invoke(request, response);
        } finally {
            foreground.end();
        }
    }
}
