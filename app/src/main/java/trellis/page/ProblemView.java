package trellis.page;

import java.util.List;
import java.util.Optional;

/// A page that says what went wrong and what to do; never a code alone.
///
/// @param heading the page's heading
/// @param what what happened, one plain sentence
/// @param todo what to do, one sentence each
/// @param again the address to try again, where trying again can help
record ProblemView(String heading, String what, List<String> todo, Optional<String> again) {

    static ProblemView notFound(String what) {
        return new ProblemView(
                "Page not found",
                what,
                List.of(
                        "If you typed the address, check that it is right.",
                        "If you followed a link, the record or page may have been removed. Find the patient again."),
                Optional.empty());
    }

    static ProblemView forbidden(String why) {
        return new ProblemView(
                "You cannot see this page",
                why,
                List.of(
                        "If you are on the wrong account, sign out and sign in as yourself.",
                        "If your work needs this page, ask whoever gives out access in your organisation."),
                Optional.empty());
    }

    static ProblemView unavailable(String path) {
        return new ProblemView(
                "There is a problem with Trellis",
                "The records cannot be reached at the moment. Nothing has been lost.",
                List.of(
                        "Try again in a minute.",
                        "If it goes on, use your organisation's plan for when records are not available, and tell"
                                + " the service desk."),
                Optional.of(path));
    }

    static ProblemView fault(String time) {
        return new ProblemView(
                "There is a problem with Trellis",
                "Something went wrong at "
                        + time
                        + " and this page could not be made. It is not your doing.",
                List.of(
                        "Try again.",
                        "If it happens again, tell the service desk the time above and what you were doing."),
                Optional.empty());
    }

    static ProblemView refused(String why) {
        return new ProblemView(
                "There is a problem with what was sent",
                why,
                List.of("Go back, check what you entered and try again."),
                Optional.empty());
    }
}
