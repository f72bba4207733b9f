package trellis.api;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import trellis.access.HttpDates;

/// Writes answers of the API to HTTP.
final class HttpAnswers {

    /// The header of an answer that is no resource: it is sent as it is, whatever format is asked for.
    private static final String OWN_TYPE = "Content-Type";

    private HttpAnswers() {}

    /// Sends an answer.
    ///
    /// @param wanted the format that the caller accepts
    static void send(
            Answer answer, FhirRequest request, MediaTypes.Wanted wanted, HttpServletResponse http)
            throws IOException {
        http.setStatus(answer.status());
        http.setHeader("Cache-Control", "no-store");
        answer.headers().forEach(http::setHeader);
        answer.location().ifPresent(url -> http.setHeader("Location", url));
        answer.version()
                .ifPresent(version -> {
                    http.setHeader("ETag", version.etag());
                    http.setHeader("Last-Modified", date(version.lastUpdated()));
                });
        if (answer.parts().isPresent()) {
            http.setContentType(wanted.mediaType() + ";charset=utf-8");
            http.addHeader("Vary", "Accept");
        } else if (answer.body().length > 0) {
            var own = answer.headers().get(OWN_TYPE);
            var body =
                    own == null
                            ? wanted.format().of(answer.body(), request.preferences().pretty())
                            : answer.body();
            http.setContentType(own == null ? wanted.mediaType() + ";charset=utf-8" : own);
            http.addHeader("Vary", "Accept");
            http.setContentLength(body.length);
            if (request.verb() != Verb.HEAD) {
                http.getOutputStream().write(body);
            }
        }
        http.flushBuffer();
    }

    /// Sends an answer whose Bundle is made on the way. It is not indented.
    ///
    /// @param audit writes down what a part shows, before it is sent
    static void stream(
            Answer answer,
            FhirRequest request,
            MediaTypes.Wanted wanted,
            HttpServletResponse http,
            Consumer<List<Touched>> audit)
            throws IOException {
        send(answer, request, wanted, http);
        var bundle = answer.parts().orElseThrow();
        if (request.verb() == Verb.HEAD) {
            bundle.parts().close();
        } else {
            new BundleStream(bundle, wanted.format(), audit).send(http.getOutputStream());
        }
    }

    /// A time as headers have it.
    static String date(Instant time) {
        return HttpDates.of(time);
    }
}
