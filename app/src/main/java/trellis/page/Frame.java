package trellis.page;

import java.util.Optional;

/// What the layout shows around every page.
///
/// @param title the page's title
/// @param person who is signed in
/// @param open whether the API needs no sign-in on this machine; every page says so
/// @param csrf the token that every form sends
/// @param assets where style sheet, script and icons are
/// @param banner the patient banner of a page about one patient
/// @param acting for whom a person acts here; empty for themselves
/// @param wide whether the page uses the whole width
/// @param path the address of this page, for "Try again"
/// @param now when the page was made, `09-Mar-2026 14:05`
public record Frame(
        String title,
        Optional<SignedIn> person,
        boolean open,
        Csrf csrf,
        String assets,
        Optional<PatientBanner> banner,
        Optional<String> acting,
        boolean wide,
        String path,
        String now) {

    /// A hidden field that shows that a form is ours.
    ///
    /// @param name the field's name
    /// @param token its value; empty where there is no session yet
    public record Csrf(String name, String token) {}
}
