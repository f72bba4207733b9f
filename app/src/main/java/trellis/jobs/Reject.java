package trellis.jobs;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Problem;

/// Something of an input that was not stored, and why. Holds nothing of a patient.
///
/// @param file its name
/// @param line its line, from 1; 0 for the whole file
/// @param entry its place in the Bundle, from 0; empty where the line as a whole was rejected
/// @param code of an issue, such as `required`
/// @param expression the place in the resource; may be empty
/// @param reason one sentence
record Reject(
        String file, long line, OptionalInt entry, String code, String expression, String reason) {
    private static final Pattern PLACE = Pattern.compile("line (\\d{1,9}), (column \\d+)");
    private static final Pattern ENTRY = Pattern.compile("^Bundle\\.entry\\[(\\d{1,9})]");

    /// A whole line.
    static Reject line(String file, long line, String code, String reason) {
        return new Reject(file, line, OptionalInt.empty(), code, "", reason);
    }

    /// What a problem says of a line, one for each error.
    static List<Reject> of(String file, long line, Problem problem) {
        return issues(problem).stream().map(issue -> of(file, line, issue)).toList();
    }

    private static Reject of(String file, long line, Issue issue) {
        var place = PLACE.matcher(issue.expression());
        if (place.matches()) {
            // A place in the text: the lines are counted on from where it began.
            var at = line - 1 + Long.parseLong(place.group(1));
            return new Reject(
                    file,
                    at,
                    OptionalInt.empty(),
                    issue.code(),
                    place.group(2),
                    issue.diagnostics());
        }
        var entry = entry(issue.expression());
        return new Reject(file, line, entry, issue.code(), issue.expression(), issue.diagnostics());
    }

    /// The same at the entry's place in the Bundle that was sent, of which only a part was tried.
    Reject at(int index) {
        var place = ENTRY.matcher(expression).replaceFirst("Bundle.entry[" + index + "]");
        return new Reject(file, line, OptionalInt.of(index), code, place, reason);
    }

    /// The entry that an expression leads into.
    static OptionalInt entry(String expression) {
        var match = ENTRY.matcher(expression);
        return match.find()
                ? OptionalInt.of(Integer.parseInt(match.group(1)))
                : OptionalInt.empty();
    }

    private static List<Issue> issues(Problem problem) {
        return switch (problem) {
            case Problem.Invalid(var issues) ->
                    issues.stream()
                            .filter(issue -> issue.severity() == Issue.Severity.ERROR)
                            .toList();
            case Problem.BadRequest(var code, var why, var where) -> one(code, why, where);
            case Problem.NotFound(var what) -> one("not-found", what + " was not found.", "");
            case Problem.Hidden(var what) -> one("not-found", what + " was not found.", "");
            case Problem.Gone(var what) -> one("deleted", what + " has been deleted.", "");
            case Problem.Stale(var what, var sent, var now) ->
                    one("conflict", what + " is at version " + now + ", not " + sent + ".", "");
            case Problem.Ambiguous(_, var matches) ->
                    one("multiple-matches", "A condition matches " + matches + " resources.", "");
            case Problem.PreconditionFailed(var why) -> one("conflict", why, "");
            case Problem.Conflict(var why, var where) -> one("conflict", why, where);
            case Problem.Unauthenticated(var why) -> one("login", why, "");
            case Problem.Forbidden(var why) -> one("forbidden", why, "");
            case Problem.NotSupported(var what) ->
                    one("not-supported", what + " is not done here.", "");
            case Problem.NotAcceptable(var why) -> one("not-supported", why, "");
            case Problem.TooLarge(var why) -> one("too-long", why, "");
            case Problem.UnsupportedMediaType(var sent) -> one("not-supported", sent, "");
            case Problem.Unavailable(var why, _) -> one("transient", why, "");
        };
    }

    private static List<Issue> one(String code, String why, String where) {
        return List.of(Issue.error(code, why, where));
    }

    /// As one line of NDJSON.
    byte[] json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("file", file);
        json.put("line", line);
        entry.ifPresent(index -> json.put("entry", index));
        json.put("code", code);
        json.put("expression", expression);
        json.put("reason", reason);
        return Json.write(json);
    }

    /// As one line at the terminal.
    String text() {
        var place = new StringBuilder(file);
        if (line > 0) {
            place.append(", line ").append(line);
        }
        if (!expression.isEmpty()) {
            place.append(", ").append(expression);
        } else {
            entry.ifPresent(index -> place.append(", entry ").append(index));
        }
        return place + ": " + reason;
    }
}
