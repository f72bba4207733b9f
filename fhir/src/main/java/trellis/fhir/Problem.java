package trellis.fhir;

import java.time.Duration;
import java.util.List;

/// Every way in which Trellis refuses: a value, turned into a status and an OperationOutcome by one
/// function per wire format, and carried by one exception ([Refused]).
///
/// Texts are plain sentences that say what to do, and never hold patient data.
public sealed interface Problem {

    /// 404: nothing there, or nothing the caller may know of.
    record NotFound(String what) implements Problem {}

    /// 404: nothing there that the caller may see, and no telling which of the two it is.
    record Hidden(String what) implements Problem {}

    /// 410: was there, has been deleted.
    record Gone(String what) implements Problem {}

    /// 400: the request cannot be understood. `code` is an issue-type; `where` an expression, a
    // header or a parameter.
    record BadRequest(String code, String why, String where) implements Problem {}

    /// 422 (or 400 where the issues say the JSON itself is broken): the content breaks rules.
    record Invalid(List<Issue> issues) implements Problem {
        public Invalid {
            issues = List.copyOf(issues);
        }
    }

    /// 412: If-Match named another version than the current one.
    record Stale(String what, long sent, long now) implements Problem {}

    /// 412: a condition matched more than one resource.
    record Ambiguous(String condition, int matches) implements Problem {}

    /// 412: another precondition failed.
    record PreconditionFailed(String why) implements Problem {}

    /// 409: the change would break another resource, such as deleting one that is referred to.
    record Conflict(String why, String where) implements Problem {}

    /// 401: nobody is signed in.
    record Unauthenticated(String why) implements Problem {}

    /// 403: signed in, not allowed.
    record Forbidden(String why) implements Problem {}

    /// 405: not a thing this server does at this address.
    record NotSupported(String what) implements Problem {}

    /// 406: no representation the caller accepts.
    record NotAcceptable(String why) implements Problem {}

    /// 413: larger than a limit, which the text names.
    record TooLarge(String why) implements Problem {}

    /// 415: a media type that is not read here.
    record UnsupportedMediaType(String sent) implements Problem {}

    /// 503: cannot be done now; try again after the given time.
    record Unavailable(String why, Duration retryAfter) implements Problem {}

    /// A single-issue [Invalid].
    static Invalid invalid(String code, String why, String expression) {
        return new Invalid(List.of(Issue.error(code, why, expression)));
    }
}
