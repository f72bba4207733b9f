package trellis.apps;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;

/// An app that is registered here. Its secret is nowhere in it.
///
/// @param id its client id
/// @param name as people know it
/// @param kind how it proves that it is itself
/// @param keys its public keys; empty without
/// @param redirects where people are sent back to, each exactly as it will be asked for
/// @param launch where a launch from a record leads; empty when it is not launched so
/// @param scopes what it may be granted at the most
/// @param works for a backend, as what and for whom it works
/// @param disabled whether it is refused everything
public record App(
        String id,
        String name,
        Kind kind,
        Keys keys,
        List<String> redirects,
        String launch,
        Scopes scopes,
        Works works,
        boolean disabled) {

    /// How an app proves that it is itself.
    public enum Kind {
        /// It cannot: it runs in a browser or on a telephone. PKCE alone.
        PUBLIC("public"),
        /// A server with a secret or a key of its own, used by people.
        CONFIDENTIAL("confidential"),
        /// A server that acts by itself: SMART backend services (RS384 or ES384).
        BACKEND("backend"),
        /// The same as the NHS writes it: application-restricted (RS512).
        RESTRICTED("restricted");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /// As the command and the database name it.
        public String code() {
            return code;
        }

        /// Whether it acts by itself, with nobody using it.
        public boolean alone() {
            return this == BACKEND || this == RESTRICTED;
        }

        /// Reads [#code].
        public static Optional<Kind> of(String code) {
            return Arrays.stream(values()).filter(kind -> kind.code.equals(code)).findFirst();
        }
    }

    /// Where its public keys are.
    ///
    /// @param set a JWK set; empty without
    /// @param address of a JWK set; empty without
    /// @param certificate subject of its client certificate; empty without
    public record Keys(String set, String address, String certificate) {
        /// None.
        public static final Keys NONE = new Keys("", "", "");

        public Keys {
            requireNonNull(set);
            requireNonNull(address);
            requireNonNull(certificate);
        }
    }

    /// As what and for whom an app works.
    ///
    /// @param role of its own calls; of nobody for an app that people use
    /// @param organisation name of the organisation that runs it
    /// @param odsCode the organisation's ODS code
    /// @param purpose what it uses records for
    /// @param project id of the ResearchStudy it serves; empty without
    public record Works(
            Role role, String organisation, String odsCode, Purpose purpose, String project) {
        public Works {
            requireNonNull(role);
            requireNonNull(organisation);
            requireNonNull(odsCode);
            requireNonNull(purpose);
            requireNonNull(project);
        }
    }

    public App {
        redirects = List.copyOf(redirects);
    }
}
