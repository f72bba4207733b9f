package trellis.messages;

import static java.util.Objects.requireNonNullElse;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Drain;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Refused;

/// The message exchange over HTTP, below `/messageexchange` and `/endpointlookup`: a plain servlet, because bodies of
/// any size stream through it.
final class MeshApi extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(MeshApi.class);
    private static final String GZIP = "gzip";
    private static final List<String> RICH = List.of("rich");

    private final transient Messages messages;

    MeshApi(Messages messages) {
        this.messages = messages;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        new Call(request, response).answer();
    }

    /// One request.
    private final class Call {
        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private int version = 1;

        Call(HttpServletRequest request, HttpServletResponse response) {
            this.request = request;
            this.response = response;
        }

        void answer() throws IOException {
            try {
                guard();
                version = MeshRules.version(header("Accept"));
                var path = path();
                switch (path.getFirst()) {
                    case "endpointlookup", "workflowsearch" -> lookup(path);
                    default -> mailbox(path);
                }
            } catch (MeshError.Refusal e) {
                refuse(e);
            } catch (DataAccessException | TransactionException | Refused e) {
                LOG.warn("The message exchange cannot answer: {}", e.getClass().getSimpleName());
                refuse(MeshError.AWAY.refusal(""));
            } catch (RuntimeException e) {
                var id = UUID.randomUUID();
                LOG.error("Fault {} of the message exchange", id, e);
                refuse(MeshError.BROKEN.refusal("the operator finds it in the log under " + id));
            }
        }

        private void guard() {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Cache-Control", "no-store");
        }

        private String header(String name) {
            return requireNonNullElse(request.getHeader(name), "");
        }

        private String parameter(String name) {
            return requireNonNullElse(request.getParameter(name), "").strip();
        }

        /// The parts of the address, without the first where it only says that it is ours.
        private List<String> path() {
            var parts =
                    Arrays.stream(request.getRequestURI().split("/"))
                            .filter(part -> !part.isEmpty())
                            .map(this::decoded)
                            .toList();
            var ours = parts.getFirst().equals("messageexchange");
            if (ours && parts.size() == 1) {
                throw MeshError.NO_ADDRESS.refusal("");
            }
            return ours ? parts.subList(1, parts.size()) : parts;
        }

        private String decoded(String part) {
            try {
                return UriUtils.decode(part, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw MeshError.WRONG_QUERY.refusal("the address is not encoded as addresses are");
            }
        }

        private Messages.Asker prove(String mailbox) {
            var certificates =
                    request.getAttribute("jakarta.servlet.request.X509Certificate")
                                    instanceof X509Certificate[] shown
                            ? List.of(shown)
                            : List.<X509Certificate>of();
            var subject =
                    certificates.isEmpty()
                            ? ""
                            : certificates.getFirst().getSubjectX500Principal().getName();
            return messages.prove(
                    mailbox,
                    new Messages.Shown(
                            header("Authorization"), subject, AuditEntry.Source.of(request)));
        }

        // --- which address -----------------------------------------------------------------------

        private void lookup(List<String> path) throws IOException {
            prove("");
            only("GET");
            if (path.getFirst().equals("endpointlookup") && path.size() == 3) {
                json(200, MeshView.lookup(messages.lookup(path.get(1), path.get(2)), version));
            } else if (path.getFirst().equals("workflowsearch") && path.size() == 2) {
                json(200, MeshView.lookup(messages.takers(path.get(1)), 2));
            } else {
                throw MeshError.NO_ADDRESS.refusal("");
            }
        }

        private void mailbox(List<String> path) throws IOException {
            var asker = prove(path.getFirst());
            var rest = path.subList(1, path.size());
            switch (rest.isEmpty() ? "" : rest.getFirst()) {
                case "" -> handshake(asker);
                case "count" -> count(asker, rest);
                case "inbox" -> inbox(asker, rest.subList(1, rest.size()));
                case "outbox" -> outbox(asker, rest.subList(1, rest.size()));
                default -> throw MeshError.NO_ADDRESS.refusal("");
            }
        }

        private void handshake(Messages.Asker asker) throws IOException {
            only("GET", "POST");
            if (version < 2) {
                json(200, MeshView.handshake(asker.mailbox().id()));
            } else {
                empty(200);
            }
        }

        private void count(Messages.Asker asker, List<String> path) throws IOException {
            only("GET");
            if (path.size() > 1) {
                throw MeshError.NO_ADDRESS.refusal("");
            }
            json(200, MeshView.count(messages.count(asker), version));
        }

        private void inbox(Messages.Asker asker, List<String> path) throws IOException {
            if (path.isEmpty()) {
                only("GET");
                list(asker);
            } else if (path.equals(RICH)) {
                told(asker, false);
            } else if (path.size() == 1) {
                only("GET", "HEAD");
                if (request.getMethod().equals("HEAD")) {
                    headers(messages.head(asker, path.getFirst()), 1);
                } else {
                    collect(messages.open(asker, path.getFirst(), 1));
                }
            } else if (path.size() == 2) {
                only("GET");
                collect(messages.open(asker, path.getFirst(), number(path.getLast())));
            } else if (path.subList(1, path.size()).equals(List.of("status", "acknowledged"))) {
                only("PUT");
                acknowledge(asker, path.getFirst());
            } else {
                throw MeshError.NO_ADDRESS.refusal("");
            }
        }

        private void outbox(Messages.Asker asker, List<String> path) throws IOException {
            if (path.isEmpty()) {
                only("POST");
                var id = messages.send(asker, this::header, request.getInputStream());
                json(202, MeshView.sent(id, version));
            } else if (path.equals(RICH)) {
                told(asker, true);
            } else if (path.getFirst().equals("tracking")) {
                only("GET");
                track(asker, path);
            } else if (path.size() == 2 && path.getLast().equals("status")) {
                only("GET");
                tracked(messages.tracked(asker, path.getFirst()));
            } else if (path.size() == 2) {
                only("POST");
                chunk(asker, path.getFirst(), number(path.getLast()));
            } else {
                throw MeshError.NO_ADDRESS.refusal("");
            }
        }

        private void only(String... methods) {
            if (!List.of(methods).contains(request.getMethod())) {
                response.setHeader("Allow", String.join(", ", methods));
                throw MeshError.WRONG_METHOD.refusal("use " + String.join(" or ", methods));
            }
        }

        private int number(String text) {
            if (!text.matches("\\d{1,6}")) {
                throw MeshError.NO_ADDRESS.refusal("chunks are numbered");
            }
            return Integer.parseInt(text);
        }

        // --- what is done there ------------------------------------------------------------------

        private void list(Messages.Asker asker) throws IOException {
            var most = parameter("max_results");
            var filter = parameter("workflow_filter");
            var listed =
                    messages.inbox(
                            asker,
                            MeshRules.filter(filter),
                            parameter("continue_from"),
                            MeshRules.most(most));
            var count = version < 2 ? 0 : messages.count(asker);
            var asked = new MeshView.Asked(asker.mailbox().id(), most, filter);
            json(200, MeshView.inbox(listed, count, asked, version));
        }

        /// What came or was sent, with what is known of each; there is one format of it, whatever is accepted.
        private void told(Messages.Asker asker, boolean sent) throws IOException {
            only("GET");
            var since = parameter("start_time");
            var most = MeshRules.rich(parameter("max_results"));
            var told =
                    messages.told(
                            asker,
                            sent,
                            MeshRules.since(since, messages.now()),
                            parameter("continue_from"),
                            most);
            version = 2;
            var box = sent ? "outbox/rich" : "inbox/rich";
            json(200, MeshView.told(told, asker.mailbox().id(), box, since, most, messages.now()));
        }

        private void chunk(Messages.Asker asker, String id, int chunk) throws IOException {
            messages.chunk(asker, id, chunk, this::header, request.getInputStream());
            if (version < 2) {
                json(202, MeshView.chunk(id, chunk));
            } else {
                empty(202);
            }
        }

        private void acknowledge(Messages.Asker asker, String id) throws IOException {
            messages.acknowledge(asker, id);
            if (version < 2) {
                json(200, MeshView.acknowledged(id));
            } else {
                empty(200);
            }
        }

        private void track(Messages.Asker asker, List<String> path) throws IOException {
            if (path.size() > 2) {
                throw MeshError.NO_ADDRESS.refusal("");
            }
            tracked(
                    path.size() == 2
                            ? messages.trackedByLocalId(asker, path.getLast())
                            : messages.tracked(asker, parameter("messageID")));
        }

        private void tracked(Message message) throws IOException {
            json(
                    200,
                    MeshView.tracking(
                            message,
                            messages.party(message.sender()),
                            messages.party(message.recipient()),
                            version));
        }

        private void headers(Message message, int chunk) {
            MeshView.headers(message, chunk).forEach(response::setHeader);
        }

        /// Sends a piece of a message: decompressed for a client that cannot do so itself, where the piece is
        /// whole in itself; compressed for one that can, in version 2.
        private void collect(Messages.Opened opened) throws IOException {
            var message = opened.message();
            response.setStatus(opened.part() ? 206 : 200);
            headers(message, opened.chunk());
            response.setContentType(MeshView.contentType(message));
            if (opened.piece().isEmpty()) {
                response.setContentLength(0);
                return;
            }
            var piece = opened.piece().get();
            var taken = MeshRules.gzip(header("Accept-Encoding"));
            var zipped = !message.about().encoding().isEmpty();
            if (zipped && !taken && unzips(piece)) {
                try (var plain = new GZIPInputStream(messages.bytes(piece))) {
                    plain.transferTo(response.getOutputStream());
                }
                return;
            }
            if (zipped || (taken && version >= 2)) {
                response.setHeader("Content-Encoding", GZIP);
                response.setHeader("Mex-Content-Compressed", "Y");
            }
            if (!zipped && taken && version >= 2) {
                try (var out = new GZIPOutputStream(response.getOutputStream())) {
                    messages.bytes(piece).transferTo(out);
                }
            } else {
                response.setContentLengthLong(piece.bytes());
                messages.bytes(piece).transferTo(response.getOutputStream());
            }
        }

        private boolean unzips(BodySql.Piece piece) throws IOException {
            var bytes = messages.bytes(piece);
            try (var plain = new GZIPInputStream(bytes)) {
                plain.transferTo(OutputStream.nullOutputStream());
                return true;
            } catch (ZipException | EOFException e) {
                return false;
            }
        }

        // --- answers -----------------------------------------------------------------------------

        private void json(int status, ObjectNode body) throws IOException {
            response.setStatus(status);
            response.setContentType(MeshView.type(version));
            var bytes = Json.write(body);
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
        }

        private void empty(int status) {
            response.setStatus(status);
            response.setContentLength(0);
        }

        /// What was said already of a message that cannot be sent after all.
        private void takeBack() {
            response.resetBuffer();
            for (var name : List.copyOf(response.getHeaderNames())) {
                if (name.startsWith("Mex-") || name.equals("Content-Encoding")) {
                    response.setHeader(name, null);
                }
            }
        }

        private void refuse(MeshError.Refusal refusal) throws IOException {
            if (response.isCommitted()) {
                throw new IOException("the content could not be sent to its end");
            }
            takeBack();
            if (refusal.error() == MeshError.AWAY) {
                response.setHeader("Retry-After", "30");
            }
            if (refusal.error() == MeshError.NOT_PROVEN) {
                response.setHeader("Connection", "close");
                empty(403);
                return;
            }
            Drain.before(response, request);
            json(refusal.error().status(), MeshView.error(refusal, version));
        }
    }
}
