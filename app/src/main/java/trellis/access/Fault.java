package trellis.access;

import trellis.fhir.Problem;

/// What can be wrong with a request to a service beside the API that the service has no case of its own for.
public enum Fault {
    NOT_AUTHENTICATED,
    FORBIDDEN,
    /// There is nothing, or nothing any longer.
    NOT_FOUND,
    /// Somebody else has changed it meanwhile.
    STALE,
    /// The body cannot be read.
    UNREADABLE,
    /// The body can be read and breaks a rule.
    INVALID,
    TOO_LARGE,
    TOO_MANY,
    /// It took too long, and nothing was done.
    LATE,
    /// The database is away, or what was asked cannot be done now.
    AWAY,
    /// A fault of this program.
    BROKEN;

    /// What has come of a request, with what to say about it.
    ///
    /// @param words in a sentence; may be empty
    record Of(Fault fault, String words) {

        /// Why a gate lets somebody not in, as the gateway before the national services says it.
        ///
        /// @param detail what to do about it; may be empty
        static Of of(Denial why, String detail) {
            return switch (why) {
                case ELSEWHERE -> new Of(FORBIDDEN, detail);
                case NO_HEADER -> new Of(NOT_AUTHENTICATED, "Missing Authorization header");
                case EMPTY_HEADER -> new Of(NOT_AUTHENTICATED, "Empty Authorization header");
                case NO_TOKEN -> new Of(NOT_AUTHENTICATED, "Missing access token");
                case BAD_TOKEN, NOT_MACHINE -> new Of(NOT_AUTHENTICATED, "Invalid Access Token");
                case TOO_MANY -> new Of(Fault.TOO_MANY, "Too many requests: send fewer");
                case AWAY -> new Of(Fault.AWAY, "");
            };
        }

        static Of of(Problem problem) {
            return switch (problem) {
                case Problem.Forbidden(var why) -> new Of(FORBIDDEN, why);
                case Problem.Unauthenticated(var why) -> new Of(NOT_AUTHENTICATED, why);
                case Problem.BadRequest(_, var why, _) -> new Of(UNREADABLE, why);
                case Problem.Invalid(var issues) ->
                        new Of(INVALID, issues.getFirst().diagnostics());
                case Problem.TooLarge(var why) -> new Of(TOO_LARGE, why);
                case Problem.Stale _ -> new Of(STALE, "");
                case Problem.NotFound _, Problem.Hidden _, Problem.Gone _ -> new Of(NOT_FOUND, "");
                case Problem.Ambiguous _,
                        Problem.PreconditionFailed _,
                        Problem.Conflict _,
                        Problem.NotSupported _,
                        Problem.NotAcceptable _,
                        Problem.UnsupportedMediaType _,
                        Problem.Unavailable _ ->
                        new Of(Fault.AWAY, "");
            };
        }
    }
}
