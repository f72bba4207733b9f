package trellis.page;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
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
/// @param acting for whom a person acts here; empty for themselves
/// @param leads where else its forms may lead to in the end, such as `https://app.example`; empty for
///     nowhere but here
public record Page(
        String template,
        String title,
        Object view,
        Optional<PatientBanner> banner,
        int status,
        boolean wide,
        Optional<String> acting,
        Optional<String> leads) {

    public Page {
        requireNonNull(template);
        requireNonNull(title);
        requireNonNull(view);
    }

    /// A page about nobody, with status 200.
    public static Page of(String template, String title, Object view) {
        return new Page(
                template,
                title,
                view,
                Optional.empty(),
                200,
                false,
                Optional.empty(),
                Optional.empty());
    }

    /// The same page about one patient, in the whole width.
    public Page about(PatientBanner patient) {
        return new Page(template, title, view, Optional.of(patient), status, true, acting, leads);
    }

    /// The same page with another status.
    public Page withStatus(int other) {
        return new Page(template, title, view, banner, other, wide, acting, leads);
    }

    /// The same page in the whole width.
    public Page acrossTheWidth() {
        return new Page(template, title, view, banner, status, true, acting, leads);
    }

    /// The same page of somebody who acts for another, whom a bar names (interface rule 7).
    public Page actingFor(Optional<String> name) {
        return new Page(template, title, view, banner, status, wide, name, leads);
    }

    /// The same page whose forms lead to another site in the end. Browsers ask for that.
    ///
    /// @param address of any page there
    public Page leadingTo(String address) {
        return new Page(template, title, view, banner, status, wide, acting, origin(address));
    }

    private static Optional<String> origin(String address) {
        try {
            var uri = new URI(address);
            if (uri.getScheme() == null) {
                return Optional.empty();
            }
            if (uri.getHost() == null) {
                return Optional.of(uri.getScheme() + ":");
            }
            var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return Optional.of(uri.getScheme() + "://" + uri.getHost() + port);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
