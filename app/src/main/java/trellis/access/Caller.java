package trellis.access;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// Who is asking, as it goes into the audit.
///
/// @param account number of the account; 0 for who has none
/// @param name as the person is known at work, such as `Dr Amina Osei`
/// @param role what decides what may be seen
/// @param organisation name of the organisation the person works for; may be empty
/// @param odsCode the organisation's ODS code; may be empty
/// @param came how the caller came in
/// @param app through which app; empty for this server's own pages and plain tokens
public record Caller(
        long account,
        String name,
        Role role,
        String organisation,
        String odsCode,
        Came came,
        Optional<App> app) {

    /// An app that somebody uses, and how far it reaches.
    ///
    /// @param id its client id
    /// @param name as people know it
    /// @param scopes what it may do
    /// @param patient id of the patient in context; empty without
    /// @param purpose what it is for
    /// @param project id of the ResearchStudy it serves; empty without
    public record App(
            String id,
            String name,
            Scopes scopes,
            Optional<String> patient,
            Purpose purpose,
            Optional<String> project) {}

    /// How a caller came in.
    public enum Came {
        /// Signed in on a page.
        SESSION,
        /// With a bearer token.
        TOKEN,
        /// Through an app that they let act for them, or as an app that acts by itself.
        APP,
        /// Without showing who they are, on a laptop in open mode.
        OPEN,
        /// From the command line, by somebody who can read the data folder.
        COMMAND,
        /// At another node, which says who they are.
        NODE,
        /// From within: a job of the server.
        SYSTEM
    }

    public Caller {
        requireNonNull(name);
        requireNonNull(role);
        requireNonNull(organisation);
        requireNonNull(odsCode);
        requireNonNull(came);
    }

    /// Somebody who uses no app.
    public Caller(
            long account, String name, Role role, String organisation, String odsCode, Came came) {
        this(account, name, role, organisation, odsCode, came, Optional.empty());
    }

    /// The same through an app.
    public Caller through(App what) {
        return new Caller(account, name, role, organisation, odsCode, Came.APP, Optional.of(what));
    }

    /// Whether it is whoever runs this server: the machine itself, its own jobs and apps in its role, and everybody on a laptop in
    /// open mode.
    public boolean runsServer() {
        return role == Role.SYSTEM || came == Came.OPEN;
    }

    /// How they came in, as the audit keeps it: with the name of the app.
    public String way() {
        return app.map(used -> came.name() + " " + used.name()).orElse(came.name());
    }

    /// A command at the terminal, such as `trellis import`.
    ///
    /// @param command its name
    public static Caller command(String command) {
        return new Caller(0, "trellis " + command, Role.SYSTEM, "", "", Came.COMMAND);
    }

    /// An app that acts by itself.
    public static Caller app(App app, Role role, String organisation, String odsCode) {
        return new Caller(0, app.name(), role, organisation, odsCode, Came.APP, Optional.of(app));
    }

    /// A job of the server itself.
    public static Caller system(String job) {
        return new Caller(0, job, Role.SYSTEM, "", "", Came.SYSTEM);
    }

    /// Somebody who tried to sign in under a name that is nobody's.
    static Caller nobody() {
        return new Caller(0, "Unknown name", Role.NOBODY, "", "", Came.SESSION);
    }

    /// Whoever uses the API of a laptop in open mode.
    static Caller open() {
        return new Caller(0, "Open laptop mode", Role.CLINICIAN, "", "", Came.OPEN);
    }
}
