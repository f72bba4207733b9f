package trellis.bulk;

import static java.util.Objects.requireNonNullElse;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.HttpDates;
import trellis.api.Answered;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.bulk.Job.Content;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Foreground;
import trellis.store.Pace;

/// Where whoever asked for something later looks how far it is, fetches what it left, and cancels it: `[base]/_jobs/[id]` and
/// `[base]/_jobs/[id]/[file]` (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-status-request). For all others there is
/// nothing.
@Component
@ServletRegistration(name = "jobs", urlMappings = JobApi.MAPPING)
final class JobApi extends HttpServlet {
    /// Below the base of the API.
    static final String PLACE = "_jobs";

    static final String MAPPING = "/fhir/" + PLACE + "/*";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(JobApi.class);
    private static final String NDJSON = "application/fhir+ndjson";

    /// Takes gzip, and does not say that it would rather not at all.
    private static final Pattern PACKED =
            Pattern.compile("(^|[\\s,])(gzip|\\*)\\s*(,|$|;\\s*q=(1|0\\.0*[1-9]))");

    /// Bytes that are unpacked at once.
    private static final int CHUNK = 1 << 16;

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(10);

    private final transient Bulk bulk;
    private final transient ShownReads shown;
    private final transient Access access;
    private final transient AuditLog audit;
    private final transient Clock clock;
    private final transient Foreground foreground;

    JobApi(
            Bulk bulk,
            ShownReads shown,
            Access access,
            AuditLog audit,
            Clock clock,
            Foreground foreground) {
        this.bulk = bulk;
        this.shown = shown;
        this.access = access;
        this.audit = audit;
        this.clock = clock;
        this.foreground = foreground;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var source = AuditEntry.Source.of(request);
        response.setHeader("X-Request-Id", source.request());
        try {
            answer(request, response, source);
        } catch (Refused e) {
            Answered.of(e.problem()).send(response);
        } catch (DataAccessException e) {
            LOG.warn("A job cannot be shown: {}", e.getClass().getSimpleName());
            Answered.of(new Problem.Unavailable("The database cannot be reached just now.", LATER))
                    .send(response);
        }
    }

    private void answer(
            HttpServletRequest request, HttpServletResponse response, AuditEntry.Source source)
            throws IOException {
        var caller = access.current();
        var path =
                Arrays.stream(requireNonNullElse(request.getPathInfo(), "").split("/"))
                        .filter(part -> !part.isEmpty())
                        .toList();
        if (path.isEmpty() || path.size() > 2) {
            throw missing();
        }
        var job = bulk.one(path.getFirst(), caller).orElseThrow(JobApi::missing);
        switch (request.getMethod()) {
            case "GET", "HEAD" -> {
                if (path.size() == 2) {
                    file(job, path.getLast(), caller, source, request, response);
                } else {
                    state(job, caller, source, base(request), response);
                }
            }
            case "DELETE" -> {
                if (path.size() == 2) {
                    throw notHere(response, "GET, HEAD");
                }
                record(
                        job,
                        caller,
                        source,
                        AuditEntry.Action.DELETE,
                        job.what() + ": given up",
                        Set.of(),
                        202);
                bulk.giveUp(job);
                response.setStatus(202);
                response.setHeader("Cache-Control", "no-store");
            }
            default ->
                    throw notHere(response, path.size() == 2 ? "GET, HEAD" : "GET, HEAD, DELETE");
        }
    }

    private static Refused missing() {
        return new Refused(new Problem.NotFound("A job of yours at this address"));
    }

    private static Refused notHere(HttpServletResponse response, String allowed) {
        response.setHeader("Allow", allowed);
        return new Refused(new Problem.NotSupported("At this address it is " + allowed + "."));
    }

    private void state(
            Job job,
            Caller caller,
            AuditEntry.Source source,
            String base,
            HttpServletResponse response)
            throws IOException {
        switch (job.state()) {
            case WAITING, RUNNING -> {
                response.setStatus(202);
                response.setHeader("Cache-Control", "no-store");
                var words = job.progress();
                response.setHeader("X-Progress", words.isEmpty() ? word(job) : words);
                var young = job.made().plus(LATER).isAfter(clock.instant());
                response.setHeader(
                        "Retry-After", Long.toString((young ? SOON : LATER).toSeconds()));
            }
            case DONE -> done(job, caller, source, base, response);
            case FAILED -> {
                expires(job, response);
                new Answered(
                                job.detail().path("status").asInt(500),
                                Map.of(),
                                Json.write((ObjectNode) job.detail().path("outcome")),
                                Set.of())
                        .send(response);
            }
            case GONE -> throw missing();
        }
    }

    private static String word(Job job) {
        return job.state() == Job.State.WAITING ? "waiting for its turn" : "begun";
    }

    private void done(
            Job job,
            Caller caller,
            AuditEntry.Source source,
            String base,
            HttpServletResponse response)
            throws IOException {
        var patients = shown.patients(job, caller);
        var place = base + "/" + PLACE + "/" + job.id();
        var contents = bulk.contents(job);
        var json =
                switch (job.kind()) {
                    case EXPORT -> ManifestRules.export(job, contents, place);
                    case IMPORT -> ManifestRules.imported(job, contents, place);
                    case REQUEST -> ManifestRules.answer(job, body(job));
                };
        // A manifest counts; an answer shows.
        record(
                job,
                caller,
                source,
                AuditEntry.Action.READ,
                job.what() + ": shown",
                job.kind() == Job.Kind.REQUEST ? patients : Set.of(),
                200);
        expires(job, response);
        response.setStatus(200);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(
                job.kind() == Job.Kind.REQUEST
                        ? "application/fhir+json;charset=utf-8"
                        : "application/json");
        var bytes = Json.write(json);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    private ObjectNode body(Job job) throws IOException {
        var there = bulk.open(job, RequestReads.ANSWER);
        if (there.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try (var in = new GZIPInputStream(there.get())) {
            return Json.parse(in.readAllBytes());
        }
    }

    private static void expires(Job job, HttpServletResponse response) {
        response.setHeader("Expires", HttpDates.of(job.expires()));
    }

    /// The file goes as it lies there, packed, to whoever takes gzip.
    private void file(
            Job job,
            String name,
            Caller caller,
            AuditEntry.Source source,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var content =
                bulk.contents(job).stream()
                        .filter(one -> job.ended() && one.name().equals(name))
                        .filter(one -> one.use() != Content.Use.ANSWER)
                        .findFirst()
                        .orElseThrow(() -> new Refused(new Problem.NotFound("A file of this job")));
        var packed =
                PACKED.matcher(requireNonNullElse(request.getHeader("Accept-Encoding"), "")).find();
        record(
                job,
                caller,
                source,
                AuditEntry.Action.READ,
                job.what() + ": " + name,
                shown.patients(job, caller),
                200);
        response.setStatus(200);
        response.setContentType(NDJSON);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Vary", "Accept-Encoding");
        response.setHeader("X-Content-Type-Options", "nosniff");
        expires(job, response);
        if (packed) {
            response.setHeader("Content-Encoding", "gzip");
        } else {
            response.setContentLengthLong(content.bytes());
        }
        if (!request.getMethod().equals("HEAD")) {
            send(bulk.open(job, name).orElseThrow(JobApi::missing), packed, response);
        }
    }

    /// A file may be of gigabytes. To unpack it gives way to shorter answers; a packed one is only passed on.
    private void send(InputStream parts, boolean packed, HttpServletResponse response)
            throws IOException {
        var out = response.getOutputStream();
        if (packed) {
            try (parts) {
                parts.transferTo(out);
            }
            return;
        }
        try (var in = new GZIPInputStream(parts, CHUNK)) {
            foreground.behind(() -> {
                var chunk = new byte[CHUNK];
                for (var some = in.read(chunk); some >= 0; some = in.read(chunk)) {
                    out.write(chunk, 0, some);
                    Pace.step();
                }
            });
        }
    }

    /// In lines of as many patients as a line of the audit names at the most.
    private void record(
            Job job,
            Caller caller,
            AuditEntry.Source source,
            AuditEntry.Action action,
            String what,
            Set<Long> patients,
            int status) {
        var all = List.copyOf(patients);
        for (var from = 0; from == 0 || from < all.size(); from += ExportReads.NAMED) {
            audit.record(
                    new AuditEntry(
                            clock.instant().truncatedTo(ChronoUnit.MICROS),
                            caller,
                            action,
                            what,
                            AuditEntry.Target.search("", "job " + job.id()),
                            all.subList(from, Math.min(from + ExportReads.NAMED, all.size())),
                            status,
                            source));
        }
    }

    /// As the API has it.
    static String base(HttpServletRequest request) {
        var url = request.getRequestURL();
        return url.substring(0, url.length() - request.getRequestURI().length()) + "/fhir";
    }
}
