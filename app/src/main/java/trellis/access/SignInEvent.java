package trellis.access;

import java.time.Instant;

/// Something about a sign-in that the audit must hear of. Heard before the answer leaves; a listener
/// that throws stops the sign-in.
public sealed interface SignInEvent {

    /// When it was.
    Instant when();

    /// Who.
    Caller caller();

    /// From where.
    Client client();

    /// From where a sign-in comes.
    ///
    /// @param address the client's address
    /// @param agent the client's own name for itself
    record Client(String address, String agent) {}

    /// Somebody has shown who they are.
    record SignedIn(Instant when, Caller caller, Client client) implements SignInEvent {}

    /// Somebody could not show who they are. The caller is the account that was tried; without
    /// account when the name is nobody's. The name as typed is not kept: it may be a password.
    record SignInRefused(Instant when, Caller caller, Client client) implements SignInEvent {}

    /// Somebody has left.
    record SignedOut(Instant when, Caller caller, Client client) implements SignInEvent {}
}
