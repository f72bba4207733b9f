package trellis.access;

import static java.util.Objects.requireNonNull;

/// Who is asking, as it goes into the audit.
///
/// @param account number of the account; 0 for who has none
/// @param name as the person is known at work, such as `Dr Amina Osei`
/// @param role what decides what may be seen
/// @param organisation name of the organisation the person works for; may be empty
/// @param odsCode the organisation's ODS code; may be empty
/// @param came how the caller came in
public record Caller(
        long account, String name, Role role, String organisation, String odsCode, Came came) {

    /// How a caller came in.
    public enum Came {
        /// Signed in on a page.
        SESSION,
        /// With a bearer token.
        TOKEN,
        /// Without showing who they are, on a laptop in open mode.
        OPEN,
        /// From the command line, by somebody who can read the data folder.
        COMMAND,
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

    /// A command at the terminal, such as `trellis import`.
    ///
    /// @param command its name
    public static Caller command(String command) {
        return new Caller(0, "trellis " + command, Role.SYSTEM, "", "", Came.COMMAND);
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
