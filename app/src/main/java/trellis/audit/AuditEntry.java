package trellis.audit;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import trellis.access.Caller;

/// One line of the log: somebody did one thing.
///
/// @param when to the microsecond
/// @param caller who
/// @param action which kind of thing
/// @param what the interaction or the page, in a few words that hold nothing of a patient, such as
///     `read` or `page: patient summary`
/// @param target what it was done to
/// @param patients keys of the patients whose information was touched ([trellis.store.Stored#patient]
///     or `Keys.resource("Patient", id)`), each once, without 0
/// @param status the HTTP status of the answer; 0 for what has none
/// @param source from where
public record AuditEntry(
        Instant when,
        Caller caller,
        Action action,
        String what,
        Target target,
        List<Long> patients,
        int status,
        Source source) {

    /// The actions of FHIR's AuditEvent, in its order
    /// (https://hl7.org/fhir/R4/valueset-audit-event-action.html).
    public enum Action {
        CREATE("C", "Created"),
        READ("R", "Looked at"),
        UPDATE("U", "Changed"),
        DELETE("D", "Deleted"),
        /// Everything else, also a search, an export, a sign-in.
        EXECUTE("E", "Carried out");

        private final String code;
        private final String words;

        Action(String code, String words) {
            this.code = code;
            this.words = words;
        }

        /// The code on the wire.
        public String code() {
            return code;
        }

        /// As it is shown to people.
        public String words() {
            return words;
        }
    }

    /// What something was done to.
    ///
    /// @param type resource type; empty for none
    /// @param id logical id; empty for none or many
    /// @param version 0 when the version does not matter
    /// @param query what was searched for, as it was sent; kept in the log because it tells what the
    ///     caller was after, and never written to a log file
    public record Target(String type, String id, long version, String query) {
        /// Nothing in particular, such as a sign-in.
        public static final Target NONE = new Target("", "", 0, "");

        public Target {
            type = AuditEntry.cut(type, 64);
            id = AuditEntry.cut(id, 64);
            query = AuditEntry.cut(query, 4000);
        }

        /// One resource.
        public static Target resource(String type, String id, long version) {
            return new Target(type, id, version, "");
        }

        /// A search.
        public static Target search(String type, String query) {
            return new Target(type, "", 0, query);
        }
    }

    /// From where something was done.
    ///
    /// @param address the client's address; empty for a command
    /// @param agent the client's own name for itself (`User-Agent`)
    /// @param request the request's id, which the answer carries as `X-Request-Id`
    public record Source(String address, String agent, String request) {
        /// This machine itself.
        public static final Source HERE = new Source("", "", "");

        private static final String REQUEST = "trellis.request";
        private static final Pattern SENSIBLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

        /// Where a request comes from. Its id is the client's own `X-Request-Id` when that is a
        /// sensible one, or a new one; the same every time it is asked for the same request.
        public static Source of(HttpServletRequest request) {
            return new Source(
                    request.getRemoteAddr(),
                    Optional.ofNullable(request.getHeader("User-Agent")).orElse(""),
                    requestId(request));
        }

        private static String requestId(HttpServletRequest request) {
            if (request.getAttribute(REQUEST) instanceof String known) {
                return known;
            }
            var id =
                    Optional.ofNullable(request.getHeader("X-Request-Id"))
                            .filter(sent -> SENSIBLE.matcher(sent).matches())
                            .orElseGet(() -> UUID.randomUUID().toString());
            request.setAttribute(REQUEST, id);
            return id;
        }

        public Source {
            address = AuditEntry.cut(address, 64);
            agent = AuditEntry.cut(agent, 200);
            request = AuditEntry.cut(request, 64);
        }
    }

    public AuditEntry {
        requireNonNull(when);
        requireNonNull(caller);
        requireNonNull(action);
        requireNonNull(target);
        requireNonNull(source);
        what = cut(what, 100);
        patients = List.copyOf(patients);
    }

    /// Text as it can be stored: what a client sends must not be able to stop the audit.
    private static String cut(String text, int most) {
        var end = Math.min(text.length(), most);
        if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        var clean = text.substring(0, end);
        return clean.indexOf('\0') < 0 ? clean : clean.replace('\0', ' ');
    }
}
