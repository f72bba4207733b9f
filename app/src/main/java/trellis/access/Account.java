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
    public record Person(
            String signIn, String name, Role role, String organisation, String odsCode) {
        public Person {
            requireNonNull(signIn);
            requireNonNull(name);
            requireNonNull(role);
            requireNonNull(organisation);
            requireNonNull(odsCode);
        }
    }

    /// This account as a caller.
    Caller caller(Came came) {
        return new Caller(
                id, person.name(), person.role(), person.organisation(), person.odsCode(), came);
    }
}
