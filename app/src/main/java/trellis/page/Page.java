package trellis.page;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// A page to show: a template and the view it shows.
///
/// @param template the template's name without its ending, such as `record/summary`
/// @param title the title, without patient data (interface rule 46); also what a screen reader says
///     first
/// @param view the template's parameter `view`
/// @param banner the banner of a page about one patient
/// @param status the HTTP status
/// @param wide whether the page may use the whole width, as lists do
public record Page(
        String template,
        String title,
        Object view,
        Optional<PatientBanner> banner,
        int status,
        boolean wide) {

    public Page {
        requireNonNull(template);
        requireNonNull(title);
        requireNonNull(view);
    }

    /// A page about nobody, with status 200.
    public static Page of(String template, String title, Object view) {
        return new Page(template, title, view, Optional.empty(), 200, false);
    }

    /// The same page about one patient, in the whole width.
    public Page about(PatientBanner patient) {
        return new Page(template, title, view, Optional.of(patient), status, true);
    }

    /// The same page with another status.
    public Page withStatus(int other) {
        return new Page(template, title, view, banner, other, wide);
    }

    /// The same page in the whole width.
    public Page acrossTheWidth() {
        return new Page(template, title, view, banner, status, true);
    }
}
