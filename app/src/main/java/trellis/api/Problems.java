package trellis.api;

import trellis.fhir.Problem;

/// Problems found inside a Bundle, told with the place in the Bundle.
final class Problems {

    private Problems() {}

    /// The same problem, named from outside.
    ///
    /// @param place expression of the resource within the Bundle, such as `Bundle.entry[3].resource`
    static Problem under(String place, Problem problem) {
        return switch (problem) {
            case Problem.Invalid(var issues) ->
                    new Problem.Invalid(issues.stream().map(issue -> issue.under(place)).toList());
            case Problem.BadRequest(var code, var why, _) ->
                    new Problem.BadRequest(code, why, place);
            case Problem.Conflict(var why, _) -> new Problem.Conflict(why, place);
            case Problem.NotFound(var what) -> new Problem.NotFound(place + ": " + what);
            case Problem.Hidden(var what) -> new Problem.Hidden(place + ": " + what);
            case Problem.Forbidden(var why) -> new Problem.Forbidden(place + ": " + why);
            case Problem.PreconditionFailed(var why) ->
                    new Problem.PreconditionFailed(place + ": " + why);
            case Problem.Gone _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.Unauthenticated _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.TooLarge _,
                    Problem.UnsupportedMediaType _,
                    Problem.Unavailable _ ->
                    problem;
        };
    }
}
