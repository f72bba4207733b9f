package trellis.access;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import trellis.access.Caller.Came;

/// Somebody who may sign in. The password is nowhere in it.
///
/// @param id its number, 1 or more
/// @param person who it belongs to
/// @param disabled whether sign-in and its tokens are refused
/// @param changed how often its password, or the right to sign in, has changed: a session begun under
///     another number has ended
/// @param lastSignIn when it last signed in
public record Account(
        long id, Person person, boolean disabled, int changed, Optional<Instant> lastSignIn) {

    /// Who an account belongs to.
    ///
    /// @param signIn what is typed to sign in, in lower case
    /// @param name as the person is known at work
    /// @param role what decides what may be seen
    /// @param organisation name of the organisation the person works for; may be empty
    /// @param odsCode its ODS code; may be empty
    /// @param self who the person is beside the account
    public record Person(
            String signIn, String name, Role role, String organisation, String odsCode, Self self) {
        public Person {
            requireNonNull(signIn);
            requireNonNull(name);
            requireNonNull(role);
            requireNonNull(organisation);
            requireNonNull(odsCode);
            requireNonNull(self);
        }

        public Person(String signIn, String name, Role role, String organisation, String odsCode) {
            this(signIn, name, role, organisation, odsCode, Self.NOBODY);
        }
    }

    /// Who somebody is beside their account.
    ///
    /// @param patient id of their own Patient resource; may be empty
    /// @param level how well they have proved that
    /// @param profile of staff, their national role profile
    public record Self(String patient, Level level, Profile profile) {
        /// Nothing is known.
        public static final Self NOBODY = new Self("", Level.P0, Profile.NONE);

        public Self {
            requireNonNull(patient);
            requireNonNull(level);
            requireNonNull(profile);
        }
    }

    /// A national role profile, as the Care Identity Service gives one.
    ///
    /// @param userId the user's 12 digits; may be empty
    /// @param id the role profile's 12 digits; may be empty
    /// @param roleCode the job role, R and four digits; may be empty
    public record Profile(String userId, String id, String roleCode) {
        /// None.
        public static final Profile NONE = new Profile("", "", "");

        public Profile {
            requireNonNull(userId);
            requireNonNull(id);
            requireNonNull(roleCode);
        }
    }

    /// This account as a caller.
    public Caller caller(Came came) {
        return new Caller(
                id, person.name(), person.role(), person.organisation(), person.odsCode(), came);
    }
}
