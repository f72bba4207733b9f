package trellis.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import trellis.fhir.Issue;

/// What the web server itself turns away, before any of our code sees it: an address or a header that
/// cannot be read. A program gets an OperationOutcome, as for every other refusal; a browser a
/// sentence.
///
/// Public with a public constructor because Tomcat makes it by its name.
public final class RejectedRequests extends ErrorReportValve {

    /// For Tomcat.
    public RejectedRequests() {
        setShowReport(false);
        setShowServerInfo(false);
    }

    @Override
    protected void report(Request request, Response response, Throwable throwable) {
        var status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        var why =
                status < 500
                        ? "The address or a header of the request cannot be read. Write the signs"
                                + " that an address must not hold as %XX."
                        : "Something went wrong inside the server.";
        var address = Optional.ofNullable(request.getRequestURI()).orElse("");
        try {
            if (address.startsWith("/fhir")) {
                var code = status < 500 ? "value" : "exception";
                var issue = Issue.error(code, why, status < 500 ? "url" : "");
                send(response, MediaTypes.FHIR_JSON, Outcome.json(List.of(issue)));
            } else {
                var page =
                        "<!DOCTYPE html><html lang=\"en\"><title>There is a problem - Trellis</title>"
                                + "<h1>There is a problem</h1><p>"
                                + why
                                + "</p><p><a href=\"/\">Go to the home page</a></p></html>";
                send(response, "text/html", page.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The caller has gone.
            containerLog(e);
        }
    }

    private void containerLog(IOException e) {
        getContainer().getLogger().debug("a rejected request could not be answered", e);
    }

    private static void send(Response response, String type, byte[] body) throws IOException {
        response.setContentType(type);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.finishResponse();
    }
}
