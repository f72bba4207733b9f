package trellis.notices;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import trellis.access.Throttle;
import trellis.fhir.Json;
import trellis.fhir.Refused;

/// Where GOV.UK Notify sends delivery receipts. Who calls shows the bearer token that was agreed with the service; a wrong
/// one, and receipts of what is none of ours, change nothing.
final class NoticeApi extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final int LARGEST = 10_000;
    private static final String SCHEME = "Bearer ";

    private final transient Notices notices;
    private final transient Throttle wrong;

    NoticeApi(Notices notices, Throttle wrong) {
        this.notices = notices;
        this.wrong = wrong;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (!shown(request)) {
            response.setStatus(wrong.take(request.getRemoteAddr()) ? 401 : 429);
            response.setHeader("WWW-Authenticate", "Bearer");
            return;
        }
        var body = request.getInputStream().readNBytes(LARGEST + 1);
        response.setStatus(body.length > LARGEST ? 413 : taken(body));
    }

    private boolean shown(HttpServletRequest request) {
        var sent = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        return sent.startsWith(SCHEME)
                && notices.receipts()
                        .filter(token ->
                                MessageDigest.isEqual(
                                        token.getBytes(UTF_8),
                                        sent.substring(SCHEME.length()).getBytes(UTF_8)))
                        .isPresent();
    }

    private int taken(byte[] body) {
        try {
            var json = Json.parse(body);
            var reference = json.path("reference").asString("");
            var receipt = Delivery.Receipt.of(json.path("status").asString(""));
            if (receipt.isEmpty()) {
                return 204;
            }
            return notices.received(reference, receipt.get()) ? 204 : 404;
        } catch (Refused | JacksonException e) {
            return 400;
        }
    }
}
